/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages of RADIUS: a login by PAP (Access-Request, RFC 2865) or the question whether the server
 * serves (Status-Server, RFC 5997), and what a message says as an answer. Each request has a
 * Message-Authenticator (RFC 3579, section 3.2) as its first attribute. Without one in the answer,
 * whoever can change packets on the way can forge it in minutes. Pure.
 */
#ifndef DSRD_RADIUS_H
#define DSRD_RADIUS_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#define RADIUS_AUTHENTICATOR 16
#define RADIUS_PASSWORD_MAX 128
/* The longest message, and the longest request. */
#define RADIUS_MAX 4096
#define RADIUS_REQUEST_MAX 512

struct radius_request {
	__u8 id;
	__u8 authenticator[RADIUS_AUTHENTICATOR];	/* random */
	const void *secret;
	size_t secret_size;
	const char *user;		/* NULL: Status-Server */
	const void *password;
	size_t password_size;		/* at most RADIUS_PASSWORD_MAX */
};

enum radius_answer {
	RADIUS_NONE,		/* the message does not answer the request */
	RADIUS_FORGED,		/* its sender does not know the secret */
	RADIUS_UNSIGNED,	/* it lacks the Message-Authenticator */
	RADIUS_ACCEPT,
	RADIUS_REJECT,
	RADIUS_CHALLENGE,
};

/* Write the request into RADIUS_REQUEST_MAX bytes. Return its length, or 0 if there is no MD5. */
size_t radius_request(__u8 *bytes, const struct radius_request *request);

/* Say what a message is as an answer. @must_sign: one without Message-Authenticator is none. */
enum radius_answer radius_answer(const struct radius_request *request, bool must_sign,
				 const __u8 *bytes, size_t size);

/* Write the password as a message has it, for which the bytes must suffice. Return the length, or
 * 0 if there is no MD5.
 */
size_t radius_hide(__u8 *bytes, const struct radius_request *request);

#endif
