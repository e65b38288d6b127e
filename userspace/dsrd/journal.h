/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What happened: each entry goes to standard error, from where systemd takes it into its journal,
 * and the last JOURNAL_MAX ones are kept in memory for "dsrctl health log".
 */
#ifndef DSRD_JOURNAL_H
#define DSRD_JOURNAL_H

#include "clock.h"
#include "names.h"
#include "out.h"

#define JOURNAL_MAX 1000

/* As syslog(3) numbers them. */
enum journal_level {
	JOURNAL_ERROR = 3,
	JOURNAL_WARNING = 4,
	JOURNAL_NOTICE = 5,
};

struct journal_entry {
	char time[CLOCK_TEXT];
	enum journal_level level;
	/* What it is about; empty: dsrd itself. */
	char service[NAMES_TEXT];
	char backend[NAMES_TEXT];
	char event[16];		/* one word, for programs */
	char reason[200];
};

/* Add an entry. The format is that of the reason. service and backend may be NULL. */
void journal_add(enum journal_level level, const char *service, const char *backend,
		 const char *event, const char *format, ...) __printf(5, 6);

/* Return how many entries are kept, and one of them: 0 is the newest. */
size_t journal_n(void);
const struct journal_entry *journal_at(size_t i);

/* Print all entries, the oldest first. */
void journal_print(struct out *out);

#endif
