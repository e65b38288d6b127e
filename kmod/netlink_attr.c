// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink attributes that several requests have in common: addresses, the keys of
 * services, counters; and the attributes of a service's filter. See netlink.h.
 */
#include <linux/inetdevice.h>
#include <net/ipv6.h>

#include "match.h"
#include "net.h"
#include "netlink.h"

int dsr_nl_get_addr(const struct nlattr *addr4, const struct nlattr *addr6,
		    u8 *family, union nf_inet_addr *addr,
		    struct netlink_ext_ack *extack)
{
	memset(addr, 0, sizeof(*addr));
	if (!addr4 == !addr6) {
		NL_SET_ERR_MSG_ATTR(extack, addr6,
				    "give exactly one address, IPv4 or IPv6");
		return -EINVAL;
	}
	if (addr4) {
		*family = AF_INET;
		addr->ip = nla_get_in_addr(addr4);
		return 0;
	}
	*family = AF_INET6;
	addr->in6 = nla_get_in6_addr(addr6);
	if (ipv6_addr_v4mapped(&addr->in6)) {
		NL_SET_ERR_MSG_ATTR(extack, addr6,
				    "IPv4-mapped address: give it as IPv4");
		return -EINVAL;
	}
	return 0;
}

int dsr_nl_put_addr(struct sk_buff *skb, int attr4, int attr6, u8 family,
		    const union nf_inet_addr *addr)
{
	if (family == AF_INET)
		return nla_put_in_addr(skb, attr4, addr->ip);
	return nla_put_in6_addr(skb, attr6, &addr->in6);
}

int dsr_nl_get_prefix(const struct nlattr *addr4, const struct nlattr *addr6,
		      const struct nlattr *len, u8 *family,
		      struct dsr_prefix *prefix, struct netlink_ext_ack *extack)
{
	union nf_inet_addr first;
	u8 max;
	int err;

	err = dsr_nl_get_addr(addr4, addr6, family, &prefix->addr, extack);
	if (err)
		return err;
	max = *family == AF_INET ? 32 : 128;
	prefix->len = len ? nla_get_u8(len) : max;
	if (prefix->len > max) {
		NL_SET_ERR_MSG_ATTR(extack, len,
				    "prefix is longer than the address");
		return -EINVAL;
	}
	dsr_addr_mask(&first, *family, &prefix->addr, prefix->len);
	if (!dsr_addr_eq(&first, &prefix->addr)) {
		NL_SET_ERR_MSG_ATTR(extack, addr4 ?: addr6,
				    "address has bits set behind its prefix");
		return -EINVAL;
	}
	return 0;
}

static int dsr_nl_get_vip(struct nlattr **tb, struct dsr_service_key *key,
			  struct netlink_ext_ack *extack)
{
	const struct nlattr *addr4 = tb[NF_DSR_A_SERVICE_ADDR4];
	const struct nlattr *addr6 = tb[NF_DSR_A_SERVICE_ADDR6];
	struct dsr_prefix vip;
	int err;

	err = dsr_nl_get_prefix(addr4, addr6, tb[NF_DSR_A_SERVICE_PREFIX_LEN],
				&key->family, &vip, extack);
	if (err)
		return err;
	key->addr = vip.addr;
	key->prefix_len = vip.len;
	if (key->prefix_len && !dsr_addr_is_unicast(key->family, &key->addr)) {
		NL_SET_ERR_MSG_ATTR(extack, addr4 ?: addr6,
				    "VIP must be unicast, neither loopback nor link-local");
		return -EINVAL;
	}
	return 0;
}

static int dsr_nl_get_ports(struct nlattr **tb, struct dsr_service_key *key,
			    struct netlink_ext_ack *extack)
{
	const struct nlattr *port = tb[NF_DSR_A_SERVICE_PORT];
	const struct nlattr *end = tb[NF_DSR_A_SERVICE_PORT_END];

	key->port = 0;
	key->port_end = U16_MAX;
	if (!port && !end)
		return 0;
	if (!port) {
		NL_SET_ERR_MSG_ATTR(extack, end,
				    "port range needs a first port");
		return -EINVAL;
	}
	if (!key->proto) {
		NL_SET_ERR_MSG_ATTR(extack, port, "protocol any has no ports");
		return -EINVAL;
	}
	key->port = ntohs(nla_get_be16(port));
	key->port_end = end ? ntohs(nla_get_be16(end)) : key->port;
	if (!key->port) {
		NL_SET_ERR_MSG_ATTR(extack, port,
				    "port must be 1 to 65535, or absent for any port");
		return -EINVAL;
	}
	if (key->port_end < key->port) {
		NL_SET_ERR_MSG_ATTR(extack, end,
				    "port range ends before it begins");
		return -EINVAL;
	}
	return 0;
}

/* Get the key of a service that matches a mark, and all packets that have it. */
static int dsr_nl_get_mark(struct nlattr **tb, struct dsr_service_key *key,
			   struct netlink_ext_ack *extack)
{
	static const int others[] = {
		NF_DSR_A_SERVICE_ADDR4, NF_DSR_A_SERVICE_ADDR6,
		NF_DSR_A_SERVICE_PREFIX_LEN, NF_DSR_A_SERVICE_PORT,
		NF_DSR_A_SERVICE_PORT_END,
	};
	const struct nlattr *mark = tb[NF_DSR_A_SERVICE_MARK];
	const struct nlattr *family = tb[NF_DSR_A_SERVICE_FAMILY];
	const struct nlattr *proto = tb[NF_DSR_A_SERVICE_PROTOCOL];
	u8 version = family ? nla_get_u8(family) : 4;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(others); i++) {
		if (!tb[others[i]])
			continue;
		NL_SET_ERR_MSG_ATTR(extack, tb[others[i]],
				    "a service with a mark has neither address nor ports");
		return -EINVAL;
	}
	if (proto && nla_get_u8(proto)) {
		NL_SET_ERR_MSG_ATTR(extack, proto,
				    "a service with a mark is for any protocol");
		return -EINVAL;
	}
	if (!nla_get_u32(mark)) {
		NL_SET_ERR_MSG_ATTR(extack, mark,
				    "mark must be 1 to 4294967295: 0 is no mark");
		return -EINVAL;
	}
	if (version != 4 && version != 6) {
		NL_SET_ERR_MSG_ATTR(extack, family, "family must be 4 or 6");
		return -EAFNOSUPPORT;
	}
	key->addr.all[0] = nla_get_u32(mark);
	key->prefix_len = DSR_PREFIX_MARK;
	key->family = version == 4 ? AF_INET : AF_INET6;
	key->port_end = U16_MAX;
	return 0;
}

int dsr_nl_get_key(struct nlattr **tb, struct dsr_service_key *key,
		   struct netlink_ext_ack *extack)
{
	const struct nlattr *proto = tb[NF_DSR_A_SERVICE_PROTOCOL];
	const struct nlattr *family = tb[NF_DSR_A_SERVICE_FAMILY];
	int err;

	memset(key, 0, sizeof(*key));
	if (tb[NF_DSR_A_SERVICE_VRF])
		nla_strscpy(key->vrf, tb[NF_DSR_A_SERVICE_VRF],
			    sizeof(key->vrf));
	if (tb[NF_DSR_A_SERVICE_MARK])
		return dsr_nl_get_mark(tb, key, extack);
	if (family) {
		NL_SET_ERR_MSG_ATTR(extack, family,
				    "family is only for services with a mark: an address has its own family");
		return -EINVAL;
	}
	err = dsr_nl_get_vip(tb, key, extack);
	if (err)
		return err;
	key->proto = proto ? nla_get_u8(proto) : 0;
	if (key->proto && key->proto != IPPROTO_TCP &&
	    key->proto != IPPROTO_UDP && key->proto != IPPROTO_SCTP) {
		NL_SET_ERR_MSG_ATTR(extack, proto,
				    "protocol must be 6 (TCP), 17 (UDP), 132 (SCTP), or 0 for any");
		return -EPROTONOSUPPORT;
	}
	return dsr_nl_get_ports(tb, key, extack);
}

static int dsr_nl_put_mark(struct sk_buff *skb,
			   const struct dsr_service_key *key)
{
	if (nla_put_u32(skb, NF_DSR_A_SERVICE_MARK, dsr_key_mark(key)) ||
	    nla_put_u8(skb, NF_DSR_A_SERVICE_FAMILY,
		       key->family == AF_INET ? 4 : 6) ||
	    nla_put_u8(skb, NF_DSR_A_SERVICE_PROTOCOL, 0))
		return -EMSGSIZE;
	return 0;
}

int dsr_nl_put_key(struct sk_buff *skb, const struct dsr_service_key *key)
{
	if (key->vrf[0] && nla_put_string(skb, NF_DSR_A_SERVICE_VRF, key->vrf))
		return -EMSGSIZE;
	if (dsr_key_mark(key))
		return dsr_nl_put_mark(skb, key);
	if (dsr_nl_put_addr(skb, NF_DSR_A_SERVICE_ADDR4, NF_DSR_A_SERVICE_ADDR6,
			    key->family, &key->addr) ||
	    nla_put_u8(skb, NF_DSR_A_SERVICE_PREFIX_LEN, key->prefix_len) ||
	    nla_put_u8(skb, NF_DSR_A_SERVICE_PROTOCOL, key->proto))
		return -EMSGSIZE;
	if (dsr_key_any_port(key))
		return 0;
	if (nla_put_be16(skb, NF_DSR_A_SERVICE_PORT, htons(key->port)) ||
	    nla_put_be16(skb, NF_DSR_A_SERVICE_PORT_END, htons(key->port_end)))
		return -EMSGSIZE;
	return 0;
}

int dsr_nl_put_key_nest(struct sk_buff *skb, int attr,
			const struct dsr_service_key *key)
{
	struct nlattr *nest = nla_nest_start(skb, attr);

	if (!nest)
		return -EMSGSIZE;
	if (dsr_nl_put_key(skb, key)) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

struct dsr_service *dsr_nl_get_service(struct dsr_net *dn,
				       const struct nlattr *nest,
				       struct netlink_ext_ack *extack)
{
	struct nlattr *tb[ARRAY_SIZE(nf_dsr_service_key_nl_policy)];
	struct dsr_service_key key;
	struct dsr_service *svc;
	int err;

	if (!nest) {
		NL_SET_ERR_MSG(extack, "the service is missing");
		return ERR_PTR(-EINVAL);
	}
	err = nla_parse_nested(tb, ARRAY_SIZE(tb) - 1, nest,
			       nf_dsr_service_key_nl_policy, extack);
	if (!err)
		err = dsr_nl_get_key(tb, &key, extack);
	if (err)
		return ERR_PTR(err);
	svc = dsr_service_lookup(dn, &key);
	if (!svc) {
		NL_SET_ERR_MSG_ATTR(extack, nest, "no such service");
		return ERR_PTR(-ENOENT);
	}
	return svc;
}

int dsr_nl_put_counters(struct sk_buff *skb, int attr,
			const struct dsr_counters *sum)
{
	struct nlattr *nest = nla_nest_start(skb, attr);

	if (!nest)
		return -EMSGSIZE;
	if (nla_put_u64_64bit(skb, NF_DSR_A_COUNTERS_FLOWS, sum->flows,
			      NF_DSR_A_COUNTERS_PAD) ||
	    nla_put_u64_64bit(skb, NF_DSR_A_COUNTERS_PACKETS, sum->packets,
			      NF_DSR_A_COUNTERS_PAD) ||
	    nla_put_u64_64bit(skb, NF_DSR_A_COUNTERS_BYTES, sum->bytes,
			      NF_DSR_A_COUNTERS_PAD) ||
	    nla_put_u64_64bit(skb, NF_DSR_A_COUNTERS_ACTIVE,
			      sum->flows - min(sum->flows, sum->gone),
			      NF_DSR_A_COUNTERS_PAD) ||
	    nla_put_u64_64bit(skb, NF_DSR_A_COUNTERS_ICMP_ERRORS,
			      sum->icmp_errors, NF_DSR_A_COUNTERS_PAD) ||
	    nla_put_u64_64bit(skb, NF_DSR_A_COUNTERS_UNREACHABLE,
			      sum->unreachable, NF_DSR_A_COUNTERS_PAD) ||
	    nla_put_u64_64bit(skb, NF_DSR_A_COUNTERS_CHECK_PACKETS,
			      sum->check_packets, NF_DSR_A_COUNTERS_PAD) ||
	    nla_put_u64_64bit(skb, NF_DSR_A_COUNTERS_CHECK_BYTES,
			      sum->check_bytes, NF_DSR_A_COUNTERS_PAD)) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

/*
 * Attributes of a service that say which packets it accepts.
 */

static int dsr_nl_get_source(const struct nlattr *nest, u8 family,
			     struct dsr_filter_conf *conf,
			     struct netlink_ext_ack *extack)
{
	struct nlattr *tb[ARRAY_SIZE(nf_dsr_prefix_nl_policy)];
	struct dsr_prefix *source;
	u8 source_family;
	int err;

	if (conf->nr == NF_DSR_SOURCES_MAX) {
		NL_SET_ERR_MSG_ATTR(extack, nest,
				    "more than 16 sources of one service");
		return -E2BIG;
	}
	err = nla_parse_nested(tb, ARRAY_SIZE(tb) - 1, nest,
			       nf_dsr_prefix_nl_policy, extack);
	if (err)
		return err;
	source = &conf->sources[conf->nr];
	err = dsr_nl_get_prefix(tb[NF_DSR_A_PREFIX_ADDR4],
				tb[NF_DSR_A_PREFIX_ADDR6],
				tb[NF_DSR_A_PREFIX_PREFIX_LEN], &source_family,
				source, extack);
	if (err)
		return err;
	if (source_family != family) {
		NL_SET_ERR_MSG_ATTR(extack, nest,
				    "source must be of the service's family");
		return -EINVAL;
	}
	conf->nr++;
	return 0;
}

/* Get the sources. The attribute may occur many times; an empty one stands for no
 * source.
 */
static int dsr_nl_get_sources(const struct dsr_nl_req *req, u8 family,
			      struct dsr_filter_conf *conf)
{
	const struct nlattr *attr;
	int rem, err;

	if (!req->tb[NF_DSR_A_SERVICE_SOURCE])
		return 0;
	conf->nr = 0;
	memset(conf->sources, 0, sizeof(conf->sources));
	nla_for_each_attr(attr, req->first, req->len, rem) {
		if (nla_type(attr) != NF_DSR_A_SERVICE_SOURCE || !nla_len(attr))
			continue;
		err = dsr_nl_get_source(attr, family, conf, req->extack);
		if (err)
			return err;
	}
	return 0;
}

int dsr_nl_get_service_filter(const struct dsr_nl_req *req, u8 family,
			      struct dsr_filter_conf *conf)
{
	struct nlattr **tb = req->tb;

	if (tb[NF_DSR_A_SERVICE_SOURCE_OTHER])
		conf->source_other =
			nla_get_u8(tb[NF_DSR_A_SERVICE_SOURCE_OTHER]);
	if (tb[NF_DSR_A_SERVICE_DEV])
		nla_strscpy(conf->dev, tb[NF_DSR_A_SERVICE_DEV],
			    sizeof(conf->dev));
	return dsr_nl_get_sources(req, family, conf);
}

static int dsr_nl_put_source(struct sk_buff *skb, u8 family,
			     const struct dsr_prefix *source)
{
	struct nlattr *nest = nla_nest_start(skb, NF_DSR_A_SERVICE_SOURCE);

	if (!nest)
		return -EMSGSIZE;
	if (dsr_nl_put_addr(skb, NF_DSR_A_PREFIX_ADDR4, NF_DSR_A_PREFIX_ADDR6,
			    family, &source->addr) ||
	    nla_put_u8(skb, NF_DSR_A_PREFIX_PREFIX_LEN, source->len)) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

int dsr_nl_put_service_filter(struct sk_buff *skb, u8 family,
			      const struct dsr_filter_conf *conf)
{
	int i, err;

	for (i = 0; i < conf->nr; i++) {
		err = dsr_nl_put_source(skb, family, &conf->sources[i]);
		if (err)
			return err;
	}
	if (nla_put_u8(skb, NF_DSR_A_SERVICE_SOURCE_OTHER,
		       conf->source_other) ||
	    (conf->dev[0] &&
	     nla_put_string(skb, NF_DSR_A_SERVICE_DEV, conf->dev)))
		return -EMSGSIZE;
	return 0;
}
