/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests to the kernel's netlink family nf_dsr. If the kernel refuses one, the error
 * has the kernel's text, the attribute that it is about and a hint. A request that the
 * kernel accepts may leave a warning there.
 */
#ifndef DSRCTL_NL_H
#define DSRCTL_NL_H

#include <linux/types.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>

#include "error.h"

struct dsr_nl;

/* Handle one message of the family. Return 0, or -1 with err filled. */
typedef int (*dsr_nl_fn)(const struct nlmsghdr *hdr, void *arg, struct dsr_error *err);

int dsr_nl_open(struct dsr_nl **nl, struct dsr_error *err);
void dsr_nl_close(struct dsr_nl *nl);
/* Open another socket, for requests while the first one is that of a listener. The module is not
 * loaded if it has been unloaded meanwhile.
 */
int dsr_nl_open_twin(const struct dsr_nl *nl, struct dsr_nl **twin, struct dsr_error *err);

/* Allocate a message. The caller adds attributes and passes the message to
 * dsr_nl_request() or dsr_nl_dump(), which free it.
 */
struct nl_msg *dsr_nl_msg(const struct dsr_nl *nl, __u8 cmd, __u16 flags);

/* Allocate a message with room for that many bytes of attributes. */
struct nl_msg *dsr_nl_large_msg(const struct dsr_nl *nl, __u8 cmd, __u16 flags, size_t room);

/* Send a message, free it, and pass the replies to fn, which may be NULL. Return 0, or
 * -1 with err filled.
 */
int dsr_nl_request(struct dsr_nl *nl, struct nl_msg *msg, dsr_nl_fn fn, void *arg,
		   struct dsr_error *err);

/* Do the same for a dump. Changes during a dump can make it inconsistent. It is then
 * repeated, after a call of restart, which discards the records that fn has collected.
 * Without restart an inconsistent dump is not repeated, and the function returns 1.
 */
int dsr_nl_dump(struct dsr_nl *nl, struct nl_msg *msg, dsr_nl_fn fn, void (*restart)(void *arg),
		void *arg, struct dsr_error *err);

/* Events that a listener receives besides the notifications. */
enum dsr_nl_notice {
	DSR_NL_READY,	/* no notification is missed from now on */
	DSR_NL_LOST,	/* the kernel had to drop notifications */
	DSR_NL_RESYNC,	/* after that: no notification is missed from now on again */
	DSR_NL_GONE,	/* the module was unloaded; DSR_NL_READY follows a reload */
};

struct dsr_nl_listener {
	dsr_nl_fn message;
	int (*notice)(enum dsr_nl_notice notice, void *arg, struct dsr_error *err);
	void *arg;
	int output;	/* descriptor whose reader may exit, or -1 */
};

/* Become a listener of a group, for a program with a loop of its own. Return NULL with err filled
 * if that fails. The socket serves no requests any more.
 */
struct dsr_nl_hearing;
struct dsr_nl_hearing *dsr_nl_join(struct dsr_nl *nl, const char *group,
				   const struct dsr_nl_listener *listener, struct dsr_error *err);
void dsr_nl_leave(struct dsr_nl_hearing *hearing);
/* Return the descriptor that can be read when there are notifications. */
int dsr_nl_hearing_fd(const struct dsr_nl_hearing *hearing);
/* Pass the notifications that are there to the listener, without waiting. Return 0, or -1 with err
 * filled.
 */
int dsr_nl_hear(struct dsr_nl_hearing *hearing, struct dsr_error *err);

/* Pass the notifications of a group to a listener until one of its functions returns -1
 * or the reader of its output has exited. Return -1 with err filled.
 */
int dsr_nl_listen(struct dsr_nl *nl, const char *group, const struct dsr_nl_listener *listener,
		  struct dsr_error *err);

/* Convert the kernel's answer to a request into an error. The answer is an NLMSG_ERROR,
 * or the NLMSG_DONE that ends a dump. Return 0 if it reports success.
 */
int extack_error(const struct nlmsghdr *answer, const struct nlmsghdr *request,
		 struct dsr_error *err);

/* Store the text of an ack as a warning. The ack itself reports success. */
void extack_warning(const struct nlmsghdr *ack, struct dsr_error *err);

#endif
