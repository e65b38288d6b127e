// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of the options of services and backends, see conf.h. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "conf.h"

#define AT(member) offsetof(struct dsr_conf, member)

/* The kernel knows a scheduler by its name, which has no number. */
static const char *const schedulers[] = {
	"maglev", "wrr", "wlc", "rr", "lc", "nq", "fo", "ovf", NULL
};

static const char *const gue_variants[] = { "0", "1", NULL };
static const char *const no_yes[] = { "no", "yes", NULL };

const struct conf_option conf_options[] = {
	{
		"scheduler", STRING, AT(scheduler), NF_DSR_A_SERVICE_SCHEDULER,
		.words = schedulers, .column = "SCHEDULER", .spare = 6,
		.help = "How a new flow gets its backend: by hash, in turn, or the fewest flows"
	}, {
		"seed", U64, AT(seed), NF_DSR_A_SERVICE_SEED,
		.max = UINT64_MAX, .hex = true, .form = "NUMBER", .column = "SEED", .detail = true,
		.varies = true,
		.help = "Key of the hash; directors with the same one choose the same backends"
	}, {
		"state", U8, AT(state), 0, NF_DSR_A_BACKEND_STATE,
		.words = names_backend_state, .column = "STATE", .by_hand = true, .spare = 2,
		.help = "Whether the backend takes new flows, only keeps its own, or is out"
	}, {
		"health", U8, AT(health), 0, NF_DSR_A_BACKEND_HEALTH,
		.words = names_health, .column = "HEALTH", .by_hand = true, .spare = 1,
		.help = "Result of a health check; a backend that is down gets no packets"
	}, {
		"effective-state", U8, AT(effective), 0, NF_DSR_A_BACKEND_EFFECTIVE_STATE,
		.words = names_effective_state, .read_only = true, .column = "EFFECTIVE",
		.spare = 10
	}, {
		"weight", U32, AT(weight), 0, NF_DSR_A_BACKEND_WEIGHT,
		.max = NF_DSR_WEIGHT_MAX, .column = "WEIGHT", .initial = 1, .by_hand = true,
		.spare = 7,
		.help = "Share of new flows relative to the other backends; 0 takes none"
	}, {
		"method", U8, AT(method), NF_DSR_A_SERVICE_METHOD, NF_DSR_A_BACKEND_METHOD,
		.words = names_method, .column = "METHOD", .spare = 5,
		.help = "How packets reach the backend"
	}, {
		"outer-source", U8, AT(outer_source), NF_DSR_A_SERVICE_OUTER_SOURCE,
		NF_DSR_A_BACKEND_OUTER_SOURCE, .syntax = CONF_OUTER_SOURCE,
		.words = names_outer_source, .n_words = NF_DSR_OUTER_SOURCE_ADDRESS,
		.form = "ADDRESS[/PREFIX]", .column = "OUTER-SOURCE", .spare = 4,
		.help = "Source of the header that is pushed: an address of each family"
	}, {
		"outer-addr4", ADDR4, AT(outer_addr4), NF_DSR_A_SERVICE_OUTER_ADDR4,
		NF_DSR_A_BACKEND_OUTER_ADDR4, .part_of = "outer-source"
	}, {
		"outer-addr6", ADDR6, AT(outer_addr6), NF_DSR_A_SERVICE_OUTER_ADDR6,
		NF_DSR_A_BACKEND_OUTER_ADDR6, .part_of = "outer-source"
	}, {
		"outer-prefix4", U8, AT(outer_prefix4), NF_DSR_A_SERVICE_OUTER_PREFIX4,
		NF_DSR_A_BACKEND_OUTER_PREFIX4, .part_of = "outer-source"
	}, {
		"outer-prefix6", U8, AT(outer_prefix6), NF_DSR_A_SERVICE_OUTER_PREFIX6,
		NF_DSR_A_BACKEND_OUTER_PREFIX6, .part_of = "outer-source"
	}, {
		"outer-ttl", U8, AT(outer_ttl), NF_DSR_A_SERVICE_OUTER_TTL,
		NF_DSR_A_BACKEND_OUTER_TTL, .min = 1, .max = UINT8_MAX, .none = "inherit",
		.column = "OUTER-TTL", .initial = 64, .spare = 3,
		.help = "TTL of the header that is pushed, or that of the client's packet"
	}, {
		"timeout tcp", U32, AT(timeout_tcp), NF_DSR_A_SERVICE_TIMEOUT_TCP,
		.min = 1, .max = NF_DSR_TIMEOUT_MAX, .form = "SECONDS",
		.column = "TIMEOUTS", .detail = true, .initial = 3600,
		.help = "Seconds after which a silent TCP flow is forgotten"
	}, {
		"timeout tcp-syn", U32, AT(timeout_tcp_syn),
		NF_DSR_A_SERVICE_TIMEOUT_TCP_SYN, .min = 1, .max = NF_DSR_TIMEOUT_MAX,
		.initial = 60,
		.help = "The same for a flow with SYNs only"
	}, {
		"timeout tcp-closing", U32, AT(timeout_tcp_closing),
		NF_DSR_A_SERVICE_TIMEOUT_TCP_CLOSING, .min = 1, .max = NF_DSR_TIMEOUT_MAX,
		.initial = 60,
		.help = "The same after a FIN or RST of the client"
	}, {
		"timeout udp", U32, AT(timeout_udp),
		NF_DSR_A_SERVICE_TIMEOUT_UDP, .min = 1, .max = NF_DSR_TIMEOUT_MAX, .initial = 120,
		.help = "The same for UDP"
	}, {
		"timeout icmp", U32, AT(timeout_icmp),
		NF_DSR_A_SERVICE_TIMEOUT_ICMP, .min = 1, .max = NF_DSR_TIMEOUT_MAX, .initial = 2,
		.help = "The same for pings"
	}, {
		"timeout other", U32, AT(timeout_other),
		NF_DSR_A_SERVICE_TIMEOUT_OTHER, .min = 1, .max = NF_DSR_TIMEOUT_MAX, .initial = 120,
		.help = "The same for other protocols"
	}, {
		"timeout tcp-unconfirmed", U32, AT(timeout_tcp_unconfirmed),
		NF_DSR_A_SERVICE_TIMEOUT_TCP_UNCONFIRMED, .min = 1, .max = NF_DSR_TIMEOUT_MAX,
		.initial = 60,
		.help = "The same for a flow picked up mid-stream that did not go on"
	}, {
		"source", NESTS, AT(sources), NF_DSR_A_SERVICE_SOURCE,
		.syntax = CONF_SOURCES, .none = "any", .form = "ADDRESS[/PREFIX]",
		.column = "SOURCE", .detail = true,
		.help = "Clients of the service: addresses or prefixes of its family"
	}, {
		"source-other", U8, AT(source_other), NF_DSR_A_SERVICE_SOURCE_OTHER,
		.words = names_source_other, .column = "SOURCE-OTHER", .detail = true,
		.with = AT(n_sources),
		.help = "What happens to packets of other clients"
	}, {
		"dev", STRING, AT(dev), NF_DSR_A_SERVICE_DEV,
		.none = "any", .form = "NAME", .column = "DEV", .detail = true,
		.help = "Device through which the packets of the service come in"
	}, {
		"dscp", U8, AT(dscp), NF_DSR_A_SERVICE_DSCP, .min = 1, .max = 63,
		.help = "Code of the service for method dscp; each VIP on a backend has its own"
	}, {
		"hash", U8, AT(hash), NF_DSR_A_SERVICE_HASH, .words = names_hash,
		.help = "Which parts of a packet the hash uses"
	}, {
		"table-size", U32, AT(table_size), NF_DSR_A_SERVICE_TABLE_SIZE,
		.min = NF_DSR_TABLE_SIZE_MIN, .max = NF_DSR_TABLE_SIZE_MAX, .initial = 4093,
		.help = "Slots of the hash's table, a prime number; a hundred for each backend"
	}, {
		"on-delete", U8, AT(on_delete), NF_DSR_A_SERVICE_ON_DELETE,
		.words = names_on_delete,
		.help = "What happens to packets of flows whose backend is down or deleted"
	}, {
		"on-down", U8, AT(on_down), NF_DSR_A_SERVICE_ON_DOWN, .words = names_on_down,
		.help = "What happens to them if it is down by its health only"
	}, {
		"drain-for", U32, AT(drain_for), NF_DSR_A_SERVICE_DRAIN_FOR,
		.max = NF_DSR_TIMEOUT_MAX, .form = "SECONDS",
		.help = "Seconds for which on-down keep keeps flows; 0 is without an end"
	}, {
		"no-backend", U8, AT(no_backend), NF_DSR_A_SERVICE_NO_BACKEND,
		.words = names_no_backend,
		.help = "What happens to packets for which there is no backend"
	}, {
		"unmatched", U8, AT(unmatched), NF_DSR_A_SERVICE_UNMATCHED,
		.words = names_unmatched,
		.help = "What happens to packets to the VIP that match no service"
	}, {
		"min-active", U32, AT(min_active), NF_DSR_A_SERVICE_MIN_ACTIVE,
		.min = 1, .max = NF_DSR_BACKENDS_MAX, .initial = 1,
		.help = "Backends of a worse priority help while fewer better ones take flows"
	}, {
		"slow-start", U32, AT(slow_start), NF_DSR_A_SERVICE_SLOW_START,
		.max = NF_DSR_TIMEOUT_MAX, .form = "SECONDS",
		.help = "Seconds in which the weight of a backend grows after it came up"
	}, {
		"fail-open-below", U32, AT(fail_open_below), NF_DSR_A_SERVICE_FAIL_OPEN_BELOW,
		.min = 1, .max = NF_DSR_BACKENDS_MAX, .none = "off",
		.percent = NF_DSR_FAIL_OPEN_PERCENT, .initial = 1,
		.help = "Ignore health while fewer backends, or less than N%, are healthy"
	}, {
		"fail-open", U8, AT(fail_open), NF_DSR_A_SERVICE_FAIL_OPEN,
		.words = no_yes, .read_only = true
	}, {
		"fail-opens", U64, AT(fail_opens), NF_DSR_A_SERVICE_FAIL_OPENS,
		.read_only = true
	}, {
		"healthy", U32, AT(healthy), NF_DSR_A_SERVICE_HEALTHY, .read_only = true
	}, {
		"candidates", U32, AT(candidates), NF_DSR_A_SERVICE_CANDIDATES,
		.read_only = true
	}, {
		"persist", U32, AT(persist), NF_DSR_A_SERVICE_PERSIST,
		.max = NF_DSR_TIMEOUT_MAX, .form = "SECONDS",
		.help = "Seconds that a client keeps its backend; 0 does not"
	}, {
		"persist-prefix4", U8, AT(persist_prefix4), NF_DSR_A_SERVICE_PERSIST_PREFIX4,
		.min = 1, .max = 32, .initial = 32,
		.help = "Length of the prefix that counts as one client, for IPv4"
	}, {
		"persist-prefix6", U8, AT(persist_prefix6), NF_DSR_A_SERVICE_PERSIST_PREFIX6,
		.min = 1, .max = 128, .initial = 128,
		.help = "Length of the prefix that counts as one client, for IPv6"
	}, {
		"one-packet", U8, AT(one_packet), NF_DSR_A_SERVICE_ONE_PACKET,
		.words = model_off_on,
		.help = "Schedule each UDP packet by itself, without flows"
	}, {
		"echo", U8, AT(echo), NF_DSR_A_SERVICE_ECHO, .words = names_echo,
		.help = "What happens to pings to the VIP"
	}, {
		"drain-timeout", U32, AT(drain_timeout), 0, NF_DSR_A_BACKEND_DRAIN_TIMEOUT,
		.max = NF_DSR_TIMEOUT_MAX, .form = "SECONDS",
		.help = "Seconds that a draining backend keeps its flows; 0 is forever"
	}, {
		"drain-left", U32, AT(drain_left), 0, NF_DSR_A_BACKEND_DRAIN_LEFT,
		.read_only = true
	}, {
		"priority", U8, AT(priority), 0, NF_DSR_A_BACKEND_PRIORITY, .max = UINT8_MAX,
		.help = "0 is the best; worse ones take flows if too few better ones do"
	}, {
		"max-flows", U32, AT(max_flows), 0, NF_DSR_A_BACKEND_MAX_FLOWS,
		.max = UINT32_MAX, .form = "NUMBER",
		.help = "With so many flows, the backend takes no new ones; 0 is no limit"
	}, {
		"min-flows", U32, AT(min_flows), 0, NF_DSR_A_BACKEND_MIN_FLOWS,
		.max = UINT32_MAX, .form = "NUMBER",
		.help = "So few flows end that; 0 is three quarters of max-flows"
	}, {
		"check-mark", U32, AT(check_mark), 0, NF_DSR_A_BACKEND_CHECK_MARK,
		.max = UINT32_MAX, .form = "NUMBER", .hex = true,
		.help = "Mark of sockets here whose packets to the VIP check it; 0 is none"
	}, {
		"limited", U8, AT(limited), 0, NF_DSR_A_BACKEND_LIMITED,
		.words = no_yes, .read_only = true
	}, {
		"outer-port", BE16, AT(outer_port), NF_DSR_A_SERVICE_OUTER_PORT,
		NF_DSR_A_BACKEND_OUTER_PORT, .min = 1, .max = UINT16_MAX, .initial = 6080,
		.help = "Destination port of the UDP header of method gue"
	}, {
		"outer-checksum", U8, AT(outer_checksum), NF_DSR_A_SERVICE_OUTER_CHECKSUM,
		NF_DSR_A_BACKEND_OUTER_CHECKSUM, .words = names_outer_checksum,
		.help = "Whether the GRE or UDP header has a checksum; auto: UDP has one"
	}, {
		"gue-variant", U8, AT(gue_variant), NF_DSR_A_SERVICE_GUE_VARIANT,
		NF_DSR_A_BACKEND_GUE_VARIANT, .words = gue_variants, .numeric = true,
		.help = "1 leaves out the GUE header"
	}, {
		"gre-key", U64, AT(gre_key), NF_DSR_A_SERVICE_GRE_KEY,
		NF_DSR_A_BACKEND_GRE_KEY, .max = UINT32_MAX, .none = "none",
		.none_value = NF_DSR_GRE_KEY_NONE, .initial = NF_DSR_GRE_KEY_NONE,
		.help = "Key of the GRE header"
	}, {
		"force", FLAG, 0, NF_DSR_A_SERVICE_FORCE,
		.help = "Accept the service although it takes packets for the director itself"
	},
	{ 0 }
};

/* The parser also has a bit for each keyword, and one for unset. */
static_assert(sizeof(conf_options) / sizeof(*conf_options) <= 64, "each option needs a bit");

__u64 conf_bit(const struct conf_option *option)
{
	return (__u64)1 << (option - conf_options);
}

__u64 conf_bit_at(size_t offset)
{
	const struct conf_option *option;

	for (option = conf_options; option->name; option++)
		if (option->offset == offset)
			return conf_bit(option);
	return 0;
}

int conf_attr(const struct conf_option *option, enum conf_object object)
{
	return object == CONF_SERVICE ? option->service : option->backend;
}

const struct conf_option *conf_by_attr(enum conf_object object, int attr)
{
	const struct conf_option *option;

	for (option = conf_options; option->name; option++)
		if (conf_attr(option, object) == attr)
			return option;
	return NULL;
}

const char *conf_second_word(const struct conf_option *option)
{
	const char *blank = strchr(option->name, ' ');

	return blank ? blank + 1 : NULL;
}

bool conf_same_group(const struct conf_option *a, const struct conf_option *b)
{
	const char *second = conf_second_word(a);

	return second && !strncmp(a->name, b->name, second - a->name);
}

__u64 conf_unset_bits(enum conf_object object, const struct conf_option *option)
{
	const struct conf_option *other;
	__u64 bits = 0;

	if (option->kind == FLAG)
		return 0;
	for (other = conf_options; other->name; other++)
		if (conf_attr(other, object) &&
		    (other == option || conf_same_group(option, other) ||
		     (other->part_of && !strcmp(other->part_of, option->name))))
			bits |= conf_bit(other);
	return bits;
}

void conf_set(struct dsr_conf *conf, const struct conf_option *option, __u64 value)
{
	void *at = (char *)conf + option->offset;

	switch (option->kind) {
	case U8:
		*(__u8 *)at = value;
		break;
	case U16:
	case BE16:
		*(__u16 *)at = value;
		break;
	case U32:
		*(__u32 *)at = value;
		break;
	default:
		*(__u64 *)at = value;
	}
	conf->set |= conf_bit(option);
}

__u64 conf_get(const struct dsr_conf *conf, const struct conf_option *option)
{
	const void *at = (const char *)conf + option->offset;

	switch (option->kind) {
	case U8:
		return *(const __u8 *)at;
	case U16:
	case BE16:
		return *(const __u16 *)at;
	case U32:
		return *(const __u32 *)at;
	default:
		return *(const __u64 *)at;
	}
}

bool conf_can_be_given(const struct dsr_conf *conf, const struct conf_option *option)
{
	if (!(conf->set & conf_bit(option)))
		return false;
	if (option->kind == STRING)
		return ((const char *)conf)[option->offset];
	return option->words || option->none || conf_get(conf, option) >= option->min;
}

bool conf_has_value(const struct dsr_conf *conf, const struct conf_option *option)
{
	return conf_can_be_given(conf, option) &&
	       (!option->with || ((const char *)conf)[option->with]);
}

bool conf_is_number(const struct conf_option *option)
{
	return option->kind != STRING && option->syntax == CONF_VALUE &&
	       !conf_second_word(option) && (!option->words || option->numeric);
}

bool conf_is_numeric(const struct conf_option *option, const char *value)
{
	return conf_is_number(option) && (!option->none || strcmp(value, option->none)) &&
	       !strchr(value, '%');
}

const char *conf_format(const struct dsr_conf *conf, const struct conf_option *option, char *text,
			size_t size)
{
	const char *string = (const char *)conf + option->offset;
	__u64 value;

	if (option->kind == STRING)
		return *string || !option->none ? string : option->none;
	value = conf_get(conf, option);
	if (option->none && value == option->none_value)
		return option->none;
	if (option->words)
		return model_name(option->words, value, text, size);
	if (option->percent && value > option->percent)
		snprintf(text, size, "%llu%%", (unsigned long long)(value - option->percent));
	else
		snprintf(text, size, "%llu", (unsigned long long)value);
	return text;
}
