// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "clock.h"

#define SECOND 1000000000ULL

__u64 clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * SECOND + now.tv_nsec + 1;
}

void clock_wait_until(__u64 time)
{
	const struct timespec until = { time / SECOND, time % SECOND };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
		;
}

const char *clock_format(enum clock_form form, char *text, size_t size)
{
	struct timespec now;
	char day[32], zone[8];
	struct tm local;
	long usec;

	clock_gettime(CLOCK_REALTIME, &now);
	localtime_r(&now.tv_sec, &local);
	usec = now.tv_nsec / 1000;
	strftime(day, sizeof(day), form == CLOCK_LONG ? "%a %b %e %H:%M:%S %Y" :
		 "%Y-%m-%dT%H:%M:%S", &local);
	strftime(zone, sizeof(zone), "%z", &local);
	if (form == CLOCK_LONG)
		snprintf(text, size, "%s %ld usec", day, usec);
	else if (form == CLOCK_SHORT)
		snprintf(text, size, "%s.%06ld", day, usec);
	else
		snprintf(text, size, "%s.%06ld%.3s:%s", day, usec, zone, zone + 3);
	return text;
}
