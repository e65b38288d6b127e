// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#include "dsrd/assets.h"
#include "dsrd/listen.h"
#include "dsrd/web.h"
#include "dsrd/web_rules.h"

#define CONNECTIONS 64
/* Bytes that the headers of a request may have, roughly. */
#define HEADERS 8192
/* Seconds without any byte until a connection ends, and until it ends anyway: one byte from time to
 * time does not keep it.
 */
#define PATIENCE 10
#define LIFETIME 15.0
/* Bytes of answers that peers have not read yet. */
#define UNREAD (64u << 20)
/* Bytes that are handed to libmicrohttpd at a time. */
#define BLOCK 65536
/* From this number of bytes on, an answer is compressed for clients that want it. */
#define COMPRESS 4096

static struct {
	struct ev_loop *loop;
	const struct config_status *status;
	web_fn answer;
	struct MHD_Daemon *daemon;	/* NULL: nothing is served */
	int fd;
	ev_io io;
	ev_timer timer;
	size_t unread;
} web;

/* A connection. */
struct visitor {
	ev_timer timer;
	int fd;
};

static void set_timer(void)
{
	MHD_UNSIGNED_LONG_LONG milliseconds;

	ev_timer_stop(web.loop, &web.timer);
	if (MHD_get_timeout(web.daemon, &milliseconds) != MHD_YES)
		return;
	ev_timer_set(&web.timer, milliseconds / 1000.0, 0);
	ev_timer_start(web.loop, &web.timer);
}

static unsigned int connections(void)
{
	const union MHD_DaemonInfo *info =
		MHD_get_daemon_info(web.daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);

	return info->num_connections;
}

/* At the limit of connections, or of open files, libmicrohttpd does not watch its listening
 * socket, and does so again only when it runs next after a connection has ended. If all end
 * at once there may be no event that makes it run.
 */
static void run(void)
{
	unsigned int before;

	do {
		before = connections();
		MHD_run(web.daemon);
	} while (connections() < before);
	set_timer();
}

static void on_io(struct ev_loop *loop, ev_io *io, int events)
{
	(void)loop;
	(void)io;
	(void)events;
	run();
}

static void on_timer(struct ev_loop *loop, ev_timer *timer, int events)
{
	(void)loop;
	(void)timer;
	(void)events;
	run();
}

/* libmicrohttpd closes what its peer seems to have closed. */
static void on_end_of_life(struct ev_loop *loop, ev_timer *timer, int events)
{
	const struct visitor *visitor = timer->data;

	(void)loop;
	(void)events;
	shutdown(visitor->fd, SHUT_RDWR);
}

static void on_connection(void *arg, struct MHD_Connection *connection, void **context,
			  enum MHD_ConnectionNotificationCode code)
{
	const union MHD_ConnectionInfo *info;
	struct visitor *visitor = *context;

	(void)arg;
	if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
		if (visitor)
			ev_timer_stop(web.loop, &visitor->timer);
		free(visitor);
		return;
	}
	info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	visitor = error_check_alloc(calloc(1, sizeof(*visitor)));
	visitor->fd = info->connect_fd;
	ev_timer_init(&visitor->timer, on_end_of_life, LIFETIME, 0);
	visitor->timer.data = visitor;
	ev_timer_start(web.loop, &visitor->timer);
	*context = visitor;
}

static ssize_t read_body(void *arg, uint64_t position, char *bytes, size_t size)
{
	const struct text *body = arg;
	size_t left = body->n - position;

	if (!left)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (left < size)
		size = left;
	memcpy(bytes, body->bytes + position, size);
	return size;
}

static void free_body(void *arg)
{
	struct text *body = arg;

	web.unread -= body->n;
	text_free(body);
	free(body);
}

/* Headers of all answers. A browser that shows the page takes nothing from elsewhere, runs no
 * script but that of the page, and shows it inside no other page.
 */
static const char *const headers[][2] = {
	{
		MHD_HTTP_HEADER_CONTENT_SECURITY_POLICY,
		"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	},
	{ MHD_HTTP_HEADER_VARY, "Accept, Accept-Encoding" },
	{ "X-Content-Type-Options", "nosniff" },
	{ "Referrer-Policy", "no-referrer" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
	{ MHD_HTTP_HEADER_CONNECTION, "close" },
};

/* Compress, by the fastest level: metrics become a fifteenth. */
static void compress_body(struct text *body)
{
	struct text packed = { 0 };
	z_stream stream = { 0 };

	/* 16 more than the bits of the window: gzip. */
	if (deflateInit2(&stream, 1, Z_DEFLATED, MAX_WBITS + 16, MAX_MEM_LEVEL,
			 Z_DEFAULT_STRATEGY) != Z_OK)
		error_check_alloc(NULL);
	packed.room = deflateBound(&stream, body->n) + 1;
	packed.bytes = error_check_alloc(malloc(packed.room));
	stream.next_in = (Bytef *)body->bytes;
	stream.avail_in = body->n;
	stream.next_out = (Bytef *)packed.bytes;
	stream.avail_out = packed.room;
	deflate(&stream, Z_FINISH);
	packed.n = stream.total_out;
	deflateEnd(&stream);
	text_free(body);
	*body = packed;
}

static struct MHD_Response *make_response(struct web_answer *answer)
{
	struct text *body = error_check_alloc(malloc(sizeof(*body)));
	struct MHD_Response *response;
	size_t i;

	*body = answer->body;
	web.unread += body->n;
	response = error_check_alloc(MHD_create_response_from_callback(body->n, BLOCK, read_body,
								       body, free_body));
	for (i = 0; i < sizeof(headers) / sizeof(*headers); i++)
		MHD_add_response_header(response, headers[i][0], headers[i][1]);
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, answer->type);
	return response;
}

static const char *header_of(struct MHD_Connection *connection, const char *name)
{
	return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

static enum MHD_Result send_answer(struct MHD_Connection *connection, struct web_answer *answer,
				   const char *header, const char *value)
{
	bool compressed = answer->body.n >= COMPRESS &&
		web_accepts_gzip(header_of(connection, MHD_HTTP_HEADER_ACCEPT_ENCODING));
	struct MHD_Response *response;
	enum MHD_Result ret;

	if (compressed)
		compress_body(&answer->body);
	response = make_response(answer);
	if (compressed)
		MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip");
	if (header)
		MHD_add_response_header(response, header, value);
	ret = MHD_queue_response(connection, answer->status, response);
	MHD_destroy_response(response);
	return ret;
}

/* Refuse a request with a sentence. */
static enum MHD_Result refuse(struct MHD_Connection *connection, unsigned int status,
			      const char *sentence, const char *header, const char *value)
{
	struct web_answer answer = { .status = status, .type = "text/plain; charset=utf-8" };

	text_printf(&answer.body, "%s\n", sentence);
	return send_answer(connection, &answer, header, value);
}

bool web_answer_asset(const struct web_request *request, struct web_answer *answer)
{
	const struct asset *asset = asset_find(request->path);

	if (!asset)
		return false;
	answer->type = asset->type;
	answer->constant = true;
	text_add(&answer->body, asset->content);
	return true;
}

/* Write a tag that another content would not have, by FNV-1a. */
static void make_tag(const struct text *body, char *tag, size_t size)
{
	__u64 hash = 0xcbf29ce484222325;
	size_t i;

	for (i = 0; i < body->n; i++)
		hash = (hash ^ (__u8)body->bytes[i]) * 0x100000001b3;
	snprintf(tag, size, "\"%016llx\"", (unsigned long long)hash);
}

static const char *argument_of(struct MHD_Connection *connection, const char *name)
{
	return MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, name);
}

static enum MHD_Result serve(struct MHD_Connection *connection, const char *path)
{
	struct web_request request = {
		.path = path,
		.match = argument_of(connection, "match"),
		.page = argument_of(connection, "page"),
		.scope = argument_of(connection, "scope"),
		.accept = header_of(connection, MHD_HTTP_HEADER_ACCEPT),
	};
	struct web_answer answer = { .status = MHD_HTTP_OK };
	char tag[24];

	web.answer(&request, &answer);
	if (!answer.constant)
		return send_answer(connection, &answer, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
	make_tag(&answer.body, tag, sizeof(tag));
	if (web_has_tag(header_of(connection, MHD_HTTP_HEADER_IF_NONE_MATCH), tag)) {
		text_free(&answer.body);
		answer.status = MHD_HTTP_NOT_MODIFIED;
	}
	return send_answer(connection, &answer, MHD_HTTP_HEADER_ETAG, tag);
}

static enum MHD_Result on_request(void *arg, struct MHD_Connection *connection, const char *path,
				  const char *method, const char *version, const char *upload,
				  size_t *upload_size, void **context)
{
	(void)arg;
	(void)version;
	(void)upload;
	(void)upload_size;
	(void)context;
	if (strcmp(method, MHD_HTTP_METHOD_GET) && strcmp(method, MHD_HTTP_METHOD_HEAD))
		return refuse(connection, MHD_HTTP_METHOD_NOT_ALLOWED,
			      "This server only shows: the methods are GET and HEAD.",
			      MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
	if (!web_host_is_ours(web.status, header_of(connection, MHD_HTTP_HEADER_HOST)))
		return refuse(connection, MHD_HTTP_MISDIRECTED_REQUEST,
			      "The host of the URL is none of this server's names: use localhost, the address that dsrd listens on, or the \"host\" of \"status\" in the configuration file.",
			      NULL, NULL);
	if (web.unread > UNREAD)
		return refuse(connection, MHD_HTTP_SERVICE_UNAVAILABLE,
			      "Too many answers have not been read yet.",
			      MHD_HTTP_HEADER_RETRY_AFTER, "1");
	return serve(connection, path);
}

static int open_socket(const struct config_status *status, struct dsr_error *err)
{
	if (status->kind == STATUS_UNIX)
		return listen_unix(status->path, 0666, CONNECTIONS, err);
	return listen_inet(&status->addr, status->port, CONNECTIONS, err);
}

static void close_socket(void)
{
	close(web.fd);
	if (web.status->kind == STATUS_UNIX)
		unlink(web.status->path);
}

static int start_daemon(struct dsr_error *err)
{
	/* The socket is given, so the port means nothing. */
	web.daemon = MHD_start_daemon(MHD_USE_EPOLL, 0, NULL, NULL, on_request, NULL,
				      MHD_OPTION_LISTEN_SOCKET, web.fd,
				      MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS,
				      MHD_OPTION_CONNECTION_TIMEOUT, PATIENCE,
				      MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEADERS,
				      MHD_OPTION_NOTIFY_CONNECTION, on_connection, NULL,
				      MHD_OPTION_END);
	if (web.daemon)
		return 0;
	return error_usage(err, "libmicrohttpd does not start: %s", strerror(errno));
}

int web_start(struct ev_loop *loop, const struct config_status *status, web_fn answer,
	      struct dsr_error *err)
{
	const union MHD_DaemonInfo *info;

	web.fd = open_socket(status, err);
	if (web.fd < 0)
		return -1;
	web.loop = loop;
	web.status = status;
	web.answer = answer;
	if (start_daemon(err)) {
		close_socket();
		return -1;
	}
	info = MHD_get_daemon_info(web.daemon, MHD_DAEMON_INFO_EPOLL_FD);
	ev_io_init(&web.io, on_io, info->epoll_fd, EV_READ);
	ev_io_start(loop, &web.io);
	ev_init(&web.timer, on_timer);
	return 0;
}

void web_stop(void)
{
	if (!web.daemon)
		return;
	ev_io_stop(web.loop, &web.io);
	ev_timer_stop(web.loop, &web.timer);
	/* It closes the socket, too. */
	MHD_stop_daemon(web.daemon);
	web.daemon = NULL;
	if (web.status->kind == STATUS_UNIX)
		unlink(web.status->path);
}
