// SPDX-License-Identifier: GPL-2.0-or-later
/* Checks of type icmp: an echo request. A raw socket needs CAP_NET_RAW, but no sysctl. */
#include <errno.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>

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

/* Return true if a packet is the answer. A raw socket of IPv4 has the header of IP, too. */
static bool is_answer(const struct attempt *attempt, const char *packet, size_t size)
{
	bool ipv4 = attempt->target->addr.family == AF_INET;
	const struct echo *sent = attempt->data;
	struct echo got;
	size_t skip = 0;

	if (ipv4) {
		if (size < sizeof(struct iphdr))
			return false;
		skip = (packet[0] & 0xf) * 4;
	}
	if (size < skip + sizeof(got))
		return false;
	memcpy(&got, packet + skip, sizeof(got));
	return got.type == (ipv4 ? ICMP_ECHOREPLY : ICMP6_ECHO_REPLY) && !got.code &&
	       got.id == sent->id && got.sequence == sent->sequence &&
	       !memcmp(got.nonce, sent->nonce, sizeof(got.nonce));
}

static void on_readable(struct ev_loop *loop, ev_io *io, int events)
{
	struct attempt *attempt = io->data;
	char packet[512];
	ssize_t size;
	int i;

	(void)loop;
	(void)events;
	/* Others ask the same address, and each socket gets all answers. */
	for (i = 0; i < 64; i++) {
		size = recv(attempt->fd, packet, sizeof(packet), 0);
		if (size < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (size < 0) {
			attempt_failed(attempt, "echo request", errno);
			return;
		}
		if (is_answer(attempt, packet, size)) {
			attempt_done(attempt, ATTEMPT_SUCCESS, "echo reply");
			return;
		}
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

static void start(struct attempt *attempt)
{
	int family = attempt->target->addr.family;
	struct echo *echo = error_check_alloc(calloc(1, sizeof(*echo)));

	attempt->data = echo;
	if (getrandom(echo, sizeof(*echo), 0) != sizeof(*echo)) {
		attempt_failed(attempt, "random numbers", errno);
		return;
	}
	echo->type = family == AF_INET ? ICMP_ECHO : ICMP6_ECHO_REQUEST;
	echo->code = 0;
	echo->checksum = 0;
	/* The kernel fills in that of IPv6. */
	if (family == AF_INET)
		echo->checksum = checksum(echo);
	if (attempt_connect(attempt, SOCK_RAW, family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6))
		return;
	filter(attempt->fd, family);
	if (send(attempt->fd, echo, sizeof(*echo), 0) < 0)
		attempt_failed(attempt, "echo request", errno);
	else
		attempt_await(attempt, EV_READ, on_readable);
}

static void stop(struct attempt *attempt)
{
	free(attempt->data);
	attempt->data = NULL;
}

const struct attempt_kind ask_icmp = { "icmp", start, stop };
