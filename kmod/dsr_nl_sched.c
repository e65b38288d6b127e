// SPDX-License-Identifier: GPL-2.0
/*
 * Attributes of a service that say how it schedules.
 */
#include "dsr_maglev.h"
#include "dsr_nl.h"

/* Those that are one byte and are checked by their policies. */
static const struct {
	int attr;
	size_t offset;
} dsr_nl_policy_bytes[] = {
	{ NF_DSR_A_SERVICE_HASH, offsetof(struct dsr_policy, hash) },
	{ NF_DSR_A_SERVICE_ON_DELETE, offsetof(struct dsr_policy, on_delete) },
	{ NF_DSR_A_SERVICE_NO_BACKEND,
	  offsetof(struct dsr_policy, no_backend) },
	{ NF_DSR_A_SERVICE_UNMATCHED, offsetof(struct dsr_policy, unmatched) },
};

int dsr_nl_get_sched(struct nlattr **tb, struct dsr_policy *policy,
		     struct netlink_ext_ack *extack)
{
	const struct nlattr *size = tb[NF_DSR_A_SERVICE_TABLE_SIZE];
	const struct nlattr *attr;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(dsr_nl_policy_bytes); i++) {
		attr = tb[dsr_nl_policy_bytes[i].attr];
		if (attr)
			*((u8 *)policy + dsr_nl_policy_bytes[i].offset) =
				nla_get_u8(attr);
	}
	if (size) {
		policy->table_size = nla_get_u32(size);
		if (!dsr_maglev_slots_ok(policy->table_size)) {
			NL_SET_ERR_MSG_ATTR(extack, size,
					    "table-size must be a prime from 251 to 131071, as 251, 1021, 4093, 16381, 65537 or 131071");
			return -ERANGE;
		}
	}
	return 0;
}

int dsr_nl_put_sched(struct sk_buff *skb, const struct dsr_policy *policy)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(dsr_nl_policy_bytes); i++) {
		const u8 *byte = (const u8 *)policy +
				 dsr_nl_policy_bytes[i].offset;

		if (nla_put_u8(skb, dsr_nl_policy_bytes[i].attr, *byte))
			return -EMSGSIZE;
	}
	return nla_put_u32(skb, NF_DSR_A_SERVICE_TABLE_SIZE,
			   policy->table_size);
}
