// SPDX-License-Identifier: GPL-2.0
/*
 * Method dscp (also known as L3 DSR): the packet itself goes to the backend's
 * address, and says by its DSCP which VIP it was for. The backend puts that back
 * in place. Nothing is pushed, so nothing is too long.
 *
 * An ICMP error is rewritten like any other packet; what it quotes is a packet
 * that the VIP sent, and stays.
 */
#include <linux/skbuff.h>

#include "dsr_dscp.h"
#include "dsr_path.h"

/* Is the checksum of the header at @l4_off one that somebody has to complete?
 * One of an inner packet may be in that state as well, behind a header that has
 * no checksum, or one that segmentation completes.
 */
static bool dsr_dscp_partial(const struct sk_buff *skb, u16 l4_off)
{
	if (skb_is_gso(skb) &&
	    skb_shinfo(skb)->gso_type & SKB_GSO_UDP_TUNNEL_CSUM)
		return true;
	return skb->ip_summed == CHECKSUM_PARTIAL &&
	       skb_checksum_start_offset(skb) == l4_off;
}

static int dsr_dscp_xmit_rewrite(struct sk_buff *skb, u8 proto, u16 l4_off,
				 const struct dsr_path *path)
{
	struct dsr_dscp to = {
		.dst = path->addr,
		.family = path->family,
		.code = path->dscp,
		.proto = proto,
		.partial = dsr_dscp_partial(skb, l4_off),
		.l4_off = l4_off,
	};

	/* Too short for its protocol's header, so none. */
	if (dsr_dscp_reach(&to) > skb->len)
		to.proto = IPPROTO_RAW;
	if (skb_ensure_writable(skb, dsr_dscp_reach(&to)))
		return -ENOMEM;
	dsr_dscp_rewrite(skb->data, &to);
	return 0;
}

const struct dsr_method dsr_method_dscp = {
	.same_family	= true,
	.rewrite	= dsr_dscp_xmit_rewrite,
};
