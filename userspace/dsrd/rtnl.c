// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
/* This comes before those of the kernel, which then leave out what it has. */
#include <net/if.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <netlink/msg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dsrd/rtnl.h"

/* Messages that are read at a time, and how long it takes until more are: what comes faster than
 * that must not keep the loop from its checks. The kernel drops what does not fit into the buffer.
 */
#define MESSAGES 256
#define PAUSE 0.02
#define BUFFER (256 * 1024)

/* What the kernel sends at a time. */
union message {
	struct nlmsghdr hdr;
	__u8 bytes[32 * 1024];
};

/* A socket with signals. */
struct ear {
	ev_io io;
	ev_timer pause;
	int family;		/* of ICMP, or AF_NETLINK */
};

static struct ear ears[3];
static int requests = -1;
static struct ev_loop *loop_of;
static void (*on_signal)(const struct signal *signal);

static int send_request(int fd, void *message, size_t size)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };

	return sendto(fd, message, size, 0, (struct sockaddr *)&kernel, sizeof(kernel)) < 0;
}

/* Have all devices be reported. */
static int ask_for_links(void)
{
	struct {
		struct nlmsghdr hdr;
		struct ifinfomsg ifi;
	} request = {
		{ sizeof(request), RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, 0, 0 }, { 0 }
	};

	return send_request(ears[0].io.fd, &request, sizeof(request));
}

/* Signals were lost: see what has become of devices and routes. Lost neighbours are found by the
 * next checks.
 */
static void recover(void)
{
	const struct signal routes = { .kind = SIGNAL_ROUTES };

	ask_for_links();
	on_signal(&routes);
}

static void take_rtnl(struct nlmsghdr *hdr, int size)
{
	struct signal signal;

	for (; nlmsg_ok(hdr, size); hdr = nlmsg_next(hdr, &size))
		if (signal_from_rtnl(&signal, hdr))
			on_signal(&signal);
}

/* Read a message. Return false if there is no more. */
static bool hear(const struct ear *ear)
{
	static union message message;
	struct sockaddr_nl from = { 0 };
	socklen_t length = sizeof(from);
	struct signal signal;
	ssize_t size;

	if (ear->family != AF_NETLINK) {
		size = recv(ear->io.fd, &message, sizeof(message), 0);
		if (size > 0 && signal_from_icmp(&signal, ear->family, message.bytes, size))
			on_signal(&signal);
		return size >= 0;
	}
	size = recvfrom(ear->io.fd, &message, sizeof(message), 0, (struct sockaddr *)&from,
			&length);
	if (size < 0 && errno == ENOBUFS)
		recover();
	/* Only the kernel's. */
	else if (size > 0 && !from.nl_pid)
		take_rtnl(&message.hdr, size);
	return size >= 0;
}

static void on_readable(struct ev_loop *loop, ev_io *io, int events)
{
	struct ear *ear = io->data;
	int i;

	(void)events;
	for (i = 0; i < MESSAGES; i++)
		if (!hear(ear))
			return;
	ev_io_stop(loop, io);
	ev_timer_set(&ear->pause, PAUSE, 0);
	ev_timer_start(loop, &ear->pause);
}

static void on_pause_over(struct ev_loop *loop, ev_timer *timer, int events)
{
	struct ear *ear = timer->data;

	(void)events;
	ev_io_start(loop, &ear->io);
}

static int refuse(struct dsr_error *err, const char *what)
{
	return error_usage(err, "%s: %s", what, strerror(errno));
}

static void listen_on(struct ear *ear, int fd, int family)
{
	int size = BUFFER;

	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	ear->family = family;
	ev_io_init(&ear->io, on_readable, fd, EV_READ);
	ev_init(&ear->pause, on_pause_over);
	ear->io.data = ear;
	ear->pause.data = ear;
	/* Checks come first. */
	ev_set_priority(&ear->io, -1);
	ev_io_start(loop_of, &ear->io);
}

static int open_rtnl(struct dsr_error *err)
{
	static const int groups[] = {
		RTNLGRP_NEIGH, RTNLGRP_LINK, RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE,
		RTNLGRP_NEXTHOP, RTNLGRP_IPV4_RULE, RTNLGRP_IPV6_RULE
	};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE);
	size_t i;

	if (fd < 0)
		return refuse(err, "rtnetlink");
	listen_on(&ears[0], fd, AF_NETLINK);
	for (i = 0; i < sizeof(groups) / sizeof(*groups); i++)
		if (setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &groups[i],
			       sizeof(groups[i])))
			return refuse(err, "rtnetlink");
	requests = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE);
	return requests < 0 || ask_for_links() ? refuse(err, "rtnetlink") : 0;
}

/* Each raw socket gets a copy of the errors that this machine receives. */
static int open_icmp(struct dsr_error *err)
{
	struct icmp_filter ipv4 = {
		~(1u << ICMP_DEST_UNREACH | 1u << ICMP_TIME_EXCEEDED | 1u << ICMP_PARAMETERPROB)
	};
	struct icmp6_filter ipv6;
	int fd = socket(AF_INET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_ICMP);

	if (fd < 0)
		return refuse(err, "ICMP");
	setsockopt(fd, SOL_RAW, ICMP_FILTER, &ipv4, sizeof(ipv4));
	listen_on(&ears[1], fd, AF_INET);
	fd = socket(AF_INET6, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_ICMPV6);
	/* A machine without IPv6 has none of its errors. */
	if (fd < 0)
		return 0;
	memset(&ipv6, 0xff, sizeof(ipv6));
	ipv6.data[0] &= ~(1u << ICMPV6_DEST_UNREACH | 1u << ICMPV6_TIME_EXCEED |
			  1u << ICMPV6_PARAMPROB);
	setsockopt(fd, IPPROTO_ICMPV6, ICMPV6_FILTER, &ipv6, sizeof(ipv6));
	listen_on(&ears[2], fd, AF_INET6);
	return 0;
}

int rtnl_init(struct ev_loop *loop, void (*call)(const struct signal *signal),
	      struct dsr_error *err)
{
	loop_of = loop;
	on_signal = call;
	return open_rtnl(err) || open_icmp(err) ? -1 : 0;
}

void rtnl_exit(void)
{
	size_t i;

	for (i = 0; i < sizeof(ears) / sizeof(*ears); i++) {
		if (!ears[i].io.data)
			continue;
		ev_io_stop(loop_of, &ears[i].io);
		ev_timer_stop(loop_of, &ears[i].pause);
		close(ears[i].io.fd);
	}
	if (requests >= 0)
		close(requests);
}

/* Read what the kernel has found. */
static struct rtnl_route read_route(struct nlmsghdr *hdr, int size, const struct dsr_addr *addr)
{
	struct rtnl_route route = { .next_hop = *addr };
	const struct rtmsg *rtm = nlmsg_data(hdr);
	struct nlattr *oif, *gateway, *via;
	const struct rtvia *other;

	if (!nlmsg_ok(hdr, size) || hdr->nlmsg_type != RTM_NEWROUTE ||
	    (rtm->rtm_type != RTN_UNICAST && rtm->rtm_type != RTN_LOCAL))
		return route;
	oif = nlmsg_find_attr(hdr, sizeof(*rtm), RTA_OIF);
	gateway = nlmsg_find_attr(hdr, sizeof(*rtm), RTA_GATEWAY);
	via = nlmsg_find_attr(hdr, sizeof(*rtm), RTA_VIA);
	route.found = oif;
	if (oif)
		route.ifindex = nla_get_u32(oif);
	if (gateway && (unsigned int)nla_len(gateway) == addr_bits(addr->family) / 8) {
		memcpy(route.next_hop.bytes, nla_data(gateway), nla_len(gateway));
	} else if (via) {
		other = nla_data(via);
		route.next_hop = (struct dsr_addr){ .family = other->rtvia_family };
		memcpy(route.next_hop.bytes, other->rtvia_addr,
		       addr_bits(other->rtvia_family) / 8);
	}
	return route;
}

/* Append an attribute to a message that has room for it. */
static void put_attr(struct nlmsghdr *hdr, int type, const void *value, size_t size)
{
	struct rtattr *attr = (struct rtattr *)((char *)hdr + NLMSG_ALIGN(hdr->nlmsg_len));

	attr->rta_type = type;
	attr->rta_len = RTA_LENGTH(size);
	memcpy(RTA_DATA(attr), value, size);
	hdr->nlmsg_len = NLMSG_ALIGN(hdr->nlmsg_len) + RTA_ALIGN(attr->rta_len);
}

struct rtnl_route rtnl_look_up(const struct dsr_addr *addr, const char *device)
{
	struct {
		struct nlmsghdr hdr;
		struct rtmsg rtm;
		char attrs[64];
	} request = {
		{ NLMSG_LENGTH(sizeof(struct rtmsg)), RTM_GETROUTE, NLM_F_REQUEST, 0, 0 },
		{ .rtm_family = addr->family, .rtm_dst_len = addr_bits(addr->family) }, { 0 }
	};
	union message answer;
	__u32 vrf = *device ? if_nametoindex(device) : 0;
	struct rtnl_route none = { .next_hop = *addr };
	ssize_t size;

	put_attr(&request.hdr, RTA_DST, addr->bytes, addr_bits(addr->family) / 8);
	if (vrf)
		put_attr(&request.hdr, RTA_OIF, &vrf, sizeof(vrf));
	if ((*device && !vrf) || send_request(requests, &request, request.hdr.nlmsg_len))
		return none;
	size = recv(requests, &answer, sizeof(answer), 0);
	return read_route(&answer.hdr, size, addr);
}

const char *rtnl_name(int ifindex, char *name)
{
	if (!if_indextoname(ifindex, name))
		snprintf(name, IF_NAMESIZE, "%d", ifindex);
	return name;
}
