// SPDX-License-Identifier: GPL-2.0-or-later
/* What is set of a service or backend beside the rest: one table for parser and printer. */
#include <stddef.h>
#include <string.h>

#include "model.h"

#define FIELD(member) offsetof(struct dsr_conf, member), sizeof(((struct dsr_conf *)0)->member)

const char *const model_hashes[] = {
	[NF_DSR_HASH_5_TUPLE] = "5-tuple",
	[NF_DSR_HASH_SOURCE] = "source",
	[NF_DSR_HASH_SOURCE_PORT] = "source-port",
	[NF_DSR_HASH_DESTINATION] = "destination",
	NULL
};

const char *const model_on_delete[] = {
	[NF_DSR_ON_DELETE_REHASH] = "rehash",
	[NF_DSR_ON_DELETE_DROP] = "drop",
	[NF_DSR_ON_DELETE_REJECT] = "reject",
	NULL
};

const char *const model_no_backend[] = {
	[NF_DSR_NO_BACKEND_DROP] = "drop",
	[NF_DSR_NO_BACKEND_REJECT] = "reject",
	[NF_DSR_NO_BACKEND_ACCEPT] = "accept",
	NULL
};

const char *const model_unmatched[] = {
	[NF_DSR_UNMATCHED_PASS] = "pass",
	[NF_DSR_UNMATCHED_DROP] = "drop",
	[NF_DSR_UNMATCHED_REJECT] = "reject",
	NULL
};

const char *const model_healths[] = {
	[NF_DSR_HEALTH_UP] = "up",
	[NF_DSR_HEALTH_DOWN] = "down",
	NULL
};

const struct dsr_field model_service_fields[] = {
	{ "hash", DSR_SET_HASH, FIELD(hash), model_hashes },
	{
		"table-size", DSR_SET_TABLE_SIZE, FIELD(table_size),
		.min = NF_DSR_TABLE_SIZE_MIN, .max = NF_DSR_TABLE_SIZE_MAX
	},
	{ "on-delete", DSR_SET_ON_DELETE, FIELD(on_delete), model_on_delete },
	{ "no-backend", DSR_SET_NO_BACKEND, FIELD(no_backend), model_no_backend },
	{ "unmatched", DSR_SET_UNMATCHED, FIELD(unmatched), model_unmatched },
	{ 0 }
};

const struct dsr_field model_backend_fields[] = {
	{ "health", DSR_SET_HEALTH, FIELD(health), model_healths },
	{
		"drain-timeout", DSR_SET_DRAIN_TIMEOUT, FIELD(drain_timeout),
		.max = NF_DSR_TIMEOUT_MAX
	},
	{ "drain-left", DSR_SET_DRAIN_LEFT, FIELD(drain_left) },
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

	if (field->size == 1)
		*(__u8 *)at = value;
	else
		*(__u32 *)at = value;
	conf->set |= field->bit;
}

__u64 model_field_get(const struct dsr_conf *conf, const struct dsr_field *field)
{
	const void *at = (const char *)conf + field->offset;

	return field->size == 1 ? *(const __u8 *)at : *(const __u32 *)at;
}
