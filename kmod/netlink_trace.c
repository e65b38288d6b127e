// SPDX-License-Identifier: GPL-2.0
/*
 * The netlink operation trace, which reports what would happen to a packet. See
 * netlink.h and packet_trace.h.
 */
#include <linux/ip.h>
#include <net/neighbour.h>

#include "backend.h"
#include "lib/probe.h"
#include "net.h"
#include "netlink.h"
#include "packet_trace.h"
#include "path.h"
#include "pool.h"

/**
 * struct dsr_nl_trace - a trace request
 * @dn: network namespace
 * @skb: the packet
 * @dev: name of the device by which the packet arrives; NULL: none
 */
struct dsr_nl_trace {
	struct dsr_net *dn;
	struct sk_buff *skb;
	const char *dev;
};

static int dsr_nl_put_via(struct sk_buff *skb, struct neighbour *neigh)
{
	union nf_inet_addr via = {};
	u8 lladdr[MAX_ADDR_LEN];
	int family = neigh->tbl->family;

	memcpy(&via, neigh->primary_key, neigh->tbl->key_len);
	/* On a device without neighbour resolution the next hop has no address. */
	if (memchr_inv(&via, 0, sizeof(via)) &&
	    dsr_nl_put_addr(skb, NF_DSR_A_TRACE_VIA4, NF_DSR_A_TRACE_VIA6,
			    family, &via))
		return -EMSGSIZE;
	if (!(READ_ONCE(neigh->nud_state) & NUD_VALID) || !neigh->dev->addr_len)
		return 0;
	neigh_ha_snapshot(lladdr, neigh, neigh->dev);
	return nla_put(skb, NF_DSR_A_TRACE_LLADDR, neigh->dev->addr_len, lladdr);
}

static int dsr_nl_put_path(struct sk_buff *skb, const struct dsr_path *path,
			   u8 family)
{
	if (nla_put_u8(skb, NF_DSR_A_TRACE_METHOD, path->method->id))
		return -EMSGSIZE;
	if (path->method->local)
		return 0;
	if (nla_put_string(skb, NF_DSR_A_TRACE_OUT_DEV, path->dev->name) ||
	    dsr_nl_put_via(skb, path->neigh) ||
	    nla_put_u32(skb, NF_DSR_A_TRACE_MTU, dsr_path_wire_mtu(path)) ||
	    nla_put_u32(skb, NF_DSR_A_TRACE_INNER_MTU,
			dsr_path_inner_mtu(path, family)))
		return -EMSGSIZE;
	return 0;
}

static int dsr_nl_put_answer_backend(struct sk_buff *skb,
				     const struct dsr_packet_trace_result *a)
{
	const struct dsr_backend *backend = a->backend;

	if (nla_put_u8(skb, NF_DSR_A_TRACE_CHOSEN_BY, a->by) ||
	    dsr_nl_put_addr(skb, NF_DSR_A_TRACE_BACKEND4,
			    NF_DSR_A_TRACE_BACKEND6, backend->key.family,
			    &backend->key.addr))
		return -EMSGSIZE;
	if (a->by == NF_DSR_CHOSEN_BY_FLOW &&
	    nla_put_u8(skb, NF_DSR_A_TRACE_STATE,
		       dsr_state_shown(a->d.choice.flow.state)))
		return -EMSGSIZE;
	if (a->path && dsr_nl_put_path(skb, a->path, a->d.pkt.tuple.family))
		return -EMSGSIZE;
	return a->fragmented ? nla_put_flag(skb, NF_DSR_A_TRACE_FRAGMENTED) : 0;
}

static int dsr_nl_put_answer(struct sk_buff *skb, const struct dsr_packet_trace_result *a)
{
	const struct dsr_service *svc = a->d.svc;
	const struct dsr_match_svc *match_svc = a->d.match_svc;

	if (nla_put_u8(skb, NF_DSR_A_TRACE_VERDICT, a->verdict) ||
	    (a->reason &&
	     (nla_put_string(skb, NF_DSR_A_TRACE_REASON, a->reason) ||
	      nla_put_string(skb, NF_DSR_A_TRACE_REASON_DOC, a->doc))))
		return -EMSGSIZE;
	if (!svc)
		return 0;
	/* The scheduler has no influence on an ICMP error of which only the flow is
	 * known.
	 */
	if (dsr_nl_put_key_nest(skb, NF_DSR_A_TRACE_SERVICE, &svc->key) ||
	    (match_svc && nla_put_string(skb, NF_DSR_A_TRACE_SCHEDULER,
					 match_svc->pool->sched->name)))
		return -EMSGSIZE;
	return a->backend ? dsr_nl_put_answer_backend(skb, a) : 0;
}

/* Argument of dsr_nl_reply(): the allocation of an answer may sleep, so the packet is
 * traced while the answer is written.
 */
static int dsr_nl_put_trace(struct sk_buff *skb, const void *object)
{
	const struct dsr_nl_trace *trace = object;
	struct net_device *dev = NULL;
	struct dsr_packet_trace_result result;
	int err = -ENODEV;

	rcu_read_lock();
	local_bh_disable();
	if (trace->dev)
		dev = dev_get_by_name_rcu(trace->dn->net, trace->dev);
	if (dev || !trace->dev) {
		trace->skb->dev = dev;
		dsr_packet_trace(trace->dn, trace->skb, dev, &result);
		err = dsr_nl_put_answer(skb, &result);
	}
	local_bh_enable();
	rcu_read_unlock();
	return err;
}

static bool dsr_nl_has_ports(u8 proto)
{
	return proto == IPPROTO_TCP || proto == IPPROTO_UDP ||
	       proto == IPPROTO_SCTP;
}

static int dsr_nl_get_probe_ports(struct nlattr **tb, struct dsr_tuple *tuple,
				  struct netlink_ext_ack *extack)
{
	const struct nlattr *sport = tb[NF_DSR_A_TRACE_SRC_PORT];
	const struct nlattr *dport = tb[NF_DSR_A_TRACE_DST_PORT];
	bool ports = dsr_nl_has_ports(tuple->proto);

	if (sport && !ports && !dsr_tuple_is_icmp(tuple)) {
		NL_SET_ERR_MSG_ATTR(extack, sport,
				    "only TCP, UDP and SCTP have ports, and an echo an identifier");
		return -EINVAL;
	}
	if (dport && !ports) {
		NL_SET_ERR_MSG_ATTR(extack, dport,
				    "only TCP, UDP and SCTP have ports");
		return -EINVAL;
	}
	tuple->sport = sport ? nla_get_be16(sport) : 0;
	tuple->dport = dport ? nla_get_be16(dport) : 0;
	return 0;
}

static int dsr_nl_get_probe_tuple(struct nlattr **tb, struct dsr_probe *probe,
				  struct netlink_ext_ack *extack)
{
	const struct nlattr *proto = tb[NF_DSR_A_TRACE_PROTOCOL];
	struct dsr_tuple *tuple = &probe->tuple;
	u8 family;
	int err;

	err = dsr_nl_get_addr(tb[NF_DSR_A_TRACE_SRC4], tb[NF_DSR_A_TRACE_SRC6],
			      &tuple->family, &tuple->src, extack);
	if (!err)
		err = dsr_nl_get_addr(tb[NF_DSR_A_TRACE_DST4],
				      tb[NF_DSR_A_TRACE_DST6], &family,
				      &tuple->dst, extack);
	if (err)
		return err;
	if (family != tuple->family || !proto) {
		NL_SET_ERR_MSG(extack, "a packet needs two addresses of one family and a protocol");
		return -EINVAL;
	}
	tuple->proto = nla_get_u8(proto);
	if (!dsr_probe_possible(probe)) {
		NL_SET_ERR_MSG_ATTR(extack, proto,
				    "protocol is an IPv6 extension header: give the protocol that follows it");
		return -EPROTONOSUPPORT;
	}
	return dsr_nl_get_probe_ports(tb, tuple, extack);
}

static int dsr_nl_get_probe_flags(struct nlattr **tb, struct dsr_probe *probe,
				  struct netlink_ext_ack *extack)
{
	const struct nlattr *flags = tb[NF_DSR_A_TRACE_TCP_FLAGS];
	const struct nlattr *df = tb[NF_DSR_A_TRACE_DF];

	probe->error = tb[NF_DSR_A_TRACE_ERROR];
	if (flags && (probe->tuple.proto != IPPROTO_TCP || probe->error)) {
		NL_SET_ERR_MSG_ATTR(extack, flags, "only TCP has these flags");
		return -EINVAL;
	}
	probe->tcp_flags = flags ? nla_get_u8(flags) : DSR_TCP_SYN;
	probe->df = !df || nla_get_u8(df);
	if (df && nla_get_u8(df) > 1) {
		NL_SET_ERR_MSG_ATTR(extack, df, "df must be 0 or 1");
		return -ERANGE;
	}
	if (!probe->df && probe->tuple.family != AF_INET) {
		NL_SET_ERR_MSG_ATTR(extack, df,
				    "df cannot be 0 for IPv6: routers do not fragment IPv6");
		return -EINVAL;
	}
	return 0;
}

static int dsr_nl_get_probe(struct nlattr **tb, struct dsr_probe *probe,
			    struct netlink_ext_ack *extack)
{
	const struct nlattr *length = tb[NF_DSR_A_TRACE_LENGTH];
	const struct nlattr *ttl = tb[NF_DSR_A_TRACE_TTL];
	int err;

	memset(probe, 0, sizeof(*probe));
	err = dsr_nl_get_probe_tuple(tb, probe, extack);
	if (!err)
		err = dsr_nl_get_probe_flags(tb, probe, extack);
	if (err)
		return err;
	probe->ttl = ttl ? nla_get_u8(ttl) : IPDEFTTL;
	probe->len = dsr_probe_min(probe);
	if (!length)
		return 0;
	if (nla_get_u32(length) < probe->len ||
	    nla_get_u32(length) > DSR_PROBE_MAX) {
		NL_SET_ERR_MSG_ATTR(extack, length,
				    "length must be that of the packet's headers or more, up to 65535");
		return -ERANGE;
	}
	probe->len = nla_get_u32(length);
	return 0;
}

int nf_dsr_nl_trace_doit(struct sk_buff *skb, struct genl_info *info)
{
	const struct nlattr *mark = info->attrs[NF_DSR_A_TRACE_MARK];
	const struct nlattr *dev = info->attrs[NF_DSR_A_TRACE_DEV];
	struct dsr_nl_trace trace = {
		.dn = dsr_net(genl_info_net(info)),
		.dev = dev ? nla_data(dev) : NULL,
	};
	struct dsr_probe probe;
	int err;

	err = dsr_nl_get_probe(info->attrs, &probe, info->extack);
	if (err)
		return err;
	trace.skb = dsr_packet_trace_skb(&probe, mark ? nla_get_u32(mark) : 0);
	if (!trace.skb)
		return -ENOMEM;
	err = dsr_nl_reply(info, NF_DSR_CMD_TRACE, dsr_nl_put_trace, &trace);
	if (err == -ENODEV)
		NL_SET_ERR_MSG_ATTR(info->extack, dev, "no such device");
	consume_skb(trace.skb);
	return err;
}
