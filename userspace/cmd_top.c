// SPDX-License-Identifier: GPL-2.0-or-later
/* The command top: rates and shares, on a terminal or as text. */
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "dsrctl.h"
#include "show.h"
#include "top_screen.h"

/* Nanoseconds between two readings, unless there is an option. */
#define INTERVAL 2000000000ULL
/* Until the first rates appear on a terminal. */
#define FIRST 500000000ULL

struct run {
	struct dsrctl *ctl;
	struct top top;
	struct snapshot before, now;
	bool plain;
};

/* Print a line for each reason that packets were dropped for. */
static void print_drops(const struct top *top, FILE *file)
{
	const struct rates_drop *drop;
	char rate[16];
	size_t i;

	for (i = 0; i < top->drops.n; i++) {
		drop = list_at(&top->drops, i);
		if (drop->rate > 0)
			fprintf(file, "dropped %s/s: %s\n",
				rates_format(drop->rate, rate, sizeof(rate)), drop->name);
	}
}

/* Print a block: the head, all rows, and the drops. */
static int print_block(struct run *run, struct dsr_error *err)
{
	struct top *top = &run->top;
	FILE *file = run->ctl->file;
	char line[TOP_LINE];
	size_t i;

	for (i = 0; i < TOP_HEAD; i++) {
		top_head(top, i, line, 0);
		if (i != TOP_PROMPT_LINE)
			fprintf(file, "%s\n", line);
	}
	for (i = 0; i < top_n_rows(top); i++) {
		top_row(top, i, line, 0);
		fprintf(file, "%s\n", line);
	}
	print_drops(top, file);
	fputc('\n', file);
	return show_flush(run->ctl, err);
}

static int show(struct run *run, struct dsr_error *err)
{
	if (run->plain)
		return print_block(run, err);
	top_screen_draw(&run->top);
	return 0;
}

static void wait_until(struct run *run, __u64 time)
{
	if (run->plain)
		clock_wait_until(time);
	else
		top_screen_wait(&run->top, time);
}

/* Read the counters, and compute what there is to show. */
static int update(struct run *run, struct dsr_error *err)
{
	struct snapshot next = SNAPSHOT;
	char time[CLOCK_TEXT];

	if (run->ctl->names)
		names_refresh(run->ctl->names);
	if (snapshot_read(run->ctl->nl, run->ctl->names, &next, err)) {
		snapshot_free(&next);
		return -1;
	}
	snapshot_move(&run->before, &run->now);
	snapshot_move(&run->now, &next);
	clock_format(CLOCK_ISO, time, sizeof(time));
	time[strlen("2026-11-29T12:00:01")] = '\0';
	top_update(&run->top, &run->before, &run->now, time + strlen("2026-11-29T"));
	return 0;
}

/* The first rates appear soon, and later ones at the times that the interval gives. */
static __u64 next_time(const struct run *run, __u64 time, __u32 shown)
{
	if (!run->plain && !shown && run->top.interval > FIRST)
		return show_next(time, FIRST);
	return show_next(time, run->top.interval);
}

static int loop(struct run *run, struct dsr_error *err)
{
	const __u32 count = run->ctl->count;
	__u64 next = clock_now(), interval;
	__u32 shown = 0;

	if (update(run, err))
		return -1;
	if (!run->plain)
		top_screen_draw(&run->top);
	while (!count || shown < count) {
		interval = run->top.interval;
		next = next_time(run, next, shown);
		wait_until(run, next);
		if (run->top.quit)
			return 0;
		if (run->top.interval != interval)
			next = clock_now();
		if (update(run, err) || show(run, err))
			return -1;
		shown++;
	}
	return 0;
}

int cmd_top(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	struct run run = { .ctl = ctl, .before = SNAPSHOT, .now = SNAPSHOT };
	int ret;

	run.plain = args->plain || !isatty(STDIN_FILENO) || !isatty(fileno(ctl->file));
	if (ctl->json)
		return error_usage(err,
				   "top is for people: expected no --json, or service show and backend show with --stats --interval");
	top_init(&run.top, ctl->interval ? ctl->interval : INTERVAL);
	ret = run.plain ? 0 : top_screen_open(err);
	if (!ret)
		ret = loop(&run, err);
	if (!run.plain)
		top_screen_close();
	top_free(&run.top);
	snapshot_free(&run.before);
	snapshot_free(&run.now);
	return ret;
}
