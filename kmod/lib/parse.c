// SPDX-License-Identifier: GPL-2.0
/*
 * The parser, see parse.h: one pass over the headers of a packet, in their order. No
 * field is used before it is checked, no byte is read that the caller did not provide,
 * and no byte after the end of the datagram is used, even if the buffer has more.
 *
 * Read from the end: dsr_parse() reads the IP header, then the extension headers, the
 * transport header, and the quote of an ICMP error.
 */
#include <linux/errno.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>

#include "parse.h"

/* RFC 8200 lists orders of up to five of the headers that are walked here. Some more
 * are allowed for unusual senders; the limit is for hostile ones.
 */
#define EXT_HEADERS_MAX	8

#define IPV4_DF		0x4000
#define IPV4_MF		0x2000
#define IPV4_OFFSET	0x1fff
#define IPV6_MF		0x0001
#define IPV6_OFFSET	0xfff8
#define IPV6_SEGMENTS_LEFT	0x00ff

/* RFC 792 guarantees so many bytes of the quoted packet after its IP header. They have
 * the ports of TCP, UDP and SCTP, and the identifier of an ICMP echo.
 */
#define QUOTE_MIN	8

#define LENGTH_MAX	65535

struct sctp_header {
	__be16 source;
	__be16 dest;
	__be32 vtag;
	__be32 checksum;
};

struct icmp_header {
	__u8 type;
	__u8 code;
	__be16 checksum;
	__be16 id;
	__be16 sequence;
};

struct ext_header {
	__u8 next;
	__u8 length;		/* in units of 8 bytes, without the first */
	union {
		__be16 frag_off;	/* of a fragment header */
		__be16 type_and_left;	/* of a routing header */
	};
	__be32 rest;
};

/* The bytes that may be read, and the end of the datagram. */
struct window {
	const __u8 *data;
	__u32 avail;
	__u32 end;
	__u32 need;
};

/* Result of an IP header and the extension headers after it. */
struct inside {
	__u32 l4_off;
	bool fragment;		/* not the whole datagram */
	bool later;		/* not the first: no transport header */
	bool source_route;	/* the sender chooses the route */
};

static int window_has(struct window *w, __u32 off, __u32 size)
{
	if (off + size > w->end)
		return -EBADMSG;
	if (off + size > w->avail) {
		w->need = off + size;
		return -EAGAIN;
	}
	return 0;
}

static __always_inline int read_ipv4(struct window *w, __u32 off,
				     struct dsr_tuple *tuple, struct inside *in)
{
	const struct iphdr *iph = (const void *)(w->data + off);
	__u16 frag;
	int err;

	err = window_has(w, off, sizeof(*iph));
	if (err)
		return err;
	if (iph->version != 4 || iph->ihl < 5)
		return -EBADMSG;

	tuple->meta = dsr_tuple_meta(AF_INET, iph->protocol);
	tuple->src.ip = iph->saddr;
	tuple->dst.ip = iph->daddr;

	frag = ntohs(iph->frag_off);
	in->fragment = frag & (IPV4_MF | IPV4_OFFSET);
	in->later = frag & IPV4_OFFSET;
	in->source_route = false;
	in->l4_off = off + iph->ihl * 4;
	return in->l4_off > w->end ? -EBADMSG : 0;
}

static int read_options(struct window *w, struct inside *in)
{
	__u32 off = sizeof(struct iphdr);
	const __u8 *option;
	int err;

	err = window_has(w, off, in->l4_off - off);
	if (err)
		return err;
	while (off < in->l4_off && w->data[off] != IPOPT_END) {
		option = w->data + off;
		if (option[0] == IPOPT_NOOP) {
			off++;
			continue;
		}
		if (in->l4_off - off < 2 || option[1] < 2 ||
		    option[1] > in->l4_off - off)
			return -EBADMSG;
		if (option[0] == IPOPT_LSRR || option[0] == IPOPT_SSRR)
			in->source_route = true;
		off += option[1];
	}
	return 0;
}

/* Walk the extension headers. Those after the fragment header of a first fragment are
 * walked only if @quoted: the ports of a quoted fragment cannot be had otherwise, while
 * a fragment itself is not handled without the others.
 */
static int walk_ext_headers(struct window *w, __u32 off, __u8 next, bool quoted,
			    struct dsr_tuple *tuple, struct inside *in)
{
	const struct ext_header *ext;
	int err, i;

	for (i = 0; i <= EXT_HEADERS_MAX; i++) {
		tuple->proto = next;
		in->l4_off = off;
		if (off > w->end)
			return -EBADMSG;
		if (in->later || (in->fragment && !quoted))
			return 0;
		if (next != IPPROTO_HOPOPTS && next != IPPROTO_ROUTING &&
		    next != IPPROTO_DSTOPTS && next != IPPROTO_FRAGMENT)
			return 0;

		err = window_has(w, off, sizeof(*ext));
		if (err)
			return err;
		ext = (const void *)(w->data + off);
		if (next == IPPROTO_FRAGMENT) {
			in->later = ntohs(ext->frag_off) & IPV6_OFFSET;
			in->fragment = in->later ||
				       ntohs(ext->frag_off) & IPV6_MF;
			off += sizeof(*ext);
		} else {
			if (next == IPPROTO_ROUTING &&
			    ntohs(ext->type_and_left) & IPV6_SEGMENTS_LEFT)
				in->source_route = true;
			off += (ext->length + 1) * 8;
		}
		next = ext->next;
	}
	return -EBADMSG;
}

static int read_ipv6(struct window *w, __u32 off, bool quoted,
		     struct dsr_tuple *tuple, struct inside *in)
{
	const struct ipv6hdr *ip6h = (const void *)(w->data + off);
	int err;

	err = window_has(w, off, sizeof(*ip6h));
	if (err)
		return err;
	if (ip6h->version != 6)
		return -EBADMSG;

	tuple->family = AF_INET6;
	tuple->src.in6 = ip6h->saddr;
	tuple->dst.in6 = ip6h->daddr;
	in->fragment = false;
	in->later = false;
	in->source_route = false;
	return walk_ext_headers(w, off + sizeof(*ip6h), ip6h->nexthdr, quoted,
				tuple, in);
}

static int read_tcp(struct window *w, struct dsr_pkt *pkt)
{
	const struct tcphdr *th = (const void *)(w->data + pkt->l4_off);
	int err;

	err = window_has(w, pkt->l4_off, sizeof(*th));
	if (err)
		return err;
	if (th->doff < 5 || th->doff * 4 > w->end - pkt->l4_off)
		return -EBADMSG;

	pkt->tuple.ports = *(const __u32 *)th;
	pkt->tcp_flags = (th->fin ? DSR_TCP_FIN : 0) |
			 (th->syn ? DSR_TCP_SYN : 0) |
			 (th->rst ? DSR_TCP_RST : 0) |
			 (th->ack ? DSR_TCP_ACK : 0) |
			 (th->doff * 4 < w->end - pkt->l4_off ? DSR_TCP_DATA : 0);
	return 0;
}

static int read_udp(struct window *w, struct dsr_pkt *pkt)
{
	const struct udphdr *uh = (const void *)(w->data + pkt->l4_off);
	__u32 len;
	int err;

	err = window_has(w, pkt->l4_off, sizeof(*uh));
	if (err)
		return err;
	/* A GSO packet may have the length of its first segment, or as much of the
	 * whole as fits: shorter than the datagram is no contradiction.
	 */
	len = ntohs(uh->len);
	if (len < sizeof(*uh) && !(len == 0 && w->end > LENGTH_MAX))
		return -EBADMSG;
	if (len > w->end - pkt->l4_off)
		return -EBADMSG;

	pkt->tuple.ports = *(const __u32 *)uh;
	return 0;
}

static int read_sctp(struct window *w, struct dsr_pkt *pkt)
{
	const struct sctp_header *sh = (const void *)(w->data + pkt->l4_off);
	int err;

	err = window_has(w, pkt->l4_off, sizeof(*sh));
	if (err)
		return err;

	pkt->tuple.ports = *(const __u32 *)sh;
	return 0;
}

static bool is_icmp_error(__u8 family, __u8 type)
{
	if (family == AF_INET6)
		return type >= ICMPV6_DEST_UNREACH && type <= ICMPV6_PARAMPROB;

	return type == ICMP_DEST_UNREACH || type == ICMP_SOURCE_QUENCH ||
	       type == ICMP_TIME_EXCEEDED || type == ICMP_PARAMETERPROB;
}

/* Read the transport header of a quoted packet. The VIP sent that packet, so its
 * reverse is the client's flow.
 */
static int read_quoted_transport(struct window *w, __u32 off,
				 const struct dsr_tuple *quoted,
				 struct dsr_tuple *flow)
{
	const struct icmp_header *icmp = (const void *)(w->data + off);
	const __be16 *port = (const void *)(w->data + off);
	__u8 echo_reply;
	int err;

	flow->family = quoted->family;
	flow->proto = quoted->proto;
	flow->src = quoted->dst;
	flow->dst = quoted->src;
	if (quoted->proto != IPPROTO_TCP && quoted->proto != IPPROTO_UDP &&
	    quoted->proto != IPPROTO_SCTP && !dsr_tuple_is_icmp(quoted))
		return 0;

	err = window_has(w, off, QUOTE_MIN);
	if (err)
		return err;
	if (!dsr_tuple_is_icmp(quoted)) {
		flow->sport = port[1];
		flow->dport = port[0];
		return 0;
	}
	echo_reply = quoted->family == AF_INET ? ICMP_ECHOREPLY :
						 ICMPV6_ECHO_REPLY;
	if (icmp->type != echo_reply)
		return -EBADMSG;
	flow->sport = icmp->id;
	return 0;
}

/* Read the quote of an error. A quote that is too short, malformed or from another
 * sender is no fault of the packet, which then identifies no flow.
 */
static int read_quote(struct window *w, __u32 off, struct dsr_pkt *pkt)
{
	struct dsr_tuple quoted = {};
	struct dsr_tuple flow = {};
	struct inside in;
	int err;

	if (pkt->tuple.family == AF_INET)
		err = read_ipv4(w, off, &quoted, &in);
	else
		err = read_ipv6(w, off, true, &quoted, &in);
	if (!err && (in.later || !dsr_addr_eq(&quoted.src, &pkt->tuple.dst)))
		err = -EBADMSG;
	if (!err)
		err = read_quoted_transport(w, in.l4_off, &quoted, &flow);

	if (err == -EBADMSG) {
		pkt->kind = DSR_KIND_CONTROL;
		return 0;
	}
	if (err)
		return err;

	pkt->kind = DSR_KIND_ERROR;
	pkt->tuple = flow;
	return 0;
}

static int read_icmp(struct window *w, struct dsr_pkt *pkt)
{
	const struct icmp_header *icmp = (const void *)(w->data + pkt->l4_off);
	__u8 family = pkt->tuple.family;
	int err;

	err = window_has(w, pkt->l4_off, sizeof(*icmp));
	if (err)
		return err;
	if (is_icmp_error(family, icmp->type))
		return read_quote(w, pkt->l4_off + sizeof(*icmp), pkt);

	if (icmp->type == (family == AF_INET ? ICMP_ECHO : ICMPV6_ECHO_REQUEST))
		pkt->tuple.sport = icmp->id;
	else
		pkt->kind = DSR_KIND_CONTROL;
	return 0;
}

static int read_transport(struct window *w, struct dsr_pkt *pkt)
{
	if (dsr_tuple_is_icmp(&pkt->tuple))
		return read_icmp(w, pkt);

	switch (pkt->tuple.proto) {
	case IPPROTO_TCP:
		return read_tcp(w, pkt);
	case IPPROTO_UDP:
		return read_udp(w, pkt);
	case IPPROTO_SCTP:
		return read_sctp(w, pkt);
	default:
		return 0;
	}
}

static int open_ipv4(struct window *w, struct dsr_pkt *pkt, struct inside *in)
{
	const struct iphdr *iph = (const void *)w->data;
	__u32 len = ntohs(iph->tot_len);
	int err;

	if (!len && w->end > LENGTH_MAX)
		len = w->end;
	if (len > w->end)
		return -EBADMSG;

	w->end = len;
	pkt->len = len;
	pkt->tos = iph->tos;
	pkt->ttl = iph->ttl;
	pkt->df = ntohs(iph->frag_off) & IPV4_DF;
	err = read_ipv4(w, 0, &pkt->tuple, in);
	return err ?: read_options(w, in);
}

static int open_ipv6(struct window *w, struct dsr_pkt *pkt, struct inside *in)
{
	const struct ipv6hdr *ip6h = (const void *)w->data;
	__u32 len;
	int err;

	err = window_has(w, 0, sizeof(*ip6h));
	if (err)
		return err;
	/* The stack has compared the jumbo payload option with the real length before;
	 * GRO builds such packets with and without the option.
	 */
	len = ntohs(ip6h->payload_len);
	if (!len && w->end - sizeof(*ip6h) > LENGTH_MAX)
		len = w->end;
	else
		len += sizeof(*ip6h);
	if (len > w->end)
		return -EBADMSG;

	w->end = len;
	pkt->len = len;
	pkt->tos = ip6h->priority << 4 | ip6h->flow_lbl[0] >> 4;
	pkt->ttl = ip6h->hop_limit;
	pkt->df = true;
	return read_ipv6(w, 0, false, &pkt->tuple, in);
}

static int parse(struct window *w, struct dsr_pkt *pkt)
{
	struct inside in;
	int err;

	err = window_has(w, 0, sizeof(struct iphdr));
	if (err)
		return err;
	switch (w->data[0] >> 4) {
	case 4:
		err = open_ipv4(w, pkt, &in);
		break;
	case 6:
		err = open_ipv6(w, pkt, &in);
		break;
	default:
		err = -EBADMSG;
	}
	if (err)
		return err;

	pkt->l4_off = in.l4_off;
	pkt->source_route = in.source_route;
	if (in.fragment) {
		pkt->kind = DSR_KIND_FRAGMENT;
		return 0;
	}
	return read_transport(w, pkt);
}

int dsr_parse(const void *data, __u32 avail, __u32 total, struct dsr_pkt *pkt)
{
	struct window w = { .data = data, .avail = avail, .end = total };
	int err;

	/* The other members are written where they are read from the packet. */
	pkt->tuple = (struct dsr_tuple) {};
	pkt->kind = DSR_KIND_FLOW;
	pkt->tcp_flags = 0;
	err = parse(&w, pkt);
	pkt->need = w.need;
	return err;
}
