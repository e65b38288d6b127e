// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "dsrd/journal.h"

static struct journal_entry entries[JOURNAL_MAX];
static size_t added;

void journal_add(enum journal_level level, const char *service, const char *backend,
		 const char *event, const char *format, ...)
{
	struct journal_entry *entry = &entries[added++ % JOURNAL_MAX];
	va_list args;

	memset(entry, 0, sizeof(*entry));
	entry->level = level;
	clock_format(CLOCK_ISO, entry->time, sizeof(entry->time));
	snprintf(entry->service, sizeof(entry->service), "%s", service ? service : "");
	snprintf(entry->backend, sizeof(entry->backend), "%s", backend ? backend : "");
	snprintf(entry->event, sizeof(entry->event), "%s", event);
	va_start(args, format);
	vsnprintf(entry->reason, sizeof(entry->reason), format, args);
	va_end(args);
	fprintf(stderr, "<%d>%s%s%s%s%s: %s\n", level, entry->service, service ? " " : "",
		entry->backend, backend ? " " : "", event, entry->reason);
}

size_t journal_n(void)
{
	return added < JOURNAL_MAX ? added : JOURNAL_MAX;
}

const struct journal_entry *journal_at(size_t i)
{
	return &entries[(added - 1 - i) % JOURNAL_MAX];
}

void journal_print(struct out *out)
{
	const struct journal_entry *entry;
	size_t i;

	for (i = journal_n(); i-- > 0;) {
		entry = journal_at(i);
		out_begin(out);
		out_string(out, "time", entry->time);
		if (*entry->service)
			out_string(out, "service_name", entry->service);
		if (*entry->backend)
			out_string(out, "name", entry->backend);
		out_string(out, "event", entry->event);
		out_string(out, "reason", entry->reason);
		out_end(out);
	}
}
