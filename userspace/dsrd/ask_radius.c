// SPDX-License-Identifier: GPL-2.0-or-later
/* Checks of type radius: a login, or the question whether the server serves, see radius.h. */
#include <errno.h>
#include <netinet/in.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>

#include "dsrd/attempt.h"
#include "dsrd/radius.h"
#include "dsrd/secret.h"
#include "error.h"

/* The secret may change while the answer is on its way. */
struct asked {
	struct radius_request request;
	char secret[SECRET_MAX];
};

static bool is_wanted(const struct config_check *check, enum radius_answer answer)
{
	switch (check->answer) {
	case CHECK_ACCEPT:
		return answer == RADIUS_ACCEPT;
	case CHECK_REJECT:
		return answer == RADIUS_REJECT;
	default:
		return true;
	}
}

/* What is not from the server does not end the try, because the answer may follow. The reason says
 * what came.
 */
static void note(struct attempt *attempt, const char *text)
{
	snprintf(attempt->reason, sizeof(attempt->reason), "%s", text);
}

static void take(struct attempt *attempt, enum radius_answer answer)
{
	static const char *const names[] = {
		[RADIUS_ACCEPT] = "Access-Accept", [RADIUS_REJECT] = "Access-Reject",
		[RADIUS_CHALLENGE] = "Access-Challenge"
	};

	switch (answer) {
	case RADIUS_NONE:
		break;
	case RADIUS_FORGED:
		note(attempt, "answer with a wrong authenticator: forged, or the secret is wrong");
		break;
	case RADIUS_UNSIGNED:
		note(attempt, "answer without Message-Authenticator");
		break;
	default:
		attempt_done(attempt, is_wanted(attempt->check, answer) ? ATTEMPT_SUCCESS :
			     ATTEMPT_FAILURE, "answer: %s",
			     *attempt->check->user ? names[answer] : "the server serves");
		break;
	}
}

static void on_readable(struct ev_loop *loop, ev_io *io, int events)
{
	struct attempt *attempt = io->data;
	__u8 bytes[RADIUS_MAX];
	ssize_t size = attempt_receive(attempt, "request", bytes, sizeof(bytes));

	(void)loop;
	(void)events;
	if (size >= 0)
		take(attempt, radius_answer(&((struct asked *)attempt->data)->request,
					    attempt->check->message_authenticator, bytes, size));
}

/* Return the password, or NULL if it was reported that there is none. */
static const struct secret *find_password(struct attempt *attempt)
{
	const struct secret *password = attempt_secret(attempt, attempt->check->password_file);

	if (!password || password->n <= RADIUS_PASSWORD_MAX)
		return password;
	attempt_done(attempt, ATTEMPT_VOID, "%.80s: expected at most %d bytes", password->file,
		     RADIUS_PASSWORD_MAX);
	return NULL;
}

/* Write the request. Return its length, or 0 if it was reported that this is not possible. */
static size_t prepare(struct attempt *attempt, struct asked *asked, __u8 *bytes)
{
	const struct config_check *check = attempt->check;
	const struct secret *secret = attempt_secret(attempt, check->secret_file), *password;
	struct radius_request *request = &asked->request;
	size_t size;

	if (!secret)
		return 0;
	memcpy(asked->secret, secret->bytes, secret->n);
	request->secret = asked->secret;
	request->secret_size = secret->n;
	if (*check->user) {
		password = find_password(attempt);
		if (!password)
			return 0;
		request->user = check->user;
		request->password = password->bytes;
		request->password_size = password->n;
	}
	size = radius_request(bytes, request);
	request->password = NULL;
	if (!size)
		attempt_done(attempt, ATTEMPT_VOID, "OpenSSL does not permit MD5");
	return size;
}

static void start(struct attempt *attempt)
{
	struct asked *asked = error_check_alloc(calloc(1, sizeof(*asked)));
	struct radius_request *request = &asked->request;
	__u8 bytes[RADIUS_REQUEST_MAX];
	size_t size;

	attempt->data = asked;
	if (getrandom(&request->id, sizeof(request->id), 0) != sizeof(request->id) ||
	    getrandom(request->authenticator, sizeof(request->authenticator), 0) !=
	    sizeof(request->authenticator)) {
		attempt_failed(attempt, "random numbers", errno);
		return;
	}
	size = prepare(attempt, asked, bytes);
	if (size)
		attempt_ask_datagram(attempt, "request", bytes, size, on_readable);
}

static void stop(struct attempt *attempt)
{
	struct asked *asked = attempt->data;

	OPENSSL_cleanse(asked, sizeof(*asked));
	free(asked);
	attempt->data = NULL;
}

const struct attempt_kind ask_radius = { "radius", start, stop };
