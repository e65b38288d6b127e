// SPDX-License-Identifier: GPL-2.0
/*
 * Attributes of a service that say how it schedules.
 */
#include "dsr_maglev.h"
#include "dsr_nl.h"

#define OFFSET(member) offsetof(struct dsr_policy, member)

/* Those that are one byte: a number in a range, or, without a text to refuse it
 * with, an enum that its policy has checked.
 */
static const struct dsr_nl_byte {
	int attr;
	size_t offset;
	u8 min;
	u8 max;
	const char *refusal;
} dsr_nl_bytes[] = {
	{ NF_DSR_A_SERVICE_HASH, OFFSET(hash) },
	{ NF_DSR_A_SERVICE_ON_DELETE, OFFSET(on_delete) },
	{ NF_DSR_A_SERVICE_NO_BACKEND, OFFSET(no_backend) },
	{ NF_DSR_A_SERVICE_UNMATCHED, OFFSET(unmatched) },
	{ NF_DSR_A_SERVICE_PERSIST_PREFIX4, OFFSET(persist_prefix4), 1, 32,
	  "persist-prefix4 must be 1 to 32" },
	{ NF_DSR_A_SERVICE_PERSIST_PREFIX6, OFFSET(persist_prefix6), 1, 128,
	  "persist-prefix6 must be 1 to 128" },
	{ NF_DSR_A_SERVICE_ONE_PACKET, OFFSET(one_packet), 0, 1, "one-packet must be 0 or 1" },
};

static int dsr_nl_get_bytes(struct nlattr **tb, struct dsr_policy *policy,
			    struct netlink_ext_ack *extack)
{
	const struct dsr_nl_byte *byte;
	const struct nlattr *attr;
	unsigned int i;
	u8 value;

	for (i = 0; i < ARRAY_SIZE(dsr_nl_bytes); i++) {
		byte = &dsr_nl_bytes[i];
		attr = tb[byte->attr];
		if (!attr)
			continue;
		value = nla_get_u8(attr);
		if (byte->refusal && (value < byte->min || value > byte->max)) {
			extack->_msg = byte->refusal;
			NL_SET_BAD_ATTR(extack, attr);
			return -ERANGE;
		}
		*((u8 *)policy + byte->offset) = value;
	}
	return 0;
}

int dsr_nl_get_range(const struct nlattr *attr, u32 min, u32 max, u32 *value,
		     const char *refusal, struct netlink_ext_ack *extack)
{
	u32 number;

	if (!attr)
		return 0;
	number = nla_get_u32(attr);
	if (number < min || number > max) {
		extack->_msg = refusal;
		NL_SET_BAD_ATTR(extack, attr);
		return -ERANGE;
	}
	*value = number;
	return 0;
}

int dsr_nl_get_sched(struct nlattr **tb, struct dsr_policy *policy,
		     struct netlink_ext_ack *extack)
{
	const struct nlattr *size = tb[NF_DSR_A_SERVICE_TABLE_SIZE];

	if (dsr_nl_get_bytes(tb, policy, extack))
		return -ERANGE;
	if (dsr_nl_get_range(tb[NF_DSR_A_SERVICE_MIN_ACTIVE], 1,
			     NF_DSR_BACKENDS_MAX, &policy->min_active,
			     "min-active must be 1 to 65535 backends",
			     extack) ||
	    dsr_nl_get_range(tb[NF_DSR_A_SERVICE_PERSIST], 0,
			     NF_DSR_TIMEOUT_MAX, &policy->persist,
			     "persist must be 0 to 2147483 seconds", extack) ||
	    dsr_nl_get_range(tb[NF_DSR_A_SERVICE_SLOW_START], 0,
			     NF_DSR_TIMEOUT_MAX, &policy->slow_start,
			     "slow-start must be 0 to 2147483 seconds", extack))
		return -ERANGE;
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

	for (i = 0; i < ARRAY_SIZE(dsr_nl_bytes); i++) {
		if (nla_put_u8(skb, dsr_nl_bytes[i].attr,
			       *((const u8 *)policy + dsr_nl_bytes[i].offset)))
			return -EMSGSIZE;
	}
	if (nla_put_u32(skb, NF_DSR_A_SERVICE_TABLE_SIZE, policy->table_size) ||
	    nla_put_u32(skb, NF_DSR_A_SERVICE_MIN_ACTIVE, policy->min_active) ||
	    nla_put_u32(skb, NF_DSR_A_SERVICE_PERSIST, policy->persist) ||
	    nla_put_u32(skb, NF_DSR_A_SERVICE_SLOW_START, policy->slow_start))
		return -EMSGSIZE;
	return 0;
}
