// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink operation that reads the totals of a network namespace.
 */
#include "dsr_net.h"
#include "dsr_nl.h"

/**
 * struct dsr_nl_stats - what to answer
 * @dn: network namespace
 * @explain: with the sentences of the drop reasons
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
	for (verdict = DSR_DROP_FIRST; verdict < DSR_VERDICTS; verdict++) {
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
