// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink operations on backends. See netlink.h.
 */
#include <net/sock.h>

#include "net.h"
#include "netlink.h"
#include "txn.h"

static int dsr_nl_put_state(struct sk_buff *skb,
			    const struct dsr_backend *backend)
{
	s64 left = backend->drain_end - ktime_get_seconds();

	if (nla_put_u8(skb, NF_DSR_A_BACKEND_LIMITED,
		       READ_ONCE(backend->limited)) ||
	    (backend->drain_end &&
	     nla_put_u32(skb, NF_DSR_A_BACKEND_DRAIN_LEFT, max(left, 0LL))) ||
	    (!backend->deleting &&
	     nla_put_u8(skb, NF_DSR_A_BACKEND_EFFECTIVE_STATE,
			dsr_backend_effective(backend))))
		return -EMSGSIZE;
	return 0;
}

static int dsr_nl_put_backend(struct sk_buff *skb, const void *object)
{
	const struct dsr_backend *backend = object;
	struct dsr_counters sum = {};

	if (dsr_nl_put_key_nest(skb, NF_DSR_A_BACKEND_SERVICE,
				&backend->svc->key) ||
	    dsr_nl_put_addr(skb, NF_DSR_A_BACKEND_ADDR4, NF_DSR_A_BACKEND_ADDR6,
			    backend->key.family, &backend->key.addr) ||
	    dsr_nl_put_backend_options(skb, &backend->conf) ||
	    dsr_nl_put_state(skb, backend))
		return -EMSGSIZE;
	dsr_stats_sum(backend->stats, &sum);
	return dsr_nl_put_counters(skb, NF_DSR_A_BACKEND_STATS, &sum);
}

static int dsr_nl_get_backend_key(struct nlattr **tb,
				  struct dsr_backend_key *key,
				  struct netlink_ext_ack *extack)
{
	const struct nlattr *addr4 = tb[NF_DSR_A_BACKEND_ADDR4];
	const struct nlattr *addr6 = tb[NF_DSR_A_BACKEND_ADDR6];
	int err;

	err = dsr_nl_get_addr(addr4, addr6, &key->family, &key->addr, extack);
	if (err)
		return err;
	if (!dsr_addr_is_unicast(key->family, &key->addr) &&
	    !dsr_addr_is_loopback(key->family, &key->addr)) {
		NL_SET_ERR_MSG_ATTR(extack, addr4 ?: addr6,
				    "backend must be a unicast address, and not link-local");
		return -EINVAL;
	}
	return 0;
}

static int dsr_nl_get_backend_conf(struct nlattr **tb,
				   struct dsr_backend_conf *conf,
				   struct netlink_ext_ack *extack)
{
	int err = dsr_nl_get_backend_options(tb, conf, extack);

	if (err)
		return err;
	if (conf->min_flows && conf->min_flows >= conf->max_flows) {
		NL_SET_ERR_MSG_ATTR(extack, tb[NF_DSR_A_BACKEND_MIN_FLOWS],
				    "min-flows must be less than max-flows");
		return -EINVAL;
	}
	return 0;
}

/* Keep the runtime state of an existing backend unless the request gives it, so that it
 * survives when the same configuration is loaded again: the state that an operator has
 * set, with the time that the backend may take to drain, and the result of a health
 * check.
 */
static void dsr_nl_keep_state(const struct dsr_nl_req *req,
			      const struct dsr_backend_conf *before,
			      struct dsr_backend_conf *conf)
{
	conf->health = before->health;
	if (req->tb[NF_DSR_A_BACKEND_STATE])
		return;
	conf->state = before->state;
	if (conf->state == NF_DSR_BACKEND_STATE_DRAIN)
		conf->drain_timeout = before->drain_timeout;
}

static int dsr_nl_backend_draft(struct dsr_txn *txn,
				const struct dsr_nl_req *req,
				struct dsr_service *svc,
				const struct dsr_backend_key *key)
{
	const struct dsr_backend *before = dsr_backend_lookup_any(svc, key);
	struct dsr_backend *backend = dsr_backend_lookup(svc, key);
	struct dsr_backend_conf conf = dsr_backend_conf_default;
	int err;

	err = dsr_nl_check_new(req, backend,
			       "backend exists already in this service",
			       "no such backend in this service");
	if (err)
		return err;
	if (backend && dsr_nl_keeps(req))
		conf = backend->conf;
	else if (before)
		dsr_nl_keep_state(req, &before->conf, &conf);
	err = dsr_nl_unset_backend(req, &conf);
	if (!err)
		err = dsr_nl_get_backend_conf(req->tb, &conf, req->extack);
	if (err)
		return err;
	return backend ? dsr_backend_change(txn, backend, &conf, req->extack) :
			 dsr_backend_add(txn, svc, key, &conf, req->extack);
}

int dsr_nl_backend_set(struct dsr_txn *txn, const struct dsr_nl_req *req)
{
	struct dsr_backend_key key;
	struct dsr_service *svc;
	int err;

	err = dsr_nl_get_backend_key(req->tb, &key, req->extack);
	if (err)
		return err;
	svc = dsr_nl_get_service(txn->dn, req->tb[NF_DSR_A_BACKEND_SERVICE],
				 req->extack);
	if (IS_ERR(svc))
		return PTR_ERR(svc);
	return dsr_nl_backend_draft(txn, req, svc, &key);
}

int nf_dsr_nl_backend_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	return dsr_nl_transact(info, dsr_nl_backend_set);
}

/* Return the backend of the request's key, or an ERR_PTR with an extack message.
 * Context: process, under dsr_net.lock.
 */
static struct dsr_backend *dsr_nl_backend_of(struct dsr_net *dn,
					     const struct dsr_nl_req *req)
{
	struct dsr_backend_key key;
	struct dsr_backend *backend;
	struct dsr_service *svc;
	int err;

	err = dsr_nl_get_backend_key(req->tb, &key, req->extack);
	if (err)
		return ERR_PTR(err);
	svc = dsr_nl_get_service(dn, req->tb[NF_DSR_A_BACKEND_SERVICE],
				 req->extack);
	if (IS_ERR(svc))
		return ERR_CAST(svc);
	backend = dsr_backend_lookup(svc, &key);
	if (!backend) {
		NL_SET_ERR_MSG(req->extack, "no such backend in this service");
		return ERR_PTR(-ENOENT);
	}
	return backend;
}

int nf_dsr_nl_backend_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct dsr_net *dn = dsr_net(genl_info_net(info));
	struct dsr_nl_req req = dsr_nl_req(info);
	struct dsr_backend *backend;
	int err;

	if (req.tb[NF_DSR_A_BACKEND_STATE]) {
		NL_SET_ERR_MSG_ATTR(req.extack, req.tb[NF_DSR_A_BACKEND_STATE],
				    "a backend is identified by its service and address: state is only for dumps");
		return -EINVAL;
	}
	mutex_lock(&dn->lock);
	backend = dsr_nl_backend_of(dn, &req);
	err = PTR_ERR_OR_ZERO(backend);
	if (!err)
		err = dsr_nl_reply(info, NF_DSR_CMD_BACKEND_GET,
				   dsr_nl_put_backend, backend);
	mutex_unlock(&dn->lock);
	return err;
}

int dsr_nl_backend_del(struct dsr_txn *txn, const struct dsr_nl_req *req)
{
	struct dsr_backend *backend = dsr_nl_backend_of(txn->dn, req);

	return IS_ERR(backend) ? PTR_ERR(backend) :
				 dsr_backend_del(txn, backend);
}

int dsr_nl_backend_destroy(struct dsr_txn *txn, const struct dsr_nl_req *req)
{
	return dsr_nl_destroyed(dsr_nl_backend_del(txn, req), req->extack);
}

int nf_dsr_nl_backend_destroy_doit(struct sk_buff *skb, struct genl_info *info)
{
	return dsr_nl_transact(info, dsr_nl_backend_destroy);
}

int nf_dsr_nl_backend_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return dsr_nl_transact(info, dsr_nl_backend_del);
}

void dsr_nl_notify_backend(struct dsr_backend *backend, struct genl_info *info,
			   bool deleted)
{
	dsr_nl_notify(backend->svc->dn, info,
		      deleted ? NF_DSR_CMD_BACKEND_DEL_NTF :
				NF_DSR_CMD_BACKEND_NTF,
		      dsr_nl_put_backend, backend);
}

/**
 * struct dsr_nl_backend_filter - backends that a dump lists
 * @tb: attributes that the backends must have
 * @key: their address; any if it has no family
 */
struct dsr_nl_backend_filter {
	struct nlattr **tb;
	struct dsr_backend_key key;
};

static int dsr_nl_get_backends(struct nlattr **tb,
			       struct dsr_nl_backend_filter *filter,
			       struct netlink_ext_ack *extack)
{
	*filter = (struct dsr_nl_backend_filter) { .tb = tb };
	if (!tb[NF_DSR_A_BACKEND_ADDR4] && !tb[NF_DSR_A_BACKEND_ADDR6])
		return 0;
	return dsr_nl_get_backend_key(tb, &filter->key, extack);
}

static bool dsr_nl_backend_matches(const struct dsr_backend *backend,
				   const struct dsr_nl_backend_filter *filter)
{
	const struct nlattr *state = filter->tb[NF_DSR_A_BACKEND_STATE];

	return (!filter->key.family ||
		(backend->key.family == filter->key.family &&
		 dsr_addr_eq(&backend->key.addr, &filter->key.addr))) &&
	       (!state || backend->conf.state == nla_get_u8(state));
}

/* Dump the backends of a service, from the cursor's position in the service on. */
static int dsr_nl_backend_dump_service(struct sk_buff *skb,
				       struct netlink_callback *cb,
				       const struct dsr_service *svc,
				       const struct dsr_nl_backend_filter *filter)
{
	struct dsr_backend *backend;
	long at = 0;
	int err;

	list_for_each_entry(backend, &svc->backends, list) {
		if (at++ < cb->args[1])
			continue;
		err = !dsr_nl_backend_matches(backend, filter) ? 0 :
		      dsr_nl_dump_one(skb, cb, NF_DSR_CMD_BACKEND_GET,
				      dsr_nl_put_backend, backend);
		if (err)
			return err;
		cb->args[1] = at;
	}
	return 0;
}

/* Dump the backends of all services. The cursor consists of the number of a service and
 * the number of a backend in it. Context: process, under dsr_net.lock.
 */
static void dsr_nl_backend_dump_all(struct sk_buff *skb,
				    struct netlink_callback *cb,
				    const struct dsr_net *dn,
				    const struct dsr_nl_backend_filter *filter)
{
	struct dsr_service *svc;
	long at = 0;

	list_for_each_entry(svc, &dn->services, list) {
		if (at++ < cb->args[0])
			continue;
		if (dsr_nl_backend_dump_service(skb, cb, svc, filter))
			break;
		cb->args[0] = at;
		cb->args[1] = 0;
	}
}

int nf_dsr_nl_backend_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb)
{
	struct nlattr **tb = genl_info_dump(cb)->attrs;
	struct dsr_net *dn = dsr_net(sock_net(skb->sk));
	struct dsr_nl_backend_filter filter;
	struct dsr_service *svc = NULL;
	int err;

	err = dsr_nl_check_dump(cb) ?:
	      dsr_nl_get_backends(tb, &filter, cb->extack) ?:
	      dsr_nl_dump_lock(dn, cb);
	if (err)
		return err;
	if (tb[NF_DSR_A_BACKEND_SERVICE]) {
		svc = dsr_nl_get_service(dn, tb[NF_DSR_A_BACKEND_SERVICE],
					 cb->extack);
		err = PTR_ERR_OR_ZERO(svc);
	}
	if (!err && svc)
		dsr_nl_backend_dump_service(skb, cb, svc, &filter);
	else if (!err)
		dsr_nl_backend_dump_all(skb, cb, dn, &filter);
	mutex_unlock(&dn->lock);
	return err ?: skb->len;
}
