// SPDX-License-Identifier: GPL-2.0-or-later
/* Checks of type tacacs: a login, see tacacs.h. Each try has a connection of its own. */
#include <errno.h>
#include <netinet/in.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>

#include "dsrd/attempt.h"
#include "dsrd/secret.h"
#include "dsrd/tacacs.h"
#include "error.h"

/* A server asks for a name and a password, and perhaps once more. */
#define QUESTIONS_MAX 4

struct login {
	struct tacacs_session session;
	char secret[SECRET_MAX];	/* it may change before the reply comes */
	unsigned int questions;
	size_t to_send;
	size_t sent;
	size_t received;
	__u8 request[TACACS_REQUEST_MAX];
	__u8 reply[TACACS_REPLY_MAX];
};

static void on_writable(struct ev_loop *loop, ev_io *io, int events);

static void send_request(struct attempt *attempt, size_t size)
{
	struct login *login = attempt->data;

	login->to_send = size;
	login->sent = 0;
	login->received = 0;
	if (size)
		attempt_await(attempt, EV_WRITE, on_writable);
	else
		attempt_done(attempt, ATTEMPT_VOID, "OpenSSL does not permit MD5");
}

static void finish(struct attempt *attempt, enum tacacs_status status)
{
	static const bool wanted[][2] = {
		[CHECK_ACCEPT] = { true, false },
		[CHECK_REJECT] = { false, true },
		[CHECK_ANY_ANSWER] = { true, true },
	};
	bool success = (status == TACACS_PASS || status == TACACS_FAIL) &&
		       wanted[attempt->check->answer][status == TACACS_FAIL];

	attempt_done(attempt, success ? ATTEMPT_SUCCESS : ATTEMPT_FAILURE, "reply: %s",
		     tacacs_name(status));
}

/* Answer a question of the server with a text. If there is none, the question is the answer: the
 * server serves, and has the same secret.
 */
static void reply_to(struct attempt *attempt, enum tacacs_status status, const void *text,
		     size_t size)
{
	struct login *login = attempt->data;

	if (!size)
		attempt_done(attempt, ATTEMPT_SUCCESS, "reply: %s", tacacs_name(status));
	else if (++login->questions > QUESTIONS_MAX)
		attempt_done(attempt, ATTEMPT_FAILURE, "reply: %s, for the %uth time",
			     tacacs_name(status), login->questions);
	else
		send_request(attempt,
			     tacacs_continue(login->request, &login->session, text, size));
}

/* Give the password, if the check has one. */
static void reply_password(struct attempt *attempt)
{
	const char *file = attempt->check->password_file;
	const struct secret *password;

	if (!*file) {
		reply_to(attempt, TACACS_GETPASS, NULL, 0);
		return;
	}
	password = attempt_secret(attempt, file);
	if (password)
		reply_to(attempt, TACACS_GETPASS, password->bytes, password->n);
}

static void take(struct attempt *attempt, enum tacacs_status status)
{
	const struct config_check *check = attempt->check;
	bool asks = check->login == CHECK_ASCII;

	if (status == TACACS_MALFORMED)
		attempt_done(attempt, ATTEMPT_FAILURE,
			     "a reply that makes no sense: is the secret right?");
	else if (asks && status == TACACS_GETUSER)
		reply_to(attempt, status, check->user, strlen(check->user));
	else if (asks && status == TACACS_GETPASS)
		reply_password(attempt);
	else
		finish(attempt, status);
}

static void on_readable(struct ev_loop *loop, ev_io *io, int events)
{
	struct attempt *attempt = io->data;
	struct login *login = attempt->data;
	size_t size = TACACS_HEADER;
	ssize_t n;

	(void)loop;
	(void)events;
	if (login->received >= TACACS_HEADER)
		size = tacacs_reply_size(&login->session, login->reply);
	n = recv(attempt->fd, login->reply + login->received, size - login->received, 0);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n < 0) {
		attempt_failed(attempt, "reply", errno);
		return;
	}
	if (!n) {
		attempt->cause = CAUSE_CLOSED;
		attempt_done(attempt, ATTEMPT_FAILURE, "the connection was closed");
		return;
	}
	login->received += n;
	if (login->received == TACACS_HEADER && !tacacs_reply_size(&login->session, login->reply))
		attempt_done(attempt, ATTEMPT_FAILURE, "a reply that is not one to the request");
	else if (size > TACACS_HEADER && login->received == size)
		take(attempt, tacacs_reply(&login->session, login->reply, size));
}

static void on_writable(struct ev_loop *loop, ev_io *io, int events)
{
	struct attempt *attempt = io->data;
	struct login *login = attempt->data;
	ssize_t n = send(attempt->fd, login->request + login->sent, login->to_send - login->sent,
			 MSG_NOSIGNAL);

	(void)loop;
	(void)events;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n < 0) {
		attempt_failed(attempt, login->session.sequence == 1 ? "connection" : "request",
			       errno);
		return;
	}
	login->sent += n;
	if (login->sent == login->to_send)
		attempt_await(attempt, EV_READ, on_readable);
}

/* Write the first request. Return its length, or 0. */
static size_t begin(struct attempt *attempt, const struct secret *password)
{
	const struct config_check *check = attempt->check;
	struct login *login = attempt->data;

	return tacacs_start(login->request, &login->session, check->user,
			    password ? password->bytes : NULL, password ? password->n : 0);
}

static void start(struct attempt *attempt)
{
	const struct config_check *check = attempt->check;
	const struct secret *secret = attempt_secret(attempt, check->secret_file);
	const struct secret *password = NULL;
	struct login *login;

	if (!secret)
		return;
	if (check->login == CHECK_PAP) {
		password = attempt_secret(attempt, check->password_file);
		if (!password)
			return;
	}
	login = error_check_alloc(calloc(1, sizeof(*login)));
	attempt->data = login;
	login->session.pap = check->login == CHECK_PAP;
	memcpy(login->secret, secret->bytes, secret->n);
	login->session.secret = login->secret;
	login->session.secret_size = secret->n;
	if (getrandom(&login->session.id, sizeof(login->session.id), 0) !=
	    sizeof(login->session.id))
		attempt_failed(attempt, "random numbers", errno);
	else if (!attempt_connect(attempt, SOCK_STREAM, IPPROTO_TCP))
		send_request(attempt, begin(attempt, password));
}

static void stop(struct attempt *attempt)
{
	struct login *login = attempt->data;

	/* The request has the password, hidden by nothing but MD5. */
	if (login)
		OPENSSL_cleanse(login, sizeof(*login));
	free(login);
	attempt->data = NULL;
}

const struct attempt_kind ask_tacacs = { "tacacs", start, stop };
