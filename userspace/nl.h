/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests to the kernel's nf_dsr family. A refusal leaves the kernel's text,
 * the attribute it is about and a hint in the error; a request that the kernel
 * accepts may leave a warning there.
 */
#ifndef DSRCTL_NL_H
#define DSRCTL_NL_H

#include <linux/types.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>

#include "error.h"

struct dsr_nl;

/* Takes a message of the family; returns 0, or -1 with err filled. */
typedef int (*dsr_nl_fn)(const struct nlmsghdr *hdr, void *arg, struct dsr_error *err);

int dsr_nl_open(struct dsr_nl **nl, struct dsr_error *err);
void dsr_nl_close(struct dsr_nl *nl);

/* The caller adds attributes to it and gives it to one of the next two. */
struct nl_msg *dsr_nl_msg(const struct dsr_nl *nl, __u8 cmd, __u16 flags);

/* The same with room for so many bytes of attributes. */
struct nl_msg *dsr_nl_large_msg(const struct dsr_nl *nl, __u8 cmd, __u16 flags, size_t room);

/* Sends, frees the message, and gives the replies to fn (may be NULL). */
int dsr_nl_request(struct dsr_nl *nl, struct nl_msg *msg, dsr_nl_fn fn, void *arg,
		   struct dsr_error *err);

/*
 * The same for a dump. What changes under a dump can make it inconsistent: it
 * is then repeated after a call of restart, which throws away what fn collected.
 * Without restart it is not repeated, and the result is 1.
 */
int dsr_nl_dump(struct dsr_nl *nl, struct nl_msg *msg, dsr_nl_fn fn, void (*restart)(void *arg),
		void *arg, struct dsr_error *err);

/* What a listener is told beside the notifications themselves. */
enum dsr_nl_notice {
	DSR_NL_READY,	/* from now on nothing goes unheard */
	DSR_NL_LOST,	/* the kernel had to drop notifications */
	DSR_NL_GONE,	/* the module was unloaded; DSR_NL_READY follows when it is back */
};

struct dsr_nl_listener {
	dsr_nl_fn message;
	int (*notice)(enum dsr_nl_notice notice, void *arg, struct dsr_error *err);
	void *arg;
	int output;	/* a descriptor whose reader may end, or -1 */
};

/*
 * Gives the notifications of a group to a listener until one of its functions returns
 * -1 or nobody reads its output any more. Returns -1 with err filled.
 */
int dsr_nl_listen(struct dsr_nl *nl, const char *group, const struct dsr_nl_listener *listener,
		  struct dsr_error *err);

/*
 * Makes an error of the kernel's answer to a request: of an NLMSG_ERROR, or of
 * the NLMSG_DONE that ends a dump. Returns 0 when the answer is no error.
 */
int extack_error(const struct nlmsghdr *answer, const struct nlmsghdr *request,
		 struct dsr_error *err);

/* Takes the text of an ack, which says that all is done, as a warning. */
void extack_warning(const struct nlmsghdr *ack, struct dsr_error *err);

#endif
