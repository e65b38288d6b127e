// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink operations on flows. See netlink.h.
 */
#include <net/sock.h>

#include "flow.h"
#include "net.h"
#include "netlink.h"
#include "sched.h"

/**
 * struct dsr_nl_flow_filter - flows that a dump lists or a flush removes
 * @tb: attributes that the flows must have
 * @svc: id of their service; 0: any
 * @backend: address of their backend; any if it has no family
 * @family: address family of @client; 0: any client
 * @client: prefix of the client's address
 * @dst_family: address family of @dst; 0: any VIP
 * @dst: the VIP
 *
 * It refers to no object, so it can be used after dsr_net.lock is released.
 */
struct dsr_nl_flow_filter {
	struct nlattr **tb;
	u32 svc;
	struct dsr_backend_key backend;
	u8 family;
	struct dsr_prefix client;
	u8 dst_family;
	union nf_inet_addr dst;
};

/* Get the service. If a backend is given as well, it must be one of the service.
 * Context: process, under dsr_net.lock.
 */
static int dsr_nl_get_flow_service(struct dsr_net *dn,
				   struct dsr_nl_flow_filter *filter,
				   struct netlink_ext_ack *extack)
{
	struct nlattr *nest = filter->tb[NF_DSR_A_FLOW_SERVICE];
	struct dsr_service *svc;

	if (!nest)
		return 0;
	svc = dsr_nl_get_service(dn, nest, extack);
	if (IS_ERR(svc))
		return PTR_ERR(svc);
	filter->svc = svc->id;
	if (filter->backend.family && !dsr_backend_lookup(svc, &filter->backend)) {
		NL_SET_ERR_MSG(extack, "no such backend in this service");
		return -ENOENT;
	}
	return 0;
}

/* Get the part of the filter that flushes and dumps have in common: service and backend.
 * Context: process, under dsr_net.lock.
 */
static int dsr_nl_get_filter(struct dsr_net *dn, struct nlattr **tb,
			     struct dsr_nl_flow_filter *filter,
			     struct netlink_ext_ack *extack)
{
	const struct nlattr *backend4 = tb[NF_DSR_A_FLOW_BACKEND4];
	const struct nlattr *backend6 = tb[NF_DSR_A_FLOW_BACKEND6];
	int err = 0;

	lockdep_assert_held(&dn->lock);
	memset(filter, 0, sizeof(*filter));
	filter->tb = tb;
	if (backend4 || backend6)
		err = dsr_nl_get_addr(backend4, backend6,
				      &filter->backend.family,
				      &filter->backend.addr, extack);
	return err ?: dsr_nl_get_flow_service(dn, filter, extack);
}

static int dsr_nl_get_dump_filter(struct dsr_net *dn,
				  struct netlink_callback *cb,
				  struct dsr_nl_flow_filter *filter)
{
	struct nlattr **tb = genl_info_dump(cb)->attrs;
	struct netlink_ext_ack *extack = cb->extack;
	const struct nlattr *src4 = tb[NF_DSR_A_FLOW_SRC4];
	const struct nlattr *src6 = tb[NF_DSR_A_FLOW_SRC6];
	const struct nlattr *dst4 = tb[NF_DSR_A_FLOW_DST4];
	const struct nlattr *dst6 = tb[NF_DSR_A_FLOW_DST6];
	const struct nlattr *len = tb[NF_DSR_A_FLOW_SRC_PREFIX_LEN];
	int err;

	err = dsr_nl_dump_lock(dn, cb);
	if (err)
		return err;
	err = dsr_nl_get_filter(dn, tb, filter, extack);
	mutex_unlock(&dn->lock);
	if (!err && (src4 || src6 || len))
		err = dsr_nl_get_prefix(src4, src6, len, &filter->family,
					&filter->client, extack);
	if (!err && (dst4 || dst6))
		err = dsr_nl_get_addr(dst4, dst6, &filter->dst_family,
				      &filter->dst, extack);
	return err;
}

static bool dsr_nl_flow_matches(const struct dsr_flow *flow, u8 proto,
				const void *arg)
{
	const struct dsr_backend *backend = flow->backend;
	const struct dsr_nl_flow_filter *filter = arg;

	return (!filter->svc || backend->svc->id == filter->svc) &&
	       (!filter->backend.family ||
		(backend->key.family == filter->backend.family &&
		 dsr_addr_eq(&backend->key.addr, &filter->backend.addr)));
}

static bool dsr_nl_tuple_has_addrs(const struct dsr_tuple *tuple,
				   const struct dsr_nl_flow_filter *filter)
{
	union nf_inet_addr first;

	if (filter->dst_family &&
	    (filter->dst_family != tuple->family ||
	     !dsr_addr_eq(&filter->dst, &tuple->dst)))
		return false;
	if (!filter->family)
		return true;
	if (filter->family != tuple->family)
		return false;
	dsr_addr_mask(&first, tuple->family, &tuple->src, filter->client.len);
	return dsr_addr_eq(&filter->client.addr, &first);
}

static bool dsr_nl_tuple_matches(const struct dsr_tuple *tuple, u8 state,
				 const struct dsr_nl_flow_filter *filter)
{
	struct nlattr **tb = filter->tb;

	return (!tb[NF_DSR_A_FLOW_STATE] ||
		nla_get_u8(tb[NF_DSR_A_FLOW_STATE]) == state) &&
	       (!tb[NF_DSR_A_FLOW_PROTOCOL] ||
		nla_get_u8(tb[NF_DSR_A_FLOW_PROTOCOL]) == tuple->proto) &&
	       (!tb[NF_DSR_A_FLOW_SRC_PORT] ||
		nla_get_be16(tb[NF_DSR_A_FLOW_SRC_PORT]) == tuple->sport) &&
	       (!tb[NF_DSR_A_FLOW_DST_PORT] ||
		nla_get_be16(tb[NF_DSR_A_FLOW_DST_PORT]) == tuple->dport) &&
	       dsr_nl_tuple_has_addrs(tuple, filter);
}

/* Context: under RCU, or the lock of the flow's stripe. */
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
	    nla_put_u8(skb, NF_DSR_A_FLOW_STATE, dsr_state_shown(flow->state)) ||
	    nla_put_u32(skb, NF_DSR_A_FLOW_IDLE, idle) ||
	    nla_put_u32(skb, NF_DSR_A_FLOW_EXPIRES, timeout - min(timeout, idle)))
		return -EMSGSIZE;
	return dsr_nl_put_key_nest(skb, NF_DSR_A_FLOW_SERVICE,
				   &backend->svc->key);
}

/* Attributes that identify a flow. */
#define DSR_NL_FLOW_KEY							\
	(BIT_ULL(NF_DSR_A_FLOW_SRC4) | BIT_ULL(NF_DSR_A_FLOW_SRC6) |	\
	 BIT_ULL(NF_DSR_A_FLOW_DST4) | BIT_ULL(NF_DSR_A_FLOW_DST6) |	\
	 BIT_ULL(NF_DSR_A_FLOW_PROTOCOL) |				\
	 BIT_ULL(NF_DSR_A_FLOW_SRC_PORT) |				\
	 BIT_ULL(NF_DSR_A_FLOW_DST_PORT) | BIT_ULL(NF_DSR_A_FLOW_SERVICE))

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
		NL_SET_ERR_MSG(extack, "a flow needs two addresses of one family and a protocol");
		return -EINVAL;
	}
	tuple->proto = nla_get_u8(tb[NF_DSR_A_FLOW_PROTOCOL]);
	if (tb[NF_DSR_A_FLOW_SRC_PORT])
		tuple->sport = nla_get_be16(tb[NF_DSR_A_FLOW_SRC_PORT]);
	if (tb[NF_DSR_A_FLOW_DST_PORT])
		tuple->dport = nla_get_be16(tb[NF_DSR_A_FLOW_DST_PORT]);
	return 0;
}

/* Argument of dsr_nl_reply(): the allocation of an answer may sleep, so the flow is
 * looked up while the answer is written.
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
	if (dsr_flow_lookup(wanted->ft, &wanted->tuple,
			    dsr_flow_hash(wanted->ft, &wanted->tuple),
			    &entry.flow) && !dsr_flow_expired(&entry.flow))
		err = dsr_nl_put_flow(skb, &entry);
	rcu_read_unlock();
	return err;
}

/* Get the zone from the service, which identifies the VRF of the flow's addresses. */
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
	err = dsr_nl_check_known(info->attrs, NF_DSR_A_FLOW_SRC_PREFIX_LEN,
				 DSR_NL_FLOW_KEY,
				 "a flow is identified by its addresses, ports and protocol: the rest is only for dumps",
				 info->extack);
	if (!err)
		err = dsr_nl_get_tuple(info->attrs, &wanted.tuple,
				       info->extack);
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
 * struct dsr_nl_flow_dump - a dump in progress
 * @skb: skb that is being filled
 * @cb: callback of the dump
 * @first: this is the first part of the dump
 * @filter: flows that the dump lists
 */
struct dsr_nl_flow_dump {
	struct sk_buff *skb;
	struct netlink_callback *cb;
	bool first;
	struct dsr_nl_flow_filter filter;
};

static int dsr_nl_flow_dump_one(const struct dsr_flow_entry *entry, void *arg)
{
	struct dsr_nl_flow_dump *dump = arg;
	const struct dsr_nl_flow_filter *filter = &dump->filter;
	struct dsr_flow_cursor *cursor = (void *)dump->cb->ctx;
	struct dsr_tuple tuple;

	dsr_flow_tuple(entry, &tuple);
	if (!dsr_nl_flow_matches(&entry->flow, tuple.proto, filter) ||
	    !dsr_nl_tuple_matches(&tuple, entry->flow.state, filter))
		return 0;
	dump->cb->seq = cursor->resizes;
	return dsr_nl_dump_one(dump->skb, dump->cb, NF_DSR_CMD_FLOW_GET,
			       dsr_nl_put_flow, entry);
}

/* Dump flows into one skb, which limits the length of a part, regardless of the number
 * of flows. But a walk over a large table may find no flow for a long time. So it is
 * interrupted after each step, for code that waits to change the table, and if the
 * reader is killed. The first part does not wait long for another walk of the table, see
 * dsr_nl_dump_wait(). The message that ends the dump also indicates whether the table
 * was resized.
 */
static int dsr_nl_flow_dump(struct dsr_net *dn, struct dsr_nl_flow_dump *dump)
{
	struct netlink_callback *cb = dump->cb;
	struct dsr_flow_cursor *cursor = (void *)cb->ctx;
	int err;

	do {
		if (fatal_signal_pending(current))
			return -EINTR;
		err = dsr_nl_dump_wait(&dn->flows.walk, dump->first, cb->extack);
		if (err)
			return dump->skb->len ?: err;
		err = dsr_flow_for_each(&dn->flows, cursor,
					dsr_nl_flow_dump_one, dump);
		mutex_unlock(&dn->flows.walk);
		cb->seq = cursor->resizes;
		cb->prev_seq = cb->prev_seq ?: cb->seq;
	} while (err > 0);
	return dump->skb->len;
}

int nf_dsr_nl_flow_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct dsr_net *dn = dsr_net(sock_net(skb->sk));
	struct dsr_nl_flow_dump dump = {
		.skb	= skb,
		.cb	= cb,
		.first	= !cb->seq,
	};
	int err;

	BUILD_BUG_ON(sizeof(struct dsr_flow_cursor) > sizeof(cb->ctx));
	err = dsr_nl_check_dump(cb) ?:
	      dsr_nl_get_dump_filter(dn, cb, &dump.filter);
	return err ?: dsr_nl_flow_dump(dn, &dump);
}

/* Attributes that a flow needs to be restored, besides those of dsr_nl_get_tuple(). */
static int dsr_nl_check_restored(struct genl_info *info)
{
	if (GENL_REQ_ATTR_CHECK(info, NF_DSR_A_FLOW_SERVICE) ||
	    GENL_REQ_ATTR_CHECK(info, NF_DSR_A_FLOW_STATE)) {
		GENL_SET_ERR_MSG(info, "a flow needs a service and a state");
		return -EINVAL;
	}
	return 0;
}

/* Check that the service has the packets of a flow. Those of a service with a mark may have
 * any address.
 */
static int dsr_nl_check_belongs(const struct dsr_service *svc,
				const struct dsr_tuple *tuple,
				struct netlink_ext_ack *extack)
{
	const struct dsr_service_key *key = &svc->key;
	u16 port = ntohs(tuple->dport);

	if (key->family != tuple->family) {
		NL_SET_ERR_MSG(extack, "the flow is not of the service's address family");
		return -EINVAL;
	}
	if (key->prefix_len == DSR_PREFIX_MARK || tuple->persist)
		return 0;
	if (!dsr_key_covers(key, &tuple->dst)) {
		NL_SET_ERR_MSG(extack, "the flow's destination is no VIP of the service");
		return -EINVAL;
	}
	if (dsr_tuple_is_icmp(tuple))
		return 0;
	if ((key->proto && key->proto != tuple->proto) ||
	    (!dsr_key_any_port(key) && (port < key->port || port > key->port_end))) {
		NL_SET_ERR_MSG(extack, "the flow's protocol or port is not the service's");
		return -EINVAL;
	}
	return 0;
}

/* Get the flow's backend, its state, and when its last packet came.
 * Context: process, under dsr_net.lock.
 */
static int dsr_nl_get_restored(const struct dsr_service *svc, struct genl_info *info,
			       const struct dsr_tuple *tuple, struct dsr_flow *flow)
{
	struct nlattr **tb = info->attrs;
	struct dsr_backend_key key = {};
	u32 idle = 0;
	int err;

	err = dsr_nl_get_addr(tb[NF_DSR_A_FLOW_BACKEND4], tb[NF_DSR_A_FLOW_BACKEND6],
			      &key.family, &key.addr, info->extack);
	if (err)
		return err;
	flow->backend = dsr_backend_lookup(svc, &key);
	if (!flow->backend) {
		GENL_SET_ERR_MSG(info, "no such backend in this service");
		return -ENOENT;
	}
	flow->state = nla_get_u8(tb[NF_DSR_A_FLOW_STATE]);
	if (!dsr_state_fits(flow->state, tuple->proto)) {
		NL_SET_ERR_MSG_ATTR(info->extack, tb[NF_DSR_A_FLOW_STATE],
				    "no flow of this protocol has that state");
		return -EINVAL;
	}
	if (tb[NF_DSR_A_FLOW_IDLE])
		idle = nla_get_u32(tb[NF_DSR_A_FLOW_IDLE]);
	if (idle >= dsr_flow_timeout(flow)) {
		NL_SET_ERR_MSG_ATTR(info->extack, tb[NF_DSR_A_FLOW_IDLE],
				    "the flow has been silent for longer than its timeout");
		return -ETIMEDOUT;
	}
	flow->seen = (u32)jiffies - idle * HZ;
	return 0;
}

/* Add the flow. An expired flow that the table still has gives way to it. */
static int dsr_nl_restore(struct dsr_flow_table *ft, const struct dsr_tuple *tuple,
			  const struct dsr_flow *flow, struct netlink_ext_ack *extack)
{
	u32 hash = dsr_flow_hash(ft, tuple);
	struct dsr_backend *backend;
	struct dsr_flow old;

	local_bh_disable();
	rcu_read_lock();
	if (dsr_flow_lookup(ft, tuple, hash, &old) && dsr_flow_expired(&old))
		dsr_flow_remove(ft, tuple, hash, &old);
	backend = dsr_flow_restore(ft, tuple, hash, flow);
	rcu_read_unlock();
	local_bh_enable();
	if (!backend) {
		NL_SET_ERR_MSG(extack, "no room: the flow table is full, or memory is short");
		return -ENOSPC;
	}
	if (backend != flow->backend) {
		NL_SET_ERR_MSG(extack, "the flow has another backend already");
		return -EEXIST;
	}
	return 0;
}

/* Context: process, under dsr_net.lock, so service and backend stay. */
static int dsr_nl_flow_new(struct dsr_net *dn, struct genl_info *info)
{
	struct dsr_tuple tuple, prefix;
	struct dsr_flow flow = {};
	struct dsr_service *svc;
	int err;

	svc = dsr_nl_get_service(dn, info->attrs[NF_DSR_A_FLOW_SERVICE], info->extack);
	if (IS_ERR(svc))
		return PTR_ERR(svc);
	err = dsr_nl_get_tuple(info->attrs, &tuple, info->extack) ?:
	      dsr_nl_get_restored(svc, info, &tuple, &flow);
	if (err)
		return err;
	if (dsr_flow_persists(&flow)) {
		dsr_persist_tuple(&prefix, svc, &svc->conf.policy, &tuple);
		tuple = prefix;
	}
	tuple.zone = svc->zone;
	return dsr_nl_check_belongs(svc, &tuple, info->extack) ?:
	       dsr_nl_restore(&dn->flows, &tuple, &flow, info->extack);
}

int nf_dsr_nl_flow_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct dsr_net *dn = dsr_net(genl_info_net(info));
	int err;

	err = dsr_nl_check_restored(info);
	if (err)
		return err;
	mutex_lock(&dn->lock);
	err = dsr_nl_flow_new(dn, info);
	mutex_unlock(&dn->lock);
	return err;
}

int nf_dsr_nl_flow_flush_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct dsr_net *dn = dsr_net(genl_info_net(info));
	struct dsr_nl_flow_filter filter;
	int err;

	mutex_lock(&dn->lock);
	err = dsr_nl_get_filter(dn, info->attrs, &filter, info->extack);
	mutex_unlock(&dn->lock);
	if (err)
		return err;
	dsr_flow_purge(&dn->flows, dsr_nl_flow_matches, &filter);
	return 0;
}
