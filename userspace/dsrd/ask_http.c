// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Checks of types http and https, by libcurl. Its sockets are those of attempt.c, and its events
 * those of the loop: there is one libcurl "multi" for all checks. The address is always a literal
 * one, so nothing is resolved.
 *
 * libcurl must not lose a transfer while it calls one of the functions below. So what they find is
 * noted, and reported when libcurl has returned.
 */
#include <curl/curl.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dsrd/attempt.h"
#include "error.h"

#define BODY_MAX (64 * 1024)

static CURLM *multi;
static ev_timer timer;

struct transfer {
	CURL *curl;
	struct curl_slist *connect_to;
	bool found;		/* what was expected is there */
	bool full;		/* the rest of the body makes no difference */
	int error;		/* of the socket, or 0 */
	char text[CURL_ERROR_SIZE];
	size_t used;
	char body[BODY_MAX];
};

/* A socket that libcurl wants to wait for. */
struct waiter {
	ev_io io;
};

static enum attempt_cause cause_of(CURL *curl, CURLcode code)
{
	long error = 0;

	switch (code) {
	case CURLE_COULDNT_CONNECT:
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
		curl_easy_getinfo(curl, CURLINFO_OS_ERRNO, &error);
		return error ? attempt_cause_of(error) : CAUSE_CLOSED;
	case CURLE_OPERATION_TIMEDOUT:
		return CAUSE_TIMEOUT;
	case CURLE_GOT_NOTHING:
	case CURLE_PARTIAL_FILE:
		return CAUSE_CLOSED;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CIPHER:
		return CAUSE_TLS;
	case CURLE_OK:
		return CAUSE_ANSWER;
	default:
		return CAUSE_OTHER;
	}
}

static void report(struct attempt *attempt, CURLcode code)
{
	struct transfer *transfer = attempt->data;
	const struct config_check *check = attempt->check;
	long status = 0;

	curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, &status);
	if (!transfer->full)
		attempt->cause = cause_of(transfer->curl, code);
	if (transfer->error)
		attempt_failed(attempt, "socket", transfer->error);
	else if (code != CURLE_OK && !transfer->full)
		attempt_done(attempt, ATTEMPT_FAILURE, "%s",
			     *transfer->text ? transfer->text : curl_easy_strerror(code));
	else if ((__u32)status < check->status.min || (__u32)status > check->status.max)
		attempt_done(attempt, ATTEMPT_FAILURE, "status %ld", status);
	else if (check->expect.n && !transfer->found)
		attempt_done(attempt, ATTEMPT_FAILURE,
			     "status %ld, without what was expected in %zu bytes", status,
			     transfer->used);
	else
		attempt_done(attempt, ATTEMPT_SUCCESS, "status %ld", status);
}

/* Report the transfers that have ended. */
static void report_ended(void)
{
	struct attempt *attempt;
	CURLMsg *message;
	CURLcode code;
	int left;

	while ((message = curl_multi_info_read(multi, &left))) {
		if (message->msg != CURLMSG_DONE)
			continue;
		code = message->data.result;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&attempt);
		report(attempt, code);
	}
}

static void on_io(struct ev_loop *loop, ev_io *io, int events)
{
	int mask = (events & EV_READ ? CURL_CSELECT_IN : 0) |
		   (events & EV_WRITE ? CURL_CSELECT_OUT : 0), running;

	(void)loop;
	curl_multi_socket_action(multi, io->fd, mask, &running);
	report_ended();
}

static void on_timer(struct ev_loop *loop, ev_timer *self, int events)
{
	int running;

	(void)loop;
	(void)self;
	(void)events;
	curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running);
	report_ended();
}

/* libcurl calls these two. */
static int want_timer(CURLM *self, long milliseconds, void *arg)
{
	(void)self;
	(void)arg;
	ev_timer_stop(attempt_loop, &timer);
	if (milliseconds >= 0) {
		ev_timer_set(&timer, milliseconds / 1000.0, 0);
		ev_timer_start(attempt_loop, &timer);
	}
	return 0;
}

static int want_socket(CURL *curl, curl_socket_t fd, int what, void *arg, void *of_socket)
{
	struct waiter *waiter = of_socket;
	int events = (what & CURL_POLL_IN ? EV_READ : 0) | (what & CURL_POLL_OUT ? EV_WRITE : 0);

	(void)curl;
	(void)arg;
	if (waiter)
		ev_io_stop(attempt_loop, &waiter->io);
	if (what == CURL_POLL_REMOVE) {
		curl_multi_assign(multi, fd, NULL);
		free(waiter);
		return 0;
	}
	if (!waiter) {
		waiter = error_check_alloc(calloc(1, sizeof(*waiter)));
		curl_multi_assign(multi, fd, waiter);
	}
	ev_io_init(&waiter->io, on_io, fd, events);
	ev_set_priority(&waiter->io, 1);
	ev_io_start(attempt_loop, &waiter->io);
	return 0;
}

static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct attempt *attempt = arg;
	struct transfer *transfer = attempt->data;
	int fd = attempt_socket(attempt->target, address->socktype, address->protocol,
				0);

	(void)purpose;
	if (fd >= 0)
		return fd;
	transfer->error = errno;
	return CURL_SOCKET_BAD;
}

/* Take a part of the body. Return less than its size to end the transfer. Up to the limit, read all
 * of it: data that comes when the socket is closed is answered without the mark of the socket.
 */
static size_t take_body(char *bytes, size_t size, size_t n, void *arg)
{
	const struct attempt *attempt = arg;
	struct transfer *transfer = attempt->data;
	const struct check_bytes *expect = &attempt->check->expect;
	size_t room = BODY_MAX - transfer->used;
	size_t part = size * n < room ? size * n : room;

	memcpy(transfer->body + transfer->used, bytes, part);
	transfer->used += part;
	if (expect->n && !transfer->found)
		transfer->found = memmem(transfer->body, transfer->used, expect->bytes, expect->n);
	transfer->full = part < size * n;
	return part;
}

static bool is_https(const struct attempt *attempt)
{
	return attempt->check->kind == CHECK_HTTPS;
}

/* Write an address as a URL has it. */
static void put_host(const char *host, char *text, size_t size)
{
	snprintf(text, size, strchr(host, ':') ? "[%s]" : "%s", host);
}

static void set_url(struct attempt *attempt, CURL *curl)
{
	struct transfer *transfer = attempt->data;
	const struct target *target = attempt->target;
	char text[ADDR_TEXT], host[CHECK_NAME_SIZE + 2], url[2 * CHECK_NAME_SIZE + 32];

	put_host(attempt_host(attempt, text, sizeof(text)), host, sizeof(host));
	snprintf(url, sizeof(url), "%s://%s:%u%s", is_https(attempt) ? "https" : "http", host,
		 target->port, attempt->check->path);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	put_host(addr_format(&target->addr, text, sizeof(text)), host, sizeof(host));
	snprintf(url, sizeof(url), "::%s:%u", host, target->port);
	transfer->connect_to = error_check_alloc(curl_slist_append(NULL, url));
	curl_easy_setopt(curl, CURLOPT_CONNECT_TO, transfer->connect_to);
}

static void set_options(struct attempt *attempt, CURL *curl)
{
	struct transfer *transfer = attempt->data;
	bool verify = attempt->check->verify;

	curl_easy_setopt(curl, CURLOPT_PRIVATE, attempt);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, transfer->text);
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, attempt);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, attempt);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 1L);
	curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, is_https(attempt) ? "https" : "http");
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "dsrd");
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, (long)verify);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, verify ? 2L : 0L);
	/* Reading all authorities for each handshake takes longer than the handshake. */
	if (!verify) {
		curl_easy_setopt(curl, CURLOPT_CAINFO, NULL);
		curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
	}
}

static void start(struct attempt *attempt)
{
	struct transfer *transfer = error_check_alloc(calloc(1, sizeof(*transfer)));

	attempt->data = transfer;
	transfer->curl = error_check_alloc(curl_easy_init());
	set_options(attempt, transfer->curl);
	set_url(attempt, transfer->curl);
	/* This has the timer called, from which libcurl begins. */
	curl_multi_add_handle(multi, transfer->curl);
}

static void stop(struct attempt *attempt)
{
	struct transfer *transfer = attempt->data;

	curl_multi_remove_handle(multi, transfer->curl);
	curl_easy_cleanup(transfer->curl);
	curl_slist_free_all(transfer->connect_to);
	free(transfer);
	attempt->data = NULL;
}

const struct attempt_kind ask_http = { "http", start, stop };

int ask_http_init(struct ev_loop *loop, struct dsr_error *err)
{
	(void)loop;
	if (curl_global_init(CURL_GLOBAL_DEFAULT))
		return error_usage(err, "libcurl cannot be initialized");
	multi = error_check_alloc(curl_multi_init());
	ev_init(&timer, on_timer);
	curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, want_socket);
	curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, want_timer);
	return 0;
}

void ask_http_exit(void)
{
	ev_timer_stop(attempt_loop, &timer);
	curl_multi_cleanup(multi);
	curl_global_cleanup();
}
