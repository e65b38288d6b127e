// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <json-c/json.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "ask.h"
#include "control.h"
#include "dsrctl.h"

static int no_dsrd(const char *where, struct dsr_error *err)
{
	int error = errno;

	error_usage(err, "%s: %s", where, strerror(error));
	if (error == ENOENT || error == ECONNREFUSED)
		error_hint(err, "start dsrd: systemctl start dsrd");
	return -1;
}

/* Connect to dsrd. Return the socket, or -1 with err filled. */
static int connect_to(const char *netns, struct dsr_error *err)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	control_path(netns, address.sun_path, sizeof(address.sun_path));
	if (fd >= 0 && !connect(fd, (struct sockaddr *)&address, sizeof(address)))
		return fd;
	no_dsrd(address.sun_path, err);
	if (fd >= 0)
		close(fd);
	return -1;
}

static int send_request(int fd, const char *request, struct dsr_error *err)
{
	char line[CONTROL_LINE_MAX + 1];
	int n = snprintf(line, sizeof(line), "%s\n", request);

	return send(fd, line, n, MSG_NOSIGNAL) == n ? 0 : no_dsrd("dsrd", err);
}

/* Read the answer to its end. Return NULL with err filled if it is none. */
static struct json_object *read_answer(int fd, struct dsr_error *err)
{
	struct json_tokener *tokener = error_check_alloc(json_tokener_new());
	struct json_object *answer = NULL;
	char bytes[16384];
	ssize_t size;

	while ((size = recv(fd, bytes, sizeof(bytes), 0)) > 0)
		answer = json_tokener_parse_ex(tokener, bytes, size);
	if (size < 0)
		no_dsrd("dsrd", err);
	else if (!answer)
		error_usage(err, "dsrd: the answer is not complete");
	json_tokener_free(tokener);
	return answer;
}

/* Write a field as dsrd has written it. */
static void print_field(struct out *out, const char *key, struct json_object *value)
{
	char text[24];

	switch (json_object_get_type(value)) {
	case json_type_object:
		out_begin_object(out, key);
		json_object_object_foreach(value, inner_key, inner)
			print_field(out, inner_key, inner);
		out_end_object(out);
		break;
	case json_type_int:
		out_number(out, key, json_object_get_uint64(value));
		break;
	case json_type_double:
		snprintf(text, sizeof(text), "%.3f", json_object_get_double(value));
		out_real(out, key, json_object_get_double(value), 6, text);
		break;
	default:
		out_string(out, key, json_object_get_string(value));
	}
}

static void print_answer(const struct dsrctl *ctl, const struct out_column *const *columns,
			 unsigned int show, struct json_object *answer, struct dsr_error *err)
{
	struct out *out = dsrctl_out(ctl, columns, show);
	size_t i, n = json_object_array_length(answer);

	out_measure(out);
	do {
		for (i = 0; i < n; i++) {
			out_begin(out);
			json_object_object_foreach(json_object_array_get_idx(answer, i), key, value)
				print_field(out, key, value);
			out_end(out);
		}
	} while (out_again(out));
	dsrctl_close(out, err);
}

/* Fill err with the error of an answer. */
static int refused(struct json_object *answer, struct dsr_error *err)
{
	struct json_object *text;

	if (json_object_object_get_ex(answer, "error", &text))
		return error_usage(err, "%s", json_object_get_string(text));
	return error_usage(err, "dsrd: the answer is malformed");
}

int ask_dsrd(const struct dsrctl *ctl, const char *request, const struct out_column *const *columns,
	     unsigned int show, struct dsr_error *err)
{
	struct json_object *answer = NULL;
	int fd = connect_to(ctl->netns, err), ret = -1;

	if (fd < 0)
		return -1;
	if (!send_request(fd, request, err))
		answer = read_answer(fd, err);
	close(fd);
	if (!answer)
		return -1;
	if (json_object_get_type(answer) == json_type_array) {
		print_answer(ctl, columns, show, answer, err);
		ret = 0;
	} else {
		refused(answer, err);
	}
	json_object_put(answer);
	return ret;
}
