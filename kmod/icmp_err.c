// SPDX-License-Identifier: GPL-2.0
/*
 * ICMP errors that the director receives because tunnel packets have its address as
 * their source. Any host can forge such an error. So an error is accepted only if it
 * quotes addresses and headers that the director uses for a backend, and its effect
 * is bounded: the MTU does not fall below the kernel's minimum, one error causes at most
 * one packet, and this packet goes to the client of a flow of that backend or, if the
 * flow is not known, to the sender of the quoted packet, if that is to a service of the
 * backend.
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

/* Return the backend of the flow of the quoted packet. Linux routers quote hundreds
 * of bytes, which suffice to identify the client's packet. Return NULL if the quote
 * is shorter or there is no such flow.
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

/* Return the service that the encapsulated packet was for, or NULL if there is none
 * or the quote is too short. The quote does not include the packet's mark and device,
 * which only its flow could give. So a service that depends on these is not found.
 */
static const struct dsr_match_svc *
dsr_icmp_tunnel_svc(const struct dsr_match *match,
		    const struct dsr_outer_error *error)
{
	const struct dsr_match_ctx in = { .zone = error->flow.zone };

	return error->inner_off ? dsr_match_service(match, &in, &error->flow) :
				  NULL;
}

/* Return true if the quoted packet may have been sent to the backend. */
static bool dsr_icmp_tunnel_sent(const struct dsr_backend *backend,
				 const struct dsr_outer_error *error)
{
	return backend->key.family == error->family &&
	       dsr_addr_eq(&backend->key.addr, &error->dst) &&
	       backend->svc->zone == error->flow.zone &&
	       dsr_path_owns_outer(backend, &error->src, &error->encap);
}

/* Return a backend that the quoted packet may have been sent to, or NULL. All
 * backends with this address share the way to it, and a short quote identifies no
 * more than that. A backend of service @match_svc is preferred. Thousands of services
 * may share the address, and any host can send an error, so the function examines a
 * limited number of backends.
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

/* Return the backend that the error is about: the backend of the quoted flow or, if
 * no flow is known, the backend that the consistent hash selects, which also places
 * the flows that the table has no room for.
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

/* Return true if the error concerns the client. It does not if the client's flow has
 * another backend now.
 */
static bool dsr_icmp_tunnel_concerns(const struct dsr_backend *known,
				     const struct dsr_match_svc *match_svc,
				     const struct dsr_backend *backend)
{
	return known ? known == backend : match_svc && backend->svc == match_svc->svc;
}

/* Send the client an ICMP error about the quoted packet. */
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
	/* The control block belongs to the error itself. */
	memset(quoted->cb, 0, sizeof(quoted->cb));
	if (error->kind == DSR_OUTER_TOO_BIG)
		dsr_icmp_too_big(quoted, family, mtu);
	else
		dsr_icmp_unreachable(quoted, family);
out:
	consume_skb(quoted);
}

/* Return true if path MTU errors are accepted. As in the stack, an ip_no_pmtu_disc of
 * 2 or more means that the operator does not trust them.
 */
static bool dsr_icmp_tunnel_believes(const struct dsr_net *dn, u8 family)
{
	return family != AF_INET ||
	       READ_ONCE(dn->net->ipv4.sysctl_ip_no_pmtu_disc) < 2;
}

/* Reduce the path MTU. Return true if the client has to learn that its packet was too
 * big, with its MTU in @mtu.
 */
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

/* Process an error about a packet with the headers @error->encap to the address @addr.
 * Return true if the packet was sent to one of its backends.
 */
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
		match_svc = dsr_icmp_tunnel_svc(match, error);
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

/* Try the kinds of headers that packets to the address get: which one the quoted packet
 * has is known only when its backend is found.
 */
static bool dsr_icmp_tunnel_try(struct dsr_net *dn, const struct dsr_match *match,
				const struct dsr_backend_addr *addr, u8 zone,
				struct sk_buff *skb, struct dsr_outer_error *error)
{
	unsigned long kind, encaps = READ_ONCE(addr->encaps);

	for_each_set_bit(kind, &encaps, BITS_PER_LONG) {
		if (!dsr_outer_read(skb->data, skb_headlen(skb), kind, error))
			continue;
		error->flow.zone = zone;
		if (dsr_icmp_tunnel_heed(dn, match, addr, skb, error))
			return true;
	}
	return false;
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
	key.family = error.family;
	key.addr = error.dst;
	addr = dsr_backend_lookup_addr(dn, &key);
	/* Verify the checksum before any step that costs more than the checksum does. */
	return addr && dsr_icmp_csum_ok(skb, &error) &&
	       dsr_icmp_tunnel_try(dn, match, addr, zone, skb, &error);
}
