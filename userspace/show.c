// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>

#include "clock.h"
#include "print.h"
#include "show.h"

void show_restart(void *arg)
{
	struct show_records *records = arg;

	list_clear(&records->list);
	records->time = clock_now();
}

static void print_records(const struct dsrctl *ctl, const struct show *show,
			  const struct list *records, unsigned int when, struct dsr_error *err)
{
	struct out *out = dsrctl_out(ctl, print_conf_columns(show->object), when);
	size_t i;

	out_measure(out);
	do {
		for (i = 0; i < records->n; i++)
			show->print(out, list_at(records, i));
	} while (out_again(out));
	dsrctl_close(out, err);
}

int show_flush(const struct dsrctl *ctl, struct dsr_error *err)
{
	if (fflush(ctl->file) || ferror(ctl->file))
		return error_usage(err, "standard output: %s", strerror(errno));
	return 0;
}

/* Print the records with their rates, as one block or array. */
static int print_rates(const struct dsrctl *ctl, const struct show *show,
		       const struct show_records *records, const struct rates_reading *before,
		       const struct rates_reading *now, unsigned int when, struct dsr_error *err)
{
	char time[CLOCK_TEXT];
	struct dsr_rates *rates;
	size_t i;

	clock_format(CLOCK_ISO, time, sizeof(time));
	for (i = 0; i < records->list.n; i++) {
		rates = show->rates((void *)list_at(&records->list, i));
		rates_of(before, list_at(&now->objects, i), records->time, rates);
		rates->time = time;
	}
	if (!ctl->json)
		fprintf(ctl->file, "%s, %.3f seconds\n", time,
			(records->time - before->time) / 1e9);
	print_records(ctl, show, &records->list, when | OUT_RATES, err);
	if (!ctl->json)
		fputc('\n', ctl->file);
	return show_flush(ctl, err);
}

__u64 show_next(__u64 time, __u64 interval)
{
	__u64 now = clock_now();

	do
		time += interval;
	while (time <= now);
	return time;
}

static int read_rates(struct dsrctl *ctl, const struct dsr_args *args, const struct show *show,
		      struct show_records *records, struct rates_reading *now,
		      struct dsr_error *err)
{
	size_t i;

	if (show->read(ctl, args, records, err))
		return -1;
	now->time = records->time;
	for (i = 0; i < records->list.n; i++)
		show->add(now, list_at(&records->list, i));
	rates_sort(now);
	return 0;
}

static int show_rates(struct dsrctl *ctl, const struct dsr_args *args, const struct show *show,
		      struct show_records *records, unsigned int when, struct dsr_error *err)
{
	struct rates_reading before = RATES_READING, now = RATES_READING;
	__u64 next = clock_now();
	__u32 shown = 0;
	int ret;

	ret = read_rates(ctl, args, show, records, &before, err);
	while (!ret && (!ctl->count || shown < ctl->count)) {
		next = show_next(next, ctl->interval);
		clock_wait_until(next);
		ret = read_rates(ctl, args, show, records, &now, err);
		if (!ret)
			ret = print_rates(ctl, show, records, &before, &now, when, err);
		/* The columns that were left out are the same ones each time, or nearly so. */
		if (shown++)
			err->warning[0] = '\0';
		error_warn(err, ctl->json, ctl->warnings);
		rates_move(&before, &now);
	}
	rates_free(&before);
	rates_free(&now);
	return ret;
}

int show_run(struct dsrctl *ctl, const struct dsr_args *args, const struct show *show,
	     struct dsr_error *err)
{
	struct show_records records = { .list.size = show->size };
	unsigned int when = show->is_one(args) ? OUT_DETAIL : 0;
	int ret;

	if (ctl->interval) {
		ret = show_rates(ctl, args, show, &records, when, err);
	} else {
		ret = show->read(ctl, args, &records, err);
		if (!ret)
			print_records(ctl, show, &records.list, when, err);
	}
	list_free(&records.list);
	return ret;
}
