/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whose packets a service takes: those of some sources, or of one device. Most
 * services take everybody's and have no filter.
 *
 * Packets read it under RCU; it never changes, but for the device's index.
 */
#ifndef _DSR_FILTER_H
#define _DSR_FILTER_H

#include <linux/netdevice.h>
#include <linux/rcupdate.h>
#include <uapi/linux/nf_dsr.h>

#include "lib/tuple.h"

struct net;

/* In place of a device's index, where there is none of that name. */
#define DSR_NO_DEVICE	(-1)

/**
 * struct dsr_prefix - addresses
 * @addr: the first of them
 * @len: how many bits of it count
 */
struct dsr_prefix {
	union nf_inet_addr addr;
	u8 len;
};

/**
 * struct dsr_filter_conf - what an operator says
 * @dev: name of the device; empty: any
 * @source_other: enum nf_dsr_source_other
 * @nr: how many sources; 0: any
 * @sources: of the service's family
 */
struct dsr_filter_conf {
	char dev[IFNAMSIZ];
	u8 source_other;
	u8 nr;
	struct dsr_prefix sources[NF_DSR_SOURCES_MAX];
};

/**
 * struct dsr_filter - the same, for packets
 * @ifindex: of the device; 0: any; DSR_NO_DEVICE
 * @drop: those of other sources are matched as well, to be dropped
 * @family: AF_INET or AF_INET6
 * @nr: how many sources; 0: any
 * @rcu: for freeing
 * @sources: the sources
 */
struct dsr_filter {
	int ifindex;
	bool drop;
	u8 family;
	u8 nr;
	struct rcu_head rcu;
	struct dsr_prefix sources[];
};

/* The first address of the prefix of that length around one. */
void dsr_addr_mask(union nf_inet_addr *out, u8 family,
		   const union nf_inet_addr *addr, u8 len);

/* May a client of that address use the service? Any context, under RCU. */
bool dsr_filter_admits(const struct dsr_filter *filter,
		       const union nf_inet_addr *src);

/* Does the service match such a packet, be it to drop it? Likewise. */
bool dsr_filter_takes(const struct dsr_filter *filter,
		      const union nf_inet_addr *src, int ifindex);

/* NULL if everybody is welcome; an ERR_PTR on failure. Process context. */
struct dsr_filter *dsr_filter_build(struct net *net, u8 family,
				    const struct dsr_filter_conf *conf);

/* Index of the device of that name now, or DSR_NO_DEVICE. Process context. */
int dsr_ifindex(struct net *net, const char *name);

#endif /* _DSR_FILTER_H */
