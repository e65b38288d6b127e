// SPDX-License-Identifier: GPL-2.0-or-later
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "keepalived_vips.h"
#include "lvs.h"

/* The part of an address that a range counts in. */
static __u64 low_part(const struct dsr_addr *addr)
{
	int i, size = addr->family == AF_INET ? 4 : 8, first = addr->family == AF_INET ? 0 : 8;
	__u64 part = 0;

	for (i = 0; i < size; i++)
		part = part << 8 | addr->bytes[first + i];
	return part;
}

static void set_low_part(struct dsr_addr *addr, __u64 part)
{
	int i, size = addr->family == AF_INET ? 4 : 8, first = addr->family == AF_INET ? 0 : 8;

	for (i = size; i--; part >>= 8)
		addr->bytes[first + i] = part;
}

static void add_vip(struct list *vips, const struct dsr_addr *addr, unsigned int length, int port,
		    size_t line)
{
	struct dsr_key key = {
		.addr = *addr, .prefix_len = length, .port = port, .port_end = port
	};
	struct keepalived_vip *vip = list_new(vips);

	*vip = (struct keepalived_vip){ .line = line };
	addr_format_key(&key, vip->text, sizeof(vip->text));
}

/* Add the fewest prefixes that have all addresses from one to another. */
static void add_range(struct list *vips, const struct dsr_addr *from, __u64 last, int port,
		      size_t line)
{
	struct dsr_addr addr = *from;
	__u64 at = low_part(from);
	unsigned int bits;

	for (;;) {
		for (bits = 0; bits < 32 && !(at >> bits & 1) &&
		     at + (((__u64)2 << bits) - 1) <= last; bits++)
			;
		set_low_part(&addr, at);
		add_vip(vips, &addr, addr_bits(addr.family) - bits, port, line);
		if (last - at < (__u64)1 << bits)
			return;
		at += (__u64)1 << bits;
	}
}

/* Read the end of a range: an address, or its last number. */
static bool read_end(const char *text, const struct dsr_addr *from, __u64 *last)
{
	unsigned int mask = from->family == AF_INET ? 0xff : 0xffff;
	struct dsr_error ignored;
	struct dsr_addr end, high = *from;
	char *rest;

	if (!addr_parse(text, &end, &ignored)) {
		*last = low_part(&end);
		set_low_part(&high, *last);
		return addr_equal(&high, &end) && *last >= low_part(from);
	}
	*last = strtoul(text, &rest, from->family == AF_INET ? 10 : 16);
	if (!*text || *rest || *last > mask)
		return false;
	*last |= low_part(from) & ~(__u64)mask;
	return *last >= low_part(from);
}

/* Add the addresses of ADDRESS, ADDRESS-END or ADDRESS/LENGTH. Return false if it is none. */
static bool add_addresses(struct import *in, struct list *vips, const char *text, int port,
			  size_t line)
{
	char *copy = error_check_alloc(strdup(text)), *slash, *dash;
	struct dsr_error ignored;
	struct dsr_addr from;
	__u64 last, length, mask;
	bool valid;

	slash = strchr(copy, '/');
	dash = strchr(copy, '-');
	if (slash)
		*slash = '\0';
	if (dash)
		*dash = '\0';
	valid = !addr_parse(copy, &from, &ignored);
	if (valid && slash) {
		valid = !addr_parse_number(slash + 1, addr_bits(from.family), &length) &&
			addr_bits(from.family) - length <= 32;
		mask = valid ? ((__u64)1 << (addr_bits(from.family) - length)) - 1 : 0;
		last = low_part(&from) | mask;
		set_low_part(&from, last & ~mask);
	} else if (valid) {
		valid = !dash || read_end(dash + 1, &from, &last);
		if (!dash)
			last = low_part(&from);
	}
	if (valid)
		add_range(vips, &from, last, port, line);
	if (valid && (slash || dash))
		import_approximated(in, line,
				    "%s: the addresses of a prefix are one service, not one for each",
				    text);
	free(copy);
	return valid;
}

static void add_mark(struct list *vips, const struct node *node, int first, const char *family)
{
	struct keepalived_vip *vip = list_new(vips);

	*vip = (struct keepalived_vip){ .protocol = "mark", .line = node->line };
	snprintf(vip->text, sizeof(vip->text), "%s%s", node_word(node, first),
		 !strcmp(family, "inet6") ? "/ipv6" : "");
}

void keepalived_add_vips(struct import *in, struct list *vips, const struct node *node, int first,
			 const char *family)
{
	const char *word = node_word(node, first), *port = node_word(node, first + 1);
	int number;

	if (!strcmp(word, "fwmark")) {
		add_mark(vips, node, first + 1,
			 *node_word(node, first + 2) ? node_word(node, first + 2) : family);
		return;
	}
	number = *port ? lvs_port(port) : 0;
	if (number < 0)
		import_refused(in, node->line, "port \"%s\": expected 0 to 65535", port);
	else if (!add_addresses(in, vips, word, number, node->line))
		import_refused(in, node->line,
			       "\"%s\": expected an address, ADDRESS-END or ADDRESS/LENGTH", word);
}
