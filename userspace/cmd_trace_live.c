// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The command "trace --live": follow packets by the module's tracepoints. The events go to a trace
 * instance of this process, so that other users of tracing are not disturbed. The kernel compares
 * what its filters can; the rest is compared here.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dsrctl.h"
#include "print.h"

#define TRACEFS "/sys/kernel/tracing"
#define PREFIX "dsrctl-"
#define BLANKS " \t\n"

/* A packet, as an event reports it. */
struct packet {
	bool dropped;
	unsigned int protocol;
	struct dsr_addr client, vip, backend;
	unsigned int client_port, port;
	unsigned int length;
	char reason[32];
};

static const struct out_column column_verdict = { "verdict", "VERDICT", OUT_BARE, 0 };
static const struct out_column column_protocol = { "protocol", "PROTO", OUT_BARE, 0 };
static const struct out_column column_client = { "flow-client", "CLIENT", OUT_BARE, 0 };
static const struct out_column column_vip = { "flow-vip", "TO", 0, 0 };
static const struct out_column column_backend = { "backend", "BACKEND", 0, 0 };
static const struct out_column column_reason = { "reason", "REASON", 0, 0 };
static const struct out_column column_length = { "length", "LENGTH", 0, 0 };

static const struct out_column *const columns[] = {
	&column_verdict, &column_protocol, &column_client, &column_vip, &column_backend,
	&column_reason, &column_length, NULL
};

static volatile sig_atomic_t ended;

static void end(int number)
{
	(void)number;
	ended = 1;
}

/* Have signals end the reading instead of the process, so that the instance is removed. */
static void catch_signals(void)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE };
	struct sigaction action = { .sa_handler = end };
	size_t i;

	for (i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		sigaction(numbers[i], &action, NULL);
}

static int failed(const char *path, struct dsr_error *err)
{
	return error_usage(err, "%.400s: %s", path, strerror(errno));
}

static int write_file(const char *dir, const char *name, const char *text, struct dsr_error *err)
{
	char path[256];
	int fd, ret = 0;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	if (fd < 0)
		return failed(path, err);
	if (write(fd, text, strlen(text)) < 0)
		ret = failed(path, err);
	close(fd);
	return ret;
}

/* Remove instances of processes that were killed. */
static void remove_stale(void)
{
	DIR *dir = opendir(TRACEFS "/instances");
	const struct dirent *entry;
	long pid;

	while (dir && (entry = readdir(dir))) {
		if (strncmp(entry->d_name, PREFIX, strlen(PREFIX)))
			continue;
		pid = strtol(entry->d_name + strlen(PREFIX), NULL, 10);
		if (pid > 0 && kill(pid, 0) && errno == ESRCH)
			unlinkat(dirfd(dir), entry->d_name, AT_REMOVEDIR);
	}
	if (dir)
		closedir(dir);
}

/* Append the condition that an address, or its prefix, has as far as its last 32 bits show it. */
static void append_low(char *filter, size_t size, const char *field,
		       const struct dsr_prefix *prefix)
{
	int bits = addr_bits(prefix->addr.family);
	size_t used = strlen(filter);
	__u32 low, last;

	if (!prefix->addr.family || prefix->len + 32 <= bits)
		return;
	memcpy(&low, prefix->addr.bytes + bits / 8 - 4, 4);
	low = ntohl(low);
	last = low | (prefix->len == bits ? 0 : (1ULL << (bits - prefix->len)) - 1);
	snprintf(filter + used, size - used, " && %s >= %u && %s <= %u", field, low, field, last);
}

static int make_filter(const struct dsr_args *args, char *filter, size_t size,
		       struct dsr_error *err)
{
	const struct dsr_prefix vip = {
		args->filter.vip, addr_bits(args->filter.vip.family)
	};
	struct stat netns;

	if (stat("/proc/self/ns/net", &netns))
		return failed("/proc/self/ns/net", err);
	snprintf(filter, size, "netns == %u", (unsigned int)netns.st_ino);
	if (args->filter.set & DSR_FILTER_PROTOCOL)
		snprintf(filter + strlen(filter), size - strlen(filter), " && proto == %u",
			 args->filter.protocol);
	append_low(filter, size, "src_low", &args->filter.addr);
	append_low(filter, size, "dst_low", &vip);
	return 0;
}

/* Enable the events in an instance. */
static int start_events(const char *dir, const struct dsr_args *args, struct dsr_error *err)
{
	char filter[256];

	if (make_filter(args, filter, sizeof(filter), err) ||
	    write_file(dir, "options/context-info", "0", err) ||
	    write_file(dir, "events/nf_dsr/dsr_forward/filter", filter, err) ||
	    write_file(dir, "events/nf_dsr/dsr_drop/filter", filter, err) ||
	    (!args->addr.family && write_file(dir, "events/nf_dsr/dsr_drop/enable", "1", err)))
		return -1;
	return write_file(dir, "events/nf_dsr/dsr_forward/enable", "1", err);
}

/* Return the text behind NAME= in an event, or NULL. */
static const char *field(const char *event, const char *name)
{
	size_t length = strlen(name);
	const char *at = event;

	while ((at = strstr(at, name))) {
		if (at != event && at[-1] == ' ' && at[length] == '=')
			return at + length + 1;
		at += length;
	}
	return NULL;
}

static unsigned int number_of(const char *event, const char *name)
{
	const char *text = field(event, name);

	return text ? strtoul(text, NULL, 10) : 0;
}

static void word_of(const char *event, const char *name, char *word, size_t size)
{
	const char *text = field(event, name);

	snprintf(word, size, "%.*s", text ? (int)strcspn(text, BLANKS) : 0, text ? text : "");
}

/* Read an address; that of IPv4 is mapped. */
static void addr_of(const char *event, const char *name, struct dsr_addr *addr)
{
	static const __u8 mapped[12] = { [10] = 0xff, [11] = 0xff };
	char text[INET6_ADDRSTRLEN];
	__u8 bytes[16];

	memset(addr, 0, sizeof(*addr));
	word_of(event, name, text, sizeof(text));
	if (inet_pton(AF_INET6, text, bytes) != 1)
		return;
	if (memcmp(bytes, mapped, sizeof(mapped))) {
		addr->family = AF_INET6;
		memcpy(addr->bytes, bytes, 16);
	} else {
		addr->family = AF_INET;
		memcpy(addr->bytes, bytes + 12, 4);
	}
}

/* Read an event. Return false for another line. */
static bool read_packet(const char *line, struct packet *packet)
{
	const char *event = strstr(line, "dsr_forward: ");

	*packet = (struct packet){ .dropped = !event };
	if (!event)
		event = strstr(line, "dsr_drop: ");
	if (!event)
		return false;
	packet->protocol = number_of(event, "proto");
	addr_of(event, "src", &packet->client);
	addr_of(event, "dst", &packet->vip);
	addr_of(event, "backend", &packet->backend);
	packet->client_port = number_of(event, "sport");
	packet->port = number_of(event, "dport");
	packet->length = number_of(event, "len");
	word_of(event, "reason", packet->reason, sizeof(packet->reason));
	return true;
}

static bool is_wanted(const struct packet *packet, const struct dsr_args *args)
{
	const struct dsr_filter *filter = &args->filter;

	return (!filter->addr.addr.family || addr_covers(&filter->addr, &packet->client)) &&
	       (!filter->vip.family || addr_equal(&packet->vip, &filter->vip)) &&
	       (!args->addr.family || addr_equal(&packet->backend, &args->addr));
}

static void print_end(struct out *out, const char *key, const char *port_key, const char *cell,
		      const struct dsr_addr *addr, unsigned int port)
{
	char text[ADDR_TEXT];

	print_addr(out, key, addr);
	out_number(out, port_key, port);
	out_cell(out, cell, addr_format_port(addr, port, text, sizeof(text)));
}

static void print_packet(struct out *out, const struct packet *packet)
{
	char text[16];

	out_begin(out);
	out_string(out, "verdict", packet->dropped ? "drop" : "forward");
	/* A malformed packet has no addresses. */
	if (packet->vip.family && packet->protocol) {
		out_string(out, "protocol", model_protocol(packet->protocol, text, sizeof(text)));
		print_end(out, "client", "client_port", "flow-client", &packet->client,
			  packet->client_port);
		print_end(out, "vip", "port", "flow-vip", &packet->vip, packet->port);
	}
	if (packet->dropped) {
		out_string(out, "reason", packet->reason);
		out_number(out, "length", packet->length);
	} else {
		print_addr(out, "backend", &packet->backend);
	}
	out_end(out);
}

/* Print the events until a signal comes, or the reader of the output has gone. */
static int follow(struct dsrctl *ctl, const struct dsr_args *args, FILE *pipe,
		  struct dsr_error *err)
{
	enum out_mode mode = ctl->json ? OUT_JSON_LINES : OUT_TEXT_LINES;
	struct out *out = out_open(ctl->file, mode, false, columns, 0);
	struct packet packet;
	char line[512];
	int ret = 0;

	if (ctl->stamped)
		out_stamp(out, ctl->stamp);
	while (!ended && !ret && fgets(line, sizeof(line), pipe)) {
		if (strstr(line, "[LOST")) {
			snprintf(err->warning, sizeof(err->warning),
				 "more packets came than were read: give conditions");
			error_warn(err, ctl->json, ctl->warnings);
		}
		if (!read_packet(line, &packet) || !is_wanted(&packet, args))
			continue;
		print_packet(out, &packet);
		if ((fflush(ctl->file) || ferror(ctl->file)) && !ended)
			ret = error_usage(err, "standard output: %s", strerror(errno));
	}
	out_close(out);
	return ret;
}

static int follow_instance(struct dsrctl *ctl, const struct dsr_args *args, const char *dir,
			   struct dsr_error *err)
{
	char path[256];
	FILE *pipe;
	int ret;

	if (start_events(dir, args, err))
		return -1;
	snprintf(path, sizeof(path), "%s/trace_pipe", dir);
	pipe = fopen(path, "re");
	if (!pipe)
		return failed(path, err);
	fputs(ctl->json ? "" : "ready\n", ctl->warnings);
	ret = follow(ctl, args, pipe, err);
	fclose(pipe);
	return ret;
}

int cmd_trace_live(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	struct dsr_error ignored = { 0 };
	char dir[128];
	int ret;

	catch_signals();
	remove_stale();
	snprintf(dir, sizeof(dir), TRACEFS "/instances/" PREFIX "%d", (int)getpid());
	if (mkdir(dir, 0700)) {
		error_hint(err, "mount -t tracefs none " TRACEFS
			   "; dsrctl -n NAME, if this runs in \"ip netns exec NAME\"");
		return failed(dir, err);
	}
	ret = follow_instance(ctl, args, dir, err);
	write_file(dir, "events/nf_dsr/enable", "0", &ignored);
	rmdir(dir);
	return ret;
}
