// SPDX-License-Identifier: GPL-2.0-or-later
/* The options whose values are a number or a word: one table for parser and printer. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "model.h"

#define OFFSET(member) offsetof(struct dsr_conf, member)

const char *const model_off_on[] = { "off", "on", NULL };
const char *const model_no_yes[] = { "no", "yes", NULL };

const char *const model_gue_variants[] = { "0", "1", NULL };

const struct dsr_field model_header_fields[] = {
	{ "outer-port", DSR_SET_OUTER_PORT, OFFSET(outer_port), 2, .min = 1, .max = UINT16_MAX },
	{
		"outer-checksum", DSR_SET_OUTER_CHECKSUM, OFFSET(outer_checksum), 1,
		names_outer_checksum
	},
	{ "gue-variant", DSR_SET_GUE_VARIANT, OFFSET(gue_variant), 1, .max = 1 },
	{
		"gre-key", DSR_SET_GRE_KEY, OFFSET(gre_key), 8, .max = UINT32_MAX,
		.none = "none", .none_value = NF_DSR_GRE_KEY_NONE
	},
	{ 0 }
};

const struct dsr_field model_service_fields[] = {
	{ "dscp", DSR_SET_DSCP, OFFSET(dscp), 1, .min = 1, .max = 63 },
	{ "hash", DSR_SET_HASH, OFFSET(hash), 1, names_hash },
	{
		"table-size", DSR_SET_TABLE_SIZE, OFFSET(table_size), 4,
		.min = NF_DSR_TABLE_SIZE_MIN, .max = NF_DSR_TABLE_SIZE_MAX
	},
	{ "on-delete", DSR_SET_ON_DELETE, OFFSET(on_delete), 1, names_on_delete },
	{ "no-backend", DSR_SET_NO_BACKEND, OFFSET(no_backend), 1, names_no_backend },
	{ "unmatched", DSR_SET_UNMATCHED, OFFSET(unmatched), 1, names_unmatched },
	{
		"min-active", DSR_SET_MIN_ACTIVE, OFFSET(min_active), 4,
		.min = 1, .max = NF_DSR_BACKENDS_MAX
	},
	{ "slow-start", DSR_SET_SLOW_START, OFFSET(slow_start), 4, .max = NF_DSR_TIMEOUT_MAX },
	{ "persist", DSR_SET_PERSIST, OFFSET(persist), 4, .max = NF_DSR_TIMEOUT_MAX },
	{
		"persist-prefix4", DSR_SET_PERSIST_PREFIX4, OFFSET(persist_prefix4), 1,
		.min = 1, .max = 32
	},
	{
		"persist-prefix6", DSR_SET_PERSIST_PREFIX6, OFFSET(persist_prefix6), 1,
		.min = 1, .max = 128
	},
	{ "one-packet", DSR_SET_ONE_PACKET, OFFSET(one_packet), 1, model_off_on },
	{ "echo", DSR_SET_ECHO, OFFSET(echo), 1, names_echo },
	{ 0 }
};

const struct dsr_field model_backend_fields[] = {
	{ "health", DSR_SET_HEALTH, OFFSET(health), 1, names_health },
	{
		"drain-timeout", DSR_SET_DRAIN_TIMEOUT, OFFSET(drain_timeout), 4,
		.max = NF_DSR_TIMEOUT_MAX
	},
	{ "drain-left", DSR_SET_DRAIN_LEFT, OFFSET(drain_left), 4 },
	{ "priority", DSR_SET_PRIORITY, OFFSET(priority), 1, .max = UINT8_MAX },
	{ "max-flows", DSR_SET_MAX_FLOWS, OFFSET(max_flows), 4, .max = UINT32_MAX },
	{ "min-flows", DSR_SET_MIN_FLOWS, OFFSET(min_flows), 4, .max = UINT32_MAX },
	{ "limited", DSR_SET_LIMITED, OFFSET(limited), 1, model_no_yes },
	{ 0 }
};

const struct dsr_field *model_field(const struct dsr_field *fields, const char *name)
{
	for (; fields->name; fields++)
		if (!strcmp(fields->name, name))
			return fields;
	return NULL;
}

void model_field_set(struct dsr_conf *conf, const struct dsr_field *field, __u64 value)
{
	void *at = (char *)conf + field->offset;

	switch (field->size) {
	case 1:
		*(__u8 *)at = value;
		break;
	case 2:
		*(__u16 *)at = value;
		break;
	case 4:
		*(__u32 *)at = value;
		break;
	default:
		*(__u64 *)at = value;
	}
	conf->set |= field->bit;
}

__u64 model_field_get(const struct dsr_conf *conf, const struct dsr_field *field)
{
	const void *at = (const char *)conf + field->offset;

	switch (field->size) {
	case 1:
		return *(const __u8 *)at;
	case 2:
		return *(const __u16 *)at;
	case 4:
		return *(const __u32 *)at;
	default:
		return *(const __u64 *)at;
	}
}

const char *model_field_word(const struct dsr_field *field, __u64 value, char *text, size_t size)
{
	if (field->none && value == field->none_value)
		return field->none;
	if (field->names)
		return model_name(field->names, value, text, size);
	return NULL;
}
