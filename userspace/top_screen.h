/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The terminal of dsrctl top. */
#ifndef DSRCTL_TOP_SCREEN_H
#define DSRCTL_TOP_SCREEN_H

#include "top.h"

/* Take over the terminal. Return 0, or -1 with err filled. */
int top_screen_open(struct dsr_error *err);
void top_screen_close(void);

/* Draw everything. Only what differs from before is sent to the terminal. */
void top_screen_draw(struct top *top);

/* Wait for keys until the time of clock_now() is reached, and handle and draw them. Return
 * earlier if the user has quit or changed the interval, or a signal asks the program to end.
 */
void top_screen_wait(struct top *top, __u64 until);

#endif
