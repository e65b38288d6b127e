// SPDX-License-Identifier: GPL-2.0
/*
 * Answers and dumps, see ipvs.h. As in IPVS, a dump does not say whether something has
 * changed in the meantime: its programs would fail.
 */
#include <net/sock.h>

#include "../netlink.h"
#include "ipvs.h"

static const struct genl_family *dsr_ipvs_family __ro_after_init;

void __init dsr_ipvs_answer_init(const struct genl_family *family)
{
	dsr_ipvs_family = family;
}

/* Put counters and rates. DSR sees no packets of servers, so what IPVS counts of them
 * is 0.
 */
static int dsr_ipvs_put_stats(struct sk_buff *skb, int type,
			      const struct dsr_ipvs_stats *stats)
{
	const struct dsr_ipvs_counts *counts = &stats->counts, *rates = &stats->rates;
	struct nlattr *nest = nla_nest_start_noflag(skb, type);

	if (!nest)
		return -EMSGSIZE;
	if (nla_put_u32(skb, IPVS_STATS_ATTR_CONNS, counts->conns) ||
	    nla_put_u32(skb, IPVS_STATS_ATTR_INPKTS, counts->packets) ||
	    nla_put_u32(skb, IPVS_STATS_ATTR_OUTPKTS, 0) ||
	    nla_put_u64_64bit(skb, IPVS_STATS_ATTR_INBYTES, counts->bytes,
			      IPVS_STATS_ATTR_PAD) ||
	    nla_put_u64_64bit(skb, IPVS_STATS_ATTR_OUTBYTES, 0, IPVS_STATS_ATTR_PAD) ||
	    nla_put_u32(skb, IPVS_STATS_ATTR_CPS, rates->conns) ||
	    nla_put_u32(skb, IPVS_STATS_ATTR_INPPS, rates->packets) ||
	    nla_put_u32(skb, IPVS_STATS_ATTR_OUTPPS, 0) ||
	    nla_put_u32(skb, IPVS_STATS_ATTR_INBPS, rates->bytes) ||
	    nla_put_u32(skb, IPVS_STATS_ATTR_OUTBPS, 0)) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

/* The same with 64 bits each. */
static int dsr_ipvs_put_stats64(struct sk_buff *skb, int type,
				const struct dsr_ipvs_stats *stats)
{
	const u64 values[] = {
		[IPVS_STATS_ATTR_CONNS]		= stats->counts.conns,
		[IPVS_STATS_ATTR_INPKTS]	= stats->counts.packets,
		[IPVS_STATS_ATTR_OUTPKTS]	= 0,
		[IPVS_STATS_ATTR_INBYTES]	= stats->counts.bytes,
		[IPVS_STATS_ATTR_OUTBYTES]	= 0,
		[IPVS_STATS_ATTR_CPS]		= stats->rates.conns,
		[IPVS_STATS_ATTR_INPPS]		= stats->rates.packets,
		[IPVS_STATS_ATTR_OUTPPS]	= 0,
		[IPVS_STATS_ATTR_INBPS]		= stats->rates.bytes,
		[IPVS_STATS_ATTR_OUTBPS]	= 0,
	};
	struct nlattr *nest = nla_nest_start_noflag(skb, type);
	unsigned int i;

	if (!nest)
		return -EMSGSIZE;
	for (i = IPVS_STATS_ATTR_CONNS; i < ARRAY_SIZE(values); i++) {
		if (nla_put_u64_64bit(skb, i, values[i], IPVS_STATS_ATTR_PAD)) {
			nla_nest_cancel(skb, nest);
			return -EMSGSIZE;
		}
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int dsr_ipvs_put_key(struct sk_buff *skb, const struct dsr_ipvs_service *words)
{
	if (nla_put_u16(skb, IPVS_SVC_ATTR_AF, words->family))
		return -EMSGSIZE;
	if (words->mark)
		return nla_put_u32(skb, IPVS_SVC_ATTR_FWMARK, words->mark);
	if (nla_put_u16(skb, IPVS_SVC_ATTR_PROTOCOL, words->proto) ||
	    nla_put(skb, IPVS_SVC_ATTR_ADDR, sizeof(words->addr), &words->addr) ||
	    nla_put_be16(skb, IPVS_SVC_ATTR_PORT, htons(words->port)))
		return -EMSGSIZE;
	return 0;
}

static int dsr_ipvs_put_service_words(struct sk_buff *skb,
				      const struct dsr_ipvs_service *words)
{
	const struct ip_vs_flags flags = {
		.flags	= words->flags | IP_VS_SVC_F_HASHED,
		.mask	= ~0,
	};

	if (dsr_ipvs_put_key(skb, words) ||
	    nla_put_string(skb, IPVS_SVC_ATTR_SCHED_NAME, words->sched) ||
	    nla_put(skb, IPVS_SVC_ATTR_FLAGS, sizeof(flags), &flags) ||
	    nla_put_u32(skb, IPVS_SVC_ATTR_TIMEOUT, words->timeout) ||
	    nla_put_be32(skb, IPVS_SVC_ATTR_NETMASK, words->mask))
		return -EMSGSIZE;
	return 0;
}

static int dsr_ipvs_put_service(struct sk_buff *skb, struct dsr_ipvs_net *ipvs,
				void *object)
{
	struct nlattr *nest = nla_nest_start_noflag(skb, IPVS_CMD_ATTR_SERVICE);
	struct dsr_ipvs_service words;
	struct dsr_service *svc = object;
	struct dsr_ipvs_stats stats;

	if (!nest)
		return -EMSGSIZE;
	dsr_ipvs_svc_words(svc, &words);
	dsr_ipvs_svc_stats(ipvs, svc, &stats);
	if (dsr_ipvs_put_service_words(skb, &words) ||
	    dsr_ipvs_put_stats(skb, IPVS_SVC_ATTR_STATS, &stats) ||
	    dsr_ipvs_put_stats64(skb, IPVS_SVC_ATTR_STATS64, &stats))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int dsr_ipvs_put_dest_words(struct sk_buff *skb,
				   const struct dsr_ipvs_dest *words)
{
	if (nla_put(skb, IPVS_DEST_ATTR_ADDR, sizeof(words->addr), &words->addr) ||
	    nla_put_be16(skb, IPVS_DEST_ATTR_PORT, htons(words->port)) ||
	    nla_put_u32(skb, IPVS_DEST_ATTR_FWD_METHOD, words->fwd) ||
	    nla_put_u32(skb, IPVS_DEST_ATTR_WEIGHT, words->weight) ||
	    nla_put_u8(skb, IPVS_DEST_ATTR_TUN_TYPE, words->tun_type) ||
	    nla_put_be16(skb, IPVS_DEST_ATTR_TUN_PORT, words->tun_port) ||
	    nla_put_u16(skb, IPVS_DEST_ATTR_TUN_FLAGS, words->tun_flags) ||
	    nla_put_u32(skb, IPVS_DEST_ATTR_U_THRESH, words->upper) ||
	    nla_put_u32(skb, IPVS_DEST_ATTR_L_THRESH, words->lower) ||
	    nla_put_u16(skb, IPVS_DEST_ATTR_ADDR_FAMILY, words->family))
		return -EMSGSIZE;
	return 0;
}

static int dsr_ipvs_put_conns(struct sk_buff *skb, const struct dsr_backend *backend)
{
	struct dsr_ipvs_conns conns;

	dsr_ipvs_backend_conns(backend, &conns);
	if (nla_put_u32(skb, IPVS_DEST_ATTR_ACTIVE_CONNS, conns.active) ||
	    nla_put_u32(skb, IPVS_DEST_ATTR_INACT_CONNS, conns.inactive) ||
	    nla_put_u32(skb, IPVS_DEST_ATTR_PERSIST_CONNS, conns.persistent))
		return -EMSGSIZE;
	return 0;
}

static int dsr_ipvs_put_dest(struct sk_buff *skb, struct dsr_ipvs_net *ipvs,
			     void *object)
{
	struct nlattr *nest = nla_nest_start_noflag(skb, IPVS_CMD_ATTR_DEST);
	struct dsr_backend *backend = object;
	struct dsr_ipvs_stats stats;
	struct dsr_ipvs_dest words;

	if (!nest)
		return -EMSGSIZE;
	dsr_ipvs_backend_words(backend, &words);
	dsr_ipvs_backend_stats(ipvs, backend, &stats);
	if (dsr_ipvs_put_dest_words(skb, &words) || dsr_ipvs_put_conns(skb, backend) ||
	    dsr_ipvs_put_stats(skb, IPVS_DEST_ATTR_STATS, &stats) ||
	    dsr_ipvs_put_stats64(skb, IPVS_DEST_ATTR_STATS64, &stats))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int dsr_ipvs_put_config(struct sk_buff *skb, struct dsr_ipvs_net *ipvs,
			       void *object)
{
	const struct dsr_ipvs_timeouts *timeouts = &ipvs->timeouts;

	if (nla_put_u32(skb, IPVS_CMD_ATTR_TIMEOUT_TCP, timeouts->tcp) ||
	    nla_put_u32(skb, IPVS_CMD_ATTR_TIMEOUT_TCP_FIN, timeouts->tcp_fin) ||
	    nla_put_u32(skb, IPVS_CMD_ATTR_TIMEOUT_UDP, timeouts->udp))
		return -EMSGSIZE;
	return 0;
}

static int dsr_ipvs_put_info(struct sk_buff *skb, struct dsr_ipvs_net *ipvs,
			     void *object)
{
	if (nla_put_u32(skb, IPVS_INFO_ATTR_VERSION, IP_VS_VERSION_CODE) ||
	    nla_put_u32(skb, IPVS_INFO_ATTR_CONN_TAB_SIZE,
			dsr_flow_nr_buckets(&ipvs->dn->flows)))
		return -EMSGSIZE;
	return 0;
}

typedef int (*dsr_ipvs_put_fn)(struct sk_buff *skb, struct dsr_ipvs_net *ipvs,
			       void *object);

/* Context: process, under dsr_net.lock. */
static int dsr_ipvs_reply(struct dsr_ipvs_net *ipvs, struct genl_info *info, u8 cmd,
			  dsr_ipvs_put_fn put, void *object)
{
	struct sk_buff *skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	void *header;

	if (!skb)
		return -ENOMEM;
	header = genlmsg_put_reply(skb, info, dsr_ipvs_family, 0, cmd);
	if (!header || put(skb, ipvs, object)) {
		nlmsg_free(skb);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return genlmsg_reply(skb, info);
}

static int dsr_ipvs_get_service(struct dsr_ipvs_net *ipvs, struct genl_info *info)
{
	struct dsr_service *svc;

	svc = dsr_ipvs_service_of(ipvs, info->attrs[IPVS_CMD_ATTR_SERVICE],
				  info->extack);
	if (IS_ERR(svc))
		return PTR_ERR(svc);
	if (!svc) {
		GENL_SET_ERR_MSG(info, "no such service");
		return -ESRCH;
	}
	return dsr_ipvs_reply(ipvs, info, IPVS_CMD_NEW_SERVICE, dsr_ipvs_put_service, svc);
}

int dsr_ipvs_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct dsr_ipvs_net *ipvs = dsr_ipvs_net(genl_info_net(info));
	int err;

	mutex_lock(&ipvs->dn->lock);
	switch (info->genlhdr->cmd) {
	case IPVS_CMD_GET_SERVICE:
		err = dsr_ipvs_get_service(ipvs, info);
		break;
	case IPVS_CMD_GET_CONFIG:
		err = dsr_ipvs_reply(ipvs, info, IPVS_CMD_SET_CONFIG, dsr_ipvs_put_config,
				     NULL);
		break;
	default:
		err = dsr_ipvs_reply(ipvs, info, IPVS_CMD_SET_INFO, dsr_ipvs_put_info,
				     NULL);
	}
	mutex_unlock(&ipvs->dn->lock);
	return err;
}

/*
 * Dumps. Their cursor is the number of the object, in cb->args[0].
 */

static int dsr_ipvs_dump_one(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd,
			     dsr_ipvs_put_fn put, struct dsr_ipvs_net *ipvs, void *object)
{
	void *header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
				   dsr_ipvs_family, NLM_F_MULTI, cmd);

	if (!header)
		return -EMSGSIZE;
	if (put(skb, ipvs, object)) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return 0;
}

/* Take dsr_net.lock for a part of a dump. cb->args[1] tells whether it is the first. */
static int dsr_ipvs_dump_lock(struct dsr_ipvs_net *ipvs, struct netlink_callback *cb)
{
	bool first = !cb->args[1];

	cb->args[1] = true;
	return dsr_nl_dump_wait(&ipvs->dn->lock, first, cb->extack);
}

int dsr_ipvs_dump_services(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct dsr_ipvs_net *ipvs = dsr_ipvs_net(sock_net(skb->sk));
	struct dsr_service *svc;
	long at = 0;
	int err;

	err = dsr_ipvs_dump_lock(ipvs, cb);
	if (err)
		return err;
	list_for_each_entry(svc, &ipvs->dn->services, list) {
		if (at++ < cb->args[0])
			continue;
		if (dsr_ipvs_dump_one(skb, cb, IPVS_CMD_NEW_SERVICE, dsr_ipvs_put_service,
				      ipvs, svc))
			break;
		cb->args[0] = at;
	}
	mutex_unlock(&ipvs->dn->lock);
	return skb->len;
}

/* Return the service whose destinations a dump lists, or an ERR_PTR or NULL. */
static struct dsr_service *dsr_ipvs_dump_service(struct dsr_ipvs_net *ipvs,
						 struct netlink_callback *cb)
{
	struct nlattr *tb[IPVS_CMD_ATTR_MAX + 1];
	int err;

	err = nlmsg_parse_deprecated(cb->nlh, GENL_HDRLEN, tb, IPVS_CMD_ATTR_MAX,
				     dsr_ipvs_policy, cb->extack);
	if (err)
		return ERR_PTR(err);
	return dsr_ipvs_service_of(ipvs, tb[IPVS_CMD_ATTR_SERVICE], cb->extack);
}

/* As in IPVS, a service that does not exist has no destinations. */
int dsr_ipvs_dump_dests(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct dsr_ipvs_net *ipvs = dsr_ipvs_net(sock_net(skb->sk));
	struct dsr_backend *backend;
	struct dsr_service *svc;
	long at = 0;
	int err;

	err = dsr_ipvs_dump_lock(ipvs, cb);
	if (err)
		return err;
	svc = dsr_ipvs_dump_service(ipvs, cb);
	if (IS_ERR_OR_NULL(svc))
		goto out;
	list_for_each_entry(backend, &svc->backends, list) {
		if (at++ < cb->args[0])
			continue;
		if (dsr_ipvs_dump_one(skb, cb, IPVS_CMD_NEW_DEST, dsr_ipvs_put_dest, ipvs,
				      backend))
			break;
		cb->args[0] = at;
	}
out:
	mutex_unlock(&ipvs->dn->lock);
	return skb->len;
}

/* There is no sync daemon. */
int dsr_ipvs_dump_daemons(struct sk_buff *skb, struct netlink_callback *cb)
{
	return skb->len;
}
