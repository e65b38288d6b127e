// SPDX-License-Identifier: GPL-2.0-or-later
/* Checks of types tcp and udp: a connection or a datagram, and perhaps an answer to it. */
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "dsrd/attempt.h"
#include "error.h"

#define ANSWER_MAX (64 * 1024)

/* What has been received of a stream. */
struct stream {
	size_t used;
	size_t sent;
	char bytes[ANSWER_MAX];
};

static bool has_expected(const struct config_check *check, const char *bytes, size_t size)
{
	return !check->expect.n || memmem(bytes, size, check->expect.bytes, check->expect.n);
}

static void on_stream(struct ev_loop *loop, ev_io *io, int events)
{
	struct attempt *attempt = io->data;
	struct stream *stream = attempt->data;
	ssize_t size = recv(attempt->fd, stream->bytes + stream->used, ANSWER_MAX - stream->used,
			    0);

	(void)loop;
	(void)events;
	if (size < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (size < 0) {
		attempt_failed(attempt, "answer", errno);
		return;
	}
	stream->used += size;
	if (has_expected(attempt->check, stream->bytes, stream->used))
		attempt_done(attempt, ATTEMPT_SUCCESS, "expected answer");
	else if (!size || stream->used == ANSWER_MAX)
		attempt_done(attempt, ATTEMPT_FAILURE,
			     "answer of %zu bytes without what was expected", stream->used);
}

/* Send what is left to send. Then wait for the answer, if one is expected. */
static void on_writable(struct ev_loop *loop, ev_io *io, int events)
{
	struct attempt *attempt = io->data;
	const struct check_bytes *send_bytes = &attempt->check->send;
	struct stream *stream = attempt->data;
	ssize_t size;

	(void)loop;
	(void)events;
	size = send(attempt->fd, send_bytes->bytes + stream->sent, send_bytes->n - stream->sent,
		    MSG_NOSIGNAL);
	if (size < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (size < 0) {
		attempt_failed(attempt, "request", errno);
		return;
	}
	stream->sent += size;
	if (stream->sent < send_bytes->n)
		return;
	if (attempt->check->expect.n)
		attempt_await(attempt, EV_READ, on_stream);
	else
		attempt_done(attempt, ATTEMPT_SUCCESS, "connected, request sent");
}

static void on_connected(struct ev_loop *loop, ev_io *io, int events)
{
	struct attempt *attempt = io->data;
	const struct config_check *check = attempt->check;
	socklen_t size = sizeof(int);
	int error = 0;

	(void)loop;
	(void)events;
	if (getsockopt(attempt->fd, SOL_SOCKET, SO_ERROR, &error, &size))
		error = errno;
	if (error) {
		attempt_failed(attempt, "connection", error);
		return;
	}
	attempt->is_heard = true;
	if (!check->send.n && !check->expect.n) {
		attempt_done(attempt, ATTEMPT_SUCCESS, "connected");
		return;
	}
	attempt->data = error_check_alloc(calloc(1, sizeof(struct stream)));
	attempt_await(attempt, check->send.n ? EV_WRITE : EV_READ,
		      check->send.n ? on_writable : on_stream);
}

static void start_tcp(struct attempt *attempt)
{
	if (!attempt_connect(attempt, SOCK_STREAM, IPPROTO_TCP))
		attempt_await(attempt, EV_WRITE, on_connected);
}

static void stop_tcp(struct attempt *attempt)
{
	free(attempt->data);
	attempt->data = NULL;
}

const struct attempt_kind ask_tcp = { "tcp", start_tcp, stop_tcp };

/* A datagram that is not what was expected may be a late or a forged one. So the last one does not
 * end the try, and the reason says what came.
 */
static void on_datagram(struct ev_loop *loop, ev_io *io, int events)
{
	struct attempt *attempt = io->data;
	char bytes[ANSWER_MAX];
	ssize_t size = attempt_receive(attempt, "datagram", bytes, sizeof(bytes));

	(void)loop;
	(void)events;
	if (size < 0)
		return;
	if (has_expected(attempt->check, bytes, size))
		attempt_done(attempt, ATTEMPT_SUCCESS, "answer of %zd bytes", size);
	else
		snprintf(attempt->reason, sizeof(attempt->reason),
			 "answer of %zd bytes without what was expected", size);
}

static void start_udp(struct attempt *attempt)
{
	const struct check_bytes *bytes = &attempt->check->send;

	attempt_ask_datagram(attempt, "datagram", bytes->bytes, bytes->n, on_datagram);
}

/* Silence is no refusal. */
static void expire_udp(struct attempt *attempt)
{
	if (!attempt->check->reply)
		attempt_done(attempt, ATTEMPT_SUCCESS, "no refusal");
	else
		attempt_silent(attempt);
}

const struct attempt_kind ask_udp = { "udp", start_udp, .expire = expire_udp };
