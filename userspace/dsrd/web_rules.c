// SPDX-License-Identifier: GPL-2.0-or-later
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dsrd/web_rules.h"

#define DIGITS "0123456789"

/* Copy a host without its port, or without brackets. Return false if it is malformed. */
static bool cut_port(const char *host, char *name, size_t size)
{
	size_t length = *host == '[' ? strcspn(host, "]") : strcspn(host, ":");
	const char *port = host + length;

	if (*host == '[') {
		if (*port++ != ']')
			return false;
		host++;
		length--;
	}
	if (*port && (*port != ':' || port[1 + strspn(port + 1, DIGITS)]))
		return false;
	if (!length || length >= size)
		return false;
	memcpy(name, host, length);
	name[length] = '\0';
	/* The root of the DNS. */
	if (length > 1 && name[length - 1] == '.')
		name[length - 1] = '\0';
	return true;
}

static bool is_loopback(const struct dsr_addr *addr)
{
	static const __u8 loopback6[16] = { [15] = 1 };

	if (addr->family == AF_INET)
		return addr->bytes[0] == 127;
	return !memcmp(addr->bytes, loopback6, sizeof(loopback6));
}

static bool is_any(const struct dsr_addr *addr)
{
	static const __u8 any[16];

	return !memcmp(addr->bytes, any, addr_bits(addr->family) / 8);
}

bool web_host_is_ours(const struct config_status *status, const char *host)
{
	struct dsr_error ignored = { 0 };
	char name[STATUS_HOST_MAX + 2];
	struct dsr_addr addr;

	if (!host || !cut_port(host, name, sizeof(name)))
		return false;
	if (!strcasecmp(name, "localhost") || (*status->host && !strcasecmp(name, status->host)))
		return true;
	if (addr_parse(name, &addr, &ignored))
		return false;
	if (is_loopback(&addr))
		return true;
	/* That of a Unix socket is a loopback address. */
	return is_any(&status->addr) || addr_equal(&addr, &status->addr);
}

/* Return the quality in thousandths that the parameters of a media type give. */
static unsigned int quality(const char *parameters, size_t length)
{
	const char *end = parameters + length, *at;
	double value;

	for (at = memchr(parameters, ';', length); at; at = memchr(at, ';', end - at)) {
		at += 1 + strspn(at + 1, " \t");
		if (at + 2 >= end || (*at | 0x20) != 'q' || at[1] != '=')
			continue;
		value = strtod(at + 2, NULL);
		return value > 0 && value <= 1 ? value * 1000 : 0;
	}
	return 1000;
}

static bool is_type(const char *range, size_t length, const char *type)
{
	return length == strlen(type) && !strncasecmp(range, type, length);
}

/* Return the highest quality that a list gives to a name, in thousandths. */
static unsigned int quality_of(const char *list, const char *name)
{
	unsigned int best = 0, found;
	size_t length;

	for (; list && *list; list += length + !!list[length]) {
		list += strspn(list, " \t");
		length = strcspn(list, ",");
		if (!is_type(list, strcspn(list, ";, \t"), name))
			continue;
		found = quality(list, length);
		best = found > best ? found : best;
	}
	return best;
}

bool web_prefers_openmetrics(const char *accept)
{
	unsigned int open = quality_of(accept, "application/openmetrics-text");

	/* A browser and a shell get the text format. */
	return open && open >= quality_of(accept, "text/plain") &&
	       open >= quality_of(accept, "text/*") && open >= quality_of(accept, "*/*");
}

bool web_accepts_gzip(const char *header)
{
	return quality_of(header, "gzip");
}

bool web_has_tag(const char *header, const char *tag)
{
	size_t length = strlen(tag);

	while (header && *header) {
		header += strspn(header, ", \t");
		if (!strncmp(header, "W/", 2))
			header += 2;
		if (!strncmp(header, tag, length) && strchr(", \t", header[length]))
			return true;
		header += strcspn(header, ",");
	}
	return false;
}

unsigned int web_number(const char *text)
{
	__u64 number;

	return text && !addr_parse_number(text, 1000000, &number) ? number : 1;
}
