/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages of TACACS+, RFC 8907: the authentication of a login. Both sides hide the bodies of
 * messages by digests of the shared secret. A message has no checksum; one that was hidden by
 * another secret is recognized by lengths that do not fit. Pure.
 */
#ifndef DSRD_TACACS_H
#define DSRD_TACACS_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#define TACACS_HEADER 12
#define TACACS_TEXT_MAX 255
/* The longest request, and the longest reply that is read. */
#define TACACS_REQUEST_MAX (TACACS_HEADER + 8 + 3 * TACACS_TEXT_MAX)
#define TACACS_REPLY_MAX 8192

/* One login. Requests have odd numbers, replies even ones. */
struct tacacs_session {
	__u32 id;		/* random */
	bool pap;		/* all at once; otherwise the server asks for what it wants */
	__u8 sequence;		/* number of the last request */
	const void *secret;
	size_t secret_size;
};

enum tacacs_status {
	TACACS_MALFORMED = -1,
	TACACS_PASS = 1,
	TACACS_FAIL = 2,
	TACACS_GETDATA = 3,
	TACACS_GETUSER = 4,
	TACACS_GETPASS = 5,
	TACACS_RESTART = 6,
	TACACS_ERROR = 7,
	TACACS_FOLLOW = 0x21,
};

/* Write the request that begins a session. @password is for PAP. Texts have at most
 * TACACS_TEXT_MAX bytes. Return the length, or 0 if there is no MD5.
 */
size_t tacacs_start(__u8 *bytes, struct tacacs_session *session, const char *user,
		    const void *password, size_t size);
/* Write the answer to a question of the server. */
size_t tacacs_continue(__u8 *bytes, struct tacacs_session *session, const void *text, size_t size);

/* Return the length of the reply that has this header, or 0 if it is not one to the session. */
size_t tacacs_reply_size(const struct tacacs_session *session, const __u8 *header);
/* Read a reply of this length, and show its body. */
enum tacacs_status tacacs_reply(const struct tacacs_session *session, __u8 *bytes, size_t size);

/* Return the name of a status. */
const char *tacacs_name(enum tacacs_status status);

#endif
