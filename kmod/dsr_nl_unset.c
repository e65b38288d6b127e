// SPDX-License-Identifier: GPL-2.0
/*
 * Options that go back to their defaults: the attribute unset of services and backends.
 */
#include "dsr_nl.h"
#include "dsr_service.h"

/**
 * struct dsr_nl_option - where an option is in the struct that a request fills
 * @attr: number of its attribute
 * @offset: of the member
 * @size: of the member
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
 * struct dsr_nl_fwd_option - the same of struct dsr_fwd, for services and backends
 * @id: offset of its attribute's number in struct dsr_nl_fwd_ids
 * @offset: of the member
 * @size: of the member
 * @bit: of dsr_fwd.set
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

/* Return true if the attribute is one of the table's, which ends with an empty entry. */
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

/* The same of what a service says to all of its backends, or a backend for itself. */
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

/* The next option that the request unsets, behind @attr; NULL: there are no more. */
static const struct nlattr *dsr_nl_next_unset(const struct dsr_nl_ask *ask,
					      int type,
					      const struct nlattr *attr)
{
	int rem = ask->len;

	if (attr) {
		rem -= (const void *)attr - (const void *)ask->first;
		attr = nla_next(attr, &rem);
	} else {
		attr = ask->first;
	}
	for (; nla_ok(attr, rem); attr = nla_next(attr, &rem)) {
		if (nla_type(attr) == type)
			return attr;
	}
	return NULL;
}

static int dsr_nl_check_unset(const struct dsr_nl_ask *ask,
			      const struct nlattr *unset, bool is_option)
{
	if (!is_option) {
		NL_SET_ERR_MSG_ATTR(ask->extack, unset,
				    "unset must be the number of an option: this attribute is none");
		return -EINVAL;
	}
	if (ask->tb[nla_get_u16(unset)]) {
		NL_SET_ERR_MSG_ATTR(ask->extack, unset,
				    "option is both set and unset");
		return -EINVAL;
	}
	return 0;
}

int dsr_nl_unset_service(const struct dsr_nl_ask *ask,
			 const struct dsr_nl_fwd_ids *ids,
			 struct dsr_service_conf *conf,
			 const struct dsr_service_conf *defaults)
{
	const struct nlattr *unset = NULL;
	bool is_option;
	int attr, err;

	while ((unset = dsr_nl_next_unset(ask, NF_DSR_A_SERVICE_UNSET, unset))) {
		attr = nla_get_u16(unset);
		is_option = dsr_nl_unset_option(dsr_nl_service_options, attr,
						conf, defaults) ||
			    dsr_nl_unset_fwd(ids, attr, &conf->fwd,
					     &defaults->fwd);
		err = dsr_nl_check_unset(ask, unset, is_option);
		if (err)
			return err;
		/* Else the service would keep the seed that it has. */
		conf->seeded |= attr == NF_DSR_A_SERVICE_SEED;
	}
	return 0;
}

int dsr_nl_unset_backend(const struct dsr_nl_ask *ask,
			 const struct dsr_nl_fwd_ids *ids,
			 struct dsr_backend_conf *conf)
{
	const struct dsr_backend_conf *defaults = &dsr_backend_conf_default;
	const struct nlattr *unset = NULL;
	bool is_option;
	int attr, err;

	while ((unset = dsr_nl_next_unset(ask, NF_DSR_A_BACKEND_UNSET, unset))) {
		attr = nla_get_u16(unset);
		is_option = attr &&
			    (dsr_nl_unset_option(dsr_nl_backend_options, attr,
						 conf, defaults) ||
			     dsr_nl_unset_fwd(ids, attr, &conf->fwd,
					      &defaults->fwd));
		err = dsr_nl_check_unset(ask, unset, is_option);
		if (err)
			return err;
	}
	return 0;
}
