// SPDX-License-Identifier: GPL-2.0-or-later
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "addr.h"

#define PORT_MAX 65535

unsigned int addr_bits(int family)
{
	return family == AF_INET ? 32 : 128;
}

const char *addr_family_name(int family)
{
	return family == AF_INET ? "IPv4" : "IPv6";
}

static int parse_family(const char *text, int family, struct dsr_addr *addr)
{
	memset(addr, 0, sizeof(*addr));
	if (inet_pton(family, text, addr->bytes) != 1)
		return -1;
	addr->family = family;
	return 0;
}

int addr_parse(const char *text, struct dsr_addr *addr, struct dsr_error *err)
{
	if (!parse_family(text, AF_INET, addr) || !parse_family(text, AF_INET6, addr))
		return 0;
	return error_usage(err, "\"%s\": expected an IPv4 or IPv6 address", text);
}

const char *addr_format(const struct dsr_addr *addr, char *text, size_t size)
{
	if (!addr->family || !inet_ntop(addr->family, addr->bytes, text, size))
		snprintf(text, size, "-");
	return text;
}

const char *addr_format_port(const struct dsr_addr *addr, __u16 port, char *text, size_t size)
{
	char bare[INET6_ADDRSTRLEN];

	addr_format(addr, bare, sizeof(bare));
	if (!port)
		snprintf(text, size, "%s", bare);
	else if (addr->family == AF_INET6)
		snprintf(text, size, "[%s]:%u", bare, port);
	else
		snprintf(text, size, "%s:%u", bare, port);
	return text;
}

int addr_parse_number(const char *text, __u64 max, __u64 *number)
{
	char *end;

	/* strtoull would take blanks and signs, too. */
	if (!*text || strspn(text, "0123456789") != strlen(text))
		return -1;
	errno = 0;
	*number = strtoull(text, &end, 10);
	return errno || *number > max ? -1 : 0;
}

static int parse_port(const char *whole, const char *text, __u16 *port, struct dsr_error *err)
{
	__u64 number;

	if (addr_parse_number(text, PORT_MAX, &number) || !number)
		return error_usage(err, "\"%s\": port \"%s\": expected 1 to %d",
				   whole, text, PORT_MAX);
	*port = number;
	return 0;
}

static int parse_ports(const char *whole, char *text, struct dsr_key *key, struct dsr_error *err)
{
	char *dash = strchr(text, '-');

	if (!key->protocol)
		return error_usage(err,
				   "\"%s\": protocol any has no ports: expected ADDRESS[/PREFIX]",
				   whole);
	if (dash)
		*dash = '\0';
	if (parse_port(whole, text, &key->port, err))
		return -1;
	key->port_end = key->port;
	if (dash && parse_port(whole, dash + 1, &key->port_end, err))
		return -1;
	if (key->port_end < key->port)
		return error_usage(err,
				   "\"%s\": port range %u-%u is reversed: expected %u-%u", whole,
				   key->port, key->port_end, key->port_end, key->port);
	return 0;
}

/* The first address of a prefix: what is left when its host bits are cleared. */
static struct dsr_addr first_address(const struct dsr_addr *addr, unsigned int prefix_len)
{
	struct dsr_addr first = *addr;
	unsigned int bit;

	for (bit = prefix_len; bit < addr_bits(addr->family); bit++)
		first.bytes[bit / 8] &= ~(0x80 >> bit % 8);
	return first;
}

static int parse_prefix(const char *whole, const char *text, struct dsr_key *key,
			struct dsr_error *err)
{
	unsigned int bits = addr_bits(key->addr.family);
	struct dsr_addr first;
	char name[ADDR_TEXT];
	__u64 number;

	if (addr_parse_number(text, bits, &number))
		return error_usage(err, "\"%s\": prefix length \"%s\": expected 0 to %u for %s",
				   whole, text, bits, addr_family_name(key->addr.family));
	key->prefix_len = number;

	first = first_address(&key->addr, key->prefix_len);
	if (memcmp(first.bytes, key->addr.bytes, sizeof(first.bytes)))
		return error_usage(err, "\"%s\": host bits are set: expected %s/%u", whole,
				   addr_format(&first, name, sizeof(name)), key->prefix_len);
	return 0;
}

/*
 * Cuts the text into address, prefix and ports, the latter two NULL when not
 * there. A bare IPv6 address is full of colons, so that ports need brackets.
 */
static int split_key(char *text, char **addr, char **prefix, char **ports)
{
	char *rest = text;

	*addr = text;
	if (*text == '[') {
		*addr = text + 1;
		rest = strchr(text, ']');
		if (!rest)
			return -1;
		*rest++ = '\0';
		if (!strchr(*addr, ':') || (*rest && *rest != '/' && *rest != ':'))
			return -1;
	}
	*ports = strchr(rest, ':');
	if (*ports && rest == text && strchr(*ports + 1, ':'))
		*ports = NULL;
	if (*ports)
		*(*ports)++ = '\0';
	*prefix = strchr(rest, '/');
	if (*prefix)
		*(*prefix)++ = '\0';
	return 0;
}

int addr_parse_key(const char *text, struct dsr_key *key, struct dsr_error *err)
{
	char *addr, *prefix, *ports;
	struct dsr_error ignored;
	char copy[ADDR_TEXT];

	if (snprintf(copy, sizeof(copy), "%s", text) >= (int)sizeof(copy) ||
	    split_key(copy, &addr, &prefix, &ports) || addr_parse(addr, &key->addr, &ignored))
		return error_usage(err,
				   "\"%s\": expected ADDRESS[/PREFIX][:PORT[-PORT]], an IPv6 address with a port in brackets",
				   text);
	key->prefix_len = addr_bits(key->addr.family);
	key->port = 0;
	key->port_end = 0;
	if (prefix && parse_prefix(text, prefix, key, err))
		return -1;
	return ports ? parse_ports(text, ports, key, err) : 0;
}

const char *addr_format_key(const struct dsr_key *key, char *text, size_t size)
{
	bool brackets = key->addr.family == AF_INET6 && key->port;
	char addr[INET6_ADDRSTRLEN], prefix[8] = "", ports[16] = "";

	if (key->prefix_len != addr_bits(key->addr.family))
		snprintf(prefix, sizeof(prefix), "/%u", key->prefix_len);
	if (key->port_end != key->port)
		snprintf(ports, sizeof(ports), ":%u-%u", key->port, key->port_end);
	else if (key->port)
		snprintf(ports, sizeof(ports), ":%u", key->port);
	snprintf(text, size, "%s%s%s%s%s", brackets ? "[" : "",
		 addr_format(&key->addr, addr, sizeof(addr)), brackets ? "]" : "", prefix, ports);
	return text;
}
