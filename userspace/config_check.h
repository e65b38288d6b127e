/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Health checks of a configuration file, which dsrd carries out. An entry of check_options[] is
 * all that is known about a key of a check, except for the member of struct config_check that has
 * its value. From the table follow the loader (config_load_check.c), the writer (config_write.c)
 * and the JSON Schema (config_schema.c). A test compares it with the manual page.
 */
#ifndef DSRCTL_CONFIG_CHECK_H
#define DSRCTL_CONFIG_CHECK_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "report.h"

#define CONFIG_NAME_MAX 63	/* characters of a name */
#define CHECK_TEXT_MAX 255	/* bytes of a text */
#define CHECK_NAME_SIZE (CHECK_TEXT_MAX + 1)

enum check_kind {
	CHECK_ICMP,
	CHECK_TCP,
	CHECK_UDP,
	CHECK_HTTP,
	CHECK_HTTPS,
	CHECK_TLS,
	CHECK_DNS,
	CHECK_RADIUS,
	CHECK_TACACS,
	CHECK_EXEC,
	CHECK_KINDS,
};

/* Where a check goes. */
enum check_target {
	CHECK_BOTH,
	CHECK_PATH,	/* to the VIP, by the backend's method */
	CHECK_HOST,	/* to the backend's own address */
};

enum check_rcode {
	CHECK_NOERROR,
	CHECK_NXDOMAIN,
	CHECK_ANY_RCODE,
};

/* Which answers of RADIUS and TACACS+ are a success. */
enum check_answer {
	CHECK_ACCEPT,
	CHECK_REJECT,
	CHECK_ANY_ANSWER,
};

enum check_login {
	CHECK_PAP,
	CHECK_ASCII,
};

/* The size of packets: a number, or that of the path. */
#define CHECK_SIZE_MTU 1
#define CHECK_SIZE_MIN 100
#define CHECK_SIZE_MAX 65535

#define CHECK_RADIUS_USER_MAX 253

/* Ways of a sweep. */
#define CHECK_SWEEP_MAX 64

/* Bytes to send or to expect. Any byte can be among them. */
struct check_bytes {
	__u32 n;
	char bytes[CHECK_TEXT_MAX + 1];
};

struct check_range {
	__u32 min;
	__u32 max;
};

struct config_check {
	char name[CONFIG_NAME_MAX + 1];
	__u64 set;			/* bits of the options that the file gives */
	__u32 kind;			/* enum check_kind */
	__u32 target;			/* enum check_target */
	__u32 port;			/* 0: that of the service */
	__u32 interval;			/* these four in milliseconds */
	__u32 fast_interval;
	__u32 max_interval;
	__u32 timeout;
	__u32 tries;
	__u32 rise;
	__u32 fall;
	struct check_bytes send;
	struct check_bytes expect;
	__u32 reply;			/* 0 or 1 */
	char host[CHECK_NAME_SIZE];	/* empty: the VIP */
	char path[CHECK_NAME_SIZE];
	struct check_range status;
	__u32 verify;			/* 0 or 1 */
	char query[CHECK_NAME_SIZE];
	__u32 query_type;		/* index into check_query_types */
	__u32 rcode;			/* enum check_rcode */
	/* Secrets are in files, and never in a configuration. */
	char secret_file[CHECK_NAME_SIZE];
	char user[CHECK_NAME_SIZE];
	char password_file[CHECK_NAME_SIZE];
	__u32 login;			/* enum check_login */
	__u32 answer;			/* enum check_answer */
	__u32 message_authenticator;	/* 0 or 1 */
	__u32 size;			/* of a packet; CHECK_SIZE_MTU; 0: as small as it is */
	__u32 sweep;			/* ways by source ports */
	__u32 sweep_fall;		/* lost ways that are a failure */
	char command[CHECK_NAME_SIZE];
	struct place place;		/* the last member: it makes no difference */
};

/* The checks of a service or a backend, as indices into those of the configuration. */
#define CONFIG_CHECKS_MAX 8

struct config_checks {
	__u8 n;
	__u8 at[CONFIG_CHECKS_MAX];
};

/* Checks of a file. */
#define CONFIG_CHECKS_OF_FILE_MAX 255

enum check_form {
	CHECK_WORD,
	CHECK_NUMBER,	/* or one of the words, which are less than the minimum */
	CHECK_SECONDS,	/* with up to three decimals; kept as milliseconds */
	CHECK_RANGE,	/* MIN[-MAX] */
	CHECK_TEXT,
	CHECK_BYTES,	/* text with escapes */
};

struct check_option {
	const char *name;
	enum check_form form;
	size_t offset;			/* in struct config_check, or that of another mapping */
	unsigned int kinds;		/* bits of the kinds of checks that have it */
	const char *const *words;	/* of a NUMBER: the first one is 1 */
	__u32 min, max;			/* of a number, in its unit */
	__u32 initial;			/* without the key; for a range its minimum */
	const char *initial_text;	/* of a TEXT, or in help and schema; NULL: none */
	const char *help;
};

/* The last one has no name. */
extern const struct check_option check_options[];
/* Words, each list ends with NULL. */
extern const char *const check_kinds[];
extern const char *const check_targets[];
extern const char *const check_query_types[];
extern const __u16 check_query_type_numbers[];

/* Give all members their initial values, for a kind of check. */
void check_init(struct config_check *check, enum check_kind kind);

/* Return the bit of an option in config_check.set. */
__u64 check_bit(const struct check_option *option);
#define CHECK_SET(check, member) \
	((check)->set & check_bit_at(offsetof(struct config_check, member)))
__u64 check_bit_at(size_t offset);

/* Set an option to the value that a file gives. Return 0, or -1 with err filled. */
int check_parse(struct config_check *check, const struct check_option *option, const char *text,
		struct dsr_error *err);
#define CHECK_FORMAT_SIZE (4 * CHECK_TEXT_MAX + 1)

/* The same for the options of any mapping. The object is the struct that has their values: give
 * it all initial values, one value, or return a value in the form of a file.
 */
void option_init(const struct check_option *options, void *object);
int option_parse(const struct check_option *option, void *object, const char *text,
		 struct dsr_error *err);
const char *option_format(const struct check_option *option, const void *object, char *text,
			  size_t size);

/* Complete values that depend on others, and check that all values fit together. Return 0, or -1
 * with err filled.
 */
int check_complete(struct config_check *check, struct dsr_error *err);

/* Return true if checks of this kind need a port. */
bool check_needs_port(const struct config_check *check);

bool config_checks_have(const struct config_checks *checks, unsigned int check);

#endif
