// SPDX-License-Identifier: GPL-2.0
/*
 * The netlink family, and how answers, dumps and notifications are sent.
 */
#include <linux/module.h>
#include <net/sock.h>

#include "dsr_net.h"
#include "dsr_nl.h"
#include "dsr_nl_defer.h"
#include "dsr_txn.h"

/* As the generated table, but for the capability. */
static const struct genl_multicast_group dsr_nl_groups[] = {
	[NF_DSR_NLGRP_CONFIG] = {
		.name	= NF_DSR_MCGRP_CONFIG,
		.flags	= GENL_MCAST_CAP_NET_ADMIN,
	},
};

struct genl_family dsr_nl_family __ro_after_init = {
	.name		= NF_DSR_FAMILY_NAME,
	.version	= NF_DSR_FAMILY_VERSION,
	.netnsok	= true,
	.parallel_ops	= true,	/* dsr_net.lock is all that is needed */
	.module		= THIS_MODULE,
	.pre_doit	= dsr_nl_pre_doit,
	.post_doit	= dsr_nl_post_doit,
	.ops		= nf_dsr_nl_ops,
	.n_ops		= ARRAY_SIZE(nf_dsr_nl_ops),
	.mcgrps		= dsr_nl_groups,
	.n_mcgrps	= ARRAY_SIZE(dsr_nl_groups),
	/* From this operation on NLM_F_CREATE and its like would be refused. */
	.resv_start_op	= NF_DSR_CMD_MAX + 1,
};

struct dsr_nl_ask dsr_nl_ask(const struct genl_info *info)
{
	return (struct dsr_nl_ask) {
		.tb	= info->attrs,
		.first	= genlmsg_data(info->genlhdr),
		.len	= genlmsg_len(info->genlhdr),
		.flags	= info->nlhdr->nlmsg_flags,
		.extack	= info->extack,
	};
}

int dsr_nl_check_new(const struct dsr_nl_ask *ask, bool exists,
		     const char *already, const char *missing)
{
	u16 flags = ask->flags;

	if (!(flags & (NLM_F_CREATE | NLM_F_REPLACE))) {
		NL_SET_ERR_MSG(ask->extack,
			       "give NLM_F_CREATE, NLM_F_REPLACE or both");
		return -EINVAL;
	}
	if (exists && (flags & NLM_F_EXCL || !(flags & NLM_F_REPLACE))) {
		ask->extack->_msg = already;
		return -EEXIST;
	}
	if (!exists && !(flags & NLM_F_CREATE)) {
		ask->extack->_msg = missing;
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

/* Where messages say which generation of the configuration they are about; stats and
 * commits say it by themselves.
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

	header = genlmsg_put(skb, portid, seq, &dsr_nl_family,
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
	struct sk_buff *skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
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

/* How long the first part of a dump waits, see dsr_nl_dump_wait(). */
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
				       "a large change is under way: ask again");
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
	if (!genl_has_listeners(&dsr_nl_family, dn->net, NF_DSR_NLGRP_CONFIG) &&
	    !(info && info->nlhdr->nlmsg_flags & NLM_F_ECHO))
		return;
	skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (skb && !dsr_nl_fill(dn, skb, portid, seq, NULL, cmd, put, object)) {
		if (info)
			genl_notify(&dsr_nl_family, skb, info,
				    NF_DSR_NLGRP_CONFIG, GFP_KERNEL);
		else
			genlmsg_multicast_netns(&dsr_nl_family, dn->net, skb, 0,
						NF_DSR_NLGRP_CONFIG,
						GFP_KERNEL);
		return;
	}
	/* The change stands; listeners learn that they missed one. */
	nlmsg_free(skb);
	genl_set_err(&dsr_nl_family, dn->net, 0, NF_DSR_NLGRP_CONFIG, -ENOBUFS);
}

void dsr_nl_explain(int err, struct netlink_ext_ack *extack)
{
	if (err == -ENOMEM && !extack->_msg)
		NL_SET_ERR_MSG(extack,
			       "not enough memory, nothing was changed: fewer or shared backends, or a smaller table-size, need less");
}

int dsr_nl_transact(struct genl_info *info, dsr_nl_draft_fn draft)
{
	struct dsr_net *dn = dsr_net(genl_info_net(info));
	struct dsr_nl_ask ask = dsr_nl_ask(info);
	struct dsr_txn txn;
	int err;

	mutex_lock(&dn->lock);
	dsr_txn_begin(&txn, dn);
	txn.info = info;
	err = draft(&txn, &ask) ?: dsr_txn_settle(&txn, ask.extack);
	err = dsr_txn_end(&txn, err);
	dsr_nl_explain(err, info->extack);
	mutex_unlock(&dn->lock);
	/* An extack of what is done is a warning. */
	if (!err && txn.warning)
		ask.extack->_msg = txn.warning;
	return err;
}

int __init dsr_nl_init(void)
{
	return genl_register_family(&dsr_nl_family);
}

void dsr_nl_exit(void)
{
	dsr_nl_defer_close();
	genl_unregister_family(&dsr_nl_family);
}
