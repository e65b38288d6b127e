/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A kernel of the tests' own: nl.h without a socket. */
#ifndef FAKE_NL_H
#define FAKE_NL_H

#include "nl.h"

struct CMUnitTest;

/* Forgets all of the below. */
void fake_reset(void);

/*
 * Has each of the tests end with fake_reset(), however it ends: what a failed one
 * leaves behind must not make the next ones fail.
 */
void fake_reset_after(struct CMUnitTest *tests, size_t n);

/* A message for a reply; fake_reply() queues it for the next request. */
struct nl_msg *fake_msg(int cmd);
void fake_reply(struct nl_msg *msg);

/* The request that is to come next is refused with this text. */
void fake_refuse(const char *text);

/* The same, about what is at an offset of it. */
void fake_refuse_at(const char *text, unsigned int offset);

/* The requests that are to come are accepted with this text. */
void fake_warn(const char *text);

/* The next dump is interrupted once. */
void fake_interrupt(void);

/* The last request, and how many there were. */
const struct nlmsghdr *fake_request(void);
int fake_requests(void);

#endif
