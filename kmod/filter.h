/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Filters: the packets that a service accepts, by source address or by device. Most
 * services accept the packets of all clients and have no filter.
 *
 * Packets read a filter under RCU. It is immutable except for the index of the
 * device.
 */
#ifndef _DSR_FILTER_H
#define _DSR_FILTER_H

#include <linux/netdevice.h>
#include <linux/rcupdate.h>
#include <uapi/linux/nf_dsr.h>

#include "lib/tuple.h"

struct net;

/* Used as the index of a device that does not exist. */
#define DSR_NO_DEVICE	(-1)

/**
 * struct dsr_prefix - a prefix of addresses
 * @addr: first address of the prefix
 * @len: length of the prefix in bits
 */
struct dsr_prefix {
	union nf_inet_addr addr;
	u8 len;
};

/**
 * struct dsr_filter_conf - filter of a service, as configured
 * @dev: name of the device; empty: any
 * @source_other: enum nf_dsr_source_other
 * @nr: number of @sources; 0: any source
 * @sources: prefixes of the service's address family
 */
struct dsr_filter_conf {
	char dev[IFNAMSIZ];
	u8 source_other;
	u8 nr;
	struct dsr_prefix sources[NF_DSR_SOURCES_MAX];
};

/**
 * struct dsr_filter - filter of a service, for packets
 * @ifindex: index of the device; 0: any; DSR_NO_DEVICE: it does not exist
 * @drop: packets of other sources match the service as well, and are dropped
 * @family: AF_INET or AF_INET6
 * @nr: number of @sources; 0: any source
 * @rcu: for freeing
 * @sources: prefixes of the sources
 */
struct dsr_filter {
	int ifindex;
	bool drop;
	u8 family;
	u8 nr;
	struct rcu_head rcu;
	struct dsr_prefix sources[];
};

/* Return in @out the first address of the prefix of length @len that contains @addr. */
void dsr_addr_mask(union nf_inet_addr *out, u8 family,
		   const union nf_inet_addr *addr, u8 len);

/* Return true if a client with this address may use the service. Context: any, under
 * RCU.
 */
bool dsr_filter_admits(const struct dsr_filter *filter,
		       const union nf_inet_addr *src);

/* Return true if the service matches a packet from this source and device, even if
 * only to drop it. Context: any, under RCU.
 */
bool dsr_filter_matches(const struct dsr_filter *filter,
			const union nf_inet_addr *src, int ifindex);

/* Build the filter of a service. Context: process. Return: the filter, NULL if all
 * packets are accepted, or an ERR_PTR.
 */
struct dsr_filter *dsr_filter_build(struct net *net, u8 family,
				    const struct dsr_filter_conf *conf);

/* Return the current index of the device of a name, or DSR_NO_DEVICE. Context:
 * process.
 */
int dsr_ifindex(struct net *net, const char *name);

#endif /* _DSR_FILTER_H */
