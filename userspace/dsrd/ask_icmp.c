// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Checks of type icmp: an echo request. A raw socket needs CAP_NET_RAW, but no sysctl.
 *
 * With a size, there are two requests: a small one, and one of this size that must not be
 * fragmented. The check is about the large one; the answer to the small one says what the loss of
 * the other means.
 */
#include <errno.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/ip_icmp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "dsrd/attempt.h"
#include "error.h"

/* What is sent, and comes back. The header of ICMP is the same for both families. */
struct echo {
	__u8 type;
	__u8 code;
	__u16 checksum;
	__u16 id;
	__u16 sequence;
	__u8 nonce[16];
};

struct ping {
	struct echo small;
	struct echo large;
	unsigned int size;	/* of the large one, with the header of IP; 0: there is none */
};

static bool is_ipv4(const struct attempt *attempt)
{
	return attempt->target->addr.family == AF_INET;
}

static __u16 checksum(const struct echo *echo)
{
	const __u16 *word = (const __u16 *)echo;
	__u32 sum = 0;
	size_t i;

	for (i = 0; i < sizeof(*echo) / 2; i++)
		sum += word[i];
	sum = (sum & 0xffff) + (sum >> 16);
	return ~(sum + (sum >> 16));
}

/* Return true if a message answers the request. */
static bool answers(const struct attempt *attempt, const struct echo *sent, const struct echo *got)
{
	return got->type == (is_ipv4(attempt) ? ICMP_ECHOREPLY : ICMP6_ECHO_REPLY) && !got->code &&
	       got->id == sent->id && got->sequence == sent->sequence &&
	       !memcmp(got->nonce, sent->nonce, sizeof(got->nonce));
}

/* Write a number as people read it. */
static const char *thousands(unsigned int number, char *text, size_t size)
{
	snprintf(text, size, number < 1000 ? "%u" : "%u,%03u",
		 number < 1000 ? number : number / 1000, number % 1000);
	return text;
}

/* Take a packet, of which a raw socket of IPv4 passes the header of IP, too. Return true if the try
 * has ended. An answer of another length is not the one to the large request.
 */
static bool take(struct attempt *attempt, const char *packet, size_t size)
{
	size_t skip = is_ipv4(attempt) && size ? (packet[0] & 0xf) * 4 : 0;
	size_t header = is_ipv4(attempt) ? skip : sizeof(struct ip6_hdr);
	struct ping *ping = attempt->data;
	struct echo got;
	char text[16];

	if (size < skip + sizeof(got))
		return false;
	memcpy(&got, packet + skip, sizeof(got));
	if (answers(attempt, &ping->large, &got) && ping->size &&
	    size - skip + header >= ping->size) {
		attempt_done(attempt, ATTEMPT_SUCCESS, "echo reply to %s bytes",
			     thousands(ping->size, text, sizeof(text)));
		return true;
	}
	if (!answers(attempt, &ping->small, &got))
		return false;
	if (!ping->size) {
		attempt_done(attempt, ATTEMPT_SUCCESS, "echo reply");
		return true;
	}
	snprintf(attempt->reason, sizeof(attempt->reason),
		 "%s-byte packets are lost, small ones arrive: MTU on the way to the backend or back",
		 thousands(ping->size, text, sizeof(text)));
	return false;
}

/* Return what the kernel knows of the path's MTU, as far as clients could use it. */
static unsigned int path_mtu(const struct attempt *attempt)
{
	bool ipv4 = is_ipv4(attempt);
	socklen_t size = sizeof(int);
	int mtu = 0;

	if (getsockopt(attempt->fd, ipv4 ? SOL_IP : SOL_IPV6, ipv4 ? IP_MTU : IPV6_MTU, &mtu,
		       &size) || mtu < 0)
		return 0;
	return mtu < CHECK_SIZE_MAX ? mtu : CHECK_SIZE_MAX;
}

static ssize_t send_echo(const struct attempt *attempt, const struct echo *echo, size_t size)
{
	static char zeros[CHECK_SIZE_MAX];	/* which change no checksum */
	struct iovec parts[] = {
		{ (void *)echo, sizeof(*echo) }, { zeros, size - sizeof(*echo) }
	};

	return writev(attempt->fd, parts, 2);
}

/* The large request does not fit. Where the size is that of the path, another program may have
 * found out a smaller one, or a router just has: ask with that. Return true if the try goes on.
 */
static bool shrink(struct attempt *attempt)
{
	struct ping *ping = attempt->data;
	unsigned int mtu = path_mtu(attempt);
	char size[16], text[16];

	if (attempt->check->size == CHECK_SIZE_MTU && mtu >= CHECK_SIZE_MIN && mtu < ping->size) {
		ping->size = mtu;
		return true;
	}
	attempt_done(attempt, ATTEMPT_FAILURE, "%s-byte packets do not fit: the path takes %s",
		     thousands(ping->size, size, sizeof(size)),
		     thousands(mtu, text, sizeof(text)));
	return false;
}

/* Send the large request. Return false if the try has ended. */
static bool send_large(struct attempt *attempt)
{
	struct ping *ping = attempt->data;
	size_t header = is_ipv4(attempt) ? sizeof(struct iphdr) : sizeof(struct ip6_hdr);

	while (send_echo(attempt, &ping->large, ping->size - header) < 0) {
		/* What the module drops is not permitted. It sends this socket an error. */
		if (errno == EPERM)
			return true;
		if (errno != EMSGSIZE) {
			attempt_failed(attempt, "echo request", errno);
			return false;
		}
		if (!shrink(attempt))
			return false;
	}
	return true;
}

static void on_readable(struct ev_loop *loop, ev_io *io, int events)
{
	struct attempt *attempt = io->data;
	const struct ping *ping = attempt->data;
	char packet[512];
	ssize_t size;
	int i;

	(void)loop;
	(void)events;
	/* Others ask the same address, and each socket gets all answers. */
	for (i = 0; i < 64; i++) {
		size = recv(attempt->fd, packet, sizeof(packet), MSG_TRUNC);
		if (size < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (size < 0 && errno == EMSGSIZE && ping->size) {
			if (!shrink(attempt) || !send_large(attempt))
				return;
			continue;
		}
		if (size < 0) {
			attempt_failed(attempt, "echo request", errno);
			return;
		}
		if (take(attempt, packet, size))
			return;
	}
}

/* Have the kernel pass only echo replies. */
static void filter(int fd, int family)
{
	struct icmp6_filter ipv6;
	__u32 ipv4 = ~(1u << ICMP_ECHOREPLY);

	if (family == AF_INET) {
		setsockopt(fd, SOL_RAW, 1 /* ICMP_FILTER */, &ipv4, sizeof(ipv4));
		return;
	}
	ICMP6_FILTER_SETBLOCKALL(&ipv6);
	ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &ipv6);
	setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &ipv6, sizeof(ipv6));
}

/* Have the kernel fragment nothing. */
static void forbid_fragments(int fd, int family)
{
	int how = IP_PMTUDISC_DO, one = 1;

	if (family == AF_INET) {
		setsockopt(fd, SOL_IP, IP_MTU_DISCOVER, &how, sizeof(how));
		return;
	}
	how = IPV6_PMTUDISC_DO;
	setsockopt(fd, SOL_IPV6, IPV6_MTU_DISCOVER, &how, sizeof(how));
	setsockopt(fd, SOL_IPV6, IPV6_DONTFRAG, &one, sizeof(one));
}

/* Fill in both requests. Their first bytes are random. */
static void prepare(const struct attempt *attempt, struct ping *ping)
{
	struct echo *echo = &ping->small;

	echo->type = is_ipv4(attempt) ? ICMP_ECHO : ICMP6_ECHO_REQUEST;
	echo->code = 0;
	ping->large = *echo;
	ping->large.sequence++;
	echo->checksum = 0;
	ping->large.checksum = 0;
	/* The kernel fills in that of IPv6. */
	if (!is_ipv4(attempt))
		return;
	echo->checksum = checksum(echo);
	ping->large.checksum = checksum(&ping->large);
}

/* Send the first large request. Return false if the try has ended. */
static bool begin_large(struct attempt *attempt)
{
	struct ping *ping = attempt->data;

	forbid_fragments(attempt->fd, attempt->target->addr.family);
	ping->size = attempt->check->size;
	if (ping->size == CHECK_SIZE_MTU)
		ping->size = path_mtu(attempt);
	if (ping->size >= CHECK_SIZE_MIN)
		return send_large(attempt);
	attempt_done(attempt, ATTEMPT_VOID, "the MTU of the path is %u", ping->size);
	return false;
}

static void start(struct attempt *attempt)
{
	int family = attempt->target->addr.family;
	struct ping *ping = error_check_alloc(calloc(1, sizeof(*ping)));

	attempt->data = ping;
	if (getrandom(&ping->small, sizeof(ping->small), 0) != sizeof(ping->small)) {
		attempt_failed(attempt, "random numbers", errno);
		return;
	}
	prepare(attempt, ping);
	if (attempt_connect(attempt, SOCK_RAW, family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6))
		return;
	filter(attempt->fd, family);
	if (send_echo(attempt, &ping->small, sizeof(ping->small)) < 0) {
		attempt_failed(attempt, "echo request", errno);
		return;
	}
	if (!attempt->check->size || begin_large(attempt))
		attempt_await(attempt, EV_READ, on_readable);
}

static void stop(struct attempt *attempt)
{
	free(attempt->data);
	attempt->data = NULL;
}

const struct attempt_kind ask_icmp = { "icmp", start, stop };
