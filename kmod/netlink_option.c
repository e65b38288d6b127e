// SPDX-License-Identifier: GPL-2.0
/*
 * Options of services and backends, see netlink.h. Each option is one entry of a table.
 * The same entry serves to read a request, to return the option to its default (the
 * attribute unset), and to fill a message. To add an option, add it to the
 * specification, to a conf, and here.
 */
#include <net/ipv6.h>

#include "lib/maglev.h"
#include "lib/share.h"
#include "netlink.h"
#include "service.h"

/**
 * enum dsr_nl_type - type of an option, in a message and in a conf
 * @DSR_NL_NUMBER: number in host byte order, of 1, 2, 4 or 8 bytes
 * @DSR_NL_PORT: __be16
 * @DSR_NL_IPV4: __be32, an address
 * @DSR_NL_IPV6: struct in6_addr
 * @DSR_NL_OTHER: other code reads the option and fills messages with it; this table only
 *	returns it to its default
 */
enum dsr_nl_type {
	DSR_NL_NUMBER,
	DSR_NL_PORT,
	DSR_NL_IPV4,
	DSR_NL_IPV6,
	DSR_NL_OTHER,
};

/**
 * struct dsr_nl_option - an option
 * @type: its type
 * @offset: offset of the member of the conf
 * @size: size of the member, which is that of the attribute's payload; 0: the attribute
 *	is no option
 * @bit: its bit in dsr_fwd.set, which tells whether it was given; 0: it needs none
 * @min: smallest value
 * @max: largest value
 * @is_valid: checks a u32 instead of @min and @max, if not NULL
 * @refusal: extack message about an invalid value; NULL: the policy has checked the value.
 *	Addresses have a message of their own.
 */
struct dsr_nl_option {
	u8 type;
	u16 offset;
	u16 size;
	u16 bit;
	u64 min;
	u64 max;
	bool (*is_valid)(u32 value);
	const char *refusal;
};

/**
 * struct dsr_nl_options - the options of one kind of object
 * @options: the options, by the number of their attributes
 * @nr: number of entries
 * @unset: number of the attribute unset
 * @fwd: offset of struct dsr_fwd in the conf
 */
struct dsr_nl_options {
	const struct dsr_nl_option *options;
	unsigned int nr;
	int unset;
	size_t fwd;
};

#define OPTION(conf, type_, member, ...) {			\
	.type	= DSR_NL_##type_,				\
	.offset	= offsetof(struct conf, member),		\
	.size	= sizeof_field(struct conf, member),		\
	__VA_ARGS__						\
}

#define RANGE(min_, max_, refusal_)				\
	.min = (min_), .max = (max_), .refusal = (refusal_)

#define FWD(conf, name, type, member, ...)			\
	OPTION(conf, type, fwd.member, .bit = DSR_FWD_##name, __VA_ARGS__)

/* The options that say how to reach a backend. A backend that does not set one of them
 * takes it from its service.
 */
#define FWD_OPTIONS(conf, object)						\
	[NF_DSR_A_##object##_METHOD] = FWD(conf, METHOD, NUMBER, method),	\
	[NF_DSR_A_##object##_OUTER_SOURCE] =					\
		FWD(conf, OUTER_SOURCE, NUMBER, outer_source),			\
	[NF_DSR_A_##object##_OUTER_ADDR4] =					\
		FWD(conf, OUTER_ADDR4, IPV4, outer_addr4),			\
	[NF_DSR_A_##object##_OUTER_ADDR6] =					\
		FWD(conf, OUTER_ADDR6, IPV6, outer_addr6),			\
	[NF_DSR_A_##object##_OUTER_TTL] =					\
		FWD(conf, OUTER_TTL, NUMBER, outer_ttl),			\
	[NF_DSR_A_##object##_OUTER_PREFIX4] =					\
		FWD(conf, OUTER_PREFIX4, NUMBER, outer_prefix4,			\
		    RANGE(1, 32, "outer prefix must have 1 to 32 bits")),	\
	[NF_DSR_A_##object##_OUTER_PREFIX6] =					\
		FWD(conf, OUTER_PREFIX6, NUMBER, outer_prefix6,			\
		    RANGE(1, 128, "outer prefix must have 1 to 128 bits")),	\
	[NF_DSR_A_##object##_OUTER_PORT] =					\
		FWD(conf, OUTER_PORT, PORT, outer_port,				\
		    RANGE(1, U16_MAX, "outer port must be 1 to 65535")),	\
	[NF_DSR_A_##object##_OUTER_CHECKSUM] =					\
		FWD(conf, OUTER_CHECKSUM, NUMBER, outer_checksum),		\
	[NF_DSR_A_##object##_GUE_VARIANT] =					\
		FWD(conf, GUE_VARIANT, NUMBER, gue_variant,			\
		    RANGE(0, 1, "GUE variant must be 0 or 1")),			\
	[NF_DSR_A_##object##_GRE_KEY] =						\
		FWD(conf, GRE_KEY, NUMBER, gre_key,				\
		    RANGE(0, NF_DSR_GRE_KEY_NONE,				\
			  "GRE key must be 0 to 4294967295, or 4294967296 for none"))

#define SERVICE(name, type, member, ...)			\
	[NF_DSR_A_SERVICE_##name] =				\
		OPTION(dsr_service_conf, type, member, __VA_ARGS__)

#define TIMEOUT(name, state)					\
	SERVICE(TIMEOUT_##name, NUMBER, timeouts.seconds[state],	\
		RANGE(1, NF_DSR_TIMEOUT_MAX,			\
		      "timeout must be 1 to 2147483 seconds"))

static const struct dsr_nl_option dsr_nl_service_table[] = {
	SERVICE(SCHEDULER, OTHER, sched),
	SERVICE(SEED, OTHER, seed),
	SERVICE(HASH, NUMBER, policy.hash),
	SERVICE(ON_DELETE, NUMBER, policy.on_delete),
	SERVICE(ON_DOWN, NUMBER, policy.on_down),
	SERVICE(DRAIN_FOR, NUMBER, policy.drain_for,
		RANGE(0, NF_DSR_TIMEOUT_MAX,
		      "drain-for must be 0 to 2147483 seconds")),
	SERVICE(NO_BACKEND, NUMBER, policy.no_backend),
	SERVICE(UNMATCHED, NUMBER, policy.unmatched),
	SERVICE(PERSIST_PREFIX4, NUMBER, policy.persist_prefix4,
		RANGE(1, 32, "persist-prefix4 must be 1 to 32")),
	SERVICE(PERSIST_PREFIX6, NUMBER, policy.persist_prefix6,
		RANGE(1, 128, "persist-prefix6 must be 1 to 128")),
	SERVICE(ONE_PACKET, NUMBER, policy.one_packet,
		RANGE(0, 1, "one-packet must be 0 or 1")),
	SERVICE(MIN_ACTIVE, NUMBER, policy.min_active,
		RANGE(1, NF_DSR_BACKENDS_MAX,
		      "min-active must be 1 to 65535 backends")),
	SERVICE(PERSIST, NUMBER, policy.persist,
		RANGE(0, NF_DSR_TIMEOUT_MAX,
		      "persist must be 0 to 2147483 seconds")),
	SERVICE(FAIL_OPEN_BELOW, NUMBER, policy.fail_open_below,
		.is_valid = dsr_share_below_ok,
		.refusal =
			"fail-open-below must be 0 to 65535, or 65537 to 65636 for 1 to 100 %"),
	SERVICE(SLOW_START, NUMBER, policy.slow_start,
		RANGE(0, NF_DSR_TIMEOUT_MAX,
		      "slow-start must be 0 to 2147483 seconds")),
	SERVICE(TABLE_SIZE, NUMBER, policy.table_size,
		.is_valid = dsr_maglev_slots_ok,
		.refusal =
			"table-size must be a prime from 251 to 131071, such as 4093 or 65537"),
	FWD_OPTIONS(dsr_service_conf, SERVICE),
	SERVICE(DSCP, NUMBER, fwd.dscp, .bit = DSR_FWD_DSCP,
		RANGE(1, 63, "DSCP must be 1 to 63")),
	TIMEOUT(TCP, NF_DSR_FLOW_STATE_ESTABLISHED),
	TIMEOUT(TCP_SYN, NF_DSR_FLOW_STATE_SYN),
	TIMEOUT(TCP_CLOSING, NF_DSR_FLOW_STATE_CLOSING),
	TIMEOUT(TCP_UNCONFIRMED, DSR_TIMEOUT_UNCONFIRMED),
	TIMEOUT(UDP, NF_DSR_FLOW_STATE_UDP),
	TIMEOUT(ICMP, NF_DSR_FLOW_STATE_ICMP),
	TIMEOUT(OTHER, NF_DSR_FLOW_STATE_OTHER),
	SERVICE(ECHO, NUMBER, policy.echo),
	SERVICE(SOURCE, OTHER, filter.nr),
	SERVICE(SOURCE_OTHER, OTHER, filter.source_other),
	SERVICE(DEV, OTHER, filter.dev),
};

static const struct dsr_nl_options dsr_nl_service_options = {
	.options = dsr_nl_service_table,
	.nr	= ARRAY_SIZE(dsr_nl_service_table),
	.unset	= NF_DSR_A_SERVICE_UNSET,
	.fwd	= offsetof(struct dsr_service_conf, fwd),
};

#define BACKEND(name, type, member, ...)			\
	[NF_DSR_A_BACKEND_##name] =				\
		OPTION(dsr_backend_conf, type, member, __VA_ARGS__)

static const struct dsr_nl_option dsr_nl_backend_table[] = {
	BACKEND(STATE, NUMBER, state),
	BACKEND(WEIGHT, NUMBER, weight,
		RANGE(0, NF_DSR_WEIGHT_MAX, "weight must be 0 to 65535")),
	FWD_OPTIONS(dsr_backend_conf, BACKEND),
	BACKEND(DRAIN_TIMEOUT, NUMBER, drain_timeout,
		RANGE(0, NF_DSR_TIMEOUT_MAX,
		      "drain-timeout must be 0 to 2147483 seconds")),
	BACKEND(HEALTH, NUMBER, health),
	BACKEND(PRIORITY, NUMBER, priority),
	BACKEND(MAX_FLOWS, NUMBER, max_flows),
	BACKEND(MIN_FLOWS, NUMBER, min_flows),
	BACKEND(CHECK_MARK, NUMBER, check_mark),
};

static const struct dsr_nl_options dsr_nl_backend_options = {
	.options = dsr_nl_backend_table,
	.nr	= ARRAY_SIZE(dsr_nl_backend_table),
	.unset	= NF_DSR_A_BACKEND_UNSET,
	.fwd	= offsetof(struct dsr_backend_conf, fwd),
};

static struct dsr_fwd *dsr_nl_fwd(const struct dsr_nl_options *options,
				  void *conf)
{
	return conf + options->fwd;
}

static u64 dsr_nl_get_number(const struct dsr_nl_option *option,
			     const struct nlattr *attr)
{
	if (option->type == DSR_NL_PORT)
		return ntohs(nla_get_be16(attr));
	switch (option->size) {
	case 1:
		return nla_get_u8(attr);
	case 2:
		return nla_get_u16(attr);
	case 4:
		return nla_get_u32(attr);
	default:
		return nla_get_u64(attr);
	}
}

static int dsr_nl_check_addr(const struct dsr_nl_option *option,
			     const struct nlattr *attr,
			     struct netlink_ext_ack *extack)
{
	u8 family = option->type == DSR_NL_IPV4 ? AF_INET : AF_INET6;
	union nf_inet_addr addr = {};

	nla_memcpy(&addr, attr, option->size);
	if (dsr_addr_is_unicast(family, &addr))
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr,
			    "outer source must be a unicast address");
	return -EINVAL;
}

static int dsr_nl_check_number(const struct dsr_nl_option *option,
			       const struct nlattr *attr,
			       struct netlink_ext_ack *extack)
{
	u64 value = dsr_nl_get_number(option, attr);

	if (!option->refusal)
		return 0;
	if (option->is_valid ? option->is_valid(value) :
			       value >= option->min && value <= option->max)
		return 0;
	extack->_msg = option->refusal;
	NL_SET_BAD_ATTR(extack, attr);
	return -ERANGE;
}

/* Read the options that the request gives. The policy has checked their lengths. */
static int dsr_nl_get_options(const struct dsr_nl_options *options,
			      struct nlattr **tb, void *conf,
			      struct netlink_ext_ack *extack)
{
	const struct dsr_nl_option *option;
	const struct nlattr *attr;
	unsigned int i;
	int err;

	for (i = 0; i < options->nr; i++) {
		option = &options->options[i];
		attr = option->size ? tb[i] : NULL;
		if (!attr || option->type == DSR_NL_OTHER)
			continue;
		if (option->type == DSR_NL_IPV4 || option->type == DSR_NL_IPV6)
			err = dsr_nl_check_addr(option, attr, extack);
		else
			err = dsr_nl_check_number(option, attr, extack);
		if (err)
			return err;
		nla_memcpy(conf + option->offset, attr, option->size);
		dsr_nl_fwd(options, conf)->set |= option->bit;
	}
	return 0;
}

int dsr_nl_get_service_options(struct nlattr **tb,
			       struct dsr_service_conf *conf,
			       struct netlink_ext_ack *extack)
{
	return dsr_nl_get_options(&dsr_nl_service_options, tb, conf, extack);
}

int dsr_nl_get_backend_options(struct nlattr **tb,
			       struct dsr_backend_conf *conf,
			       struct netlink_ext_ack *extack)
{
	return dsr_nl_get_options(&dsr_nl_backend_options, tb, conf, extack);
}

static int dsr_nl_put_option(struct sk_buff *skb, int attr, int size,
			     const void *value)
{
	/* Receivers ignore attributes of type 0, which serve as padding here. */
	if (size == sizeof(u64))
		return nla_put_64bit(skb, attr, size, value, 0);
	return nla_put(skb, attr, size, value);
}

static int dsr_nl_put_options(struct sk_buff *skb,
			      const struct dsr_nl_options *options,
			      const void *conf)
{
	const struct dsr_fwd *fwd = dsr_nl_fwd(options, (void *)conf);
	const struct dsr_nl_option *option;
	unsigned int i;

	for (i = 0; i < options->nr; i++) {
		option = &options->options[i];
		if (!option->size || option->type == DSR_NL_OTHER ||
		    (option->bit && !(fwd->set & option->bit)))
			continue;
		if (dsr_nl_put_option(skb, i, option->size,
				      conf + option->offset))
			return -EMSGSIZE;
	}
	return 0;
}

int dsr_nl_put_service_options(struct sk_buff *skb,
			       const struct dsr_service_conf *conf)
{
	return dsr_nl_put_options(skb, &dsr_nl_service_options, conf);
}

int dsr_nl_put_backend_options(struct sk_buff *skb,
			       const struct dsr_backend_conf *conf)
{
	return dsr_nl_put_options(skb, &dsr_nl_backend_options, conf);
}

/* Set an option to its default. Return true if @attr is the number of an option. */
static bool dsr_nl_unset_option(const struct dsr_nl_options *options, u16 attr,
				void *conf, const void *defaults)
{
	const struct dsr_fwd *from = dsr_nl_fwd(options, (void *)defaults);
	struct dsr_fwd *fwd = dsr_nl_fwd(options, conf);
	const struct dsr_nl_option *option;

	if (attr >= options->nr || !options->options[attr].size)
		return false;
	option = &options->options[attr];
	memcpy(conf + option->offset, defaults + option->offset, option->size);
	fwd->set &= ~option->bit;
	fwd->set |= from->set & option->bit;
	return true;
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

static int dsr_nl_unset_options(const struct dsr_nl_options *options,
				const struct dsr_nl_req *req, void *conf,
				const void *defaults)
{
	const struct nlattr *unset = NULL;
	bool is_option;
	int err;

	while ((unset = dsr_nl_next_unset(req, options->unset, unset))) {
		is_option = dsr_nl_unset_option(options, nla_get_u16(unset),
						conf, defaults);
		err = dsr_nl_check_unset(req, unset, is_option);
		if (err)
			return err;
	}
	return 0;
}

int dsr_nl_unset_service(const struct dsr_nl_req *req,
			 struct dsr_service_conf *conf,
			 const struct dsr_service_conf *defaults)
{
	const struct nlattr *unset = NULL;

	/* Without this, the service would keep its current seed. */
	while ((unset = dsr_nl_next_unset(req, NF_DSR_A_SERVICE_UNSET, unset)))
		conf->seeded |= nla_get_u16(unset) == NF_DSR_A_SERVICE_SEED;
	return dsr_nl_unset_options(&dsr_nl_service_options, req, conf,
				    defaults);
}

int dsr_nl_unset_backend(const struct dsr_nl_req *req,
			 struct dsr_backend_conf *conf)
{
	return dsr_nl_unset_options(&dsr_nl_backend_options, req, conf,
				    &dsr_backend_conf_default);
}
