// SPDX-License-Identifier: GPL-2.0-or-later
/* What is set of a service beside the rest: one table for parser and printer. */
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

const struct dsr_field model_service_fields[] = {
	{ "hash", DSR_SET_HASH, FIELD(hash), model_hashes },
	{
		"table-size", DSR_SET_TABLE_SIZE, FIELD(table_size),
		.min = NF_DSR_TABLE_SIZE_MIN, .max = NF_DSR_TABLE_SIZE_MAX
	},
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
