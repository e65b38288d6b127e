// SPDX-License-Identifier: GPL-2.0
/*
 * Attributes of a service that say whose packets it takes.
 */
#include "dsr_net.h"
#include "dsr_nl.h"

static int dsr_nl_get_source(const struct nlattr *nest, u8 family,
			     struct dsr_filter_conf *conf,
			     struct netlink_ext_ack *extack)
{
	struct nlattr *tb[ARRAY_SIZE(nf_dsr_prefix_nl_policy)];
	struct dsr_prefix *source;
	u8 source_family;
	int err;

	if (conf->nr == NF_DSR_SOURCES_MAX) {
		NL_SET_ERR_MSG_ATTR(extack, nest,
				    "more than 16 sources of one service");
		return -E2BIG;
	}
	err = nla_parse_nested(tb, ARRAY_SIZE(tb) - 1, nest,
			       nf_dsr_prefix_nl_policy, extack);
	if (err)
		return err;
	source = &conf->sources[conf->nr];
	err = dsr_nl_get_prefix(tb[NF_DSR_A_PREFIX_ADDR4],
				tb[NF_DSR_A_PREFIX_ADDR6],
				tb[NF_DSR_A_PREFIX_PREFIX_LEN], &source_family,
				source, extack);
	if (err)
		return err;
	if (source_family != family) {
		NL_SET_ERR_MSG_ATTR(extack, nest,
				    "source must be of the service's family");
		return -EINVAL;
	}
	conf->nr++;
	return 0;
}

/* There may be many attributes of that type; an empty one stands for no source. */
static int dsr_nl_get_sources(const struct dsr_nl_ask *ask, u8 family,
			      struct dsr_filter_conf *conf)
{
	const struct nlattr *attr;
	int rem, err;

	if (!ask->tb[NF_DSR_A_SERVICE_SOURCE])
		return 0;
	conf->nr = 0;
	memset(conf->sources, 0, sizeof(conf->sources));
	nla_for_each_attr(attr, ask->first, ask->len, rem) {
		if (nla_type(attr) != NF_DSR_A_SERVICE_SOURCE || !nla_len(attr))
			continue;
		err = dsr_nl_get_source(attr, family, conf, ask->extack);
		if (err)
			return err;
	}
	return 0;
}

int dsr_nl_get_service_filter(const struct dsr_nl_ask *ask, u8 family,
			      struct dsr_filter_conf *conf)
{
	struct nlattr **tb = ask->tb;

	if (tb[NF_DSR_A_SERVICE_SOURCE_OTHER])
		conf->source_other =
			nla_get_u8(tb[NF_DSR_A_SERVICE_SOURCE_OTHER]);
	if (tb[NF_DSR_A_SERVICE_DEV])
		nla_strscpy(conf->dev, tb[NF_DSR_A_SERVICE_DEV],
			    sizeof(conf->dev));
	return dsr_nl_get_sources(ask, family, conf);
}

static int dsr_nl_put_source(struct sk_buff *skb, u8 family,
			     const struct dsr_prefix *source)
{
	struct nlattr *nest = nla_nest_start(skb, NF_DSR_A_SERVICE_SOURCE);

	if (!nest)
		return -EMSGSIZE;
	if (dsr_nl_put_addr(skb, NF_DSR_A_PREFIX_ADDR4, NF_DSR_A_PREFIX_ADDR6,
			    family, &source->addr) ||
	    nla_put_u8(skb, NF_DSR_A_PREFIX_PREFIX_LEN, source->len)) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

int dsr_nl_put_service_filter(struct sk_buff *skb, u8 family,
			      const struct dsr_filter_conf *conf)
{
	int i, err;

	for (i = 0; i < conf->nr; i++) {
		err = dsr_nl_put_source(skb, family, &conf->sources[i]);
		if (err)
			return err;
	}
	if (nla_put_u8(skb, NF_DSR_A_SERVICE_SOURCE_OTHER,
		       conf->source_other) ||
	    (conf->dev[0] &&
	     nla_put_string(skb, NF_DSR_A_SERVICE_DEV, conf->dev)))
		return -EMSGSIZE;
	return 0;
}
