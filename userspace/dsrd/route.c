// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <linux/filter.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

#include "dsrd/route.h"

static struct ev_loop *loop_of;
static const struct route_events *events;
static struct nl_sock *requests;
static struct nl_sock *listening;
static ev_io io;
static struct config_announce used;
static unsigned int device;	/* index */

static int failed(struct dsr_error *err, const char *what, int error)
{
	return error_refused(err, "%s: %s", what, nl_geterror(error));
}

/* Read a message about a route. Return false if the route is none of ours. */
static bool read_route(struct nlmsghdr *hdr, struct route *route)
{
	const struct rtmsg *rtm = nlmsg_data(hdr);
	struct nlattr *attrs[RTA_MAX + 1];

	if (nlmsg_parse(hdr, sizeof(*rtm), attrs, RTA_MAX, NULL) < 0 ||
	    rtm->rtm_protocol != used.protocol || !attrs[RTA_PRIORITY] || !attrs[RTA_TABLE] ||
	    nla_get_u32(attrs[RTA_TABLE]) != used.table)
		return false;
	memset(route, 0, sizeof(*route));
	route->vip.addr.family = rtm->rtm_family;
	route->vip.len = rtm->rtm_dst_len;
	/* A default route has no destination. */
	if (attrs[RTA_DST])
		nla_memcpy(route->vip.addr.bytes, attrs[RTA_DST],
			   addr_bits(rtm->rtm_family) / 8);
	route->metric = nla_get_u32(attrs[RTA_PRIORITY]);
	route->right = rtm->rtm_type == RTN_UNICAST && attrs[RTA_OIF] && !attrs[RTA_GATEWAY] &&
		nla_get_u32(attrs[RTA_OIF]) == device;
	return true;
}

static int on_message(struct nl_msg *msg, void *arg)
{
	struct nlmsghdr *hdr = nlmsg_hdr(msg);
	bool own = hdr->nlmsg_pid == nl_socket_get_local_port(requests);
	struct route route;

	(void)arg;
	if (hdr->nlmsg_type == RTM_DELROUTE && !own && read_route(hdr, &route))
		events->deleted(&route);
	return NL_OK;
}

static void on_readable(struct ev_loop *loop, ev_io *self, int revents)
{
	int ret;

	(void)loop;
	(void)self;
	(void)revents;
	ret = nl_recvmsgs_default(listening);
	if (ret && ret != -NLE_AGAIN)
		events->lost();
}

/* Hear of routes of our protocol only: there may be millions of others. */
static int filter(void)
{
	const __u32 at = NLMSG_HDRLEN + offsetof(struct rtmsg, rtm_protocol);
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, at),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, used.protocol, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog program = { sizeof(code) / sizeof(*code), code };

	return setsockopt(nl_socket_get_fd(listening), SOL_SOCKET, SO_ATTACH_FILTER, &program,
			  sizeof(program));
}

static struct nl_sock *open_socket(void)
{
	struct nl_sock *sock = error_check_alloc(nl_socket_alloc());
	int error = nl_connect(sock, NETLINK_ROUTE);

	if (!error)
		return sock;
	nl_socket_free(sock);
	return NULL;
}

/* The kernel filters dumps, too, if it is told to be strict about requests. */
static int be_strict(void)
{
	int one = 1;

	return setsockopt(nl_socket_get_fd(requests), SOL_NETLINK, NETLINK_GET_STRICT_CHK, &one,
			  sizeof(one));
}

int route_init(struct ev_loop *loop, const struct route_events *given, struct dsr_error *err)
{
	loop_of = loop;
	events = given;
	requests = open_socket();
	listening = open_socket();
	if (!requests || !listening || be_strict())
		return error_refused(err, "rtnetlink: %s", strerror(errno));
	nl_socket_disable_seq_check(listening);
	nl_socket_modify_cb(listening, NL_CB_VALID, NL_CB_CUSTOM, on_message, NULL);
	nl_socket_set_nonblocking(listening);
	ev_io_init(&io, on_readable, nl_socket_get_fd(listening), EV_READ);
	return 0;
}

void route_exit(void)
{
	if (!loop_of)
		return;
	ev_io_stop(loop_of, &io);
	nl_socket_free(requests);
	nl_socket_free(listening);
	loop_of = NULL;
}

int route_use(const struct config_announce *conf, struct dsr_error *err)
{
	unsigned int index = if_nametoindex(conf->device);
	int error;

	if (!index)
		return error_refused(err, "device %s: %s", conf->device, strerror(errno));
	used = *conf;
	device = index;
	if (filter())
		return error_refused(err, "rtnetlink: %s", strerror(errno));
	error = nl_socket_add_memberships(listening, RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE, 0);
	if (error)
		return failed(err, "rtnetlink", error);
	ev_io_start(loop_of, &io);
	return 0;
}

static int on_route(struct nl_msg *msg, void *arg)
{
	void (**call)(const struct route *route) = arg;
	struct route route;

	if (nlmsg_hdr(msg)->nlmsg_type == RTM_NEWROUTE && read_route(nlmsg_hdr(msg), &route))
		(*call)(&route);
	return NL_OK;
}

static struct nl_msg *new_message(int type, int flags, struct rtmsg rtm)
{
	struct nl_msg *msg = error_check_alloc(nlmsg_alloc_simple(type, flags));

	rtm.rtm_protocol = used.protocol;
	/* A small message has room for the few attributes. */
	nlmsg_append(msg, &rtm, sizeof(rtm), NLMSG_ALIGNTO);
	nla_put_u32(msg, RTA_TABLE, used.table);
	return msg;
}

static int read_family(int family, void (*call)(const struct route *route), struct dsr_error *err)
{
	struct nl_msg *msg = new_message(RTM_GETROUTE, NLM_F_DUMP,
					 (struct rtmsg){ .rtm_family = family });
	int error = nl_send_auto(requests, msg);

	nlmsg_free(msg);
	if (error >= 0) {
		nl_socket_modify_cb(requests, NL_CB_VALID, NL_CB_CUSTOM, on_route, &call);
		error = nl_recvmsgs_default(requests);
	}
	/* A table without routes does not exist. */
	return error < 0 && error != -NLE_OBJ_NOTFOUND ? failed(err, "list of routes", error) : 0;
}

int route_read(void (*call)(const struct route *route), struct dsr_error *err)
{
	return read_family(AF_INET, call, err) ?: read_family(AF_INET6, call, err);
}

/* Send a request about a route. Return 0 or an error of libnl. */
static int request(int type, int flags, struct rtmsg rtm, const struct dsr_prefix *vip,
		   __u32 metric)
{
	struct nl_msg *msg;

	rtm.rtm_family = vip->addr.family;
	rtm.rtm_dst_len = vip->len;
	msg = new_message(type, flags, rtm);
	nla_put(msg, RTA_DST, addr_bits(vip->addr.family) / 8, vip->addr.bytes);
	nla_put_u32(msg, RTA_PRIORITY, metric);
	if (type == RTM_NEWROUTE)
		nla_put_u32(msg, RTA_OIF, device);
	return nl_send_sync(requests, msg);
}

int route_add(const struct dsr_prefix *vip, __u32 metric, struct dsr_error *err)
{
	struct rtmsg rtm = {
		.rtm_type = RTN_UNICAST,
		.rtm_scope = vip->addr.family == AF_INET ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE,
	};
	int error = request(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, rtm, vip, metric);

	return error ? failed(err, "route", error) : 0;
}

int route_delete(const struct dsr_prefix *vip, __u32 metric, struct dsr_error *err)
{
	struct rtmsg rtm = { .rtm_scope = RT_SCOPE_NOWHERE };
	int error = request(RTM_DELROUTE, 0, rtm, vip, metric);

	return error && error != -NLE_OBJ_NOTFOUND ? failed(err, "route", error) : 0;
}
