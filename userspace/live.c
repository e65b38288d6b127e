// SPDX-License-Identifier: GPL-2.0-or-later
/* Follows the module's tracepoints, see live.h. */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "live.h"
#include "print.h"

#define TRACEFS "/sys/kernel/tracing"
#define PREFIX "dsrctl-"
#define BLANKS " \t\n"

const struct out_column live_column_protocol = { "protocol", "PROTO", OUT_BARE, 0 };
const struct out_column live_column_client = { "flow-client", "CLIENT", OUT_BARE, 0 };
const struct out_column live_column_vip = { "flow-vip", "TO", 0, 0 };
const struct out_column live_column_backend = { "backend", "BACKEND", 0, 0 };

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

static int make_filter(const struct live *live, char *filter, size_t size, struct dsr_error *err)
{
	const struct dsr_filter *wanted = &live->args->filter;
	const struct dsr_prefix vip = { wanted->vip, addr_bits(wanted->vip.family) };
	struct stat netns;

	if (stat("/proc/self/ns/net", &netns))
		return failed("/proc/self/ns/net", err);
	snprintf(filter, size, "netns == %u%s%s", (unsigned int)netns.st_ino,
		 live->condition ? " && " : "", live->condition ? live->condition : "");
	if (wanted->set & DSR_FILTER_PROTOCOL)
		snprintf(filter + strlen(filter), size - strlen(filter), " && proto == %u",
			 wanted->protocol);
	append_low(filter, size, "src_low", &wanted->addr);
	append_low(filter, size, "dst_low", &vip);
	return 0;
}

static int enable_event(const char *dir, const char *event, const char *filter,
			struct dsr_error *err)
{
	char name[64];

	snprintf(name, sizeof(name), "events/nf_dsr/%s/filter", event);
	if (write_file(dir, name, filter, err))
		return -1;
	snprintf(name, sizeof(name), "events/nf_dsr/%s/enable", event);
	return write_file(dir, name, "1", err);
}

static int start_events(const char *dir, const struct live *live, struct dsr_error *err)
{
	char filter[256];
	size_t n = 0;

	if (make_filter(live, filter, sizeof(filter), err) ||
	    write_file(dir, "options/context-info", "0", err))
		return -1;
	while (live->events[n])
		n++;
	while (n--)
		if (enable_event(dir, live->events[n], filter, err))
			return -1;
	return 0;
}

/* Return the text behind NAME= in an event, or NULL. */
static const char *field(const char *text, const char *name)
{
	size_t length = strlen(name);
	const char *at = text;

	while ((at = strstr(at, name))) {
		if (at != text && at[-1] == ' ' && at[length] == '=')
			return at + length + 1;
		at += length;
	}
	return NULL;
}

unsigned int live_number(const char *text, const char *name)
{
	const char *value = field(text, name);

	return value ? strtoul(value, NULL, 10) : 0;
}

void live_word(const char *text, const char *name, char *word, size_t size)
{
	const char *value = field(text, name);

	snprintf(word, size, "%.*s", value ? (int)strcspn(value, BLANKS) : 0, value ? value : "");
}

/* Read an address; that of IPv4 is mapped. */
static void addr_of(const char *event, const char *name, struct dsr_addr *addr)
{
	static const __u8 mapped[12] = { [10] = 0xff, [11] = 0xff };
	char text[INET6_ADDRSTRLEN];
	__u8 bytes[16];

	memset(addr, 0, sizeof(*addr));
	live_word(event, name, text, sizeof(text));
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

static void read_ends(const char *text, struct live_ends *ends)
{
	ends->protocol = live_number(text, "proto");
	addr_of(text, "src", &ends->client);
	addr_of(text, "dst", &ends->vip);
	addr_of(text, "backend", &ends->backend);
	ends->client_port = live_number(text, "sport");
	ends->port = live_number(text, "dport");
}

static bool is_wanted(const struct live_ends *ends, const struct dsr_args *args)
{
	const struct dsr_filter *filter = &args->filter;

	return (!filter->addr.addr.family || addr_covers(&filter->addr, &ends->client)) &&
	       (!filter->vip.family || addr_equal(&ends->vip, &filter->vip)) &&
	       (!args->addr.family || addr_equal(&ends->backend, &args->addr));
}

static void print_end(struct out *out, const char *key, const char *port_key, const char *cell,
		      const struct dsr_addr *addr, unsigned int port)
{
	char text[ADDR_TEXT];

	print_addr(out, key, addr);
	out_number(out, port_key, port);
	out_cell(out, cell, addr_format_port(addr, port, text, sizeof(text)));
}

void live_print_ends(struct out *out, const struct live_ends *ends)
{
	char text[16];

	out_string(out, "protocol", model_protocol(ends->protocol, text, sizeof(text)));
	print_end(out, "client", "client_port", "flow-client", &ends->client, ends->client_port);
	print_end(out, "vip", "port", "flow-vip", &ends->vip, ends->port);
}

/* Return the text of the event in a line, from its name on, and its number; or NULL. */
static const char *find_event(const struct live *live, const char *line, size_t *event)
{
	const char *text;
	size_t length;

	for (*event = 0; live->events[*event]; (*event)++) {
		length = strlen(live->events[*event]);
		text = strstr(line, live->events[*event]);
		if (text && text[length] == ':')
			return text;
	}
	return NULL;
}

static void print_line(const struct live *live, struct out *out, const char *line)
{
	struct live_ends ends;
	const char *text;
	size_t event;

	text = find_event(live, line, &event);
	if (!text)
		return;
	read_ends(text, &ends);
	if (!is_wanted(&ends, live->args))
		return;
	out_begin(out);
	live->print(out, event, text, &ends);
	out_end(out);
}

static int follow_pipe(struct dsrctl *ctl, const struct live *live, FILE *pipe,
		       struct dsr_error *err)
{
	enum out_mode mode = ctl->json ? OUT_JSON_LINES : OUT_TEXT_LINES;
	struct out *out = out_open(ctl->file, mode, false, live->columns, 0);
	char line[512];
	int ret = 0;

	if (ctl->stamped)
		out_stamp(out, ctl->stamp);
	while (!ended && !ret && fgets(line, sizeof(line), pipe)) {
		if (strstr(line, "[LOST")) {
			snprintf(err->warning, sizeof(err->warning),
				 "more events came than were read: give conditions");
			error_warn(err, ctl->json, ctl->warnings);
		}
		print_line(live, out, line);
		if ((fflush(ctl->file) || ferror(ctl->file)) && !ended)
			ret = error_usage(err, "standard output: %s", strerror(errno));
	}
	out_close(out);
	return ret;
}

static int follow_instance(struct dsrctl *ctl, const struct live *live, const char *dir,
			   struct dsr_error *err)
{
	char path[256];
	FILE *pipe;
	int ret;

	if (start_events(dir, live, err))
		return -1;
	snprintf(path, sizeof(path), "%s/trace_pipe", dir);
	pipe = fopen(path, "re");
	if (!pipe)
		return failed(path, err);
	fputs(ctl->json ? "" : "ready\n", ctl->warnings);
	ret = follow_pipe(ctl, live, pipe, err);
	fclose(pipe);
	return ret;
}

int live_follow(struct dsrctl *ctl, const struct live *live, struct dsr_error *err)
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
	ret = follow_instance(ctl, live, dir, err);
	write_file(dir, "events/nf_dsr/enable", "0", &ignored);
	rmdir(dir);
	return ret;
}
