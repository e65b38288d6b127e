/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A snapshot in Prometheus' text format. */
#ifndef DSRCTL_METRICS_H
#define DSRCTL_METRICS_H

#include <stdio.h>

#include "snapshot.h"

void metrics_write(FILE *file, const struct snapshot *snapshot);

/* Write a value of a label without its quotes. All but printable ASCII is \xNN in it. */
void metrics_escape(const char *value, char *text, size_t size);

#endif
