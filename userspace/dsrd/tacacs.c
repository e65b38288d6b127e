// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "dsrd/digest.h"
#include "dsrd/tacacs.h"

/* Bytes of a header. */
enum {
	VERSION,
	TYPE,
	SEQUENCE,
	FLAGS,
	SESSION,
	LENGTH = 8,
};

#define DEFAULT_VERSION 0xc0
#define PAP_VERSION 0xc1
#define AUTHENTICATION 1
#define FLAG_PLAIN 0x01	/* the body is not hidden */

/* The first bytes of the bodies. */
#define START 8
#define CONTINUE 5
#define REPLY 6

#define ACTION_LOGIN 1
#define PRIVILEGE_USER 1
#define TYPE_ASCII 1
#define TYPE_PAP 2
#define SERVICE_LOGIN 1

/* Where the user is, as far as servers log it. */
static const char line[] = "dsrd";

static __u8 *put_u16(__u8 *bytes, __u16 value)
{
	bytes[0] = value >> 8;
	bytes[1] = value & 0xff;
	return bytes + 2;
}

static __u8 *put_u32(__u8 *bytes, __u32 value)
{
	return put_u16(put_u16(bytes, value >> 16), value & 0xffff);
}

static __u32 get_u32(const __u8 *bytes)
{
	return (__u32)bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
}

static __u16 get_u16(const __u8 *bytes)
{
	return bytes[0] << 8 | bytes[1];
}

static __u8 *put(__u8 *bytes, const void *from, size_t size)
{
	if (size)
		memcpy(bytes, from, size);
	return bytes + size;
}

/* Hide a body, or show it. Each digest has the one before it, but for the first. */
static bool hide(const struct tacacs_session *session, __u8 *bytes, size_t size)
{
	__u8 digest[DIGEST_SIZE];
	const struct iovec parts[] = {
		{ bytes + SESSION, 4 },
		{ (void *)session->secret, session->secret_size },
		{ bytes + VERSION, 1 },
		{ bytes + SEQUENCE, 1 },
		{ digest, sizeof(digest) },
	};
	size_t i, n = 4;

	for (i = 0; i < size - TACACS_HEADER; i++) {
		if (!(i % DIGEST_SIZE) && !digest_md5(digest, parts, n))
			return false;
		n = 5;
		bytes[TACACS_HEADER + i] ^= digest[i % DIGEST_SIZE];
	}
	return true;
}

/* Write the header of a request whose body is there. Return the length of both. */
static size_t finish(__u8 *bytes, const struct tacacs_session *session, const __u8 *end)
{
	size_t size = end - bytes;

	bytes[VERSION] = session->pap ? PAP_VERSION : DEFAULT_VERSION;
	bytes[TYPE] = AUTHENTICATION;
	bytes[SEQUENCE] = session->sequence;
	bytes[FLAGS] = 0;
	put_u32(bytes + SESSION, session->id);
	put_u32(bytes + LENGTH, size - TACACS_HEADER);
	return hide(session, bytes, size) ? size : 0;
}

size_t tacacs_start(__u8 *bytes, struct tacacs_session *session, const char *user,
		    const void *password, size_t size)
{
	size_t name = strnlen(user, TACACS_TEXT_MAX);
	const __u8 body[START] = {
		ACTION_LOGIN, PRIVILEGE_USER, session->pap ? TYPE_PAP : TYPE_ASCII, SERVICE_LOGIN,
		name, sizeof(line) - 1, 0, session->pap ? size : 0
	};
	__u8 *end = put(bytes + TACACS_HEADER, body, sizeof(body));

	session->sequence = 1;
	end = put(end, user, name);
	end = put(end, line, sizeof(line) - 1);
	if (session->pap)
		end = put(end, password, size);
	return finish(bytes, session, end);
}

size_t tacacs_continue(__u8 *bytes, struct tacacs_session *session, const void *text, size_t size)
{
	__u8 *end = bytes + TACACS_HEADER;

	session->sequence += 2;
	end = put_u16(end, size);
	end = put_u16(end, 0);
	*end++ = 0;
	return finish(bytes, session, put(end, text, size));
}

size_t tacacs_reply_size(const struct tacacs_session *session, const __u8 *header)
{
	__u32 length = get_u32(header + LENGTH);

	/* A body that is not hidden can be from anybody. */
	if ((header[VERSION] != DEFAULT_VERSION && header[VERSION] != PAP_VERSION) ||
	    header[TYPE] != AUTHENTICATION || header[SEQUENCE] != session->sequence + 1 ||
	    header[FLAGS] & FLAG_PLAIN || get_u32(header + SESSION) != session->id ||
	    length < REPLY || length > TACACS_REPLY_MAX - TACACS_HEADER)
		return 0;
	return TACACS_HEADER + length;
}

enum tacacs_status tacacs_reply(const struct tacacs_session *session, __u8 *bytes, size_t size)
{
	const __u8 *body = bytes + TACACS_HEADER;

	if (size < TACACS_HEADER + REPLY || !hide(session, bytes, size) ||
	    size - TACACS_HEADER - REPLY != (size_t)get_u16(body + 2) + get_u16(body + 4) ||
	    !tacacs_name(body[0]))
		return TACACS_MALFORMED;
	return body[0];
}

const char *tacacs_name(enum tacacs_status status)
{
	static const char *const names[] = {
		[TACACS_PASS] = "PASS", [TACACS_FAIL] = "FAIL", [TACACS_GETDATA] = "GETDATA",
		[TACACS_GETUSER] = "GETUSER", [TACACS_GETPASS] = "GETPASS",
		[TACACS_RESTART] = "RESTART", [TACACS_ERROR] = "ERROR", [TACACS_FOLLOW] = "FOLLOW",
	};

	return (size_t)status < sizeof(names) / sizeof(*names) ? names[status] : NULL;
}
