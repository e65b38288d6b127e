// SPDX-License-Identifier: GPL-2.0
/*
 * How packets reach backends, as an operator says it: a service for those that do
 * not, and backends for themselves. See dsr_service.h.
 */
#include <linux/inetdevice.h>
#include <net/ipv6.h>

#include "dsr_service.h"

void dsr_fwd_merge(struct dsr_fwd *fwd, const struct dsr_fwd *from)
{
	if (from->set & DSR_FWD_METHOD)
		fwd->method = from->method;
	if (from->set & DSR_FWD_OUTER_SOURCE)
		fwd->outer_source = from->outer_source;
	if (from->set & DSR_FWD_OUTER_ADDR4)
		fwd->outer_addr4 = from->outer_addr4;
	if (from->set & DSR_FWD_OUTER_ADDR6)
		fwd->outer_addr6 = from->outer_addr6;
	if (from->set & DSR_FWD_OUTER_TTL)
		fwd->outer_ttl = from->outer_ttl;
	if (from->set & DSR_FWD_OUTER_PREFIX4)
		fwd->outer_prefix4 = from->outer_prefix4;
	if (from->set & DSR_FWD_OUTER_PREFIX6)
		fwd->outer_prefix6 = from->outer_prefix6;
	if (from->set & DSR_FWD_OUTER_PORT)
		fwd->outer_port = from->outer_port;
	if (from->set & DSR_FWD_OUTER_CHECKSUM)
		fwd->outer_checksum = from->outer_checksum;
	if (from->set & DSR_FWD_GUE_VARIANT)
		fwd->gue_variant = from->gue_variant;
	if (from->set & DSR_FWD_GRE_KEY)
		fwd->gre_key = from->gre_key;
	if (from->set & DSR_FWD_DSCP)
		fwd->dscp = from->dscp;
	fwd->set |= from->set;
}

/* Are all bits behind the prefix 0? */
static bool dsr_fwd_is_prefix(const struct dsr_fwd *fwd, u8 family)
{
	struct in6_addr prefix;

	if (family == AF_INET)
		return !(fwd->outer_addr4 & ~inet_make_mask(fwd->outer_prefix4));
	ipv6_addr_prefix(&prefix, &fwd->outer_addr6, fwd->outer_prefix6);
	return ipv6_addr_equal(&prefix, &fwd->outer_addr6);
}

int dsr_fwd_check_source(const struct dsr_fwd *fwd, u8 family,
			 struct netlink_ext_ack *extack)
{
	bool ipv4 = family == AF_INET;

	if (fwd->outer_source != NF_DSR_OUTER_SOURCE_ADDRESS &&
	    fwd->outer_source != NF_DSR_OUTER_SOURCE_PREFIX)
		return 0;
	if (!(fwd->set & (ipv4 ? DSR_FWD_OUTER_ADDR4 : DSR_FWD_OUTER_ADDR6))) {
		NL_SET_ERR_MSG(extack,
			       "outer-source address needs an address of the backend's family");
		return -EINVAL;
	}
	if (fwd->outer_source == NF_DSR_OUTER_SOURCE_ADDRESS)
		return 0;
	if (!(fwd->set & (ipv4 ? DSR_FWD_OUTER_PREFIX4 :
				 DSR_FWD_OUTER_PREFIX6))) {
		NL_SET_ERR_MSG(extack,
			       "outer-source prefix needs the length of the prefix");
		return -EINVAL;
	}
	if (!dsr_fwd_is_prefix(fwd, family)) {
		NL_SET_ERR_MSG(extack,
			       "outer-source has bits set behind its prefix");
		return -EINVAL;
	}
	return 0;
}

int dsr_fwd_check_dscp(const struct dsr_service_key *key,
		       const struct dsr_fwd *fwd,
		       struct netlink_ext_ack *extack)
{
	if (fwd->method != NF_DSR_METHOD_DSCP)
		return 0;
	if (key->prefix_len != (key->family == AF_INET ? 32 : 128)) {
		NL_SET_ERR_MSG(extack,
			       "method dscp needs a single VIP: its code cannot tell those of a prefix apart");
		return -EINVAL;
	}
	if (!fwd->dscp) {
		NL_SET_ERR_MSG(extack,
			       "method dscp needs the service's code: dscp, 1 to 63");
		return -EINVAL;
	}
	return 0;
}
