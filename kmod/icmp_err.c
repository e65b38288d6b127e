// SPDX-License-Identifier: GPL-2.0
/*
 * ICMP errors that come back to the director, as packets in a tunnel have its
 * address for a source. Anybody can forge one, so it counts only with addresses
 * and a protocol that a backend is really sent, and what it can do is bounded: no
 * MTU below the kernel's least one, no answer to anybody but the client of a flow
 * of that backend, one packet for one.
 */
#include <linux/netfilter.h>
#include <net/ip.h>

#include "backend.h"
#include "flow.h"
#include "icmp.h"
#include "lib/outer.h"
#include "match.h"
#include "net.h"
#include "path.h"
#include "pool.h"

#define DSR_ICMP_LOOKS	64

static bool dsr_icmp_csum_ok(struct sk_buff *skb,
			     const struct dsr_outer_error *error)
{
	u8 proto = error->family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6;

	return !nf_checksum(skb, NF_INET_PRE_ROUTING, error->icmp_off, proto,
			    error->family);
}

/* Linux routers quote hundreds of bytes, enough to know the client's packet. Return:
 * its flow's backend; NULL if the quote is shorter, or there is no such flow.
 */
static struct dsr_backend *
dsr_icmp_tunnel_flow(const struct dsr_net *dn,
		     const struct dsr_outer_error *error)
{
	struct dsr_flow flow;

	if (!error->inner_off)
		return NULL;
	dsr_flow_lookup(&dn->flows, &error->flow,
			dsr_flow_hash(&dn->flows, &error->flow), &flow);
	return flow.backend;
}

/* The service that the encapsulated packet was for; NULL if none or unknown. What
 * mark it had and which way it came in only its flow can tell; without one, services
 * that go by these are not found.
 */
static const struct dsr_match_svc *
dsr_icmp_tunnel_view(const struct dsr_match *match,
		     const struct dsr_outer_error *error)
{
	const struct dsr_match_ctx in = { .zone = error->flow.zone };

	return error->inner_off ? dsr_match_service(match, &in, &error->flow) :
				  NULL;
}

/* Could the backend have been sent what is quoted? */
static bool dsr_icmp_tunnel_sent(const struct dsr_backend *backend,
				 const struct dsr_outer_error *error)
{
	return backend->key.family == error->family &&
	       dsr_addr_eq(&backend->key.addr, &error->dst) &&
	       backend->svc->zone == error->flow.zone &&
	       dsr_path_owns_outer(backend, &error->src, error->proto, error->port);
}

/* Any backend that could: the way is the same to all with this address, and that is all
 * that a short quote tells of. A service's own is preferred. Thousands of services may
 * share the address, and anybody can send an error, so a few of them must do.
 */
static struct dsr_backend *
dsr_icmp_tunnel_any(const struct dsr_backend_addr *addr,
		    const struct dsr_match_svc *match_svc,
		    const struct dsr_outer_error *error)
{
	struct dsr_backend *backend, *found = NULL;
	u32 left = DSR_ICMP_LOOKS;

	list_for_each_entry_rcu(backend, &addr->list, by_addr) {
		if (!left--)
			break;
		if (!dsr_icmp_tunnel_sent(backend, error))
			continue;
		if (!match_svc || backend->svc == match_svc->svc)
			return backend;
		found = backend;
	}
	return found;
}

/* Whom the error is about: the backend of the flow that is quoted. Without a flow it is
 * the one that the consistent hash says, which places what cannot be remembered.
 */
static struct dsr_backend *
dsr_icmp_tunnel_backend(const struct dsr_backend_addr *addr,
			struct dsr_backend *known, const struct dsr_match_svc *match_svc,
			const struct dsr_outer_error *error)
{
	struct dsr_backend *backend;

	if (known && dsr_icmp_tunnel_sent(known, error))
		return known;
	if (!known && match_svc && match_svc->pool->nr) {
		backend = match_svc->pool->members[dsr_pool_consistent(match_svc->pool,
								       &error->flow)].backend;
		if (dsr_icmp_tunnel_sent(backend, error))
			return backend;
	}
	return dsr_icmp_tunnel_any(addr, match_svc, error);
}

/* If the flow has another backend now, this one's fate is none of the client's
 * business.
 */
static bool dsr_icmp_tunnel_concerns(const struct dsr_backend *known,
				     const struct dsr_match_svc *match_svc,
				     const struct dsr_backend *backend)
{
	return known ? known == backend : match_svc && backend->svc == match_svc->svc;
}

/* Say it to the client, about the packet that is quoted. */
static void dsr_icmp_tunnel_relay(struct sk_buff *skb, u32 mtu,
				  const struct dsr_outer_error *error)
{
	struct sk_buff *quoted = skb_clone(skb, GFP_ATOMIC);
	u8 family = error->flow.family;

	if (!quoted)
		return;
	if (pskb_trim(quoted, error->end))
		goto out;
	__skb_pull(quoted, error->inner_off);
	skb_reset_network_header(quoted);
	skb_dst_drop(quoted);
	quoted->protocol = htons(family == AF_INET ? ETH_P_IP : ETH_P_IPV6);
	/* Notes of the IP layer about the error itself. */
	memset(quoted->cb, 0, sizeof(quoted->cb));
	if (error->kind == DSR_OUTER_TOO_BIG)
		dsr_icmp_too_big(quoted, family, mtu);
	else
		dsr_icmp_unreachable(quoted, family);
out:
	consume_skb(quoted);
}

/* As the stack does: values from 2 on are for those who do not trust in errors. */
static bool dsr_icmp_tunnel_believes(const struct dsr_net *dn, u8 family)
{
	return family != AF_INET ||
	       READ_ONCE(dn->net->ipv4.sysctl_ip_no_pmtu_disc) < 2;
}

/* Return: should the client be told, and of which MTU? */
static bool dsr_icmp_tunnel_too_big(struct dsr_net *dn,
				    struct dsr_backend *backend,
				    const struct dsr_outer_error *error,
				    u32 *mtu)
{
	const struct dsr_path *path;

	if (!dsr_icmp_tunnel_believes(dn, error->family))
		return false;
	dsr_path_update_pmtu(backend, error->mtu);
	path = dsr_path_get(backend, error->inner_off ?
			    dsr_flow_hash(&dn->flows, &error->flow) : 0);
	if (!path)
		return false;
	*mtu = dsr_path_mtu(path);
	return error->inner_df && error->inner_len > *mtu &&
	       !dsr_path_is_cut(path);
}

/* Return: was it sent about a packet to a backend? */
static bool dsr_icmp_tunnel_heed(struct dsr_net *dn,
				 const struct dsr_match *match,
				 const struct dsr_backend_addr *addr,
				 struct sk_buff *skb,
				 const struct dsr_outer_error *error)
{
	struct dsr_backend *known = dsr_icmp_tunnel_flow(dn, error), *backend;
	const struct dsr_match_svc *match_svc = NULL;
	u32 mtu = 0;

	if (!known)
		match_svc = dsr_icmp_tunnel_view(match, error);
	backend = dsr_icmp_tunnel_backend(addr, known, match_svc, error);
	if (!backend)
		return false;
	dsr_stats_icmp_error(backend->stats);
	if (error->kind == DSR_OUTER_TOO_BIG &&
	    !dsr_icmp_tunnel_too_big(dn, backend, error, &mtu))
		return true;
	if (dsr_icmp_tunnel_concerns(known, match_svc, backend))
		dsr_icmp_tunnel_relay(skb, mtu, error);
	return true;
}

bool dsr_icmp_tunnel_error(struct dsr_net *dn, const struct dsr_match *match,
			   u8 zone, struct sk_buff *skb)
{
	u32 headers = min_t(u32, skb->len, DSR_OUTER_READ);
	struct dsr_backend_key key = {};
	struct dsr_outer_error error;
	const struct dsr_backend_addr *addr;

	if (!pskb_may_pull(skb, headers) ||
	    !dsr_outer_parse(skb->data, headers, skb->len, &error))
		return false;
	error.flow.zone = zone;
	key.family = error.family;
	key.addr = error.dst;
	addr = dsr_backend_lookup_addr(dn, &key);
	/* What costs more than to read it comes only after its checksum. */
	return addr && dsr_icmp_csum_ok(skb, &error) &&
	       dsr_icmp_tunnel_heed(dn, match, addr, skb, &error);
}
