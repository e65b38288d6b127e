// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink requests, see netlink.h. First come the flags of a request; then answers,
 * dumps and notifications; single operations as transactions; and the checks that all
 * operations have in common. The operations on totals and devices follow at the end.
 */
#include <linux/bitmap.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>
#include <net/sock.h>

#include "ingress.h"
#include "net.h"
#include "netlink.h"
#include "txn.h"

static struct genl_family *dsr_nl_family __ro_after_init;

struct dsr_nl_req dsr_nl_req(const struct genl_info *info)
{
	return (struct dsr_nl_req) {
		.tb	= info->attrs,
		.first	= genlmsg_data(info->genlhdr),
		.len	= genlmsg_len(info->genlhdr),
		.flags	= info->nlhdr->nlmsg_flags,
		.extack	= info->extack,
	};
}

int dsr_nl_check_new(const struct dsr_nl_req *req, bool exists,
		     const char *already, const char *missing)
{
	u16 flags = req->flags;

	if (!(flags & (NLM_F_CREATE | NLM_F_REPLACE))) {
		NL_SET_ERR_MSG(req->extack,
			       "give NLM_F_CREATE, NLM_F_REPLACE or both");
		return -EINVAL;
	}
	if (exists && (flags & NLM_F_EXCL || !(flags & NLM_F_REPLACE))) {
		req->extack->_msg = already;
		return -EEXIST;
	}
	if (!exists && !(flags & NLM_F_CREATE)) {
		req->extack->_msg = missing;
		return -ENOENT;
	}
	return 0;
}

int dsr_nl_destroyed(int err, struct netlink_ext_ack *extack)
{
	if (err != -ENOENT)
		return err;
	extack->_msg = NULL;
	extack->bad_attr = NULL;
	return 0;
}

/* The attribute that has the generation of the configuration, by command. Totals and
 * commits write theirs themselves.
 */
static const u8 dsr_nl_generations[] = {
	[NF_DSR_CMD_SERVICE_GET]	= NF_DSR_A_SERVICE_GENERATION,
	[NF_DSR_CMD_SERVICE_NTF]	= NF_DSR_A_SERVICE_GENERATION,
	[NF_DSR_CMD_SERVICE_DEL_NTF]	= NF_DSR_A_SERVICE_GENERATION,
	[NF_DSR_CMD_BACKEND_GET]	= NF_DSR_A_BACKEND_GENERATION,
	[NF_DSR_CMD_BACKEND_NTF]	= NF_DSR_A_BACKEND_GENERATION,
	[NF_DSR_CMD_BACKEND_DEL_NTF]	= NF_DSR_A_BACKEND_GENERATION,
	[NF_DSR_CMD_FLOW_GET]		= NF_DSR_A_FLOW_GENERATION,
	[NF_DSR_CMD_TRACE]		= NF_DSR_A_TRACE_GENERATION,
	[NF_DSR_CMD_DEVICE_GET]		= NF_DSR_A_DEVICE_GENERATION,
	[NF_DSR_CMD_DEVICE_NTF]		= NF_DSR_A_DEVICE_GENERATION,
	[NF_DSR_CMD_DEVICE_DEL_NTF]	= NF_DSR_A_DEVICE_GENERATION,
};

static int dsr_nl_put_generation(struct sk_buff *skb, u8 cmd,
				 const struct dsr_net *dn)
{
	u8 attr = cmd < ARRAY_SIZE(dsr_nl_generations) ?
		  dsr_nl_generations[cmd] : 0;

	return attr ? nla_put_u32(skb, attr, READ_ONCE(dn->generation)) : 0;
}

static int dsr_nl_fill(struct dsr_net *dn, struct sk_buff *skb, u32 portid,
		       u32 seq, struct netlink_callback *cb, u8 cmd,
		       int (*put)(struct sk_buff *skb, const void *object),
		       const void *object)
{
	void *header;
	int err;

	header = genlmsg_put(skb, portid, seq, dsr_nl_family,
			     cb ? NLM_F_MULTI : 0, cmd);
	if (!header)
		return -EMSGSIZE;
	if (cb)
		genl_dump_check_consistent(cb, header);
	err = put(skb, object);
	if (!err)
		err = dsr_nl_put_generation(skb, cmd, dn);
	if (err) {
		genlmsg_cancel(skb, header);
		return err;
	}
	genlmsg_end(skb, header);
	return 0;
}

int dsr_nl_reply(struct genl_info *info, u8 cmd,
		 int (*put)(struct sk_buff *skb, const void *object),
		 const void *object)
{
	return dsr_nl_reply_sized(info, cmd, GENLMSG_DEFAULT_SIZE, put, object);
}

int dsr_nl_reply_sized(struct genl_info *info, u8 cmd, size_t size,
		       int (*put)(struct sk_buff *skb, const void *object),
		       const void *object)
{
	struct sk_buff *skb = genlmsg_new(size, GFP_KERNEL);
	int err;

	if (!skb)
		return -ENOMEM;
	err = dsr_nl_fill(dsr_net(genl_info_net(info)), skb, info->snd_portid,
			  info->snd_seq, NULL, cmd, put, object);
	if (err) {
		nlmsg_free(skb);
		return err;
	}
	return genlmsg_reply(skb, info);
}

int dsr_nl_dump_one(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd,
		    int (*put)(struct sk_buff *skb, const void *object),
		    const void *object)
{
	return dsr_nl_fill(dsr_net(sock_net(cb->skb->sk)), skb,
			   NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq, cb,
			   cmd, put, object);
}

/* Maximum time that the first part of a dump waits, see dsr_nl_dump_wait(). */
#define DSR_NL_DUMP_WAIT	(HZ / 10)

int dsr_nl_dump_wait(struct mutex *lock, bool first,
		     struct netlink_ext_ack *extack)
{
	unsigned long end = jiffies + DSR_NL_DUMP_WAIT;

	if (!first)
		return mutex_lock_killable(lock);
	while (!mutex_trylock(lock)) {
		if (time_after(jiffies, end) || fatal_signal_pending(current)) {
			NL_SET_ERR_MSG(extack,
				       "a large change is in progress: try again");
			return -EBUSY;
		}
		schedule_timeout_killable(1);
	}
	return 0;
}

int dsr_nl_dump_lock(struct dsr_net *dn, struct netlink_callback *cb)
{
	int err = dsr_nl_dump_wait(&dn->lock, !cb->seq, cb->extack);

	if (!err)
		cb->seq = dn->generation;
	return err;
}

void dsr_nl_notify(struct dsr_net *dn, struct genl_info *info, u8 cmd,
		   int (*put)(struct sk_buff *skb, const void *object),
		   const void *object)
{
	u32 portid = info ? info->snd_portid : 0;
	u32 seq = info ? info->snd_seq : 0;
	struct sk_buff *skb;

	lockdep_assert_held(&dn->lock);
	if (!genl_has_listeners(dsr_nl_family, dn->net, NF_DSR_NLGRP_CONFIG) &&
	    !(info && info->nlhdr->nlmsg_flags & NLM_F_ECHO))
		return;
	skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (skb && !dsr_nl_fill(dn, skb, portid, seq, NULL, cmd, put, object)) {
		if (info)
			genl_notify(dsr_nl_family, skb, info,
				    NF_DSR_NLGRP_CONFIG, GFP_KERNEL);
		else
			genlmsg_multicast_netns(dsr_nl_family, dn->net, skb, 0,
						NF_DSR_NLGRP_CONFIG,
						GFP_KERNEL);
		return;
	}
	/* The change is not undone; listeners learn that they missed an event. */
	nlmsg_free(skb);
	genl_set_err(dsr_nl_family, dn->net, 0, NF_DSR_NLGRP_CONFIG, -ENOBUFS);
}

void dsr_nl_explain(int err, struct netlink_ext_ack *extack)
{
	if (err == -ENOMEM && !extack->_msg)
		NL_SET_ERR_MSG(extack,
			       "not enough memory, nothing was changed: fewer or shared backends, or a smaller table-size, need less");
}

int dsr_nl_run(struct dsr_net *dn, struct genl_info *info,
	       int (*draft)(struct dsr_txn *txn, void *arg), void *arg)
{
	struct dsr_txn txn;
	int err;

	dsr_txn_begin(&txn, dn);
	txn.info = info;
	err = draft(&txn, arg) ?: dsr_txn_settle(&txn, info->extack);
	err = dsr_txn_end(&txn, err);
	dsr_nl_explain(err, info->extack);
	/* The extack message of a success is a warning. */
	if (!err && txn.warning)
		info->extack->_msg = txn.warning;
	return err;
}

/**
 * struct dsr_nl_single - a request that is a transaction of its own
 * @req: the request
 * @draft: draft it
 */
struct dsr_nl_single {
	struct dsr_nl_req req;
	dsr_nl_draft_fn draft;
};

static int dsr_nl_draft_single(struct dsr_txn *txn, void *arg)
{
	const struct dsr_nl_single *single = arg;

	return single->draft(txn, &single->req);
}

int dsr_nl_transact(struct genl_info *info, dsr_nl_draft_fn draft)
{
	struct dsr_net *dn = dsr_net(genl_info_net(info));
	struct dsr_nl_single single = {
		.req	= dsr_nl_req(info),
		.draft	= draft,
	};
	int err;

	mutex_lock(&dn->lock);
	err = dsr_nl_run(dn, info, dsr_nl_draft_single, &single);
	mutex_unlock(&dn->lock);
	return err;
}

int __init dsr_nl_init(struct genl_family *family)
{
	dsr_nl_family = family;
	return genl_register_family(family);
}

/*
 * Checks of requests that generic netlink does not make: the header, and attributes that
 * occur more than once. The kernel has validated the attributes by their policies
 * before, including nested ones.
 */

#define DSR_NL_TYPES	128

static_assert(NF_DSR_A_SERVICE_MAX < DSR_NL_TYPES);
static_assert(NF_DSR_A_BACKEND_MAX < DSR_NL_TYPES);
static_assert(NF_DSR_A_TRACE_MAX < DSR_NL_TYPES);

/* Check the generic netlink header. The reserved field and other versions have no
 * meaning yet, so a client that uses them expects something that this module does not
 * do.
 */
static int dsr_nl_check_header(const struct genlmsghdr *header,
			       struct netlink_ext_ack *extack)
{
	if (header->reserved) {
		NL_SET_ERR_MSG(extack, "genlmsghdr.reserved must be 0");
		return -EINVAL;
	}
	if (header->version != NF_DSR_FAMILY_VERSION) {
		NL_SET_ERR_MSG(extack,
			       "genlmsghdr.version must be 1, the family's version");
		return -EPROTONOSUPPORT;
	}
	return 0;
}

/* Return true if the policy is that of an attribute unset. Only its position in the
 * array identifies a policy that is not of a nest.
 */
static bool dsr_nl_is_unset(const struct nla_policy *policy)
{
	return policy == &nf_dsr_service_new_nl_policy[NF_DSR_A_SERVICE_UNSET] ||
	       policy == &nf_dsr_service_request_nl_policy[NF_DSR_A_SERVICE_UNSET] ||
	       policy == &nf_dsr_backend_new_nl_policy[NF_DSR_A_BACKEND_UNSET] ||
	       policy == &nf_dsr_backend_request_nl_policy[NF_DSR_A_BACKEND_UNSET];
}

/* Return true if the attribute may occur many times: operations of a commit, sources of
 * a service, and options to unset.
 */
static bool dsr_nl_is_list(const struct nla_policy *policy)
{
	return (policy->type == NLA_NESTED &&
		(policy->nested_policy == nf_dsr_op_nl_policy ||
		 policy->nested_policy == nf_dsr_prefix_nl_policy)) ||
	       dsr_nl_is_unset(policy);
}

/* Refuse an attribute that occurs twice, because the parser would silently use the last
 * one. The recursion is as deep as the policies are nested: commit, operation, backend,
 * service.
 */
static int dsr_nl_check_once(const struct nlattr *first, int len,
			     const struct nla_policy *policy,
			     struct netlink_ext_ack *extack)
{
	DECLARE_BITMAP(seen, DSR_NL_TYPES) = {};
	const struct nlattr *attr;
	int rem, type, err;

	nla_for_each_attr(attr, first, len, rem) {
		type = nla_type(attr);
		if (__test_and_set_bit(type, seen) &&
		    !dsr_nl_is_list(&policy[type])) {
			NL_SET_ERR_MSG_ATTR(extack, attr,
					    "attribute is given twice");
			return -EINVAL;
		}
		if (policy[type].type != NLA_NESTED)
			continue;
		err = dsr_nl_check_once(nla_data(attr), nla_len(attr),
					policy[type].nested_policy, extack);
		if (err)
			return err;
		cond_resched();
	}
	return 0;
}

static int dsr_nl_check_message(const struct nlmsghdr *nlh,
				const struct nla_policy *policy,
				struct netlink_ext_ack *extack)
{
	const struct genlmsghdr *header = nlmsg_data(nlh);
	int err;

	err = dsr_nl_check_header(header, extack);
	if (err)
		return err;
	return dsr_nl_check_once(genlmsg_data(header), genlmsg_len(header),
				 policy, extack);
}

int dsr_nl_check_do(const struct genl_split_ops *ops,
		    const struct genl_info *info)
{
	return dsr_nl_check_message(info->nlhdr, ops->policy, info->extack);
}

int dsr_nl_check_dump(struct netlink_callback *cb)
{
	return dsr_nl_check_message(cb->nlh, genl_dumpit_info(cb)->op.policy,
				    cb->extack);
}

/* Return true if the operation takes no lock that a slow request holds. */
static bool dsr_nl_is_free(u8 cmd)
{
	return cmd == NF_DSR_CMD_STATS_GET || cmd == NF_DSR_CMD_TRACE;
}

/* Return true if the operation may concern any number of services or flows. */
static bool dsr_nl_is_slow(u8 cmd, const struct genl_info *info)
{
	switch (cmd) {
	case NF_DSR_CMD_COMMIT:
	case NF_DSR_CMD_FLOW_FLUSH:
		return true;
	case NF_DSR_CMD_SERVICE_DEL:
		return info->nlhdr->nlmsg_flags & NLM_F_BULK;
	case NF_DSR_CMD_SERVICE_NEW:	/* may remove flows */
		return info->attrs[NF_DSR_A_SERVICE_ONE_PACKET];
	default:
		return false;
	}
}

int dsr_nl_pre_doit(const struct genl_split_ops *ops, struct sk_buff *skb,
		    struct genl_info *info)
{
	int err = dsr_nl_check_do(ops, info);

	if (err || dsr_nl_is_free(ops->cmd))
		return err;
	return dsr_nl_enter(ops, skb, info, dsr_nl_is_slow(ops->cmd, info));
}

void dsr_nl_post_doit(const struct genl_split_ops *ops, struct sk_buff *skb,
		      struct genl_info *info)
{
	if (!dsr_nl_is_free(ops->cmd))
		dsr_nl_leave(info);
}

int dsr_nl_check_known(struct nlattr **tb, int max, u64 known, const char *text,
		       struct netlink_ext_ack *extack)
{
	int type;

	for (type = 1; type <= max; type++) {
		if (!tb[type] || (type < 64 && known & BIT_ULL(type)))
			continue;
		extack->_msg = text;
		NL_SET_BAD_ATTR(extack, tb[type]);
		return -EINVAL;
	}
	return 0;
}

/*
 * Totals of a network namespace.
 */

/**
 * struct dsr_nl_stats - a request for totals
 * @dn: network namespace
 * @explain: include the sentence that describes each drop reason
 */
struct dsr_nl_stats {
	const struct dsr_net *dn;
	bool explain;
};

static int dsr_nl_put_drop(struct sk_buff *skb,
			   const struct dsr_nl_stats *stats,
			   enum dsr_verdict verdict)
{
	struct nlattr *nest = nla_nest_start(skb, NF_DSR_A_STATS_DROPS);

	if (!nest)
		return -EMSGSIZE;
	if (nla_put_string(skb, NF_DSR_A_DROP_NAME, dsr_drop_name(verdict)) ||
	    (stats->explain &&
	     nla_put_string(skb, NF_DSR_A_DROP_DOC, dsr_drop_doc(verdict))) ||
	    nla_put_u64_64bit(skb, NF_DSR_A_DROP_PACKETS,
			      dsr_stats_drops(stats->dn->drops, verdict),
			      NF_DSR_A_DROP_PAD)) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int dsr_nl_put_stats(struct sk_buff *skb, const void *object)
{
	const struct dsr_nl_stats *stats = object;
	const struct dsr_flow_table *ft = &stats->dn->flows;
	enum dsr_verdict verdict;

	if (nla_put_string(skb, NF_DSR_A_STATS_VERSION, NF_DSR_VERSION) ||
	    nla_put_u32(skb, NF_DSR_A_STATS_SERVICES,
			READ_ONCE(stats->dn->nr_services)) ||
	    nla_put_u32(skb, NF_DSR_A_STATS_FLOWS, dsr_flow_count(ft)) ||
	    nla_put_u32(skb, NF_DSR_A_STATS_FLOWS_MAX,
			ft->stripe_max * DSR_FLOW_STRIPES) ||
	    nla_put_u32(skb, NF_DSR_A_STATS_BUCKETS, dsr_flow_nr_buckets(ft)) ||
	    nla_put_u32(skb, NF_DSR_A_STATS_FLOW_SIZE, dsr_flow_size()))
		return -EMSGSIZE;
	for (verdict = DSR_DROP_FIRST; verdict < DSR_DROP_FIRST + DSR_NR_DROPS; verdict++) {
		if (dsr_nl_put_drop(skb, stats, verdict))
			return -EMSGSIZE;
	}
	return nla_put_u32(skb, NF_DSR_A_STATS_GENERATION,
			   READ_ONCE(stats->dn->generation));
}

int nf_dsr_nl_stats_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct dsr_nl_stats stats = {
		.dn = dsr_net(genl_info_net(info)),
		.explain = info->attrs[NF_DSR_A_STATS_EXPLAIN],
	};

	return dsr_nl_reply(info, NF_DSR_CMD_STATS_GET, dsr_nl_put_stats,
			    &stats);
}

/*
 * Devices with an ingress hook, see ingress.h.
 */

static int dsr_nl_put_device(struct sk_buff *skb, const void *object)
{
	const struct dsr_device *device = object;

	if (nla_put_string(skb, NF_DSR_A_DEVICE_NAME, device->name) ||
	    nla_put_u8(skb, NF_DSR_A_DEVICE_ATTACHED, !!READ_ONCE(device->ops.dev)))
		return -EMSGSIZE;
	return 0;
}

/* Return the name of the device in the request, or NULL with an extack message. */
static const char *dsr_nl_device_name(const struct genl_info *info)
{
	if (info->attrs[NF_DSR_A_DEVICE_NAME])
		return nla_data(info->attrs[NF_DSR_A_DEVICE_NAME]);
	GENL_SET_ERR_MSG(info, "the name of the device is missing");
	return NULL;
}

/* Return the device of the request, or an ERR_PTR with an extack message. Context:
 * process, under dsr_net.lock.
 */
static struct dsr_device *dsr_nl_device_of(struct dsr_net *dn,
					   struct genl_info *info)
{
	const char *name = dsr_nl_device_name(info);
	struct dsr_device *device;

	if (!name)
		return ERR_PTR(-EINVAL);
	device = dsr_ingress_dev_lookup(dn, name);
	if (device)
		return device;
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[NF_DSR_A_DEVICE_NAME],
			    "the device has not been added");
	return ERR_PTR(-ENOENT);
}

int nf_dsr_nl_device_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct dsr_net *dn = dsr_net(genl_info_net(info));
	struct dsr_device *device;
	int err;

	mutex_lock(&dn->lock);
	device = dsr_nl_device_of(dn, info);
	err = PTR_ERR_OR_ZERO(device);
	if (!err)
		err = dsr_nl_reply(info, NF_DSR_CMD_DEVICE_GET,
				   dsr_nl_put_device, device);
	mutex_unlock(&dn->lock);
	return err;
}

int nf_dsr_nl_device_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb)
{
	struct dsr_net *dn = dsr_net(sock_net(skb->sk));
	struct dsr_device *device;
	long at = 0;
	int err;

	err = dsr_nl_check_dump(cb);
	if (!err)
		err = dsr_nl_check_known(genl_info_dump(cb)->attrs,
					 NF_DSR_A_DEVICE_NAME, 0,
					 "a dump lists all devices: request a single one without NLM_F_DUMP",
					 cb->extack);
	if (!err)
		err = dsr_nl_dump_lock(dn, cb);
	if (err)
		return err;
	list_for_each_entry(device, &dn->devices, list) {
		if (at++ < cb->args[0])
			continue;
		if (dsr_nl_dump_one(skb, cb, NF_DSR_CMD_DEVICE_GET,
				    dsr_nl_put_device, device))
			break;
		cb->args[0] = at;
	}
	mutex_unlock(&dn->lock);
	return skb->len;
}

/* Context: process, under RTNL and dsr_net.lock. */
static int dsr_nl_device_add(struct dsr_net *dn, struct genl_info *info)
{
	const char *name = dsr_nl_device_name(info);
	struct dsr_device *device;

	if (!name)
		return -EINVAL;
	device = dsr_ingress_dev_add(dn, name, info->extack);
	if (IS_ERR(device)) {
		NL_SET_BAD_ATTR(info->extack,
				info->attrs[NF_DSR_A_DEVICE_NAME]);
		return PTR_ERR(device);
	}
	dsr_net_changed(dn);
	dsr_nl_notify(dn, info, NF_DSR_CMD_DEVICE_NTF, dsr_nl_put_device,
		      device);
	return 0;
}

int nf_dsr_nl_device_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct dsr_net *dn = dsr_net(genl_info_net(info));
	int err;

	rtnl_lock();
	mutex_lock(&dn->lock);
	err = dsr_nl_device_add(dn, info);
	mutex_unlock(&dn->lock);
	rtnl_unlock();
	return err;
}

/* Context: process, under RTNL and dsr_net.lock. */
static int dsr_nl_device_remove(struct dsr_net *dn, struct genl_info *info)
{
	struct dsr_device *device = dsr_nl_device_of(dn, info);

	if (IS_ERR(device))
		return PTR_ERR(device);
	dsr_ingress_dev_del(dn, device);
	dsr_net_changed(dn);
	dsr_nl_notify(dn, info, NF_DSR_CMD_DEVICE_DEL_NTF, dsr_nl_put_device,
		      device);
	kfree_rcu(device, rcu);
	return 0;
}

static int dsr_nl_device_del(struct genl_info *info)
{
	struct dsr_net *dn = dsr_net(genl_info_net(info));
	int err;

	rtnl_lock();
	mutex_lock(&dn->lock);
	err = dsr_nl_device_remove(dn, info);
	mutex_unlock(&dn->lock);
	rtnl_unlock();
	return err;
}

int nf_dsr_nl_device_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return dsr_nl_device_del(info);
}

int nf_dsr_nl_device_destroy_doit(struct sk_buff *skb, struct genl_info *info)
{
	return dsr_nl_destroyed(dsr_nl_device_del(info), info->extack);
}
