/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A fake kernel for the tests: it implements nl.h without a socket. */
#ifndef FAKE_NL_H
#define FAKE_NL_H

#include "nl.h"

struct CMUnitTest;

/* Reset the state of all functions below. */
void fake_reset(void);

/*
 * Make each of the tests end with fake_reset(), also if it fails: what a failed test
 * leaves behind must not make the next ones fail.
 */
void fake_reset_after(struct CMUnitTest *tests, size_t n);

/* Return a message for a reply. fake_reply() queues it for the next request. */
struct nl_msg *fake_msg(int cmd);
void fake_reply(struct nl_msg *msg);

/* Refuse the next request with this text. */
void fake_refuse(const char *text);

/* Refuse the next request with this text, about the attribute at an offset of it. */
void fake_refuse_at(const char *text, unsigned int offset);

/* Accept the next requests, with this text as a warning. */
void fake_warn(const char *text);

/* Interrupt the next dump once. */
void fake_interrupt(void);

/* Return the last request, and the number of requests. */
const struct nlmsghdr *fake_request(void);
int fake_requests(void);

#endif
