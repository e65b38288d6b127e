// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Requests of dsrctl. Each connection has one request; a slow reader waits for nobody but itself. A
 * request to run checks is answered when they have results.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "clock.h"
#include "control.h"
#include "dsrd/journal.h"
#include "dsrd/listen.h"
#include "dsrd/registry.h"
#include "dsrd/server.h"
#include "dsrd/vips.h"
#include "grammar.h"
#include "list.h"

#define CONNECTIONS_MAX 32
/* Seconds until a connection ends that does not ask, or does not read. */
#define PATIENCE 60.0
/* How often results are looked for, in seconds. */
#define LOOK 0.05

struct connection {
	ev_io io;
	ev_timer timer;
	ev_timer look;			/* whether the checks have results */
	char line[CONTROL_LINE_MAX];
	size_t used;
	struct member_filter filter;	/* of a request to run checks */
	__u64 since;
	char *answer;			/* NULL: there is none yet */
	size_t size;
	size_t sent;
};

static struct ev_loop *loop_of;
static ev_io listener = { .fd = -1 };
static char socket_path[sizeof(((struct sockaddr_un *)0)->sun_path)];
static int connections;

static void hang_up(struct connection *connection)
{
	ev_io_stop(loop_of, &connection->io);
	ev_timer_stop(loop_of, &connection->timer);
	ev_timer_stop(loop_of, &connection->look);
	close(connection->io.fd);
	free(connection->answer);
	free(connection);
	if (connections-- == CONNECTIONS_MAX)
		ev_io_start(loop_of, &listener);
}

static void on_timeout(struct ev_loop *loop, ev_timer *timer, int events)
{
	(void)loop;
	(void)events;
	hang_up(timer->data);
}

static void on_writable(struct ev_loop *loop, ev_io *io, int events)
{
	struct connection *connection = io->data;
	ssize_t size = send(io->fd, connection->answer + connection->sent,
			    connection->size - connection->sent, MSG_NOSIGNAL);

	(void)loop;
	(void)events;
	if (size < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (size > 0)
		connection->sent += size;
	if (size <= 0 || connection->sent == connection->size)
		hang_up(connection);
}

/* Send what has been written to the stream. */
static void send_answer(struct connection *connection, FILE *stream)
{
	int fd = connection->io.fd;

	fclose(stream);
	ev_io_stop(loop_of, &connection->io);
	ev_io_init(&connection->io, on_writable, fd, EV_WRITE);
	connection->io.data = connection;
	ev_io_start(loop_of, &connection->io);
}

static FILE *begin_answer(struct connection *connection)
{
	return error_check_alloc(open_memstream(&connection->answer, &connection->size));
}

static void answer_error(struct connection *connection, const struct dsr_error *err)
{
	FILE *stream = begin_answer(connection);

	error_print(err, true, stream);
	send_answer(connection, stream);
}

/* Answer with the records that a function prints. */
static void answer(struct connection *connection,
		   void (*print)(struct out *out, const struct member_filter *filter))
{
	static const struct out_column *const none[] = { NULL };
	FILE *stream = begin_answer(connection);
	struct out *out = out_open(stream, OUT_JSON, false, none, 0);

	print(out, &connection->filter);
	out_close(out);
	send_answer(connection, stream);
}

static void print_log(struct out *out, const struct member_filter *filter)
{
	(void)filter;
	journal_print(out);
}

static void on_look(struct ev_loop *loop, ev_timer *timer, int events)
{
	struct connection *connection = timer->data;

	(void)events;
	if (!registry_is_done(&connection->filter, connection->since))
		return;
	ev_timer_stop(loop, timer);
	answer(connection, registry_print);
}

static void run(struct connection *connection)
{
	connection->since = clock_now();
	registry_run(&connection->filter);
	ev_timer_init(&connection->look, on_look, 0, LOOK);
	connection->look.data = connection;
	ev_timer_start(loop_of, &connection->look);
}

static void pause_or_resume(struct connection *connection, bool paused)
{
	registry_pause(&connection->filter, paused);
	if (!paused)
		registry_release();
	answer(connection, registry_print);
}

/* Parse the words that select backends, as the command line has them. */
static int parse_filter(struct member_filter *filter, int n, const char *const *words,
			struct dsr_error *err)
{
	struct dsr_args args = { 0 };
	int i;

	for (i = 0; i < n; i++)
		if (grammar_operands[i].parse(&args, words[i], err))
			return -1;
	*filter = (struct member_filter){ n, args.key, args.addr };
	return n == 1 ? error_usage(err, "VIP is missing") : 0;
}

static bool is_empty(const struct member_filter *filter)
{
	size_t i;

	for (i = 0; i < registry_n_members(); i++)
		if (member_matches(registry_member(i), filter))
			return false;
	return filter->operands;
}

static void answer_unknown(struct connection *connection, const char *word)
{
	struct dsr_error err = { 0 };

	error_usage(&err, "\"%.40s\" is not a request", word);
	answer_error(connection, &err);
}

static void print_vips(struct out *out, const struct member_filter *filter)
{
	vips_print(out, filter->operands ? &filter->service : NULL);
}

/* Serve a request about VIPs. The filter has the VIP as a service of any protocol. */
static void serve_vips(struct connection *connection, int n, const char *const *words)
{
	struct member_filter *filter = &connection->filter;
	struct dsr_error err = { 0 };
	const struct dsr_key *vip = n > 1 ? &filter->service : NULL;

	filter->operands = n - 1;
	if (n > 2)
		error_usage(&err, "the request is malformed");
	else if (n > 1 && !addr_parse_key(words[1], &filter->service, &err) && !vips_has(vip))
		error_usage(&err, "no service announces this VIP");
	if (err.status) {
		answer_error(connection, &err);
		return;
	}
	if (strcmp(words[0], CONTROL_VIPS))
		vips_drain(vip, !strcmp(words[0], CONTROL_VIPS_DRAIN));
	answer(connection, print_vips);
}

static bool is_about_vips(const char *word)
{
	return !strcmp(word, CONTROL_VIPS) || !strcmp(word, CONTROL_VIPS_DRAIN) ||
	       !strcmp(word, CONTROL_VIPS_RESUME);
}

static void serve(struct connection *connection)
{
	const char *words[5];
	struct dsr_error err = { 0 };
	char *save, *word;
	int n = 0;

	for (word = strtok_r(connection->line, " ", &save); word && n < 5;
	     word = strtok_r(NULL, " ", &save))
		words[n++] = word;
	if (n && is_about_vips(words[0])) {
		serve_vips(connection, n, words);
		return;
	}
	if (!n || n > 4)
		error_usage(&err, "the request is malformed");
	else if (!parse_filter(&connection->filter, n - 1, words + 1, &err) &&
		 is_empty(&connection->filter))
		error_usage(&err, "no such service or backend has checks");
	if (err.status)
		answer_error(connection, &err);
	else if (!strcmp(words[0], "show"))
		answer(connection, registry_print);
	else if (!strcmp(words[0], "checks"))
		answer(connection, registry_print_probes);
	else if (!strcmp(words[0], "log"))
		answer(connection, print_log);
	else if (!strcmp(words[0], "run"))
		run(connection);
	else if (!strcmp(words[0], "pause") || !strcmp(words[0], "resume"))
		pause_or_resume(connection, *words[0] == 'p');
	else
		answer_unknown(connection, words[0]);
}

static void on_readable(struct ev_loop *loop, ev_io *io, int events)
{
	struct connection *connection = io->data;
	char *end;
	ssize_t size = recv(io->fd, connection->line + connection->used,
			    sizeof(connection->line) - connection->used, 0);

	(void)events;
	if (size < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (size <= 0) {
		hang_up(connection);
		return;
	}
	connection->used += size;
	end = memchr(connection->line, '\n', connection->used);
	if (!end && connection->used == sizeof(connection->line)) {
		hang_up(connection);
		return;
	}
	if (!end)
		return;
	*end = '\0';
	ev_io_stop(loop, io);
	serve(connection);
}

static void on_connection(struct ev_loop *loop, ev_io *io, int events)
{
	int fd = accept4(io->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	struct connection *connection;

	(void)events;
	if (fd < 0)
		return;
	connection = error_check_alloc(calloc(1, sizeof(*connection)));
	ev_io_init(&connection->io, on_readable, fd, EV_READ);
	connection->io.data = connection;
	ev_io_start(loop, &connection->io);
	ev_init(&connection->look, on_look);
	ev_timer_init(&connection->timer, on_timeout, PATIENCE, 0);
	connection->timer.data = connection;
	ev_timer_start(loop, &connection->timer);
	/* Others wait in the queue of the socket. */
	if (++connections == CONNECTIONS_MAX)
		ev_io_stop(loop, io);
}

static int failed(struct dsr_error *err, const char *path)
{
	return error_usage(err, "%s: %s", path, strerror(errno));
}

/* Make the directory unless systemd did. */
static int make_directory(const char *path, struct dsr_error *err)
{
	char dir[sizeof(socket_path)];

	snprintf(dir, sizeof(dir), "%s", path);
	*strrchr(dir, '/') = '\0';
	return mkdir(dir, 0755) && errno != EEXIST ? failed(err, dir) : 0;
}

int server_init(struct ev_loop *loop, const char *netns, struct dsr_error *err)
{
	int fd;

	loop_of = loop;
	control_path(netns, socket_path, sizeof(socket_path));
	if (make_directory(socket_path, err))
		return -1;
	fd = listen_unix(socket_path, 0600, CONNECTIONS_MAX, err);
	if (fd < 0)
		return -1;
	ev_io_init(&listener, on_connection, fd, EV_READ);
	ev_io_start(loop, &listener);
	return 0;
}

void server_exit(void)
{
	if (listener.fd < 0)
		return;
	ev_io_stop(loop_of, &listener);
	close(listener.fd);
	unlink(socket_path);
}
