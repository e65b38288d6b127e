// SPDX-License-Identifier: GPL-2.0-or-later
/* Parsing and formatting of addresses and keys, see addr.h. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
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

bool addr_equal(const struct dsr_addr *a, const struct dsr_addr *b)
{
	return a->family == b->family && !memcmp(a->bytes, b->bytes, addr_bits(a->family) / 8);
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

	/* strtoull() would accept blanks and signs. */
	if (!*text || strspn(text, "0123456789") != strlen(text))
		return -1;
	errno = 0;
	*number = strtoull(text, &end, 10);
	return errno || *number > max ? -1 : 0;
}

int addr_parse_hex(const char *text, __u64 max, __u64 *number)
{
	const char *digits = text + 2;

	if (strncmp(text, "0x", 2) || !*digits ||
	    strspn(digits, "0123456789abcdefABCDEF") != strlen(digits))
		return -1;
	errno = 0;
	*number = strtoull(digits, NULL, 16);
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

/* Return the first address of a prefix: the address with its host bits cleared. */
static struct dsr_addr first_address(const struct dsr_addr *addr, unsigned int prefix_len)
{
	struct dsr_addr first = *addr;
	unsigned int bit;

	for (bit = prefix_len; bit < addr_bits(addr->family); bit++)
		first.bytes[bit / 8] &= ~(0x80 >> bit % 8);
	return first;
}

static int parse_length(const char *whole, const char *text, const struct dsr_addr *addr,
			__u8 *len, struct dsr_error *err)
{
	unsigned int bits = addr_bits(addr->family);
	struct dsr_addr first;
	char name[ADDR_TEXT];
	__u64 number;

	if (addr_parse_number(text, bits, &number))
		return error_usage(err, "\"%s\": prefix length \"%s\": expected 0 to %u for %s",
				   whole, text, bits, addr_family_name(addr->family));
	*len = number;

	first = first_address(addr, *len);
	if (memcmp(first.bytes, addr->bytes, sizeof(first.bytes)))
		return error_usage(err, "\"%s\": host bits are set: expected %s/%u", whole,
				   addr_format(&first, name, sizeof(name)), *len);
	return 0;
}

int addr_parse_prefix(const char *text, struct dsr_prefix *prefix, struct dsr_error *err)
{
	struct dsr_error ignored;
	char copy[ADDR_TEXT];
	char *length;

	if (snprintf(copy, sizeof(copy), "%s", text) >= (int)sizeof(copy))
		return error_usage(err, "\"%s\": expected ADDRESS[/PREFIX]", text);
	length = strchr(copy, '/');
	if (length)
		*length++ = '\0';
	if (addr_parse(copy, &prefix->addr, &ignored))
		return error_usage(err, "\"%s\": expected ADDRESS[/PREFIX]", text);
	prefix->len = addr_bits(prefix->addr.family);
	return length ? parse_length(text, length, &prefix->addr, &prefix->len, err) : 0;
}

const char *addr_format_prefix(const struct dsr_prefix *prefix, char *text, size_t size)
{
	char addr[INET6_ADDRSTRLEN];

	addr_format(&prefix->addr, addr, sizeof(addr));
	if (prefix->len == addr_bits(prefix->addr.family))
		snprintf(text, size, "%s", addr);
	else
		snprintf(text, size, "%s/%u", addr, prefix->len);
	return text;
}

/* These are the kernel's rules for the name of a device. */
bool addr_is_device(const char *name)
{
	return *name && strlen(name) <= ADDR_DEVICE && !strpbrk(name, "/: \t\n\v\f\r") &&
	       strcmp(name, ".") && strcmp(name, "..");
}

/* Remove %VRF from the end of an address or mark, and store the VRF's name in the key. */
static int cut_vrf(char *text, struct dsr_key *key)
{
	char *vrf = strchr(text, '%');

	*key->vrf = '\0';
	if (!vrf)
		return 0;
	*vrf++ = '\0';
	if (!addr_is_device(vrf))
		return -1;
	snprintf(key->vrf, sizeof(key->vrf), "%s", vrf);
	return 0;
}

static int parse_mark(const char *text, struct dsr_key *key, struct dsr_error *err)
{
	char copy[ADDR_TEXT];
	char *family = NULL;
	__u64 number = 0;
	bool fits;

	fits = snprintf(copy, sizeof(copy), "%s", text) < (int)sizeof(copy);
	if (fits)
		family = strchr(copy, '/');
	if (family)
		*family++ = '\0';
	if (!fits || cut_vrf(copy, key) ||
	    (addr_parse_number(copy, UINT32_MAX, &number) &&
	     addr_parse_hex(copy, UINT32_MAX, &number)) ||
	    !number ||
	    (family && strcmp(family, "ipv4") && strcmp(family, "ipv6")))
		return error_usage(err,
				   "mark \"%s\": expected MARK[%%VRF][/ipv6], MARK 1 to 4294967295",
				   text);
	memset(&key->addr, 0, sizeof(key->addr));
	key->addr.family = family && !strcmp(family, "ipv6") ? AF_INET6 : AF_INET;
	key->mark = number;
	return 0;
}

/* Split the text into address, prefix and ports. prefix and ports are NULL if they are
 * absent. An IPv6 address contains colons, so one with ports needs brackets.
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

/* Split the last group, which may be meant as a port, off an IPv6 address without
 * brackets. Return false if the rest is not an address or the group is not a port.
 */
static bool split_bare_port(char *text, const char **port)
{
	char *colon = strrchr(text, ':');
	struct dsr_addr addr;
	__u64 number;

	if (!colon || addr_parse_number(colon + 1, PORT_MAX, &number) || !number)
		return false;
	*colon = '\0';
	*port = colon + 1;
	return !parse_family(text, AF_INET6, &addr);
}

static int key_expected(const char *text, struct dsr_error *err)
{
	char copy[ADDR_TEXT];
	const char *port;

	snprintf(copy, sizeof(copy), "%s", text);
	if (split_bare_port(copy, &port))
		error_hint(err, "an IPv6 address with a port needs brackets: [%s]:%s", copy,
			   port);
	return error_usage(err,
			   "\"%s\": expected ADDRESS[%%VRF][/PREFIX][:PORT[-PORT]], an IPv6 address with a port in brackets",
			   text);
}

/* Warn about an address whose last group may be meant as a port, like 2001:db8::1:80. */
static void doubt_address(const char *text, const struct dsr_key *key, struct dsr_error *err)
{
	char copy[ADDR_TEXT];
	const char *port;

	snprintf(copy, sizeof(copy), "%s", text);
	if (key->addr.family == AF_INET6 && key->protocol && *text != '[' &&
	    split_bare_port(copy, &port))
		snprintf(err->warning, sizeof(err->warning),
			 "%s is an address without a port: for port %s write [%s]:%s", text, port,
			 copy, port);
}

int addr_parse_key(const char *text, struct dsr_key *key, struct dsr_error *err)
{
	char *addr, *prefix, *ports;
	struct dsr_error ignored;
	char copy[ADDR_TEXT];

	if (key->by_mark)
		return parse_mark(text, key, err);
	if (snprintf(copy, sizeof(copy), "%s", text) >= (int)sizeof(copy) ||
	    split_key(copy, &addr, &prefix, &ports) || cut_vrf(addr, key) ||
	    addr_parse(addr, &key->addr, &ignored))
		return key_expected(text, err);
	key->prefix_len = addr_bits(key->addr.family);
	key->port = 0;
	key->port_end = 0;
	if (prefix && parse_length(text, prefix, &key->addr, &key->prefix_len, err))
		return -1;
	if (ports)
		return parse_ports(text, ports, key, err);
	doubt_address(text, key, err);
	return 0;
}

const char *addr_format_key(const struct dsr_key *key, char *text, size_t size)
{
	bool brackets = key->addr.family == AF_INET6 && key->port;
	char addr[INET6_ADDRSTRLEN], prefix[8] = "", ports[16] = "";
	const char *in = *key->vrf ? "%" : "";

	if (key->by_mark) {
		snprintf(text, size, "%u%s%s%s", key->mark, in, key->vrf,
			 key->addr.family == AF_INET6 ? "/ipv6" : "");
		return text;
	}
	if (key->prefix_len != addr_bits(key->addr.family))
		snprintf(prefix, sizeof(prefix), "/%u", key->prefix_len);
	if (key->port_end != key->port)
		snprintf(ports, sizeof(ports), ":%u-%u", key->port, key->port_end);
	else if (key->port)
		snprintf(ports, sizeof(ports), ":%u", key->port);
	snprintf(text, size, "%s%s%s%s%s%s%s", brackets ? "[" : "",
		 addr_format(&key->addr, addr, sizeof(addr)), in, key->vrf, brackets ? "]" : "",
		 prefix, ports);
	return text;
}

bool addr_covers(const struct dsr_prefix *prefix, const struct dsr_addr *addr)
{
	unsigned int whole = prefix->len / 8, rest = prefix->len % 8;

	if (prefix->addr.family != addr->family || prefix->len > addr_bits(addr->family) ||
	    memcmp(prefix->addr.bytes, addr->bytes, whole))
		return false;
	return !rest || !((prefix->addr.bytes[whole] ^ addr->bytes[whole]) >> (8 - rest));
}
