// SPDX-License-Identifier: GPL-2.0
/*
 * The tracepoints' code, made from trace.h.
 */
#include <net/ipv6.h>

#include "lib/tuple.h"

/* IPv4 addresses are shown as IPv6 ones, IPv4-mapped, so that one format does
 * for both.
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
