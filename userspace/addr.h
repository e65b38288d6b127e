/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Addresses, and the key of a service: ADDRESS[%VRF][/PREFIX][:PORT[-PORT]], or
 * MARK[%VRF][/ipv4|/ipv6].
 */
#ifndef DSRCTL_ADDR_H
#define DSRCTL_ADDR_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "error.h"

/* Room for the longest text of a key: [v6%vrf]/128:65535-65535. */
#define ADDR_TEXT 80

/* Room for any text of the kernel's that the model holds. */
#define DSR_TEXT 64

/* Longest name of a device, without its NUL. */
#define ADDR_DEVICE 15

struct dsr_addr {
	int family;		/* AF_INET, AF_INET6; 0 when there is none */
	__u8 bytes[16];	/* the first four for IPv4 */
};

struct dsr_prefix {
	struct dsr_addr addr;
	__u8 len;
};

struct dsr_key {
	struct dsr_addr addr;	/* of a mark only the family */
	bool by_mark;
	__u32 mark;
	__u8 version;		/* 4 or 6, as the kernel says it of a mark */
	char vrf[DSR_TEXT];	/* empty when it is in none */
	__u8 prefix_len;	/* 32 or 128 for a single address */
	__u8 protocol;	/* IPPROTO_TCP, IPPROTO_UDP, IPPROTO_SCTP; 0 for any */
	__u16 port;		/* 0 for any */
	__u16 port_end;	/* equal to port when there is no range */
};

unsigned int addr_bits(int family);
const char *addr_family_name(int family);

int addr_parse(const char *text, struct dsr_addr *addr, struct dsr_error *err);
const char *addr_format(const struct dsr_addr *addr, char *text, size_t size);

/* ADDRESS:PORT, or the bare address when port is 0. */
const char *addr_format_port(const struct dsr_addr *addr, __u16 port, char *text, size_t size);

int addr_parse_number(const char *text, __u64 max, __u64 *number);
/* Hexadecimal with 0x, up to 64 bits. */
int addr_parse_hex(const char *text, __u64 *number);

/* ADDRESS[/PREFIX]; len 32 or 128 without a prefix. */
int addr_parse_prefix(const char *text, struct dsr_prefix *prefix, struct dsr_error *err);
const char *addr_format_prefix(const struct dsr_prefix *prefix, char *text, size_t size);

/* Could a device be called that? */
bool addr_is_device(const char *name);

/* Needs key->protocol, since any protocol has no ports, and key->by_mark. */
int addr_parse_key(const char *text, struct dsr_key *key, struct dsr_error *err);
const char *addr_format_key(const struct dsr_key *key, char *text, size_t size);

#endif
