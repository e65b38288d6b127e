// SPDX-License-Identifier: GPL-2.0
/*
 * Code of the tracepoints, generated from trace.h. Kernels without tracepoints use none of the
 * functions here.
 */
#include <linux/jhash.h>
#include <net/ipv6.h>

#include "lib/parse.h"
#include "lib/tuple.h"
#include "net.h"
#include "service.h"

/* Write an address in IPv6 format, an IPv4 address as IPv4-mapped, so that one format
 * suffices for both families.
 */
static void __maybe_unused dsr_trace_addr(u8 *out, u8 family,
					  const union nf_inet_addr *addr)
{
	struct in6_addr mapped = addr->in6;

	if (family == AF_INET)
		ipv6_addr_set_v4mapped(addr->ip, &mapped);
	memcpy(out, &mapped, sizeof(mapped));
}

/* Return the last 32 bits of an address as a number, by which a filter can select it. */
static u32 dsr_trace_low(u8 family, const union nf_inet_addr *addr)
{
	return ntohl(family == AF_INET ? addr->ip : addr->ip6[3]);
}

/* Get the ends of a packet that is dropped. They remain 0 if it is malformed, or if its headers
 * are not contiguous. The data begins with the IP header.
 */
static void __maybe_unused dsr_trace_tuple(const struct sk_buff *skb,
					   struct dsr_tuple *tuple)
{
	struct dsr_pkt pkt;

	memset(tuple, 0, sizeof(*tuple));
	tuple->family = AF_INET6;
	if (!dsr_parse(skb->data, skb_headlen(skb), skb->len, &pkt))
		*tuple = pkt.tuple;
}

/* Return a number that selects one of so many flows. */
static u16 __maybe_unused dsr_trace_sample(const struct dsr_tuple *tuple)
{
	return jhash_3words(dsr_trace_low(tuple->family, &tuple->src),
			    dsr_trace_low(tuple->family, &tuple->dst),
			    tuple->ports, tuple->proto) >> 16;
}

#define CREATE_TRACE_POINTS
#include "trace.h"
