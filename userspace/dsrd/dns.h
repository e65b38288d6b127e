/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages of DNS, RFC 1035: a question, and whether a message is its answer. Pure. */
#ifndef DSRD_DNS_H
#define DSRD_DNS_H

#include <linux/types.h>
#include <stddef.h>

/* A question is never longer than this. */
#define DNS_QUESTION_MAX (12 + 255 + 4)

/* Write a question. Return its length, or 0 if the name cannot be asked for. */
size_t dns_question(__u8 *bytes, size_t size, __u16 id, const char *name, __u16 type);

/* Return the response code (0 to 15) of a message that answers the question, or -1 for any other
 * message.
 */
int dns_answer(const __u8 *question, size_t question_size, const __u8 *bytes, size_t size);

#endif
