/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What dsrctl top shows: lines of text, made from two snapshots and from the keys that were
 * pressed. These functions ask neither the kernel, nor the clock, nor the terminal.
 */
#ifndef DSRCTL_TOP_H
#define DSRCTL_TOP_H

#include "snapshot.h"

/* The narrowest terminal in which nothing is cut but long names. */
#define TOP_WIDTH 80
#define TOP_LINE 512
/* Lines above the rows: three of totals, one for the prompt, and the titles. */
#define TOP_HEAD 5
#define TOP_PROMPT_LINE 3

enum top_sort {
	TOP_BY_FLOWS,
	TOP_BY_PACKETS,
	TOP_BY_BITS,
	TOP_BY_ACTIVE,
	TOP_BY_NAME,
	TOP_SORTS,
};

enum top_view {
	TOP_SERVICES,
	TOP_DROPS,
	TOP_HELP,
};

enum top_prompt {
	TOP_NO_PROMPT,
	TOP_FILTER,
	TOP_INTERVAL,
};

/* Keys that are no characters. */
enum {
	TOP_KEY_UP = 256,
	TOP_KEY_DOWN,
	TOP_KEY_PAGE_UP,
	TOP_KEY_PAGE_DOWN,
	TOP_KEY_HOME,
	TOP_KEY_END,
	TOP_KEY_ENTER,
	TOP_KEY_ESCAPE,
	TOP_KEY_BACKSPACE,
};

struct top_row {
	const struct rates_result *result;
	const char *name;
	size_t backends, serving;	/* of a service */
	bool is_service;
	bool folded;
};

struct top {
	/* What the user has chosen. */
	enum top_sort sort;
	enum top_view view;
	bool reverse;
	bool folded;			/* all services, except: */
	struct list toggled;		/* struct dsr_key of those that differ from folded */
	char filter[48];
	__u64 interval;			/* in nanoseconds */
	size_t selected;		/* row */
	size_t first;			/* row on the screen */
	enum top_prompt prompt;
	char typed[48];
	char message[96];		/* about the last key, or "" */
	bool quit;

	/* What there is, from top_update(). */
	struct list services, backends;	/* struct rates_result */
	struct list drops;		/* struct rates_drop */
	struct dsr_rates total;
	double drop_rate;
	size_t serving;			/* backends that take new flows */
	const struct dsr_stats *stats;
	char time[32];
	char *names;			/* of services, then of backends, NAMES_TEXT each */

	struct list rows;		/* struct top_row: what the user has chosen of it */
};

void top_init(struct top *top, __u64 interval);
void top_free(struct top *top);

/* Compute everything anew from two snapshots, which must exist until the next call returns; time
 * is a text. The selected row stays selected, wherever it is.
 */
void top_update(struct top *top, const struct snapshot *before, const struct snapshot *now,
		const char *time);

/* Handle a key. height is the number of rows on the screen. */
void top_key(struct top *top, int key, size_t height);

/* Return the number of rows of the view. Make the rows so that the selected one is among those
 * on a screen of that height.
 */
size_t top_n_rows(const struct top *top);
void top_scroll(struct top *top, size_t height);

/* Write a line of the head, a row, or the line at the bottom, without a newline. All but names
 * fit TOP_WIDTH; the line is cut at width, unless it is 0.
 */
void top_head(const struct top *top, unsigned int i, char *line, size_t width);
void top_row(const struct top *top, size_t i, char *line, size_t width);
void top_foot(const struct top *top, char *line, size_t width);
/* Return true if the row is that of a service. */
bool top_is_service(const struct top *top, size_t i);

#endif
