// SPDX-License-Identifier: GPL-2.0-or-later
/* The operand of the object device. */
#include "grammar.h"

static int parse_device(struct dsr_args *args, const char *word, struct dsr_error *err)
{
	if (!addr_is_device(word))
		return error_usage(err, "\"%s\": expected the name of a device", word);
	snprintf(args->device, sizeof(args->device), "%s", word);
	return 0;
}

const struct dsr_operand grammar_device_operands[] = {
	{ "NAME", "the name of a device", NULL, parse_device },
	{ 0 }
};
