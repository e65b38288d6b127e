/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel reports about the way to backends, read from its messages: those of rtnetlink,
 * and ICMP errors, which anybody can send. Such a signal starts checks and decides nothing. Pure.
 */
#ifndef DSRD_SIGNALS_H
#define DSRD_SIGNALS_H

#include <linux/netlink.h>
#include <stdbool.h>

#include "addr.h"

enum signal_kind {
	SIGNAL_NEIGHBOUR,	/* addr does not answer on the device */
	SIGNAL_LINK,		/* the device is up, or not */
	SIGNAL_ROUTES,		/* routes or rules have changed */
	SIGNAL_UNREACHABLE,	/* a packet to addr did not arrive */
};

struct signal {
	enum signal_kind kind;
	struct dsr_addr addr;
	__u16 port;		/* of UDP at addr, if that was unreachable; 0: something else was */
	int ifindex;
	bool up;
	bool gone;		/* the device */
};

/* Read a message of rtnetlink. Return false if it says nothing. */
bool signal_from_rtnl(struct signal *signal, struct nlmsghdr *hdr);

/* Read an ICMP error: for IPv4 with its IP header, for IPv6 without. Return false if a packet like
 * those to backends is not what it is about.
 */
bool signal_from_icmp(struct signal *signal, int family, const __u8 *bytes, size_t size);

#endif
