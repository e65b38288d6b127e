// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Conversion between the structs of the model and attributes, by the tables of
 * attr_table.c.
 */
#include <arpa/inet.h>
#include <assert.h>
#include <linux/genetlink.h>
#include <netlink/attr.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "attr_table.h"
#include "nl_attr.h"

static int wire_size(enum attr_kind kind)
{
	switch (kind) {
	case U8:
		return 1;
	case U16:
	case BE16:
		return 2;
	case U32:
	case ADDR4:
		return 4;
	case U64:
		return 8;
	case ADDR6:
		return 16;
	default:
		return 0;
	}
}

/* Check the result of putting an attribute. A new message has room for any object of
 * the model, so this cannot fail.
 */
void attr_check_put(int error)
{
	assert(!error);
}

void attr_put_addr(struct nl_msg *msg, int attr4, int attr6, const struct dsr_addr *addr)
{
	if (addr->family == AF_INET)
		attr_check_put(nla_put(msg, attr4, 4, addr->bytes));
	else
		attr_check_put(nla_put(msg, attr6, 16, addr->bytes));
}

void attr_put_service_key(struct nl_msg *msg, const struct dsr_key *key)
{
	if (*key->vrf)
		attr_check_put(nla_put_string(msg, NF_DSR_A_SERVICE_VRF, key->vrf));
	if (key->by_mark) {
		attr_check_put(nla_put_u32(msg, NF_DSR_A_SERVICE_MARK, key->mark));
		attr_check_put(nla_put_u8(msg, NF_DSR_A_SERVICE_FAMILY,
					  key->addr.family == AF_INET ? 4 : 6));
		return;
	}
	attr_put_addr(msg, NF_DSR_A_SERVICE_ADDR4, NF_DSR_A_SERVICE_ADDR6, &key->addr);
	if (key->prefix_len != addr_bits(key->addr.family))
		attr_check_put(nla_put_u8(msg, NF_DSR_A_SERVICE_PREFIX_LEN, key->prefix_len));
	attr_check_put(nla_put_u8(msg, NF_DSR_A_SERVICE_PROTOCOL, key->protocol));
	if (key->port)
		attr_check_put(nla_put_u16(msg, NF_DSR_A_SERVICE_PORT, htons(key->port)));
	if (key->port_end != key->port)
		attr_check_put(nla_put_u16(msg, NF_DSR_A_SERVICE_PORT_END, htons(key->port_end)));
}

static const void *bytes_at(const void *addr)
{
	return ((const struct dsr_addr *)addr)->bytes;
}

static void put_attr(struct nl_msg *msg, int attr, enum attr_kind kind, const void *value)
{
	if (kind == STRING)
		attr_check_put(nla_put_string(msg, attr, value));
	else if (kind == BE16)
		attr_check_put(nla_put_u16(msg, attr, htons(*(const __u16 *)value)));
	else if (kind == ADDR4 || kind == ADDR6)
		attr_check_put(nla_put(msg, attr, wire_size(kind), bytes_at(value)));
	else
		attr_check_put(nla_put(msg, attr, wire_size(kind), value));
}

/* Put the options that are set, and one attribute for each option to unset. */
static void put_conf(struct nl_msg *msg, enum conf_object object, int unset_attr,
		     const struct dsr_conf *conf)
{
	const struct conf_option *option;

	for (option = conf_options; option->name; option++) {
		int attr = conf_attr(option, object);

		if (!attr)
			continue;
		if (conf->set & conf_bit(option) && option->kind == NESTS)
			attr_put_sources(msg, conf);
		else if (conf->set & conf_bit(option))
			put_attr(msg, attr, option->kind, (const char *)conf + option->offset);
		if (conf->unset & conf_bit(option))
			attr_check_put(nla_put_u16(msg, unset_attr, attr));
	}
}

void attr_put_service(struct nl_msg *msg, const struct dsr_key *key, const struct dsr_conf *conf)
{
	attr_put_service_key(msg, key);
	put_conf(msg, CONF_SERVICE, NF_DSR_A_SERVICE_UNSET, conf);
}

void attr_put_service_nest(struct nl_msg *msg, int attr, const struct dsr_key *key)
{
	struct nlattr *nest = error_check_alloc(nla_nest_start(msg, attr | NLA_F_NESTED));

	attr_put_service_key(msg, key);
	nla_nest_end(msg, nest);
}

void attr_put_backend_key(struct nl_msg *msg, const struct dsr_key *service,
			  const struct dsr_addr *addr)
{
	attr_put_service_nest(msg, NF_DSR_A_BACKEND_SERVICE, service);
	if (addr->family)
		attr_put_addr(msg, NF_DSR_A_BACKEND_ADDR4, NF_DSR_A_BACKEND_ADDR6, addr);
}

void attr_put_backend(struct nl_msg *msg, const struct dsr_key *service,
		      const struct dsr_addr *addr, const struct dsr_conf *conf)
{
	attr_put_backend_key(msg, service, addr);
	put_conf(msg, CONF_BACKEND, NF_DSR_A_BACKEND_UNSET, conf);
}

void attr_put_device(struct nl_msg *msg, const char *name)
{
	attr_check_put(nla_put_string(msg, NF_DSR_A_DEVICE_NAME, name));
}

void attr_put_explain(struct nl_msg *msg)
{
	attr_check_put(nla_put_flag(msg, NF_DSR_A_STATS_EXPLAIN));
}

void attr_put_trace(struct nl_msg *msg, const struct dsr_trace *trace)
{
	const struct attr_info *info;
	int i;

	attr_put_addr(msg, NF_DSR_A_TRACE_SRC4, NF_DSR_A_TRACE_SRC6, &trace->source);
	attr_put_addr(msg, NF_DSR_A_TRACE_DST4, NF_DSR_A_TRACE_DST6, &trace->destination);
	attr_check_put(nla_put_u8(msg, NF_DSR_A_TRACE_PROTOCOL, trace->protocol));
	for (i = 1; i <= attr_trace_set.max; i++) {
		info = &attr_trace_set.infos[i];
		if (info->bit & trace->set)
			put_attr(msg, i, info->kind, (const char *)trace + info->offset);
	}
}

static int bad_message(struct dsr_error *err)
{
	return error_refused(err, "the kernel's answer is malformed");
}

void attr_get_addr(const struct nlattr *nla, int family, struct dsr_addr *addr)
{
	memset(addr, 0, sizeof(*addr));
	addr->family = family;
	memcpy(addr->bytes, nla_data(nla), nla_len(nla));
}

static int get_attr(struct nlattr *nla, enum attr_kind kind, const struct attr_set *nested,
		    void *field, struct dsr_error *err)
{
	int size = wire_size(kind);
	__u16 port;

	if (nla_len(nla) < size)
		return bad_message(err);
	switch (kind) {
	case U8:
	case U16:
	case U32:
	case U64:
		memcpy(field, nla_data(nla), size);
		return 0;
	case BE16:
		port = ntohs(nla_get_u16(nla));
		memcpy(field, &port, sizeof(port));
		return 0;
	case STRING:
		nla_strlcpy(field, nla, DSR_TEXT);
		return 0;
	case ADDR4:
	case ADDR6:
		if (nla_len(nla) != size)
			return bad_message(err);
		attr_get_addr(nla, kind == ADDR4 ? AF_INET : AF_INET6, field);
		return 0;
	case NEST:
		return attr_get_nest(nla, nested, field, err);
	case NESTS:
	case OPTION:
	case FLAG:
		break;
	}
	return 0;
}

/* Fill in the meaning of absent attributes of a key. */
static void complete_key(struct dsr_key *key, struct nlattr *const *tb)
{
	key->by_mark = tb[NF_DSR_A_SERVICE_MARK];
	if (key->by_mark)
		key->addr.family = key->version == 6 ? AF_INET6 : AF_INET;
	if (!tb[NF_DSR_A_SERVICE_PREFIX_LEN])
		key->prefix_len = addr_bits(key->addr.family);
	if (!tb[NF_DSR_A_SERVICE_PORT_END])
		key->port_end = key->port;
}

static int get_options(struct nlattr *const *tb, enum conf_object object, struct dsr_conf *conf,
		       struct dsr_error *err)
{
	const struct conf_option *option;

	for (option = conf_options; option->name; option++) {
		int attr = conf_attr(option, object);

		if (!attr || !tb[attr])
			continue;
		if (get_attr(tb[attr], option->kind, NULL, (char *)conf + option->offset, err))
			return -1;
		conf->set |= conf_bit(option);
	}
	return 0;
}

static int get_attrs(struct nlattr *first, int len, const struct attr_set *set, void *base,
		     struct dsr_error *err)
{
	/* A service has the most attributes of all sets. */
	struct nlattr *tb[NF_DSR_A_SERVICE_MAX + 1];
	int i;

	assert(set->max <= NF_DSR_A_SERVICE_MAX);
	if (nla_parse(tb, set->max, first, len, NULL))
		return bad_message(err);
	for (i = 1; i <= set->max; i++) {
		const struct attr_info *info = &set->infos[i];

		if (!tb[i] || !info->name)
			continue;
		if (get_attr(tb[i], info->kind, info->nested, (char *)base + info->offset, err))
			return -1;
		if (info->bit)
			*(__u64 *)((char *)base + set->set_offset) |= info->bit;
	}
	if (set == &attr_service_set || set == &attr_key_set)
		complete_key(base, tb);
	if (set->object)
		return get_options(tb, set->object,
				   (struct dsr_conf *)((char *)base + set->conf_offset), err);
	return 0;
}

int attr_get_nest(struct nlattr *nla, const struct attr_set *set, void *base,
		  struct dsr_error *err)
{
	return get_attrs(nla_data(nla), nla_len(nla), set, base, err);
}

struct nlattr *attr_first(const struct nlmsghdr *hdr)
{
	return nlmsg_attrdata(hdr, GENL_HDRLEN);
}

int attr_len(const struct nlmsghdr *hdr)
{
	return nlmsg_attrlen(hdr, GENL_HDRLEN);
}

int attr_get_all(const struct nlmsghdr *hdr, const struct attr_set *set, void *base,
		 struct dsr_error *err)
{
	return get_attrs(attr_first(hdr), attr_len(hdr), set, base, err);
}

int attr_get_service(const struct nlmsghdr *hdr, struct dsr_service *service,
		     struct dsr_error *err)
{
	memset(service, 0, sizeof(*service));
	if (get_attrs(attr_first(hdr), attr_len(hdr), &attr_service_set, service, err))
		return -1;
	return attr_get_sources(hdr, &service->conf, err);
}

int attr_get_backend(const struct nlmsghdr *hdr, struct dsr_backend *backend,
		     struct dsr_error *err)
{
	memset(backend, 0, sizeof(*backend));
	return get_attrs(attr_first(hdr), attr_len(hdr), &attr_backend_set, backend, err);
}

int attr_get_flow(const struct nlmsghdr *hdr, struct dsr_flow *flow, struct dsr_error *err)
{
	memset(flow, 0, sizeof(*flow));
	return get_attrs(attr_first(hdr), attr_len(hdr), &attr_flow_set, flow, err);
}

int attr_get_device(const struct nlmsghdr *hdr, struct dsr_device *device,
		    struct dsr_error *err)
{
	memset(device, 0, sizeof(*device));
	return get_attrs(attr_first(hdr), attr_len(hdr), &attr_device_set, device, err);
}

static int get_drop(struct nlattr *nla, struct dsr_stats *stats, struct dsr_error *err)
{
	struct nlattr *tb[NF_DSR_A_DROP_MAX + 1];
	struct dsr_drop *drop;

	if (nla_parse_nested(tb, NF_DSR_A_DROP_MAX, nla, NULL) || !tb[NF_DSR_A_DROP_NAME] ||
	    !tb[NF_DSR_A_DROP_PACKETS] || nla_len(tb[NF_DSR_A_DROP_PACKETS]) < 8)
		return bad_message(err);
	stats->drops = error_check_alloc(reallocarray(stats->drops, stats->n_drops + 1,
						      sizeof(*stats->drops)));
	drop = &stats->drops[stats->n_drops++];
	drop->name = error_check_alloc(nla_strdup(tb[NF_DSR_A_DROP_NAME]));
	drop->doc = NULL;
	if (tb[NF_DSR_A_DROP_DOC])
		drop->doc = error_check_alloc(nla_strdup(tb[NF_DSR_A_DROP_DOC]));
	drop->packets = nla_get_u64(tb[NF_DSR_A_DROP_PACKETS]);
	return 0;
}

int attr_get_stats(const struct nlmsghdr *hdr, struct dsr_stats *stats, struct dsr_error *err)
{
	struct nlattr *nla;
	int rem;

	memset(stats, 0, sizeof(*stats));
	if (get_attrs(attr_first(hdr), attr_len(hdr), &attr_stats_set, stats, err))
		return -1;
	nla_for_each_attr(nla, attr_first(hdr), attr_len(hdr), rem)
		if (nla_type(nla) == NF_DSR_A_STATS_DROPS && get_drop(nla, stats, err))
			return -1;
	return 0;
}

static void get_lladdr(const struct nlattr *nla, char *text, size_t size)
{
	const __u8 *bytes = nla_data(nla);
	size_t used = 0;
	int i;

	for (i = 0; i < nla_len(nla) && used < size; i++)
		used += snprintf(text + used, size - used, "%s%02x", i ? ":" : "", bytes[i]);
}

int attr_get_trace(const struct nlmsghdr *hdr, struct dsr_trace *trace, struct dsr_error *err)
{
	struct nlattr *nla;
	int rem;

	if (get_attrs(attr_first(hdr), attr_len(hdr), &attr_trace_set, trace, err))
		return -1;
	nla_for_each_attr(nla, attr_first(hdr), attr_len(hdr), rem) {
		if (nla_type(nla) == NF_DSR_A_TRACE_REASON_DOC)
			nla_strlcpy(trace->meaning, nla, sizeof(trace->meaning));
		else if (nla_type(nla) == NF_DSR_A_TRACE_LLADDR)
			get_lladdr(nla, trace->lladdr, sizeof(trace->lladdr));
	}
	return 0;
}
