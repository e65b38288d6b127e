// SPDX-License-Identifier: GPL-2.0
/*
 * Code of the tracepoints, generated from trace.h.
 */
#include <net/ipv6.h>

#include "lib/tuple.h"

/* Write an address in IPv6 format, an IPv4 address as IPv4-mapped, so that one format
 * suffices for both families.
 */
static void dsr_trace_addr(u8 *out, u8 family, const union nf_inet_addr *addr)
{
	struct in6_addr mapped = addr->in6;

	if (family == AF_INET)
		ipv6_addr_set_v4mapped(addr->ip, &mapped);
	memcpy(out, &mapped, sizeof(mapped));
}

#define CREATE_TRACE_POINTS
#include "trace.h"
