/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A clock for the tests, in place of clock.c. It advances when dsrctl waits. */
#ifndef FAKE_CLOCK_H
#define FAKE_CLOCK_H

#include "clock.h"

/* The text of every time in clock_format(). */
#define FAKE_TIME "2026-11-29T12:00:01.234567+00:00"

/* Begin at 1 second. After each wait, the clock is late by a number of nanoseconds, and the
 * function changes what the fake kernel answers. It may be NULL.
 */
void fake_clock_start(__u64 late, void (*waited)(unsigned int times));

#endif
