// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink operations on services. See netlink.h.
 */
#include <net/sock.h>

#include "net.h"
#include "netlink.h"
#include "path.h"
#include "pool.h"
#include "txn.h"

static int dsr_nl_put_health(struct sk_buff *skb, const struct dsr_service *svc)
{
	const struct dsr_pool *pool = svc->pool;

	if (nla_put_u8(skb, NF_DSR_A_SERVICE_FAIL_OPEN, svc->fail_open) ||
	    nla_put_u64_64bit(skb, NF_DSR_A_SERVICE_FAIL_OPENS, svc->fail_opens,
			      NF_DSR_A_SERVICE_PAD) ||
	    nla_put_u32(skb, NF_DSR_A_SERVICE_HEALTHY, pool->healthy) ||
	    nla_put_u32(skb, NF_DSR_A_SERVICE_CANDIDATES, pool->candidates))
		return -EMSGSIZE;
	return 0;
}

static int dsr_nl_put_service(struct sk_buff *skb, const void *object)
{
	const struct dsr_service *svc = object;
	struct dsr_counters sum;

	if (dsr_nl_put_key(skb, &svc->key) ||
	    nla_put_string(skb, NF_DSR_A_SERVICE_SCHEDULER,
			   svc->conf.sched->name) ||
	    nla_put_u64_64bit(skb, NF_DSR_A_SERVICE_SEED, svc->conf.seed,
			      NF_DSR_A_SERVICE_PAD) ||
	    dsr_nl_put_service_options(skb, &svc->conf) ||
	    nla_put_u32(skb, NF_DSR_A_SERVICE_BACKENDS, svc->nr_backends) ||
	    dsr_nl_put_health(skb, svc) ||
	    dsr_nl_put_service_filter(skb, svc->key.family, &svc->conf.filter))
		return -EMSGSIZE;
	dsr_service_sum(svc, &sum);
	return dsr_nl_put_counters(skb, NF_DSR_A_SERVICE_STATS, &sum);
}

/* Check the outer source. An address of one family is sufficient, because the service
 * may have no backends of the other family.
 */
static int dsr_nl_check_source(const struct dsr_fwd *fwd,
			       struct netlink_ext_ack *extack)
{
	bool has6 = fwd->set & DSR_FWD_OUTER_ADDR6;
	int err = 0;

	if (!has6 || fwd->set & DSR_FWD_OUTER_ADDR4)
		err = dsr_fwd_check_source(fwd, AF_INET, extack);
	if (!err && has6)
		err = dsr_fwd_check_source(fwd, AF_INET6, extack);
	return err;
}

static int dsr_nl_get_service_conf(struct nlattr **tb,
				   struct dsr_service_conf *conf,
				   struct netlink_ext_ack *extack)
{
	const struct nlattr *sched = tb[NF_DSR_A_SERVICE_SCHEDULER];
	int err;

	if (sched) {
		conf->sched = dsr_sched_lookup(nla_data(sched), extack);
		if (!conf->sched) {
			NL_SET_BAD_ATTR(extack, sched);
			return -ENOENT;
		}
	}
	if (tb[NF_DSR_A_SERVICE_SEED]) {
		conf->seed = nla_get_u64(tb[NF_DSR_A_SERVICE_SEED]);
		conf->seeded = true;
	}
	err = dsr_nl_get_service_options(tb, conf, extack);
	return err ?: dsr_nl_check_source(&conf->fwd, extack);
}

/* Get the conf that the request results in: for a new service, or for a change of @svc
 * if that is not NULL.
 */
static int dsr_nl_get_service_all(struct dsr_net *dn,
				  const struct dsr_nl_req *req,
				  const struct dsr_service *svc,
				  const struct dsr_service_key *key,
				  struct dsr_service_conf *conf)
{
	struct dsr_service_conf defaults;
	int err;

	dsr_service_conf_init(&defaults);
	*conf = svc && dsr_nl_keeps(req) ? svc->conf : defaults;
	defaults.seed = dsr_service_default_seed(dn);
	err = dsr_nl_unset_service(req, conf, &defaults);
	if (!err)
		err = dsr_nl_get_service_conf(req->tb, conf, req->extack);
	if (!err)
		err = dsr_nl_get_service_filter(req, key->family, &conf->filter);
	if (err)
		return err;
	err = dsr_method_check_service(key, &conf->fwd, req->extack);
	if (err)
		NL_SET_BAD_ATTR(req->extack, req->tb[NF_DSR_A_SERVICE_METHOD]);
	return err;
}

static int dsr_nl_service_draft(struct dsr_txn *txn,
				const struct dsr_nl_req *req,
				struct dsr_service *svc,
				const struct dsr_service_key *key)
{
	struct dsr_service_conf conf;
	int err;

	err = dsr_nl_check_new(req, svc, "service exists already",
			       "no such service");
	if (err)
		return err;
	err = dsr_nl_get_service_all(txn->dn, req, svc, key, &conf);
	if (err)
		return err;
	if (svc)
		return dsr_service_change(txn, svc, &conf, req->extack);
	err = dsr_service_add(txn, key, &conf, req->tb[NF_DSR_A_SERVICE_FORCE],
			      req->extack);
	if (err == -EADDRINUSE)
		NL_SET_BAD_ATTR(req->extack, req->tb[NF_DSR_A_SERVICE_ADDR4] ?:
					     req->tb[NF_DSR_A_SERVICE_ADDR6]);
	return err;
}

int dsr_nl_service_set(struct dsr_txn *txn, const struct dsr_nl_req *req)
{
	struct dsr_service_key key;
	int err;

	err = dsr_nl_get_key(req->tb, &key, req->extack);
	if (err)
		return err;
	return dsr_nl_service_draft(txn, req, dsr_service_lookup(txn->dn, &key),
				    &key);
}

int nf_dsr_nl_service_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	return dsr_nl_transact(info, dsr_nl_service_set);
}

/* Return the service of the request's key, or an ERR_PTR with an extack message.
 * Context: process, under dsr_net.lock.
 */
static struct dsr_service *dsr_nl_service_of(struct dsr_net *dn,
					     const struct dsr_nl_req *req)
{
	struct dsr_service_key key;
	struct dsr_service *svc;
	int err;

	err = dsr_nl_get_key(req->tb, &key, req->extack);
	if (err)
		return ERR_PTR(err);
	svc = dsr_service_lookup(dn, &key);
	if (!svc) {
		NL_SET_ERR_MSG(req->extack, "no such service");
		return ERR_PTR(-ENOENT);
	}
	return svc;
}

int nf_dsr_nl_service_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct dsr_net *dn = dsr_net(genl_info_net(info));
	struct dsr_nl_req req = dsr_nl_req(info);
	struct dsr_service *svc;
	int err;

	mutex_lock(&dn->lock);
	svc = dsr_nl_service_of(dn, &req);
	err = PTR_ERR_OR_ZERO(svc);
	if (!err)
		err = dsr_nl_reply(info, NF_DSR_CMD_SERVICE_GET,
				   dsr_nl_put_service, svc);
	mutex_unlock(&dn->lock);
	return err;
}

/**
 * struct dsr_nl_service_filter - services that a dump lists
 * @tb: attributes that the services must have
 * @family: address family of their packets; 0: any
 * @by_addr: their VIPs must be in @prefix as well
 * @prefix: prefix of VIPs
 */
struct dsr_nl_service_filter {
	struct nlattr **tb;
	u8 family;
	bool by_addr;
	struct dsr_prefix prefix;
};

static int dsr_nl_get_service_family(struct dsr_nl_service_filter *filter,
				     struct netlink_ext_ack *extack)
{
	const struct nlattr *attr = filter->tb[NF_DSR_A_SERVICE_FAMILY];
	u8 version, family;

	if (!attr)
		return 0;
	version = nla_get_u8(attr);
	family = version == 4 ? AF_INET : AF_INET6;
	if ((version != 4 && version != 6) ||
	    (filter->by_addr && family != filter->family)) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "family must be 4 or 6, and match that of an address");
		return -EAFNOSUPPORT;
	}
	filter->family = family;
	return 0;
}

static int dsr_nl_get_services(struct nlattr **tb,
			       struct dsr_nl_service_filter *filter,
			       struct netlink_ext_ack *extack)
{
	const u64 known = BIT_ULL(NF_DSR_A_SERVICE_ADDR4) |
			  BIT_ULL(NF_DSR_A_SERVICE_ADDR6) |
			  BIT_ULL(NF_DSR_A_SERVICE_PREFIX_LEN) |
			  BIT_ULL(NF_DSR_A_SERVICE_PROTOCOL) |
			  BIT_ULL(NF_DSR_A_SERVICE_MARK) |
			  BIT_ULL(NF_DSR_A_SERVICE_FAMILY) |
			  BIT_ULL(NF_DSR_A_SERVICE_VRF);
	const struct nlattr *addr4 = tb[NF_DSR_A_SERVICE_ADDR4];
	const struct nlattr *addr6 = tb[NF_DSR_A_SERVICE_ADDR6];
	const struct nlattr *len = tb[NF_DSR_A_SERVICE_PREFIX_LEN];
	int err;

	*filter = (struct dsr_nl_service_filter) { .tb = tb };
	err = dsr_nl_check_known(tb, NF_DSR_A_SERVICE_VRF, known,
				 "a dump of services cannot be filtered by port",
				 extack);
	if (!err && (addr4 || addr6 || len)) {
		filter->by_addr = true;
		err = dsr_nl_get_prefix(addr4, addr6, len, &filter->family,
					&filter->prefix, extack);
	}
	return err ?: dsr_nl_get_service_family(filter, extack);
}

static bool dsr_nl_service_is_in(const struct dsr_service_key *key,
				 const struct dsr_prefix *prefix)
{
	union nf_inet_addr first;

	if (dsr_key_mark(key) || key->prefix_len < prefix->len)
		return false;
	dsr_addr_mask(&first, key->family, &key->addr, prefix->len);
	return dsr_addr_eq(&first, &prefix->addr);
}

static bool dsr_nl_service_matches(const struct dsr_service_key *key,
				   const struct dsr_nl_service_filter *filter)
{
	const struct nlattr *proto = filter->tb[NF_DSR_A_SERVICE_PROTOCOL];
	const struct nlattr *mark = filter->tb[NF_DSR_A_SERVICE_MARK];
	const struct nlattr *vrf = filter->tb[NF_DSR_A_SERVICE_VRF];

	return (!filter->family || key->family == filter->family) &&
	       (!filter->by_addr ||
		dsr_nl_service_is_in(key, &filter->prefix)) &&
	       (!proto || key->proto == nla_get_u8(proto)) &&
	       (!mark || (dsr_key_mark(key) &&
			  dsr_key_mark(key) == nla_get_u32(mark))) &&
	       (!vrf || !nla_strcmp(vrf, key->vrf));
}

int nf_dsr_nl_service_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb)
{
	struct dsr_net *dn = dsr_net(sock_net(skb->sk));
	struct dsr_nl_service_filter filter;
	struct dsr_service *svc;
	long at = 0;
	int err;

	err = dsr_nl_check_dump(cb) ?:
	      dsr_nl_get_services(genl_info_dump(cb)->attrs, &filter,
				  cb->extack) ?:
	      dsr_nl_dump_lock(dn, cb);
	if (err)
		return err;
	list_for_each_entry(svc, &dn->services, list) {
		if (at++ < cb->args[0])
			continue;
		if (dsr_nl_service_matches(&svc->key, &filter) &&
		    dsr_nl_dump_one(skb, cb, NF_DSR_CMD_SERVICE_GET,
				    dsr_nl_put_service, svc))
			break;
		cb->args[0] = at;
	}
	mutex_unlock(&dn->lock);
	return skb->len;
}

void dsr_nl_notify_service(struct dsr_service *svc, struct genl_info *info,
			   bool deleted)
{
	dsr_nl_notify(svc->dn, info,
		      deleted ? NF_DSR_CMD_SERVICE_DEL_NTF :
				NF_DSR_CMD_SERVICE_NTF,
		      dsr_nl_put_service, svc);
}

int dsr_nl_service_del(struct dsr_txn *txn, const struct dsr_nl_req *req)
{
	struct dsr_service *svc = dsr_nl_service_of(txn->dn, req);

	return IS_ERR(svc) ? PTR_ERR(svc) : dsr_service_del(txn, svc);
}

int dsr_nl_service_destroy(struct dsr_txn *txn, const struct dsr_nl_req *req)
{
	return dsr_nl_destroyed(dsr_nl_service_del(txn, req), req->extack);
}

int nf_dsr_nl_service_destroy_doit(struct sk_buff *skb, struct genl_info *info)
{
	return dsr_nl_transact(info, dsr_nl_service_destroy);
}

int dsr_nl_service_flush(struct dsr_txn *txn, const struct dsr_nl_req *req)
{
	return dsr_service_flush(txn);
}

int nf_dsr_nl_service_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	int err;

	if (!(info->nlhdr->nlmsg_flags & NLM_F_BULK))
		return dsr_nl_transact(info, dsr_nl_service_del);
	err = dsr_nl_check_known(info->attrs,
				 ARRAY_SIZE(nf_dsr_service_del_nl_policy) - 1, 0,
				 "NLM_F_BULK deletes all services: give no key",
				 info->extack);
	return err ?: dsr_nl_transact(info, dsr_nl_service_flush);
}
