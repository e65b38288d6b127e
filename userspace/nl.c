// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Requests and notifications over libnl, see nl.h.
 *
 * dsr_nl_request() and dsr_nl_dump() send a message and read its answers with
 * exchange_run(). dsr_nl_listen(), at the end, waits for notifications.
 */
#include <errno.h>
#include <limits.h>
#include <linux/genetlink.h>
#include <linux/nf_dsr.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/socket.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "nl.h"

/* Size of the receive buffer. The kernel fills one message of a dump up to this size. */
#define RECEIVE_SIZE (32 * 1024)
/* Room for the headers of a request, and for one attribute. */
#define HEADERS_SIZE 256
/* A message of this size or more needs a larger send buffer. */
#define SEND_SIZE (64 * 1024)
/* Receive buffer of a listener, for notifications that its reader has not read yet. */
#define LISTEN_SIZE (4 * 1024 * 1024)
/* System calls after which a program with a loop of its own does other things, too. */
#define HEAR_MAX 64
/* Maximum number of attempts to read a dump, which changes of the objects interrupt. */
#define DUMP_TRIES 100

struct dsr_nl {
	struct nl_sock *sock;
	int family;
};

/* A request until its answers have been read. */
struct exchange {
	const struct nlmsghdr *request;
	dsr_nl_fn fn;
	void *arg;
	struct dsr_error *err;
	bool done;
	bool failed;
	bool interrupted;
	bool busy;
};

static int open_failed(int error, struct dsr_error *err)
{
	if (error == -NLE_OBJ_NOTFOUND) {
		error_refused(err, "the kernel has no netlink family " NF_DSR_FAMILY_NAME);
		error_hint(err, "load the module: modprobe nf_dsr");
	} else {
		error_refused(err, "netlink: %s", nl_geterror(error));
	}
	return -1;
}

/* Open a socket for a family or, if it is 0, for that of the module, which is loaded. */
static int open_family(struct dsr_nl **result, int family, struct dsr_error *err)
{
	struct dsr_nl *nl = error_check_alloc(calloc(1, sizeof(*nl)));
	int one = 1, error, fd;

	nl->sock = error_check_alloc(nl_socket_alloc());
	error = genl_connect(nl->sock);
	if (!error) {
		nl->family = family ? family : genl_ctrl_resolve(nl->sock, NF_DSR_FAMILY_NAME);
		error = nl->family < 0 ? nl->family : 0;
	}
	if (error) {
		dsr_nl_close(nl);
		return open_failed(error, err);
	}
	fd = nl_socket_get_fd(nl->sock);
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one));
	nl_socket_set_msg_buf_size(nl->sock, RECEIVE_SIZE);
	*result = nl;
	return 0;
}

int dsr_nl_open(struct dsr_nl **nl, struct dsr_error *err)
{
	return open_family(nl, 0, err);
}

int dsr_nl_open_twin(const struct dsr_nl *nl, struct dsr_nl **twin, struct dsr_error *err)
{
	return open_family(twin, nl->family, err);
}

void dsr_nl_close(struct dsr_nl *nl)
{
	if (!nl)
		return;
	nl_socket_free(nl->sock);
	free(nl);
}

static struct nl_msg *put_header(const struct dsr_nl *nl, struct nl_msg *msg, __u8 cmd,
				 __u16 flags)
{
	error_check_alloc(genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, nl->family, 0, flags, cmd,
				      NF_DSR_FAMILY_VERSION));
	return msg;
}

struct nl_msg *dsr_nl_msg(const struct dsr_nl *nl, __u8 cmd, __u16 flags)
{
	return put_header(nl, error_check_alloc(nlmsg_alloc()), cmd, flags);
}

struct nl_msg *dsr_nl_large_msg(const struct dsr_nl *nl, __u8 cmd, __u16 flags, size_t room)
{
	size_t size = room + HEADERS_SIZE;

	return put_header(nl, error_check_alloc(nlmsg_alloc_size(size)), cmd, flags);
}

static int on_valid(struct nl_msg *msg, void *arg)
{
	struct exchange *exchange = arg;

	if (exchange->fn && !exchange->failed &&
	    exchange->fn(nlmsg_hdr(msg), exchange->arg, exchange->err))
		exchange->failed = true;
	return NL_OK;
}

static int on_ack(struct nl_msg *msg, void *arg)
{
	struct exchange *exchange = arg;

	extack_warning(nlmsg_hdr(msg), exchange->err);
	exchange->done = true;
	return NL_STOP;
}

/* Return true if the kernel has not begun the dump because a large change is in
 * progress.
 */
static bool is_busy(const struct nlmsghdr *end)
{
	return nlmsg_datalen(end) >= (int)sizeof(int) && *(int *)nlmsg_data(end) == -EBUSY;
}

static int on_finish(struct nl_msg *msg, void *arg)
{
	struct exchange *exchange = arg;

	exchange->done = true;
	exchange->busy = is_busy(nlmsg_hdr(msg));
	if (!exchange->busy &&
	    extack_error(nlmsg_hdr(msg), exchange->request, exchange->err))
		exchange->failed = true;
	return NL_STOP;
}

static int on_interrupted(struct nl_msg *msg, void *arg)
{
	struct exchange *exchange = arg;

	(void)msg;
	exchange->interrupted = true;
	return NL_OK;
}

static int on_error(struct sockaddr_nl *from, struct nlmsgerr *e, void *arg)
{
	struct exchange *exchange = arg;

	(void)from;
	/* libnl passes the payload. The flags are in the header before it. */
	extack_error((const struct nlmsghdr *)((const char *)e - NLMSG_HDRLEN),
		     exchange->request, exchange->err);
	exchange->failed = true;
	exchange->done = true;
	return NL_STOP;
}

static int receive_failed(int error, struct dsr_error *err)
{
	return error_refused(err, "netlink: %s", nl_geterror(error));
}

/* Enlarge the send buffer for a large message, which the kernel accepts only as a
 * whole. With CAP_NET_ADMIN over the initial user namespace the size may exceed
 * net.core.wmem_max.
 */
static void make_room(struct nl_sock *sock, unsigned int len)
{
	int size = len < INT_MAX / 2 ? len : INT_MAX / 2;

	if (len < SEND_SIZE)
		return;
	if (setsockopt(nl_socket_get_fd(sock), SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)))
		setsockopt(nl_socket_get_fd(sock), SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
}

static int send_failed(int error, unsigned int len, struct dsr_error *err)
{
	receive_failed(error, err);
	if (len >= SEND_SIZE)
		error_hint(err, "the batch may be larger than net.core.wmem_max allows");
	return -1;
}

/* Send a message and read its answers. The message can be sent again afterwards. */
static int exchange_run(struct dsr_nl *nl, struct nl_msg *msg, struct exchange *exchange)
{
	struct nl_cb *cb = error_check_alloc(nl_cb_alloc(NL_CB_DEFAULT));
	int error;

	nlmsg_hdr(msg)->nlmsg_seq = NL_AUTO_SEQ;
	exchange->request = nlmsg_hdr(msg);
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_valid, exchange);
	nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, on_ack, exchange);
	nl_cb_set(cb, NL_CB_FINISH, NL_CB_CUSTOM, on_finish, exchange);
	nl_cb_set(cb, NL_CB_DUMP_INTR, NL_CB_CUSTOM, on_interrupted, exchange);
	nl_cb_err(cb, NL_CB_CUSTOM, on_error, exchange);

	make_room(nl->sock, nlmsg_hdr(msg)->nlmsg_len);
	error = nl_send_auto(nl->sock, msg);
	if (error < 0) {
		nl_cb_put(cb);
		return send_failed(error, nlmsg_hdr(msg)->nlmsg_len, exchange->err);
	}
	while (error >= 0 && !exchange->done) {
		error = nl_recvmsgs(nl->sock, cb);
		if (exchange->done)
			error = 0;
	}
	nl_cb_put(cb);
	if (error < 0)
		return receive_failed(error, exchange->err);
	return exchange->failed ? -1 : 0;
}

int dsr_nl_request(struct dsr_nl *nl, struct nl_msg *msg, dsr_nl_fn fn, void *arg,
		   struct dsr_error *err)
{
	struct exchange exchange = { .fn = fn, .arg = arg, .err = err };
	int ret = exchange_run(nl, msg, &exchange);

	nlmsg_free(msg);
	return ret;
}

int dsr_nl_dump(struct dsr_nl *nl, struct nl_msg *msg, dsr_nl_fn fn, void (*restart)(void *arg),
		void *arg, struct dsr_error *err)
{
	int ret, try;

	for (try = 0; try < DUMP_TRIES; try++) {
		struct exchange exchange = { .fn = fn, .arg = arg, .err = err };

		/* The kernel has waited before it returned EBUSY, so no pause is needed
		 * here.
		 */
		do {
			exchange.busy = false;
			exchange.done = false;
			ret = exchange_run(nl, msg, &exchange);
		} while (!ret && exchange.busy);
		if (!ret && exchange.interrupted && !restart)
			ret = 1;
		if (ret || !exchange.interrupted)
			break;
		restart(arg);
	}
	nlmsg_free(msg);
	if (try == DUMP_TRIES)
		return error_refused(err, "the objects changed in each of %d attempts to read them",
				     DUMP_TRIES);
	return ret;
}

/* Enlarge the receive buffer. With CAP_NET_ADMIN over the initial user namespace the
 * size may exceed net.core.rmem_max.
 */
static void enlarge_buffer(struct nl_sock *sock)
{
	int size = LISTEN_SIZE;

	if (setsockopt(nl_socket_get_fd(sock), SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		nl_socket_set_buffer_size(sock, size, 0);
}

/* A listener. Its socket is a member of the group of nf_dsr, and of the group that
 * reports generic netlink families.
 */
struct dsr_nl_hearing {
	struct dsr_nl *nl;
	const char *group;
	const struct dsr_nl_listener *listener;
	struct dsr_error *err;
	bool failed;
	bool lost;		/* and not in step again */
};

static void tell(struct dsr_nl_hearing *hearing, enum dsr_nl_notice notice)
{
	if (!hearing->failed && hearing->listener->notice(notice, hearing->listener->arg,
							  hearing->err))
		hearing->failed = true;
}

static int join(struct dsr_nl_hearing *hearing, int group)
{
	int error = group < 0 ? group : nl_socket_add_membership(hearing->nl->sock, group);

	return error < 0 ? receive_failed(error, hearing->err) : 0;
}

/* Return the number of a group in the attributes of its family, or -1. */
static int find_group(struct nlattr *groups, const char *name)
{
	struct nlattr *tb[CTRL_ATTR_MCAST_GRP_MAX + 1], *group;
	int rem;

	if (!groups)
		return -1;
	nla_for_each_nested(group, groups, rem)
		if (!nla_parse_nested(tb, CTRL_ATTR_MCAST_GRP_MAX, group, NULL) &&
		    tb[CTRL_ATTR_MCAST_GRP_NAME] && tb[CTRL_ATTR_MCAST_GRP_ID] &&
		    !nla_strcmp(tb[CTRL_ATTR_MCAST_GRP_NAME], name))
			return nla_get_u32(tb[CTRL_ATTR_MCAST_GRP_ID]);
	return -1;
}

/* Handle the registration or removal of a family. When the module is loaded again, its
 * family and its groups have new numbers.
 */
static void hear_of_family(struct dsr_nl_hearing *hearing, struct nlmsghdr *hdr)
{
	const struct genlmsghdr *genl = nlmsg_data(hdr);
	struct nlattr *tb[CTRL_ATTR_MAX + 1];

	if (genlmsg_parse(hdr, 0, tb, CTRL_ATTR_MAX, NULL) || !tb[CTRL_ATTR_FAMILY_NAME] ||
	    nla_strcmp(tb[CTRL_ATTR_FAMILY_NAME], NF_DSR_FAMILY_NAME))
		return;
	if (genl->cmd == CTRL_CMD_DELFAMILY) {
		tell(hearing, DSR_NL_GONE);
	} else if (genl->cmd == CTRL_CMD_NEWFAMILY && tb[CTRL_ATTR_FAMILY_ID]) {
		hearing->nl->family = nla_get_u16(tb[CTRL_ATTR_FAMILY_ID]);
		if (join(hearing, find_group(tb[CTRL_ATTR_MCAST_GROUPS], hearing->group)))
			hearing->failed = true;
		tell(hearing, DSR_NL_READY);
	}
}

static int on_notification(struct nl_msg *msg, void *arg)
{
	struct dsr_nl_hearing *hearing = arg;
	struct nlmsghdr *hdr = nlmsg_hdr(msg);

	if (hdr->nlmsg_type == GENL_ID_CTRL)
		hear_of_family(hearing, hdr);
	else if (!hearing->failed && hdr->nlmsg_type == hearing->nl->family &&
		 hearing->listener->message(hdr, hearing->listener->arg, hearing->err))
		hearing->failed = true;
	return NL_OK;
}

/* Read the notifications that one system call returns.
 *
 * After an overrun the kernel drops all notifications until the queue of the socket is empty. So
 * once it is, no notification is missed any more.
 */
static int hear_some(struct dsr_nl_hearing *hearing)
{
	int error = nl_recvmsgs_default(hearing->nl->sock);

	/* libnl reports ENOBUFS as this error. */
	if (error == -NLE_NOMEM) {
		hearing->lost = true;
		tell(hearing, DSR_NL_LOST);
	} else if (error == -NLE_AGAIN) {
		return 0;
	} else if (error < 0 && error != -NLE_INTR) {
		return receive_failed(error, hearing->err);
	}
	return hearing->failed ? -1 : 0;
}

static bool has_more(const struct dsr_nl_hearing *hearing)
{
	struct pollfd poll_fd = { .fd = nl_socket_get_fd(hearing->nl->sock), .events = POLLIN };

	return poll(&poll_fd, 1, 0) > 0;
}

static void note_resync(struct dsr_nl_hearing *hearing)
{
	if (!hearing->lost || has_more(hearing))
		return;
	hearing->lost = false;
	tell(hearing, DSR_NL_RESYNC);
}

int dsr_nl_hear(struct dsr_nl_hearing *hearing, struct dsr_error *err)
{
	int ret = 0, i;

	hearing->err = err;
	for (i = 0; !ret && i < HEAR_MAX && has_more(hearing); i++)
		ret = hear_some(hearing);
	if (!ret)
		note_resync(hearing);
	return hearing->failed ? -1 : ret;
}

int dsr_nl_hearing_fd(const struct dsr_nl_hearing *hearing)
{
	return nl_socket_get_fd(hearing->nl->sock);
}

struct dsr_nl_hearing *dsr_nl_join(struct dsr_nl *nl, const char *group,
				   const struct dsr_nl_listener *listener, struct dsr_error *err)
{
	struct dsr_nl_hearing *hearing = error_check_alloc(calloc(1, sizeof(*hearing)));
	int families = genl_ctrl_resolve_grp(nl->sock, "nlctrl", "notify");
	int id = genl_ctrl_resolve_grp(nl->sock, NF_DSR_FAMILY_NAME, group);

	*hearing = (struct dsr_nl_hearing){ nl, group, listener, err };
	enlarge_buffer(nl->sock);
	nl_socket_disable_seq_check(nl->sock);
	nl_socket_modify_cb(nl->sock, NL_CB_VALID, NL_CB_CUSTOM, on_notification, hearing);
	if (join(hearing, families) || join(hearing, id)) {
		free(hearing);
		return NULL;
	}
	tell(hearing, DSR_NL_READY);
	return hearing;
}

void dsr_nl_leave(struct dsr_nl_hearing *hearing)
{
	free(hearing);
}

/* Wait for notifications. Return -1 with err filled if the reader of the output has
 * exited.
 */
static int await(struct dsr_nl_hearing *hearing)
{
	struct pollfd fds[] = {
		{ .fd = dsr_nl_hearing_fd(hearing), .events = POLLIN },
		{ .fd = hearing->listener->output },
	};

	note_resync(hearing);
	if (poll(fds, 2, -1) < 0 && errno != EINTR)
		return error_usage(hearing->err, "poll: %s", strerror(errno));
	if (fds[1].revents)
		return error_usage(hearing->err, "standard output: %s", strerror(EPIPE));
	return 0;
}

int dsr_nl_listen(struct dsr_nl *nl, const char *group, const struct dsr_nl_listener *listener,
		  struct dsr_error *err)
{
	struct dsr_nl_hearing *hearing = dsr_nl_join(nl, group, listener, err);

	while (hearing && !hearing->failed && !await(hearing) && !hear_some(hearing))
		;
	dsr_nl_leave(hearing);
	return -1;
}
