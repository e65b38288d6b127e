// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink operations on flows.
 */
#include <net/sock.h>

#include "dsr_flow.h"
#include "dsr_net.h"
#include "dsr_nl.h"

/**
 * struct dsr_nl_flow_filter - which flows are meant
 * @svc: those of this service; NULL: all
 * @backend: those of this backend; NULL: all of @svc
 */
struct dsr_nl_flow_filter {
	const struct dsr_service *svc;
	const struct dsr_backend *backend;
};

/* Under the lock, and for as long. */
static int dsr_nl_get_filter(struct dsr_net *dn, struct nlattr **tb,
			     struct dsr_nl_flow_filter *filter,
			     struct netlink_ext_ack *extack)
{
	struct dsr_backend_key key;
	struct dsr_service *svc;
	int err;

	memset(filter, 0, sizeof(*filter));
	if (!tb[NF_DSR_A_FLOW_SERVICE] && !tb[NF_DSR_A_FLOW_BACKEND4] &&
	    !tb[NF_DSR_A_FLOW_BACKEND6])
		return 0;
	svc = dsr_nl_get_service(dn, tb[NF_DSR_A_FLOW_SERVICE], extack);
	if (IS_ERR(svc))
		return PTR_ERR(svc);
	filter->svc = svc;
	if (!tb[NF_DSR_A_FLOW_BACKEND4] && !tb[NF_DSR_A_FLOW_BACKEND6])
		return 0;
	err = dsr_nl_get_addr(tb[NF_DSR_A_FLOW_BACKEND4],
			      tb[NF_DSR_A_FLOW_BACKEND6], &key.family,
			      &key.addr, extack);
	if (err)
		return err;
	filter->backend = dsr_backend_find(svc, &key);
	if (!filter->backend) {
		NL_SET_ERR_MSG(extack, "no such backend in this service");
		return -ENOENT;
	}
	return 0;
}

static bool dsr_nl_flow_matches(const struct dsr_flow *flow, u8 proto,
				const void *arg)
{
	const struct dsr_backend *backend = flow->backend;
	const struct dsr_nl_flow_filter *filter = arg;

	return (!filter->svc || backend->svc == filter->svc) &&
	       (!filter->backend || backend == filter->backend);
}

/* Under RCU, or the lock of the flow's stripe. */
static int dsr_nl_put_flow(struct sk_buff *skb, const void *object)
{
	const struct dsr_flow_entry *entry = object;
	const struct dsr_flow *flow = &entry->flow;
	const struct dsr_backend *backend = flow->backend;
	u32 idle = dsr_flow_idle(flow), timeout = dsr_flow_timeout(flow);
	struct dsr_tuple t;

	dsr_flow_tuple(entry, &t);
	if (dsr_nl_put_addr(skb, NF_DSR_A_FLOW_SRC4, NF_DSR_A_FLOW_SRC6,
			    t.family, &t.src) ||
	    dsr_nl_put_addr(skb, NF_DSR_A_FLOW_DST4, NF_DSR_A_FLOW_DST6,
			    t.family, &t.dst) ||
	    nla_put_u8(skb, NF_DSR_A_FLOW_PROTOCOL, t.proto) ||
	    nla_put_be16(skb, NF_DSR_A_FLOW_SRC_PORT, t.sport) ||
	    nla_put_be16(skb, NF_DSR_A_FLOW_DST_PORT, t.dport) ||
	    dsr_nl_put_addr(skb, NF_DSR_A_FLOW_BACKEND4, NF_DSR_A_FLOW_BACKEND6,
			    backend->key.family, &backend->key.addr) ||
	    nla_put_u8(skb, NF_DSR_A_FLOW_STATE, dsr_state_told(flow->state)) ||
	    nla_put_u32(skb, NF_DSR_A_FLOW_IDLE, idle) ||
	    nla_put_u32(skb, NF_DSR_A_FLOW_EXPIRES, timeout - min(timeout, idle)))
		return -EMSGSIZE;
	return dsr_nl_put_key_nest(skb, NF_DSR_A_FLOW_SERVICE,
				   &backend->svc->key);
}

static int dsr_nl_get_tuple(struct nlattr **tb, struct dsr_tuple *tuple,
			    struct netlink_ext_ack *extack)
{
	u8 family;
	int err;

	memset(tuple, 0, sizeof(*tuple));
	err = dsr_nl_get_addr(tb[NF_DSR_A_FLOW_SRC4], tb[NF_DSR_A_FLOW_SRC6],
			      &tuple->family, &tuple->src, extack);
	if (!err)
		err = dsr_nl_get_addr(tb[NF_DSR_A_FLOW_DST4],
				      tb[NF_DSR_A_FLOW_DST6], &family,
				      &tuple->dst, extack);
	if (err)
		return err;
	if (family != tuple->family || !tb[NF_DSR_A_FLOW_PROTOCOL]) {
		NL_SET_ERR_MSG(extack, "a flow has two addresses of one family and a protocol");
		return -EINVAL;
	}
	tuple->proto = nla_get_u8(tb[NF_DSR_A_FLOW_PROTOCOL]);
	if (tb[NF_DSR_A_FLOW_SRC_PORT])
		tuple->sport = nla_get_be16(tb[NF_DSR_A_FLOW_SRC_PORT]);
	if (tb[NF_DSR_A_FLOW_DST_PORT])
		tuple->dport = nla_get_be16(tb[NF_DSR_A_FLOW_DST_PORT]);
	return 0;
}

/* What dsr_nl_reply() writes: allocating an answer may sleep, so the flow is
 * looked up while it is written.
 */
struct dsr_nl_flow_wanted {
	struct dsr_flow_table *ft;
	struct dsr_tuple tuple;
};

static int dsr_nl_put_wanted(struct sk_buff *skb, const void *object)
{
	const struct dsr_nl_flow_wanted *wanted = object;
	struct dsr_flow_entry entry = { .tuple = wanted->tuple };
	int err = -ENOENT;

	rcu_read_lock();
	if (dsr_flow_find(wanted->ft, &wanted->tuple,
			  dsr_flow_hash(wanted->ft, &wanted->tuple),
			  &entry.flow) && !dsr_flow_expired(&entry.flow))
		err = dsr_nl_put_flow(skb, &entry);
	rcu_read_unlock();
	return err;
}

/* A flow's service tells which VRF its addresses are in. */
static int dsr_nl_get_zone(struct dsr_net *dn, const struct genl_info *info,
			   struct dsr_tuple *tuple)
{
	struct nlattr *nest = info->attrs[NF_DSR_A_FLOW_SERVICE];
	struct dsr_service *svc;
	int err;

	if (!nest)
		return 0;
	mutex_lock(&dn->lock);
	svc = dsr_nl_get_service(dn, nest, info->extack);
	err = PTR_ERR_OR_ZERO(svc);
	if (!err)
		tuple->zone = svc->zone;
	mutex_unlock(&dn->lock);
	return err;
}

int nf_dsr_nl_flow_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct dsr_net *dn = dsr_net(genl_info_net(info));
	struct dsr_nl_flow_wanted wanted;
	int err;

	wanted.ft = &dn->flows;
	err = dsr_nl_get_tuple(info->attrs, &wanted.tuple, info->extack);
	if (!err)
		err = dsr_nl_get_zone(dn, info, &wanted.tuple);
	if (err)
		return err;
	err = dsr_nl_reply(info, NF_DSR_CMD_FLOW_GET, dsr_nl_put_wanted,
			   &wanted);
	if (err == -ENOENT)
		GENL_SET_ERR_MSG(info, "no such flow");
	return err;
}

/**
 * struct dsr_nl_flow_dump - a dump under way
 * @skb: being filled
 * @cb: of the dump
 * @filter: which flows
 */
struct dsr_nl_flow_dump {
	struct sk_buff *skb;
	struct netlink_callback *cb;
	struct dsr_nl_flow_filter filter;
};

static int dsr_nl_flow_dump_one(const struct dsr_flow_entry *entry, void *arg)
{
	struct dsr_nl_flow_dump *dump = arg;

	if (!dsr_nl_flow_matches(&entry->flow, entry->tuple.proto,
				 &dump->filter))
		return 0;
	return dsr_nl_dump_one(dump->skb, dump->cb, NF_DSR_CMD_FLOW_GET,
			       dsr_nl_put_flow, entry);
}

int nf_dsr_nl_flow_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct dsr_net *dn = dsr_net(sock_net(skb->sk));
	struct dsr_nl_flow_dump dump = { .skb = skb, .cb = cb };
	struct dsr_flow_cursor *cursor = (void *)cb->ctx;
	int err;

	BUILD_BUG_ON(sizeof(*cursor) > sizeof(cb->ctx));
	err = dsr_nl_check_dump(cb) ?: dsr_nl_dump_lock(dn, cb);
	if (err)
		return err;
	err = dsr_nl_get_filter(dn, genl_info_dump(cb)->attrs, &dump.filter,
				cb->extack);
	if (!err) {
		cb->seq = dsr_flow_nr_buckets(&dn->flows);
		dsr_flow_for_each(&dn->flows, cursor, dsr_nl_flow_dump_one,
				  &dump);
	}
	mutex_unlock(&dn->lock);
	return err ?: skb->len;
}

int nf_dsr_nl_flow_flush_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct dsr_net *dn = dsr_net(genl_info_net(info));
	struct dsr_nl_flow_filter filter;
	int err;

	mutex_lock(&dn->lock);
	err = dsr_nl_get_filter(dn, info->attrs, &filter, info->extack);
	if (!err)
		dsr_flow_purge(&dn->flows, dsr_nl_flow_matches, &filter);
	mutex_unlock(&dn->lock);
	return err;
}
