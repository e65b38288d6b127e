// SPDX-License-Identifier: GPL-2.0-or-later
#include <netinet/in.h>
#include <string.h>

#include "config_status.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

void status_init(struct config_status *status)
{
	memset(status, 0, sizeof(*status));
	status->addr.family = AF_INET;
	memcpy(status->addr.bytes, (const __u8 []){ 127, 0, 0, 1 }, 4);
	status->port = STATUS_PORT;
}

static int expected_listen(const char *text, struct dsr_error *err)
{
	return error_usage(err,
			   "listen \"%.80s\": expected ADDRESS:PORT, [ADDRESS]:PORT, the path of a socket, or off",
			   text);
}

static int parse_path(struct config_status *status, const char *text, struct dsr_error *err)
{
	if (strlen(text) > STATUS_PATH_MAX)
		return error_usage(err, "listen \"%.80s...\": expected at most %d bytes of a path",
				   text, STATUS_PATH_MAX);
	status->kind = STATUS_UNIX;
	snprintf(status->path, sizeof(status->path), "%s", text);
	return 0;
}

/* Parse ADDRESS:PORT or [ADDRESS]:PORT. */
static int parse_address(struct config_status *status, const char *text, struct dsr_error *err)
{
	const char *colon = strrchr(text, ':');
	size_t length = colon ? colon - text : 0;
	struct dsr_error ignored = { 0 };
	char address[ADDR_TEXT];
	bool ipv6 = *text == '[';
	__u64 port;

	if (!length || length >= sizeof(address) || (ipv6 && text[length - 1] != ']'))
		return expected_listen(text, err);
	snprintf(address, sizeof(address), "%.*s", (int)length - 2 * ipv6, text + ipv6);
	if (addr_parse(address, &status->addr, &ignored) ||
	    status->addr.family != (ipv6 ? AF_INET6 : AF_INET) ||
	    addr_parse_number(colon + 1, 65535, &port) || !port)
		return expected_listen(text, err);
	if (port < STATUS_PORT_MIN)
		return error_usage(err,
				   "listen \"%s\": expected a port from %d on, because dsrd has no privilege for others",
				   text, STATUS_PORT_MIN);
	status->kind = STATUS_INET;
	status->port = port;
	return 0;
}

static int parse_listen(struct config_status *status, const char *text, struct dsr_error *err)
{
	if (*text == '/')
		return parse_path(status, text, err);
	if (strcmp(text, "off"))
		return parse_address(status, text, err);
	status->kind = STATUS_OFF;
	return 0;
}

static const char *format_listen(const struct config_status *status, char *text, size_t size)
{
	switch (status->kind) {
	case STATUS_INET:
		return addr_format_port(&status->addr, status->port, text, size);
	case STATUS_UNIX:
		return status->path;
	case STATUS_OFF:
		break;
	}
	return "off";
}

static int parse_host(struct config_status *status, const char *text, struct dsr_error *err)
{
	size_t length = strspn(text, LETTERS DIGITS ".-_");

	if (!length || text[length] || length > STATUS_HOST_MAX)
		return error_usage(err,
				   "host \"%.80s\": expected a name of letters, digits, '.', '-' and '_', without a port",
				   text);
	snprintf(status->host, sizeof(status->host), "%s", text);
	return 0;
}

static const char *format_host(const struct config_status *status, char *text, size_t size)
{
	(void)text;
	(void)size;
	return status->host;
}

const struct status_key status_keys[] = {
	{
		"listen", STATUS_LISTEN,
		"^(off|/.{1,106}|([0-9.]+|\\[[0-9a-fA-F:.]+\\]):[0-9]{4,5})$",
		"Where dsrd serves its status page and metrics: ADDRESS:PORT, [ADDRESS]:PORT, the path of a Unix socket, or off",
		parse_listen, format_listen
	}, {
		"host", STATUS_HOST, "^[A-Za-z0-9._-]{1,253}$",
		"A name of the director in URLs of the status page, beside its address and localhost",
		parse_host, format_host
	},
	{ 0 }
};
