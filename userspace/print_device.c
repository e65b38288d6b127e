// SPDX-License-Identifier: GPL-2.0-or-later
#include "print.h"

static const struct out_column event_column = { "event", "EVENT", OUT_BARE, OUT_EVENT };
static const struct out_column device_column = { "device", "DEVICE", OUT_BARE, 0 };
static const struct out_column attached_column = { "attached", "ATTACHED", 0, 0 };
static const struct out_column generation_column = {
	"generation", "GENERATION", OUT_RIGHT, OUT_EVENT
};

const struct out_column *const print_device_columns[] = {
	&event_column, &device_column, &attached_column, &generation_column, NULL
};

void print_device(struct out *out, const struct dsr_device *device, const char *event)
{
	out_begin(out);
	if (event)
		out_string(out, "event", event);
	out_string(out, "device", device->name);
	out_string(out, "attached", device->attached ? "yes" : "no");
	print_generation(out, device->generation);
	out_end(out);
}
