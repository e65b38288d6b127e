/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The clocks. The unit tests have clocks of their own. */
#ifndef DSRCTL_CLOCK_H
#define DSRCTL_CLOCK_H

#include <linux/types.h>
#include <stddef.h>

/* Size of the longest text of a time. */
#define CLOCK_TEXT 48

enum clock_form {
	CLOCK_ISO,	/* 2026-11-29T12:00:01.234567+01:00 */
	CLOCK_SHORT,	/* the same without the zone, as ip -ts prints it */
	CLOCK_LONG,	/* Sun Nov 29 12:00:01 2026 234567 usec, as ip -t prints it */
};

/* Return the nanoseconds of CLOCK_MONOTONIC, for elapsed time. It is never 0. */
__u64 clock_now(void);
/* Wait until clock_now() would return this time or a later one. */
void clock_wait_until(__u64 time);
/* Return the local time as text. */
const char *clock_format(enum clock_form form, char *text, size_t size);

#endif
