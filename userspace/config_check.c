// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of the keys of checks, and their values. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "addr.h"
#include "config_check.h"
#include "model.h"
#include "suggest.h"

#define AT(member) offsetof(struct config_check, member)
#define BIT(kind) (1u << (kind))
#define ALL (BIT(CHECK_KINDS) - 1)
#define WEB (BIT(CHECK_HTTP) | BIT(CHECK_HTTPS))
#define RAW (BIT(CHECK_TCP) | BIT(CHECK_UDP))
#define LOGIN (BIT(CHECK_RADIUS) | BIT(CHECK_TACACS))

#define SECOND 1000
#define DAY (24 * 60 * 60)

const char *const check_kinds[] = {
	"icmp", "tcp", "udp", "http", "https", "tls", "dns", "radius", "tacacs", "exec", NULL
};

const char *const check_targets[] = { "both", "path", "host", NULL };

const char *const check_query_types[] = {
	"a", "aaaa", "ns", "soa", "mx", "txt", "srv", "ptr", NULL
};

const __u16 check_query_type_numbers[] = { 1, 28, 2, 6, 15, 16, 33, 12 };

static const char *const no_yes[] = { "no", "yes", NULL };
static const char *const rcodes[] = { "noerror", "nxdomain", "any", NULL };
static const char *const sizes[] = { "mtu", NULL };
static const char *const logins[] = { "pap", "ascii", NULL };
static const char *const answers[] = { "accept", "reject", "any", NULL };

const struct check_option check_options[] = {
	{
		"target", CHECK_WORD, AT(target), ALL, .words = check_targets,
		.help = "Whether to check the path to the VIP, the backend's own address, or both"
	}, {
		"port", CHECK_NUMBER, AT(port), ALL & ~BIT(CHECK_ICMP), .min = 1, .max = 65535,
		.help = "Port of the backend; by default the first one of the service"
	}, {
		"interval", CHECK_SECONDS, AT(interval), ALL, .min = 100, .max = DAY * SECOND,
		.initial = 5 * SECOND,
		.help = "Seconds between checks of a backend that is up"
	}, {
		"fast-interval", CHECK_SECONDS, AT(fast_interval), ALL, .min = 100,
		.max = DAY * SECOND, .initial = 1 * SECOND,
		.help = "The same as long as results speak for a change"
	}, {
		"max-interval", CHECK_SECONDS, AT(max_interval), ALL, .min = 100,
		.max = DAY * SECOND, .initial = 30 * SECOND,
		.help = "Maximum that the interval grows to while a backend is down"
	}, {
		"timeout", CHECK_SECONDS, AT(timeout), ALL, .min = 10, .max = DAY * SECOND,
		.initial = 1 * SECOND,
		.help = "Seconds until a check without an answer fails"
	}, {
		"tries", CHECK_NUMBER, AT(tries), ALL & ~BIT(CHECK_EXEC), .min = 1, .max = 10,
		.initial = 3,
		.help = "How often a check asks within the timeout while nothing answers"
	}, {
		"rise", CHECK_NUMBER, AT(rise), ALL, .min = 1, .max = 10, .initial = 2,
		.help = "Successes in a row after which a backend is up"
	}, {
		"fall", CHECK_NUMBER, AT(fall), ALL, .min = 1, .max = 10, .initial = 3,
		.help = "Failures in a row after which a backend is down"
	}, {
		"send", CHECK_BYTES, AT(send), RAW,
		.help = "Bytes to send, where \\n, \\r, \\t, \\\\ and \\xHH are escapes"
	}, {
		"expect", CHECK_BYTES, AT(expect), RAW | WEB,
		.help = "Bytes that the answer must have among its first 64 KiB"
	}, {
		"reply", CHECK_WORD, AT(reply), BIT(CHECK_UDP), .words = no_yes, .initial = 1,
		.help = "Whether an answer is required; otherwise only a refusal is a failure"
	}, {
		"host", CHECK_TEXT, AT(host), WEB | BIT(CHECK_TLS),
		.help = "Name in the request and in the TLS handshake; by default the VIP"
	}, {
		"path", CHECK_TEXT, AT(path), WEB, .initial_text = "/",
		.help = "Path and query of the URL"
	}, {
		"status", CHECK_RANGE, AT(status), WEB, .min = 100, .max = 599, .initial = 200,
		.initial_text = "200-399",
		.help = "Status of HTTP that is a success: one, or a range"
	}, {
		"verify", CHECK_WORD, AT(verify), BIT(CHECK_HTTPS) | BIT(CHECK_TLS),
		.words = no_yes,
		.help = "Whether the certificate must be valid for the host"
	}, {
		"query", CHECK_TEXT, AT(query), BIT(CHECK_DNS),
		.help = "Name to ask for"
	}, {
		"query-type", CHECK_WORD, AT(query_type), BIT(CHECK_DNS),
		.words = check_query_types,
		.help = "Type of the records to ask for"
	}, {
		"rcode", CHECK_WORD, AT(rcode), BIT(CHECK_DNS), .words = rcodes,
		.help = "Response code of DNS that is a success"
	}, {
		"secret-file", CHECK_TEXT, AT(secret_file), LOGIN,
		.help = "File with the secret of the server and dsrd, or a credential"
	}, {
		"user", CHECK_TEXT, AT(user), LOGIN,
		.help = "Name to log in by"
	}, {
		"password-file", CHECK_TEXT, AT(password_file), LOGIN,
		.help = "File with the password of the user, or a credential"
	}, {
		"login", CHECK_WORD, AT(login), BIT(CHECK_TACACS), .words = logins,
		.help = "How to log in: by PAP, or by answering the server's prompts"
	}, {
		"answer", CHECK_WORD, AT(answer), LOGIN, .words = answers,
		.help = "Which answer to the login is a success"
	}, {
		"message-authenticator", CHECK_WORD, AT(message_authenticator),
		BIT(CHECK_RADIUS), .words = no_yes, .initial = 1,
		.help = "Whether an answer must have a Message-Authenticator"
	}, {
		"size", CHECK_NUMBER, AT(size), BIT(CHECK_ICMP), .words = sizes,
		.min = CHECK_SIZE_MIN, .max = CHECK_SIZE_MAX,
		.help = "Bytes of a packet that must arrive whole, or mtu for the most"
	}, {
		"sweep", CHECK_NUMBER, AT(sweep), RAW, .min = 1, .max = CHECK_SWEEP_MAX,
		.initial = 1,
		.help = "From how many source ports a check asks"
	}, {
		"sweep-fall", CHECK_NUMBER, AT(sweep_fall), RAW, .min = 1, .max = CHECK_SWEEP_MAX,
		.help = "How many of them must be lost for a failure; by default half"
	}, {
		"command", CHECK_TEXT, AT(command), BIT(CHECK_EXEC),
		.help = "Program with an absolute path, and its arguments; status 0 is a success"
	},
	{ 0 }
};

__u64 check_bit(const struct check_option *option)
{
	return 1ULL << (option - check_options);
}

__u64 check_bit_at(size_t offset)
{
	const struct check_option *option = check_options;

	while (option->offset != offset)
		option++;
	return check_bit(option);
}

static void *member(const void *object, const struct check_option *option)
{
	return (char *)object + option->offset;
}

void option_init(const struct check_option *option, void *object)
{
	for (; option->name; option++) {
		if (option->form == CHECK_TEXT && option->initial_text)
			memcpy(member(object, option), option->initial_text,
			       strlen(option->initial_text) + 1);
		else if (option->form != CHECK_TEXT && option->form != CHECK_BYTES)
			*(__u32 *)member(object, option) = option->initial;
	}
}

void check_init(struct config_check *check, enum check_kind kind)
{
	memset(check, 0, sizeof(*check));
	check->kind = kind;
	option_init(check_options, check);
	check->status.max = 399;
	if (kind == CHECK_EXEC)
		check->target = CHECK_HOST;
}

static int expected_words(const struct check_option *option, const char *text,
			  struct dsr_error *err)
{
	struct suggestion suggestion = { .word = text };
	char list[128] = "";
	int i;

	for (i = 0; option->words[i]; i++)
		suggest_append(list, sizeof(list), option->words[i]);
	suggest_try_all(&suggestion, option->words);
	suggest_hint(&suggestion, err);
	return error_usage(err, "%s \"%s\": expected %s", option->name, text, list);
}

static int parse_word(const struct check_option *option, const char *text, __u32 *value,
		      struct dsr_error *err)
{
	int i = model_find(option->words, text);

	if (i < 0)
		return expected_words(option, text, err);
	*value = i;
	return 0;
}

static int parse_number(const struct check_option *option, const char *text, __u32 *value,
			struct dsr_error *err)
{
	int word = option->words ? model_find(option->words, text) : -1;
	__u64 number;

	if (word >= 0) {
		*value = 1 + word;
		return 0;
	}
	if (addr_parse_number(text, option->max, &number) || number < option->min)
		return error_usage(err, "%s \"%s\": expected %u to %u%s%s", option->name, text,
				   option->min, option->max, option->words ? ", or " : "",
				   option->words ? option->words[0] : "");
	*value = number;
	return 0;
}

/* Write milliseconds as seconds, without zeros at the end. */
static const char *format_seconds(__u32 value, char *text, size_t size)
{
	int digits = 3;
	__u32 part = value % SECOND;

	for (; digits && !(part % 10); digits--)
		part /= 10;
	if (digits)
		snprintf(text, size, "%u.%0*u", value / SECOND, digits, part);
	else
		snprintf(text, size, "%u", value / SECOND);
	return text;
}

/* Read seconds with up to three decimals as milliseconds. Return -1 for other text. */
static int read_seconds(const char *text, __u64 *value)
{
	size_t whole = strspn(text, "0123456789"), part;
	unsigned int factor = SECOND, unit = SECOND / 10;

	if (!whole || whole > 6)
		return -1;
	*value = strtoull(text, NULL, 10) * factor;
	text += whole;
	if (!*text)
		return 0;
	part = strspn(text + 1, "0123456789");
	if (*text != '.' || !part || part > 3 || text[1 + part])
		return -1;
	for (text++; *text; text++, unit /= 10)
		*value += (*text - '0') * unit;
	return 0;
}

static int parse_seconds(const struct check_option *option, const char *text, __u32 *value,
			 struct dsr_error *err)
{
	char min[16], max[16];
	__u64 number;

	if (read_seconds(text, &number) || number < option->min || number > option->max)
		return error_usage(err, "%s \"%s\": expected %s to %s seconds", option->name, text,
				   format_seconds(option->min, min, sizeof(min)),
				   format_seconds(option->max, max, sizeof(max)));
	*value = number;
	return 0;
}

static int parse_range(const struct check_option *option, const char *text,
		       struct check_range *range, struct dsr_error *err)
{
	char first[8];
	__u64 min, max;
	size_t length = strcspn(text, "-");
	const char *last = text[length] ? text + length + 1 : first;

	snprintf(first, sizeof(first), "%.*s", (int)length, text);
	if (length >= sizeof(first) || addr_parse_number(first, option->max, &min) ||
	    addr_parse_number(last, option->max, &max) || min < option->min || max < min)
		return error_usage(err, "%s \"%s\": expected a number from %u to %u, or a range",
				   option->name, text, option->min, option->max);
	*range = (struct check_range){ min, max };
	return 0;
}

/* A text has no control characters: it becomes part of a request in lines. */
static int parse_text(const struct check_option *option, const char *text, char *value,
		      struct dsr_error *err)
{
	const char *at;

	for (at = text; *at && (unsigned char)*at >= ' ' && *at != 127; at++)
		;
	if (!*text || *at || at - text > CHECK_TEXT_MAX)
		return error_usage(err,
				   "%s \"%.80s\": expected 1 to %d bytes without control characters",
				   option->name, text, CHECK_TEXT_MAX);
	memset(value, 0, CHECK_NAME_SIZE);
	memcpy(value, text, at - text);
	return 0;
}

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *found = c ? strchr(digits, c | ('A' <= c && c <= 'F' ? 0x20 : 0)) : NULL;

	return found ? found - digits : -1;
}

/* Read one byte of a text with escapes. Return the rest of the text, or NULL. */
static const char *read_byte(const char *text, char *byte)
{
	static const char letters[] = "nrt\\", bytes[] = "\n\r\t\\";
	const char *letter;

	*byte = *text;
	if (*text++ != '\\')
		return text;
	if (*text == 'x' && hex_digit(text[1]) >= 0 && hex_digit(text[2]) >= 0) {
		*byte = hex_digit(text[1]) << 4 | hex_digit(text[2]);
		return text + 3;
	}
	letter = *text ? strchr(letters, *text) : NULL;
	if (!letter)
		return NULL;
	*byte = bytes[letter - letters];
	return text + 1;
}

static int parse_bytes(const struct check_option *option, const char *text,
		       struct check_bytes *value, struct dsr_error *err)
{
	struct check_bytes bytes = { 0 };
	const char *at = text;
	char byte;

	while (at && *at && bytes.n <= CHECK_TEXT_MAX) {
		at = read_byte(at, &byte);
		if (bytes.n < CHECK_TEXT_MAX)
			bytes.bytes[bytes.n] = byte;
		bytes.n++;
	}
	if (!at || !bytes.n || bytes.n > CHECK_TEXT_MAX)
		return error_usage(err,
				   "%s \"%.80s\": expected 1 to %d bytes, escaped by \\n, \\r, \\t, \\\\ or \\xHH",
				   option->name, text, CHECK_TEXT_MAX);
	*value = bytes;
	return 0;
}

int option_parse(const struct check_option *option, void *object, const char *text,
		 struct dsr_error *err)
{
	void *value = member(object, option);

	switch (option->form) {
	case CHECK_WORD:
		return parse_word(option, text, value, err);
	case CHECK_NUMBER:
		return parse_number(option, text, value, err);
	case CHECK_SECONDS:
		return parse_seconds(option, text, value, err);
	case CHECK_RANGE:
		return parse_range(option, text, value, err);
	case CHECK_TEXT:
		return parse_text(option, text, value, err);
	case CHECK_BYTES:
		break;
	}
	return parse_bytes(option, text, value, err);
}

int check_parse(struct config_check *check, const struct check_option *option, const char *text,
		struct dsr_error *err)
{
	if (!(option->kinds & BIT(check->kind)))
		return error_usage(err, "a check of type %s has no %s", check_kinds[check->kind],
				   option->name);
	if (option_parse(option, check, text, err))
		return -1;
	check->set |= check_bit(option);
	return 0;
}

static void format_bytes(const struct check_bytes *value, char *text)
{
	static const char letters[] = "nrt\\", bytes[] = "\n\r\t\\";
	const char *special;
	__u32 i;

	for (i = 0; i < value->n; i++) {
		unsigned char byte = value->bytes[i];

		special = byte ? strchr(bytes, byte) : NULL;
		if (special)
			text += sprintf(text, "\\%c", letters[special - bytes]);
		else if (byte < ' ' || byte > '~')
			text += sprintf(text, "\\x%02x", byte);
		else
			*text++ = byte;
	}
	*text = '\0';
}

const char *option_format(const struct check_option *option, const void *object, char *text,
			  size_t size)
{
	const void *value = member(object, option);
	const struct check_range *range = value;
	__u32 number = option->form < CHECK_RANGE ? *(const __u32 *)value : 0;

	switch (option->form) {
	case CHECK_WORD:
		return option->words[number];
	case CHECK_NUMBER:
		if (option->words && number && number < option->min)
			return option->words[number - 1];
		snprintf(text, size, "%u", number);
		break;
	case CHECK_SECONDS:
		return format_seconds(number, text, size);
	case CHECK_RANGE:
		snprintf(text, size, range->min == range->max ? "%u" : "%u-%u", range->min,
			 range->max);
		break;
	case CHECK_TEXT:
		return value;
	case CHECK_BYTES:
		format_bytes(value, text);
		break;
	}
	return text;
}

static __u32 at_most(__u32 value, __u32 limit)
{
	return value < limit ? value : limit;
}

/* Make intervals that the file leaves open fit those that it gives. */
static int complete_intervals(struct config_check *check, struct dsr_error *err)
{
	if (!CHECK_SET(check, fast_interval))
		check->fast_interval = at_most(check->fast_interval, check->interval);
	if (!CHECK_SET(check, timeout))
		check->timeout = at_most(check->timeout, check->interval);
	if (!CHECK_SET(check, max_interval) && check->max_interval < check->interval)
		check->max_interval = check->interval;
	if (check->fast_interval > check->interval)
		return error_usage(err, "fast-interval: expected at most the interval");
	if (check->timeout > check->interval)
		return error_usage(err, "timeout: expected at most the interval");
	if (check->max_interval < check->interval)
		return error_usage(err, "max-interval: expected at least the interval");
	return 0;
}

/* Some ways may be lost until the check fails. */
static int complete_sweep(struct config_check *check, struct dsr_error *err)
{
	__u32 half = (check->sweep + 1) / 2;

	if (!CHECK_SET(check, sweep_fall))
		check->sweep_fall = at_most(half > 2 ? half : 2, check->sweep);
	if (check->sweep_fall > check->sweep)
		return error_usage(err, "sweep-fall: expected at most the sweep");
	return 0;
}

static int lacks(const struct config_check *check, const char *key, struct dsr_error *err)
{
	return error_usage(err, "%s is missing in a check of type %s", key,
			   check_kinds[check->kind]);
}

/* A file has an absolute path. systemd's credentials have names. */
static int check_file(const char *key, const char *file, struct dsr_error *err)
{
	if (*file == '/' || (!strchr(file, '/') && strcmp(file, ".") && strcmp(file, "..")))
		return 0;
	return error_usage(err, "%s \"%.80s\": expected an absolute path, or a credential's name",
			   key, file);
}

/* Check the keys of a login, without which there may be something else to ask. */
static int complete_login(struct config_check *check, struct dsr_error *err)
{
	if (!*check->secret_file)
		return lacks(check, "secret-file", err);
	if (check_file("secret-file", check->secret_file, err) ||
	    check_file("password-file", check->password_file, err))
		return -1;
	if (check->kind == CHECK_RADIUS && strlen(check->user) > CHECK_RADIUS_USER_MAX)
		return error_usage(err, "user: expected at most %d bytes for RADIUS",
				   CHECK_RADIUS_USER_MAX);
	if (*check->password_file && !*check->user)
		return error_usage(err, "user: expected one, because there is a password-file");
	if (*check->user && !*check->password_file && check->login != CHECK_ASCII)
		return error_usage(err, "password-file: expected one, because there is a user");
	if (check->kind == CHECK_TACACS && !*check->user && check->login == CHECK_PAP)
		return lacks(check, "user", err);
	if (!*check->password_file && check->answer != CHECK_ACCEPT)
		return error_usage(err,
				   "answer: expected accept, because there is no password-file");
	return 0;
}

int check_complete(struct config_check *check, struct dsr_error *err)
{
	if (complete_intervals(check, err) || complete_sweep(check, err))
		return -1;
	if (LOGIN & BIT(check->kind))
		return complete_login(check, err);
	if (check->kind == CHECK_UDP && !check->send.n)
		return lacks(check, "send", err);
	if (check->kind == CHECK_DNS && !*check->query)
		return lacks(check, "query", err);
	if (check->kind == CHECK_EXEC && !*check->command)
		return lacks(check, "command", err);
	if (check->kind == CHECK_EXEC && *check->command != '/')
		return error_usage(err, "command \"%.80s\": expected an absolute path",
				   check->command);
	if (check->kind == CHECK_EXEC && check->target != CHECK_HOST)
		return error_usage(err, "target: expected host for a check of type exec");
	if (WEB & BIT(check->kind) && *check->path != '/')
		return error_usage(err, "path \"%.80s\": expected a '/' first", check->path);
	if (check->expect.n && !check->reply)
		return error_usage(err, "reply: expected yes, because there is an expect");
	return 0;
}

bool check_needs_port(const struct config_check *check)
{
	return check->kind != CHECK_ICMP && check->kind != CHECK_EXEC;
}

bool config_checks_have(const struct config_checks *checks, unsigned int check)
{
	int i;

	for (i = 0; i < checks->n; i++)
		if (checks->at[i] == check)
			return true;
	return false;
}
