// SPDX-License-Identifier: GPL-2.0
/*
 * Attributes that say how to reach a backend: a service's for all of its
 * backends, a backend's for itself.
 */
#include <net/ipv6.h>

#include "dsr_nl.h"

static int dsr_nl_get_outer_addrs(struct nlattr **tb,
				  const struct dsr_nl_fwd_ids *ids,
				  struct dsr_fwd *fwd,
				  struct netlink_ext_ack *extack)
{
	const struct nlattr *addr4 = tb[ids->outer_addr4];
	const struct nlattr *addr6 = tb[ids->outer_addr6];
	const struct nlattr *bad = NULL;
	union nf_inet_addr addr = {};

	if (addr4) {
		addr.ip = nla_get_in_addr(addr4);
		if (!dsr_nl_unicast(AF_INET, &addr))
			bad = addr4;
		fwd->outer_addr4 = addr.ip;
		fwd->set |= DSR_FWD_OUTER_ADDR4;
	}
	if (addr6) {
		addr.in6 = nla_get_in6_addr(addr6);
		if (!dsr_nl_unicast(AF_INET6, &addr))
			bad = addr6;
		fwd->outer_addr6 = addr.in6;
		fwd->set |= DSR_FWD_OUTER_ADDR6;
	}
	if (!bad)
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, bad,
			    "outer source must be a unicast address");
	return -EINVAL;
}

static int dsr_nl_get_prefixes(struct nlattr **tb,
			       const struct dsr_nl_fwd_ids *ids,
			       struct dsr_fwd *fwd,
			       struct netlink_ext_ack *extack)
{
	const struct nlattr *len4 = tb[ids->outer_prefix4];
	const struct nlattr *len6 = tb[ids->outer_prefix6];

	if (len4) {
		fwd->outer_prefix4 = nla_get_u8(len4);
		fwd->set |= DSR_FWD_OUTER_PREFIX4;
		if (!fwd->outer_prefix4 || fwd->outer_prefix4 > 32) {
			NL_SET_ERR_MSG_ATTR(extack, len4,
					    "outer prefix must have 1 to 32 bits");
			return -ERANGE;
		}
	}
	if (len6) {
		fwd->outer_prefix6 = nla_get_u8(len6);
		fwd->set |= DSR_FWD_OUTER_PREFIX6;
		if (!fwd->outer_prefix6 || fwd->outer_prefix6 > 128) {
			NL_SET_ERR_MSG_ATTR(extack, len6,
					    "outer prefix must have 1 to 128 bits");
			return -ERANGE;
		}
	}
	return 0;
}

static int dsr_nl_get_headers(struct nlattr **tb,
			      const struct dsr_nl_fwd_ids *ids,
			      struct dsr_fwd *fwd,
			      struct netlink_ext_ack *extack)
{
	const struct nlattr *port = tb[ids->outer_port];
	const struct nlattr *variant = tb[ids->gue_variant];
	const struct nlattr *key = tb[ids->gre_key];

	if (port) {
		fwd->outer_port = nla_get_be16(port);
		fwd->set |= DSR_FWD_OUTER_PORT;
		if (!fwd->outer_port) {
			NL_SET_ERR_MSG_ATTR(extack, port,
					    "outer port must be 1 to 65535");
			return -ERANGE;
		}
	}
	if (key) {
		fwd->gre_key = nla_get_u64(key);
		fwd->set |= DSR_FWD_GRE_KEY;
		if (fwd->gre_key > NF_DSR_GRE_KEY_NONE) {
			NL_SET_ERR_MSG_ATTR(extack, key,
					    "GRE key must be 0 to 4294967295, or 4294967296 for none");
			return -ERANGE;
		}
	}
	if (tb[ids->outer_checksum]) {
		fwd->outer_checksum = nla_get_u8(tb[ids->outer_checksum]);
		fwd->set |= DSR_FWD_OUTER_CHECKSUM;
	}
	if (variant) {
		fwd->gue_variant = nla_get_u8(variant);
		fwd->set |= DSR_FWD_GUE_VARIANT;
		if (fwd->gue_variant > 1) {
			NL_SET_ERR_MSG_ATTR(extack, variant,
					    "GUE variant must be 0 or 1");
			return -ERANGE;
		}
	}
	return 0;
}

static int dsr_nl_get_dscp(const struct nlattr *attr, struct dsr_fwd *fwd,
			   struct netlink_ext_ack *extack)
{
	fwd->dscp = nla_get_u8(attr);
	fwd->set |= DSR_FWD_DSCP;
	if (fwd->dscp >= 1 && fwd->dscp <= 63)
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr, "DSCP must be 1 to 63");
	return -ERANGE;
}

int dsr_nl_get_fwd(struct nlattr **tb, const struct dsr_nl_fwd_ids *ids,
		   struct dsr_fwd *fwd, struct netlink_ext_ack *extack)
{
	int err;

	if (tb[ids->method]) {
		fwd->method = nla_get_u8(tb[ids->method]);
		fwd->set |= DSR_FWD_METHOD;
	}
	if (tb[ids->outer_source]) {
		fwd->outer_source = nla_get_u8(tb[ids->outer_source]);
		fwd->set |= DSR_FWD_OUTER_SOURCE;
	}
	if (tb[ids->outer_ttl]) {
		fwd->outer_ttl = nla_get_u8(tb[ids->outer_ttl]);
		fwd->set |= DSR_FWD_OUTER_TTL;
	}
	err = dsr_nl_get_outer_addrs(tb, ids, fwd, extack);
	if (!err)
		err = dsr_nl_get_prefixes(tb, ids, fwd, extack);
	if (!err)
		err = dsr_nl_get_headers(tb, ids, fwd, extack);
	if (!err && ids->dscp && tb[ids->dscp])
		err = dsr_nl_get_dscp(tb[ids->dscp], fwd, extack);
	return err;
}

static int dsr_nl_put_headers(struct sk_buff *skb,
			      const struct dsr_nl_fwd_ids *ids,
			      const struct dsr_fwd *fwd)
{
	/* Type 0 is padding to everybody. */
	if ((fwd->set & DSR_FWD_OUTER_PORT &&
	     nla_put_be16(skb, ids->outer_port, fwd->outer_port)) ||
	    (fwd->set & DSR_FWD_GUE_VARIANT &&
	     nla_put_u8(skb, ids->gue_variant, fwd->gue_variant)) ||
	    (fwd->set & DSR_FWD_OUTER_CHECKSUM &&
	     nla_put_u8(skb, ids->outer_checksum, fwd->outer_checksum)) ||
	    (fwd->set & DSR_FWD_GRE_KEY &&
	     nla_put_u64_64bit(skb, ids->gre_key, fwd->gre_key, 0)) ||
	    (fwd->set & DSR_FWD_OUTER_PREFIX4 &&
	     nla_put_u8(skb, ids->outer_prefix4, fwd->outer_prefix4)) ||
	    (fwd->set & DSR_FWD_OUTER_PREFIX6 &&
	     nla_put_u8(skb, ids->outer_prefix6, fwd->outer_prefix6)) ||
	    (fwd->set & DSR_FWD_DSCP &&
	     nla_put_u8(skb, ids->dscp, fwd->dscp)))
		return -EMSGSIZE;
	return 0;
}

int dsr_nl_put_fwd(struct sk_buff *skb, const struct dsr_nl_fwd_ids *ids,
		   const struct dsr_fwd *fwd)
{
	if ((fwd->set & DSR_FWD_METHOD &&
	     nla_put_u8(skb, ids->method, fwd->method)) ||
	    (fwd->set & DSR_FWD_OUTER_SOURCE &&
	     nla_put_u8(skb, ids->outer_source, fwd->outer_source)) ||
	    (fwd->set & DSR_FWD_OUTER_ADDR4 &&
	     nla_put_in_addr(skb, ids->outer_addr4, fwd->outer_addr4)) ||
	    (fwd->set & DSR_FWD_OUTER_ADDR6 &&
	     nla_put_in6_addr(skb, ids->outer_addr6, &fwd->outer_addr6)) ||
	    (fwd->set & DSR_FWD_OUTER_TTL &&
	     nla_put_u8(skb, ids->outer_ttl, fwd->outer_ttl)))
		return -EMSGSIZE;
	return dsr_nl_put_headers(skb, ids, fwd);
}
