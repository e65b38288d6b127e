// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink attributes that are options of services and backends: how to reach a backend,
 * for all backends of a service or for one backend; how a service schedules; and the
 * attribute unset, which returns an option to its default. See netlink.h.
 */
#include <net/ipv6.h>

#include "lib/maglev.h"
#include "netlink.h"
#include "service.h"

static int dsr_nl_get_outer_addrs(struct nlattr **tb,
				  const struct dsr_nl_fwd_ids *ids,
				  struct dsr_fwd *fwd,
				  struct netlink_ext_ack *extack)
{
	const struct nlattr *addr4 = tb[ids->outer_addr4];
	const struct nlattr *addr6 = tb[ids->outer_addr6];
	const struct nlattr *bad = NULL;
	union nf_inet_addr addr = {};

	if (addr4) {
		addr.ip = nla_get_in_addr(addr4);
		if (!dsr_nl_unicast(AF_INET, &addr))
			bad = addr4;
		fwd->outer_addr4 = addr.ip;
		fwd->set |= DSR_FWD_OUTER_ADDR4;
	}
	if (addr6) {
		addr.in6 = nla_get_in6_addr(addr6);
		if (!dsr_nl_unicast(AF_INET6, &addr))
			bad = addr6;
		fwd->outer_addr6 = addr.in6;
		fwd->set |= DSR_FWD_OUTER_ADDR6;
	}
	if (!bad)
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, bad,
			    "outer source must be a unicast address");
	return -EINVAL;
}

static int dsr_nl_get_prefixes(struct nlattr **tb,
			       const struct dsr_nl_fwd_ids *ids,
			       struct dsr_fwd *fwd,
			       struct netlink_ext_ack *extack)
{
	const struct nlattr *len4 = tb[ids->outer_prefix4];
	const struct nlattr *len6 = tb[ids->outer_prefix6];

	if (len4) {
		fwd->outer_prefix4 = nla_get_u8(len4);
		fwd->set |= DSR_FWD_OUTER_PREFIX4;
		if (!fwd->outer_prefix4 || fwd->outer_prefix4 > 32) {
			NL_SET_ERR_MSG_ATTR(extack, len4,
					    "outer prefix must have 1 to 32 bits");
			return -ERANGE;
		}
	}
	if (len6) {
		fwd->outer_prefix6 = nla_get_u8(len6);
		fwd->set |= DSR_FWD_OUTER_PREFIX6;
		if (!fwd->outer_prefix6 || fwd->outer_prefix6 > 128) {
			NL_SET_ERR_MSG_ATTR(extack, len6,
					    "outer prefix must have 1 to 128 bits");
			return -ERANGE;
		}
	}
	return 0;
}

static int dsr_nl_get_headers(struct nlattr **tb,
			      const struct dsr_nl_fwd_ids *ids,
			      struct dsr_fwd *fwd,
			      struct netlink_ext_ack *extack)
{
	const struct nlattr *port = tb[ids->outer_port];
	const struct nlattr *variant = tb[ids->gue_variant];
	const struct nlattr *key = tb[ids->gre_key];

	if (port) {
		fwd->outer_port = nla_get_be16(port);
		fwd->set |= DSR_FWD_OUTER_PORT;
		if (!fwd->outer_port) {
			NL_SET_ERR_MSG_ATTR(extack, port,
					    "outer port must be 1 to 65535");
			return -ERANGE;
		}
	}
	if (key) {
		fwd->gre_key = nla_get_u64(key);
		fwd->set |= DSR_FWD_GRE_KEY;
		if (fwd->gre_key > NF_DSR_GRE_KEY_NONE) {
			NL_SET_ERR_MSG_ATTR(extack, key,
					    "GRE key must be 0 to 4294967295, or 4294967296 for none");
			return -ERANGE;
		}
	}
	if (tb[ids->outer_checksum]) {
		fwd->outer_checksum = nla_get_u8(tb[ids->outer_checksum]);
		fwd->set |= DSR_FWD_OUTER_CHECKSUM;
	}
	if (variant) {
		fwd->gue_variant = nla_get_u8(variant);
		fwd->set |= DSR_FWD_GUE_VARIANT;
		if (fwd->gue_variant > 1) {
			NL_SET_ERR_MSG_ATTR(extack, variant,
					    "GUE variant must be 0 or 1");
			return -ERANGE;
		}
	}
	return 0;
}

static int dsr_nl_get_dscp(const struct nlattr *attr, struct dsr_fwd *fwd,
			   struct netlink_ext_ack *extack)
{
	fwd->dscp = nla_get_u8(attr);
	fwd->set |= DSR_FWD_DSCP;
	if (fwd->dscp >= 1 && fwd->dscp <= 63)
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr, "DSCP must be 1 to 63");
	return -ERANGE;
}

int dsr_nl_get_fwd(struct nlattr **tb, const struct dsr_nl_fwd_ids *ids,
		   struct dsr_fwd *fwd, struct netlink_ext_ack *extack)
{
	int err;

	if (tb[ids->method]) {
		fwd->method = nla_get_u8(tb[ids->method]);
		fwd->set |= DSR_FWD_METHOD;
	}
	if (tb[ids->outer_source]) {
		fwd->outer_source = nla_get_u8(tb[ids->outer_source]);
		fwd->set |= DSR_FWD_OUTER_SOURCE;
	}
	if (tb[ids->outer_ttl]) {
		fwd->outer_ttl = nla_get_u8(tb[ids->outer_ttl]);
		fwd->set |= DSR_FWD_OUTER_TTL;
	}
	err = dsr_nl_get_outer_addrs(tb, ids, fwd, extack);
	if (!err)
		err = dsr_nl_get_prefixes(tb, ids, fwd, extack);
	if (!err)
		err = dsr_nl_get_headers(tb, ids, fwd, extack);
	if (!err && ids->dscp && tb[ids->dscp])
		err = dsr_nl_get_dscp(tb[ids->dscp], fwd, extack);
	return err;
}

static int dsr_nl_put_headers(struct sk_buff *skb,
			      const struct dsr_nl_fwd_ids *ids,
			      const struct dsr_fwd *fwd)
{
	/* Receivers ignore attributes of type 0, which serve as padding here. */
	if ((fwd->set & DSR_FWD_OUTER_PORT &&
	     nla_put_be16(skb, ids->outer_port, fwd->outer_port)) ||
	    (fwd->set & DSR_FWD_GUE_VARIANT &&
	     nla_put_u8(skb, ids->gue_variant, fwd->gue_variant)) ||
	    (fwd->set & DSR_FWD_OUTER_CHECKSUM &&
	     nla_put_u8(skb, ids->outer_checksum, fwd->outer_checksum)) ||
	    (fwd->set & DSR_FWD_GRE_KEY &&
	     nla_put_u64_64bit(skb, ids->gre_key, fwd->gre_key, 0)) ||
	    (fwd->set & DSR_FWD_OUTER_PREFIX4 &&
	     nla_put_u8(skb, ids->outer_prefix4, fwd->outer_prefix4)) ||
	    (fwd->set & DSR_FWD_OUTER_PREFIX6 &&
	     nla_put_u8(skb, ids->outer_prefix6, fwd->outer_prefix6)) ||
	    (fwd->set & DSR_FWD_DSCP &&
	     nla_put_u8(skb, ids->dscp, fwd->dscp)))
		return -EMSGSIZE;
	return 0;
}

int dsr_nl_put_fwd(struct sk_buff *skb, const struct dsr_nl_fwd_ids *ids,
		   const struct dsr_fwd *fwd)
{
	if ((fwd->set & DSR_FWD_METHOD &&
	     nla_put_u8(skb, ids->method, fwd->method)) ||
	    (fwd->set & DSR_FWD_OUTER_SOURCE &&
	     nla_put_u8(skb, ids->outer_source, fwd->outer_source)) ||
	    (fwd->set & DSR_FWD_OUTER_ADDR4 &&
	     nla_put_in_addr(skb, ids->outer_addr4, fwd->outer_addr4)) ||
	    (fwd->set & DSR_FWD_OUTER_ADDR6 &&
	     nla_put_in6_addr(skb, ids->outer_addr6, &fwd->outer_addr6)) ||
	    (fwd->set & DSR_FWD_OUTER_TTL &&
	     nla_put_u8(skb, ids->outer_ttl, fwd->outer_ttl)))
		return -EMSGSIZE;
	return dsr_nl_put_headers(skb, ids, fwd);
}

/*
 * Attributes of a service that say how it schedules.
 */

#define OFFSET(member) offsetof(struct dsr_policy, member)

/* Options of one byte: a number in a range, or, without a text for a refusal, an enum
 * that the policy has checked.
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

/*
 * The attribute unset of services and backends.
 */

/**
 * struct dsr_nl_option - position of an option in the struct that a request fills
 * @attr: number of its attribute
 * @offset: offset of the member
 * @size: size of the member
 */
struct dsr_nl_option {
	int attr;
	size_t offset;
	size_t size;
};

#define SERVICE(name, member) {					\
	NF_DSR_A_SERVICE_##name,				\
	offsetof(struct dsr_service_conf, member),		\
	sizeof_field(struct dsr_service_conf, member),		\
}

#define TIMEOUT(name, state) SERVICE(TIMEOUT_##name, timeouts.seconds[state])

static const struct dsr_nl_option dsr_nl_service_options[] = {
	SERVICE(SCHEDULER, sched),
	SERVICE(SEED, seed),
	TIMEOUT(TCP, NF_DSR_FLOW_STATE_ESTABLISHED),
	TIMEOUT(TCP_SYN, NF_DSR_FLOW_STATE_SYN),
	TIMEOUT(TCP_CLOSING, NF_DSR_FLOW_STATE_CLOSING),
	TIMEOUT(TCP_UNCONFIRMED, DSR_TIMEOUT_UNCONFIRMED),
	TIMEOUT(UDP, NF_DSR_FLOW_STATE_UDP),
	TIMEOUT(ICMP, NF_DSR_FLOW_STATE_ICMP),
	TIMEOUT(OTHER, NF_DSR_FLOW_STATE_OTHER),
	SERVICE(TABLE_SIZE, policy.table_size),
	SERVICE(HASH, policy.hash),
	SERVICE(ON_DELETE, policy.on_delete),
	SERVICE(NO_BACKEND, policy.no_backend),
	SERVICE(UNMATCHED, policy.unmatched),
	SERVICE(MIN_ACTIVE, policy.min_active),
	SERVICE(SLOW_START, policy.slow_start),
	SERVICE(PERSIST, policy.persist),
	SERVICE(PERSIST_PREFIX4, policy.persist_prefix4),
	SERVICE(PERSIST_PREFIX6, policy.persist_prefix6),
	SERVICE(ONE_PACKET, policy.one_packet),
	SERVICE(ECHO, echo),
	SERVICE(SOURCE, filter.nr),
	SERVICE(SOURCE_OTHER, filter.source_other),
	SERVICE(DEV, filter.dev),
	{}
};

#define BACKEND(name, member) {					\
	NF_DSR_A_BACKEND_##name,				\
	offsetof(struct dsr_backend_conf, member),		\
	sizeof_field(struct dsr_backend_conf, member),		\
}

static const struct dsr_nl_option dsr_nl_backend_options[] = {
	BACKEND(STATE, state),
	BACKEND(WEIGHT, weight),
	BACKEND(HEALTH, health),
	BACKEND(DRAIN_TIMEOUT, drain_timeout),
	BACKEND(PRIORITY, priority),
	BACKEND(MAX_FLOWS, max_flows),
	BACKEND(MIN_FLOWS, min_flows),
	{}
};

/**
 * struct dsr_nl_fwd_option - position of an option in struct dsr_fwd
 * @id: offset of its attribute's number in struct dsr_nl_fwd_ids
 * @offset: offset of the member
 * @size: size of the member
 * @bit: its bit in dsr_fwd.set
 */
struct dsr_nl_fwd_option {
	size_t id;
	size_t offset;
	size_t size;
	u16 bit;
};

#define FWD(name, member) {					\
	offsetof(struct dsr_nl_fwd_ids, member),		\
	offsetof(struct dsr_fwd, member),			\
	sizeof_field(struct dsr_fwd, member),			\
	DSR_FWD_##name,						\
}

static const struct dsr_nl_fwd_option dsr_nl_fwd_options[] = {
	FWD(METHOD, method),
	FWD(OUTER_SOURCE, outer_source),
	FWD(OUTER_ADDR4, outer_addr4),
	FWD(OUTER_ADDR6, outer_addr6),
	FWD(OUTER_TTL, outer_ttl),
	FWD(OUTER_PREFIX4, outer_prefix4),
	FWD(OUTER_PREFIX6, outer_prefix6),
	FWD(OUTER_PORT, outer_port),
	FWD(OUTER_CHECKSUM, outer_checksum),
	FWD(GUE_VARIANT, gue_variant),
	FWD(GRE_KEY, gre_key),
	FWD(DSCP, dscp),
};

/* Set an option to its default. Return true if the table has this attribute; an empty
 * entry ends the table.
 */
static bool dsr_nl_unset_option(const struct dsr_nl_option *option, int attr,
				void *conf, const void *defaults)
{
	for (; option->attr; option++) {
		if (option->attr != attr)
			continue;
		memcpy(conf + option->offset, defaults + option->offset,
		       option->size);
		return true;
	}
	return false;
}

/* Set an option of struct dsr_fwd to its default. Return true if @attr is the number of
 * one.
 */
static bool dsr_nl_unset_fwd(const struct dsr_nl_fwd_ids *ids, int attr,
			     struct dsr_fwd *fwd,
			     const struct dsr_fwd *defaults)
{
	const struct dsr_nl_fwd_option *option;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(dsr_nl_fwd_options); i++) {
		option = &dsr_nl_fwd_options[i];
		if (*(const int *)((const void *)ids + option->id) != attr)
			continue;
		memcpy((void *)fwd + option->offset,
		       (const void *)defaults + option->offset, option->size);
		fwd->set &= ~option->bit;
		fwd->set |= defaults->set & option->bit;
		return true;
	}
	return false;
}

/* Return the next attribute unset of the request, after @attr or, if that is NULL, from
 * the beginning. Return NULL if there is no further one.
 */
static const struct nlattr *dsr_nl_next_unset(const struct dsr_nl_req *req,
					      int type,
					      const struct nlattr *attr)
{
	int rem = req->len;

	if (attr) {
		rem -= (const void *)attr - (const void *)req->first;
		attr = nla_next(attr, &rem);
	} else {
		attr = req->first;
	}
	for (; nla_ok(attr, rem); attr = nla_next(attr, &rem)) {
		if (nla_type(attr) == type)
			return attr;
	}
	return NULL;
}

static int dsr_nl_check_unset(const struct dsr_nl_req *req,
			      const struct nlattr *unset, bool is_option)
{
	if (!is_option) {
		NL_SET_ERR_MSG_ATTR(req->extack, unset,
				    "unset must be the number of an option: this attribute is none");
		return -EINVAL;
	}
	if (req->tb[nla_get_u16(unset)]) {
		NL_SET_ERR_MSG_ATTR(req->extack, unset,
				    "option is both set and unset");
		return -EINVAL;
	}
	return 0;
}

int dsr_nl_unset_service(const struct dsr_nl_req *req,
			 const struct dsr_nl_fwd_ids *ids,
			 struct dsr_service_conf *conf,
			 const struct dsr_service_conf *defaults)
{
	const struct nlattr *unset = NULL;
	bool is_option;
	int attr, err;

	while ((unset = dsr_nl_next_unset(req, NF_DSR_A_SERVICE_UNSET, unset))) {
		attr = nla_get_u16(unset);
		is_option = dsr_nl_unset_option(dsr_nl_service_options, attr,
						conf, defaults) ||
			    dsr_nl_unset_fwd(ids, attr, &conf->fwd,
					     &defaults->fwd);
		err = dsr_nl_check_unset(req, unset, is_option);
		if (err)
			return err;
		/* Otherwise the service would keep its current seed. */
		conf->seeded |= attr == NF_DSR_A_SERVICE_SEED;
	}
	return 0;
}

int dsr_nl_unset_backend(const struct dsr_nl_req *req,
			 const struct dsr_nl_fwd_ids *ids,
			 struct dsr_backend_conf *conf)
{
	const struct dsr_backend_conf *defaults = &dsr_backend_conf_default;
	const struct nlattr *unset = NULL;
	bool is_option;
	int attr, err;

	while ((unset = dsr_nl_next_unset(req, NF_DSR_A_BACKEND_UNSET, unset))) {
		attr = nla_get_u16(unset);
		is_option = attr &&
			    (dsr_nl_unset_option(dsr_nl_backend_options, attr,
						 conf, defaults) ||
			     dsr_nl_unset_fwd(ids, attr, &conf->fwd,
					      &defaults->fwd));
		err = dsr_nl_check_unset(req, unset, is_option);
		if (err)
			return err;
	}
	return 0;
}
