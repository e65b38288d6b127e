/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Addresses, and the key of a service: ADDRESS[%VRF][/PREFIX][:PORT[-PORT]], or
 * MARK[%VRF][/ipv4|/ipv6].
 *
 * The parsing functions return 0, or -1 with err filled if they have this argument. The
 * formatting functions return text.
 */
#ifndef DSRCTL_ADDR_H
#define DSRCTL_ADDR_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "error.h"

/* Size of the longest text of a key: [v6%vrf]/128:65535-65535. */
#define ADDR_TEXT 80

/* Size of the kernel's texts in the structs of the model. */
#define DSR_TEXT 64

/* Length of the longest name of a device, without the final NUL. */
#define ADDR_DEVICE 15

struct dsr_addr {
	int family;		/* AF_INET or AF_INET6; 0: no address */
	__u8 bytes[16];	/* in network byte order; IPv4 uses the first four */
};

struct dsr_prefix {
	struct dsr_addr addr;
	__u8 len;
};

struct dsr_key {
	struct dsr_addr addr;	/* for a mark only the family */
	bool by_mark;
	__u32 mark;
	__u8 version;		/* 4 or 6: the family of a mark, as in netlink */
	char vrf[DSR_TEXT];	/* empty: no VRF */
	__u8 prefix_len;	/* 32 or 128 for a single address */
	__u8 protocol;	/* IPPROTO_TCP, IPPROTO_UDP, IPPROTO_SCTP; 0: any */
	__u16 port;		/* 0: any */
	__u16 port_end;	/* equal to port if there is no range */
};

unsigned int addr_bits(int family);
const char *addr_family_name(int family);

int addr_parse(const char *text, struct dsr_addr *addr, struct dsr_error *err);
bool addr_equal(const struct dsr_addr *a, const struct dsr_addr *b);
/* Return true if the address is one of the prefix. */
bool addr_covers(const struct dsr_prefix *prefix, const struct dsr_addr *addr);
const char *addr_format(const struct dsr_addr *addr, char *text, size_t size);

/* Format ADDRESS:PORT, or the address alone if port is 0. */
const char *addr_format_port(const struct dsr_addr *addr, __u16 port, char *text, size_t size);

/* Parse a decimal number, or a hexadecimal one, which begins with 0x. */
int addr_parse_number(const char *text, __u64 max, __u64 *number);
int addr_parse_hex(const char *text, __u64 max, __u64 *number);

/* Parse ADDRESS[/PREFIX]. Without a prefix the length is 32 or 128. */
int addr_parse_prefix(const char *text, struct dsr_prefix *prefix, struct dsr_error *err);
const char *addr_format_prefix(const struct dsr_prefix *prefix, char *text, size_t size);

/* Return true if a device can have this name. */
bool addr_is_device(const char *name);

/* Parse the key of a service. The caller has set key->protocol, because protocol any
 * has no ports, and key->by_mark.
 */
int addr_parse_key(const char *text, struct dsr_key *key, struct dsr_error *err);
const char *addr_format_key(const struct dsr_key *key, char *text, size_t size);

#endif
