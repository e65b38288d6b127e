// SPDX-License-Identifier: GPL-2.0
/*
 * Attributes of a service that say how it schedules.
 */
#include "dsr_maglev.h"
#include "dsr_nl.h"

int dsr_nl_get_sched(struct nlattr **tb, struct dsr_policy *policy,
		     struct netlink_ext_ack *extack)
{
	const struct nlattr *size = tb[NF_DSR_A_SERVICE_TABLE_SIZE];

	if (size) {
		policy->table_size = nla_get_u32(size);
		if (!dsr_maglev_slots_ok(policy->table_size)) {
			NL_SET_ERR_MSG_ATTR(extack, size,
					    "table-size must be a prime from 251 to 131071, as 251, 1021, 4093, 16381, 65537 or 131071");
			return -ERANGE;
		}
	}
	if (tb[NF_DSR_A_SERVICE_HASH])
		policy->hash = nla_get_u8(tb[NF_DSR_A_SERVICE_HASH]);
	return 0;
}

int dsr_nl_put_sched(struct sk_buff *skb, const struct dsr_policy *policy)
{
	if (nla_put_u32(skb, NF_DSR_A_SERVICE_TABLE_SIZE, policy->table_size) ||
	    nla_put_u8(skb, NF_DSR_A_SERVICE_HASH, policy->hash))
		return -EMSGSIZE;
	return 0;
}
