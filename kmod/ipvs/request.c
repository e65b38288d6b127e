// SPDX-License-Identifier: GPL-2.0
/*
 * Requests that change something, see ipvs.h. A request is parsed into words, these are
 * translated (words.h), and the change is one transaction of nf_dsr.
 *
 * The programs of IPVS print an errno and no text. So the text of a refusal, or of a
 * warning, is logged as well.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/slab.h>

#include "../netlink.h"
#include "../pool.h"
#include "../route.h"
#include "../txn.h"
#include "ipvs.h"

/* The hash of IPVS has a fixed key, so two directors with the same configuration choose the
 * same backends. So do those of nf_dsr with the same seed, and the programs of IPVS have no
 * word for it. A client can compute which backend it would get, as it can with IPVS.
 */
#define DSR_IPVS_SEED	1

const struct nla_policy dsr_ipvs_policy[IPVS_CMD_ATTR_MAX + 1] = {
	[IPVS_CMD_ATTR_SERVICE]		= { .type = NLA_NESTED },
	[IPVS_CMD_ATTR_DEST]		= { .type = NLA_NESTED },
	[IPVS_CMD_ATTR_DAEMON]		= { .type = NLA_NESTED },
	[IPVS_CMD_ATTR_TIMEOUT_TCP]	= { .type = NLA_U32 },
	[IPVS_CMD_ATTR_TIMEOUT_TCP_FIN]	= { .type = NLA_U32 },
	[IPVS_CMD_ATTR_TIMEOUT_UDP]	= { .type = NLA_U32 },
};

static const struct nla_policy dsr_ipvs_svc_policy[IPVS_SVC_ATTR_MAX + 1] = {
	[IPVS_SVC_ATTR_AF]		= { .type = NLA_U16 },
	[IPVS_SVC_ATTR_PROTOCOL]	= { .type = NLA_U16 },
	[IPVS_SVC_ATTR_ADDR]		= { .type = NLA_BINARY,
					    .len = sizeof(union nf_inet_addr) },
	[IPVS_SVC_ATTR_PORT]		= { .type = NLA_U16 },
	[IPVS_SVC_ATTR_FWMARK]		= { .type = NLA_U32 },
	[IPVS_SVC_ATTR_SCHED_NAME]	= { .type = NLA_NUL_STRING,
					    .len = IP_VS_SCHEDNAME_MAXLEN - 1 },
	[IPVS_SVC_ATTR_PE_NAME]		= { .type = NLA_NUL_STRING,
					    .len = IP_VS_PENAME_MAXLEN },
	[IPVS_SVC_ATTR_FLAGS]		= { .type = NLA_BINARY,
					    .len = sizeof(struct ip_vs_flags) },
	[IPVS_SVC_ATTR_TIMEOUT]		= { .type = NLA_U32 },
	[IPVS_SVC_ATTR_NETMASK]		= { .type = NLA_U32 },
};

static const struct nla_policy dsr_ipvs_dest_policy[IPVS_DEST_ATTR_MAX + 1] = {
	[IPVS_DEST_ATTR_ADDR]		= { .type = NLA_BINARY,
					    .len = sizeof(union nf_inet_addr) },
	[IPVS_DEST_ATTR_PORT]		= { .type = NLA_U16 },
	[IPVS_DEST_ATTR_FWD_METHOD]	= { .type = NLA_U32 },
	[IPVS_DEST_ATTR_WEIGHT]		= { .type = NLA_U32 },
	[IPVS_DEST_ATTR_U_THRESH]	= { .type = NLA_U32 },
	[IPVS_DEST_ATTR_L_THRESH]	= { .type = NLA_U32 },
	[IPVS_DEST_ATTR_ADDR_FAMILY]	= { .type = NLA_U16 },
	[IPVS_DEST_ATTR_TUN_TYPE]	= { .type = NLA_U8 },
	[IPVS_DEST_ATTR_TUN_PORT]	= { .type = NLA_U16 },
	[IPVS_DEST_ATTR_TUN_FLAGS]	= { .type = NLA_U16 },
};

static const struct nla_policy dsr_ipvs_daemon_policy[IPVS_DAEMON_ATTR_MAX + 1] = {
	[IPVS_DAEMON_ATTR_STATE]	= { .type = NLA_U32 },
	[IPVS_DAEMON_ATTR_MCAST_IFN]	= { .type = NLA_NUL_STRING,
					    .len = IP_VS_IFNAME_MAXLEN - 1 },
	[IPVS_DAEMON_ATTR_SYNC_ID]	= { .type = NLA_U32 },
};

/**
 * struct dsr_ipvs_req - a request, while it is served
 * @ipvs: the namespace
 * @info: the request
 * @svc_tb: attributes of its service
 * @service: words of its service
 * @key: key that these words mean
 * @svc: the service, if there is one
 * @dest: words of its destination
 * @backend_key: key of the backend that these words mean
 * @backend: the backend, if there is one
 */
struct dsr_ipvs_req {
	struct dsr_ipvs_net *ipvs;
	struct genl_info *info;
	struct nlattr *svc_tb[IPVS_SVC_ATTR_MAX + 1];
	struct dsr_ipvs_service service;
	struct dsr_service_key key;
	struct dsr_service *svc;
	struct dsr_ipvs_dest dest;
	struct dsr_backend_key backend_key;
	struct dsr_backend *backend;
};

/* Set the text of a refusal, and trace it as NL_SET_ERR_MSG() does. */
static int dsr_ipvs_refused(struct netlink_ext_ack *extack, int err, const char *why)
{
	do_trace_netlink_extack(why);
	extack->_msg = why;
	return err;
}

/* Copy an address. Programs send 16 bytes for IPv4, too, and what is behind the address
 * means nothing.
 */
static void dsr_ipvs_get_addr(u16 family, const struct nlattr *attr,
			      union nf_inet_addr *addr)
{
	memset(addr, 0, sizeof(*addr));
	nla_memcpy(addr, attr, family == AF_INET ? sizeof(addr->ip) : sizeof(addr->in6));
}

static int dsr_ipvs_check_family(u16 family, struct netlink_ext_ack *extack)
{
	if (family == AF_INET || family == AF_INET6)
		return 0;
	NL_SET_ERR_MSG(extack, "address family must be IPv4 or IPv6");
	return -EAFNOSUPPORT;
}

/* Get the words that identify a service. @tb receives all attributes of the service. */
static int dsr_ipvs_get_service_id(const struct nlattr *nest, struct nlattr **tb,
				   struct dsr_ipvs_service *words,
				   struct netlink_ext_ack *extack)
{
	memset(words, 0, sizeof(*words));
	if (!nest || nla_parse_nested_deprecated(tb, IPVS_SVC_ATTR_MAX, nest,
						 dsr_ipvs_svc_policy, extack))
		return -EINVAL;
	if (!tb[IPVS_SVC_ATTR_AF] ||
	    !(tb[IPVS_SVC_ATTR_FWMARK] ||
	      (tb[IPVS_SVC_ATTR_PROTOCOL] && tb[IPVS_SVC_ATTR_ADDR] &&
	       tb[IPVS_SVC_ATTR_PORT])))
		return dsr_ipvs_refused(extack, -EINVAL, "the service is not identified");
	words->family = nla_get_u16(tb[IPVS_SVC_ATTR_AF]);
	words->proto = IPPROTO_TCP;
	if (tb[IPVS_SVC_ATTR_FWMARK])
		words->mark = nla_get_u32(tb[IPVS_SVC_ATTR_FWMARK]);
	if (!words->mark && tb[IPVS_SVC_ATTR_PROTOCOL] && tb[IPVS_SVC_ATTR_ADDR] &&
	    tb[IPVS_SVC_ATTR_PORT]) {
		words->proto = nla_get_u16(tb[IPVS_SVC_ATTR_PROTOCOL]);
		words->port = ntohs(nla_get_be16(tb[IPVS_SVC_ATTR_PORT]));
		dsr_ipvs_get_addr(words->family, tb[IPVS_SVC_ATTR_ADDR], &words->addr);
	}
	return dsr_ipvs_check_family(words->family, extack);
}

/* Return the first service whose nearest words these are, or NULL. */
static struct dsr_service *dsr_ipvs_service_near(const struct dsr_ipvs_net *ipvs,
						 const struct dsr_ipvs_service *words)
{
	struct dsr_service *svc;

	list_for_each_entry(svc, &ipvs->dn->services, list) {
		if (dsr_ipvs_key_matches(words, &svc->key))
			return svc;
		cond_resched();
	}
	return NULL;
}

struct dsr_service *dsr_ipvs_service_of(struct dsr_ipvs_net *ipvs,
					const struct nlattr *nest,
					struct netlink_ext_ack *extack)
{
	struct nlattr *tb[IPVS_SVC_ATTR_MAX + 1];
	struct dsr_ipvs_service words;
	struct dsr_service_key key;
	struct dsr_service *svc;
	const char *why;
	int err;

	err = dsr_ipvs_get_service_id(nest, tb, &words, extack);
	if (err)
		return ERR_PTR(err);
	svc = dsr_ipvs_key_read(&words, &key, &why) ? NULL :
	      dsr_service_lookup(ipvs->dn, &key);
	return svc ?: dsr_ipvs_service_near(ipvs, &words);
}

/* Get the service of a request that changes something. It must be the service of these
 * words exactly.
 */
static int dsr_ipvs_get_service(struct dsr_ipvs_req *req)
{
	struct netlink_ext_ack *extack = req->info->extack;
	const char *why;
	int err;

	err = dsr_ipvs_get_service_id(req->info->attrs[IPVS_CMD_ATTR_SERVICE],
				      req->svc_tb, &req->service, extack);
	if (err)
		return err;
	err = dsr_ipvs_key_read(&req->service, &req->key, &why);
	if (err)
		return dsr_ipvs_refused(extack, err, why);
	req->svc = dsr_service_lookup(req->ipvs->dn, &req->key);
	return 0;
}

static int dsr_ipvs_get_existing(struct dsr_ipvs_req *req)
{
	int err = dsr_ipvs_get_service(req);

	if (err || req->svc)
		return err;
	if (!dsr_ipvs_service_near(req->ipvs, &req->service))
		return dsr_ipvs_refused(req->info->extack, -ESRCH, "no such service");
	return dsr_ipvs_refused(req->info->extack, -EOPNOTSUPP,
				"IPVS has no words for this service: change it by dsrctl");
}

/* Get the other words of a service. Flags that are not in the mask stay as they are. */
static int dsr_ipvs_get_service_rest(struct dsr_ipvs_req *req)
{
	struct netlink_ext_ack *extack = req->info->extack;
	struct nlattr **tb = req->svc_tb;
	struct dsr_ipvs_service old = {};
	struct ip_vs_flags flags = {};

	if (!tb[IPVS_SVC_ATTR_SCHED_NAME] || !tb[IPVS_SVC_ATTR_FLAGS] ||
	    !tb[IPVS_SVC_ATTR_TIMEOUT] || !tb[IPVS_SVC_ATTR_NETMASK])
		return dsr_ipvs_refused(extack, -EINVAL,
					"a service needs scheduler, flags, timeout and netmask");
	if (tb[IPVS_SVC_ATTR_PE_NAME] &&
	    nla_len(tb[IPVS_SVC_ATTR_PE_NAME]) > 1)
		return dsr_ipvs_refused(extack, -ENOENT,
					"there are no persistence engines: clients are known by their addresses");
	if (req->svc)
		dsr_ipvs_svc_words(req->svc, &old);
	nla_memcpy(&flags, tb[IPVS_SVC_ATTR_FLAGS], sizeof(flags));
	req->service.flags = ((old.flags & ~flags.mask) | (flags.flags & flags.mask)) &
			     ~IP_VS_SVC_F_HASHED;
	req->service.timeout = nla_get_u32(tb[IPVS_SVC_ATTR_TIMEOUT]);
	req->service.mask = nla_get_be32(tb[IPVS_SVC_ATTR_NETMASK]);
	nla_strscpy(req->service.sched, tb[IPVS_SVC_ATTR_SCHED_NAME],
		    sizeof(req->service.sched));
	return 0;
}

/* Draft a service. The VIP may be an address of the director's own, as it always is with
 * IPVS, so the operator's consent (force) is taken for granted.
 */
static int dsr_ipvs_draft_service(struct dsr_txn *txn, void *arg)
{
	const struct dsr_ipvs_req *req = arg;
	struct netlink_ext_ack *extack = req->info->extack;
	const char *sched, *why;
	struct dsr_service_conf conf;
	int err;

	dsr_service_conf_init(&conf);
	conf.seed = DSR_IPVS_SEED;
	conf.seeded = true;
	if (req->svc)
		conf = req->svc->conf;
	err = dsr_ipvs_service_read(&req->service, &conf.policy, &sched, &why);
	if (err)
		return dsr_ipvs_refused(extack, err, why);
	conf.sched = dsr_sched_lookup(sched, extack);
	if (!conf.sched)
		return -ENOENT;
	dsr_ipvs_timeouts_read(&req->ipvs->timeouts, &conf.timeouts);
	return req->svc ? dsr_service_change(txn, req->svc, &conf, extack) :
			  dsr_service_add(txn, &req->key, &conf, true, extack);
}

/* Add or change the service, and remember its words. */
static int dsr_ipvs_commit_service(struct dsr_ipvs_req *req)
{
	struct dsr_ipvs_svc *fresh = dsr_ipvs_svc_alloc();
	struct dsr_net *dn = req->ipvs->dn;
	int err;

	if (!fresh)
		return -ENOMEM;
	err = dsr_nl_run(dn, req->info, dsr_ipvs_draft_service, req);
	if (err) {
		kfree(fresh);
		return err;
	}
	dsr_ipvs_svc_remember(dsr_service_lookup(dn, &req->key), fresh, &req->service);
	return 0;
}

static int dsr_ipvs_new_service(struct dsr_ipvs_req *req)
{
	int err = dsr_ipvs_get_service(req);

	if (!err && req->svc)
		err = dsr_ipvs_refused(req->info->extack, -EEXIST,
				       "service exists already");
	if (!err)
		err = dsr_ipvs_get_service_rest(req);
	return err ?: dsr_ipvs_commit_service(req);
}

static int dsr_ipvs_set_service(struct dsr_ipvs_req *req)
{
	int err = dsr_ipvs_get_existing(req);

	if (!err)
		err = dsr_ipvs_get_service_rest(req);
	return err ?: dsr_ipvs_commit_service(req);
}

static int dsr_ipvs_draft_del_service(struct dsr_txn *txn, void *arg)
{
	const struct dsr_ipvs_req *req = arg;

	return dsr_service_del(txn, req->svc);
}

static int dsr_ipvs_del_service(struct dsr_ipvs_req *req)
{
	int err = dsr_ipvs_get_existing(req);

	return err ?: dsr_nl_run(req->ipvs->dn, req->info, dsr_ipvs_draft_del_service, req);
}

static int dsr_ipvs_draft_flush(struct dsr_txn *txn, void *arg)
{
	return dsr_service_flush(txn);
}

static int dsr_ipvs_flush(struct dsr_ipvs_req *req)
{
	return dsr_nl_run(req->ipvs->dn, req->info, dsr_ipvs_draft_flush, NULL);
}

/*
 * Destinations.
 */

/* Get the words that identify a destination. */
static int dsr_ipvs_get_dest_id(struct dsr_ipvs_req *req, struct nlattr **tb)
{
	const struct nlattr *nest = req->info->attrs[IPVS_CMD_ATTR_DEST];
	struct netlink_ext_ack *extack = req->info->extack;
	struct dsr_ipvs_dest *dest = &req->dest;

	if (!nest || nla_parse_nested_deprecated(tb, IPVS_DEST_ATTR_MAX, nest,
						 dsr_ipvs_dest_policy, extack))
		return -EINVAL;
	if (!tb[IPVS_DEST_ATTR_ADDR] || !tb[IPVS_DEST_ATTR_PORT])
		return dsr_ipvs_refused(extack, -EINVAL, "the server is not identified");
	if (tb[IPVS_DEST_ATTR_ADDR_FAMILY])
		dest->family = nla_get_u16(tb[IPVS_DEST_ATTR_ADDR_FAMILY]);
	/* Older programs do not send the family. */
	dest->family = dest->family ?: req->svc->key.family;
	dest->port = ntohs(nla_get_be16(tb[IPVS_DEST_ATTR_PORT]));
	dsr_ipvs_get_addr(dest->family, tb[IPVS_DEST_ATTR_ADDR], &dest->addr);
	req->backend_key.family = dest->family;
	req->backend_key.addr = dest->addr;
	return dsr_ipvs_check_family(dest->family, extack);
}

/* Get the other words of a destination. */
static int dsr_ipvs_get_dest_rest(struct dsr_ipvs_req *req, struct nlattr **tb)
{
	struct dsr_ipvs_dest *dest = &req->dest;

	if (!tb[IPVS_DEST_ATTR_FWD_METHOD] || !tb[IPVS_DEST_ATTR_WEIGHT] ||
	    !tb[IPVS_DEST_ATTR_U_THRESH] || !tb[IPVS_DEST_ATTR_L_THRESH])
		return dsr_ipvs_refused(req->info->extack, -EINVAL,
					"a server needs method, weight and thresholds");
	dest->fwd = nla_get_u32(tb[IPVS_DEST_ATTR_FWD_METHOD]) & IP_VS_CONN_F_FWD_MASK;
	dest->weight = nla_get_u32(tb[IPVS_DEST_ATTR_WEIGHT]);
	dest->upper = nla_get_u32(tb[IPVS_DEST_ATTR_U_THRESH]);
	dest->lower = nla_get_u32(tb[IPVS_DEST_ATTR_L_THRESH]);
	if (tb[IPVS_DEST_ATTR_TUN_TYPE])
		dest->tun_type = nla_get_u8(tb[IPVS_DEST_ATTR_TUN_TYPE]);
	if (tb[IPVS_DEST_ATTR_TUN_PORT])
		dest->tun_port = nla_get_be16(tb[IPVS_DEST_ATTR_TUN_PORT]);
	if (tb[IPVS_DEST_ATTR_TUN_FLAGS])
		dest->tun_flags = nla_get_u16(tb[IPVS_DEST_ATTR_TUN_FLAGS]);
	return 0;
}

/* Get service and destination of a request, with all words if @full. The backend of the
 * address is found, whatever the port: a service of ours has one for each address.
 */
static int dsr_ipvs_get_dest(struct dsr_ipvs_req *req, bool full)
{
	struct nlattr *tb[IPVS_DEST_ATTR_MAX + 1];
	int err = dsr_ipvs_get_existing(req);

	if (!err)
		err = dsr_ipvs_get_dest_id(req, tb);
	if (!err && full)
		err = dsr_ipvs_get_dest_rest(req, tb);
	if (!err)
		req->backend = dsr_backend_lookup(req->svc, &req->backend_key);
	return err;
}

/* The same for a destination that must exist, with this port. */
static int dsr_ipvs_get_existing_dest(struct dsr_ipvs_req *req, bool full)
{
	int err = dsr_ipvs_get_dest(req, full);
	struct dsr_ipvs_dest old;

	if (err)
		return err;
	if (req->backend)
		dsr_ipvs_backend_words(req->backend, &old);
	if (!req->backend || old.port != req->dest.port)
		return dsr_ipvs_refused(req->info->extack, -ENOENT,
					"no such server in this service");
	return 0;
}

/* Return true if the address is one of this machine. */
static bool dsr_ipvs_dest_is_local(const struct dsr_ipvs_req *req)
{
	struct dsr_route route = {};

	if (dsr_route_lookup(req->svc, &req->backend_key, 0, &route))
		return false;
	dst_release(route.dst);
	return route.local;
}

static int dsr_ipvs_draft_dest(struct dsr_txn *txn, void *arg)
{
	const struct dsr_ipvs_req *req = arg;
	struct netlink_ext_ack *extack = req->info->extack;
	const struct dsr_backend_key *key = &req->backend_key;
	struct dsr_backend_conf conf = dsr_backend_conf_default;
	const char *why;
	int err;

	if (req->backend)
		conf = req->backend->conf;
	err = dsr_ipvs_dest_read(&req->dest, &req->svc->key, dsr_ipvs_dest_is_local(req),
				 &conf, &why);
	if (err)
		return dsr_ipvs_refused(extack, err, why);
	return req->backend ? dsr_backend_change(txn, req->backend, &conf, extack) :
			      dsr_backend_add(txn, req->svc, key, &conf, extack);
}

/* Add or change the backend, and remember its words. */
static int dsr_ipvs_commit_dest(struct dsr_ipvs_req *req)
{
	struct dsr_ipvs_backend *fresh = dsr_ipvs_backend_alloc();
	int err;

	if (!fresh)
		return -ENOMEM;
	err = dsr_nl_run(req->ipvs->dn, req->info, dsr_ipvs_draft_dest, req);
	if (err) {
		kfree(fresh);
		return err;
	}
	dsr_ipvs_backend_remember(req->ipvs, dsr_backend_lookup(req->svc, &req->backend_key),
				  fresh, &req->dest);
	return 0;
}

static int dsr_ipvs_new_dest(struct dsr_ipvs_req *req)
{
	const struct dsr_backend_key *key = &req->backend_key;
	int err = dsr_ipvs_get_dest(req, true);

	if (err)
		return err;
	if (req->backend)
		return dsr_ipvs_refused(req->info->extack, -EEXIST,
					"the server is in this service already; DSR leaves its port as it is");
	if (!dsr_addr_is_unicast(key->family, &key->addr) &&
	    !dsr_addr_is_loopback(key->family, &key->addr))
		return dsr_ipvs_refused(req->info->extack, -EINVAL,
					"server must be a unicast address, and not link-local");
	return dsr_ipvs_commit_dest(req);
}

static int dsr_ipvs_set_dest(struct dsr_ipvs_req *req)
{
	int err = dsr_ipvs_get_existing_dest(req, true);

	return err ?: dsr_ipvs_commit_dest(req);
}

static int dsr_ipvs_draft_del_dest(struct dsr_txn *txn, void *arg)
{
	const struct dsr_ipvs_req *req = arg;

	return dsr_backend_del(txn, req->backend);
}

static int dsr_ipvs_del_dest(struct dsr_ipvs_req *req)
{
	int err = dsr_ipvs_get_existing_dest(req, false);

	return err ?: dsr_nl_run(req->ipvs->dn, req->info, dsr_ipvs_draft_del_dest, req);
}

/*
 * Counters, timeouts, the sync daemon.
 */

static int dsr_ipvs_zero(struct dsr_ipvs_req *req)
{
	struct nlattr *nest = req->info->attrs[IPVS_CMD_ATTR_SERVICE];
	struct dsr_service *svc;

	if (!nest)
		return dsr_ipvs_total_zero(req->ipvs);
	svc = dsr_ipvs_service_of(req->ipvs, nest, req->info->extack);
	if (IS_ERR(svc))
		return PTR_ERR(svc);
	return svc ? dsr_ipvs_svc_zero(req->ipvs, svc) :
		     dsr_ipvs_refused(req->info->extack, -ESRCH, "no such service");
}

/* Set the timeouts of the services that programs of IPVS have made. */
static int dsr_ipvs_draft_timeouts(struct dsr_txn *txn, void *arg)
{
	const struct dsr_ipvs_timeouts *timeouts = arg;
	struct dsr_service_conf conf;
	struct dsr_service *svc;
	int err;

	list_for_each_entry(svc, &txn->dn->services, list) {
		if (!dsr_ipvs_svc_has_words(svc))
			continue;
		conf = svc->conf;
		dsr_ipvs_timeouts_read(timeouts, &conf.timeouts);
		err = dsr_net_killed(txn->dn) ? -EINTR :
		      dsr_service_change(txn, svc, &conf, txn->info->extack);
		if (err)
			return err;
		cond_resched();
	}
	return 0;
}

/* Get a timeout. As in IPVS, 0 leaves it as it is. */
static int dsr_ipvs_get_timeout(const struct genl_info *info, int type, u32 *timeout)
{
	u32 seconds = info->attrs[type] ? nla_get_u32(info->attrs[type]) : 0;

	if (seconds > INT_MAX / HZ)
		return dsr_ipvs_refused(info->extack, -EINVAL, "the timeout is too long");
	*timeout = seconds ?: *timeout;
	return 0;
}

static int dsr_ipvs_set_config(struct dsr_ipvs_req *req)
{
	struct dsr_ipvs_timeouts timeouts = req->ipvs->timeouts;
	const struct genl_info *info = req->info;
	int err;

	err = dsr_ipvs_get_timeout(info, IPVS_CMD_ATTR_TIMEOUT_TCP, &timeouts.tcp) ?:
	      dsr_ipvs_get_timeout(info, IPVS_CMD_ATTR_TIMEOUT_TCP_FIN,
				   &timeouts.tcp_fin) ?:
	      dsr_ipvs_get_timeout(info, IPVS_CMD_ATTR_TIMEOUT_UDP, &timeouts.udp);
	if (!err)
		err = dsr_nl_run(req->ipvs->dn, req->info, dsr_ipvs_draft_timeouts,
				 &timeouts);
	if (!err)
		req->ipvs->timeouts = timeouts;
	return err;
}

static int dsr_ipvs_get_daemon(const struct dsr_ipvs_req *req, struct nlattr **tb)
{
	const struct nlattr *nest = req->info->attrs[IPVS_CMD_ATTR_DAEMON];

	if (!nest || nla_parse_nested_deprecated(tb, IPVS_DAEMON_ATTR_MAX, nest,
						 dsr_ipvs_daemon_policy,
						 req->info->extack) ||
	    !tb[IPVS_DAEMON_ATTR_STATE])
		return -EINVAL;
	return 0;
}

static int dsr_ipvs_new_daemon(struct dsr_ipvs_req *req)
{
	struct nlattr *tb[IPVS_DAEMON_ATTR_MAX + 1];
	int err = dsr_ipvs_get_daemon(req, tb);

	return err ?: dsr_ipvs_refused(req->info->extack, -EOPNOTSUPP,
				       "there is no sync daemon: with the same seed directors choose alike");
}

static int dsr_ipvs_del_daemon(struct dsr_ipvs_req *req)
{
	struct nlattr *tb[IPVS_DAEMON_ATTR_MAX + 1];
	int err = dsr_ipvs_get_daemon(req, tb);

	return err ?: dsr_ipvs_refused(req->info->extack, -ESRCH, "there is no sync daemon");
}

static int (*const dsr_ipvs_requests[])(struct dsr_ipvs_req *req) = {
	[IPVS_CMD_NEW_SERVICE]	= dsr_ipvs_new_service,
	[IPVS_CMD_SET_SERVICE]	= dsr_ipvs_set_service,
	[IPVS_CMD_DEL_SERVICE]	= dsr_ipvs_del_service,
	[IPVS_CMD_NEW_DEST]	= dsr_ipvs_new_dest,
	[IPVS_CMD_SET_DEST]	= dsr_ipvs_set_dest,
	[IPVS_CMD_DEL_DEST]	= dsr_ipvs_del_dest,
	[IPVS_CMD_NEW_DAEMON]	= dsr_ipvs_new_daemon,
	[IPVS_CMD_DEL_DAEMON]	= dsr_ipvs_del_daemon,
	[IPVS_CMD_SET_CONFIG]	= dsr_ipvs_set_config,
	[IPVS_CMD_ZERO]		= dsr_ipvs_zero,
	[IPVS_CMD_FLUSH]	= dsr_ipvs_flush,
};

/* Return true if the operation may concern any number of services or flows. */
static bool dsr_ipvs_is_slow(u8 cmd)
{
	switch (cmd) {
	case IPVS_CMD_SET_SERVICE:	/* may remove flows, with one packet */
	case IPVS_CMD_SET_CONFIG:
	case IPVS_CMD_ZERO:
	case IPVS_CMD_FLUSH:
		return true;
	default:
		return false;
	}
}

int dsr_ipvs_pre_doit(const struct genl_split_ops *ops, struct sk_buff *skb,
		      struct genl_info *info)
{
	return dsr_nl_enter(ops, skb, info, dsr_ipvs_is_slow(ops->cmd));
}

void dsr_ipvs_post_doit(const struct genl_split_ops *ops, struct sk_buff *skb,
			struct genl_info *info)
{
	dsr_nl_leave(info);
}

static void dsr_ipvs_log(int err, const struct netlink_ext_ack *extack)
{
	if (!extack->_msg)
		return;
	if (err)
		pr_notice_ratelimited("refused: %s\n", extack->_msg);
	else
		pr_notice_ratelimited("warning: %s\n", extack->_msg);
}

int dsr_ipvs_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct dsr_ipvs_req req = {
		.ipvs = dsr_ipvs_net(genl_info_net(info)),
		.info = info,
	};
	int err;

	mutex_lock(&req.ipvs->dn->lock);
	err = dsr_ipvs_requests[info->genlhdr->cmd](&req);
	mutex_unlock(&req.ipvs->dn->lock);
	dsr_ipvs_log(err, info->extack);
	return err;
}
