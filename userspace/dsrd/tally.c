// SPDX-License-Identifier: GPL-2.0-or-later
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "dsrd/tally.h"
#include "error.h"

#define MICROSECOND 1000ULL
#define MILLISECOND (1000 * MICROSECOND)

static const __u64 bounds[TALLY_BOUNDS] = {
	500 * MICROSECOND, 1 * MILLISECOND, 2 * MILLISECOND, 5 * MILLISECOND, 10 * MILLISECOND,
	25 * MILLISECOND, 50 * MILLISECOND, 100 * MILLISECOND, 250 * MILLISECOND,
	500 * MILLISECOND, 1000 * MILLISECOND
};

static const char *const causes[CAUSES] = {
	[CAUSE_ANSWER] = "answer",
	[CAUSE_TIMEOUT] = "timeout",
	[CAUSE_REFUSED] = "refused",
	[CAUSE_UNREACHABLE] = "unreachable",
	[CAUSE_CLOSED] = "closed",
	[CAUSE_TLS] = "tls",
	[CAUSE_PROGRAM] = "program",
	[CAUSE_OTHER] = "other",
};

static const char *const targets[] = { "host", "path" };

/* All tallies, as a tree, and in the order in which they were asked for. */
static void *tree;
static struct tally **tallies;
static size_t n_tallies, room;

static int compare(const void *a, const void *b)
{
	const struct tally *left = a, *right = b;

	return config_compare_keys(&left->service, &right->service);
}

void tally_begin(void)
{
	size_t i;

	for (i = 0; i < n_tallies; i++) {
		tallies[i]->wanted = false;
		tallies[i]->of[false].used = false;
		tallies[i]->of[true].used = false;
	}
}

struct tally *tally_get(const struct dsr_key *service, const char *name)
{
	struct tally like = { .service = *service }, *tally;
	struct tally **found = tfind(&like, &tree, compare);

	if (found) {
		tally = *found;
	} else {
		tally = error_check_alloc(calloc(1, sizeof(*tally)));
		tally->service = *service;
		error_check_alloc(tsearch(tally, &tree, compare));
		if (n_tallies == room) {
			room = room ? 2 * room : 16;
			tallies = error_check_alloc(reallocarray(tallies, room, sizeof(*tallies)));
		}
		tallies[n_tallies++] = tally;
	}
	tally->wanted = true;
	snprintf(tally->name, sizeof(tally->name), "%s", name);
	return tally;
}

void tally_end(void)
{
	size_t i, n = 0;

	for (i = 0; i < n_tallies; i++) {
		if (tallies[i]->wanted) {
			tallies[n++] = tallies[i];
			continue;
		}
		tdelete(tallies[i], &tree, compare);
		free(tallies[i]);
	}
	n_tallies = n;
	if (n)
		return;
	free(tallies);
	tallies = NULL;
	room = 0;
}

static void count(struct tally_counts *counts, __u64 duration)
{
	int i;

	for (i = 0; i < TALLY_BOUNDS && duration > bounds[i]; i++)
		;
	counts->buckets[i]++;
	counts->duration += duration;
}

void tally_success(struct tally_counts *counts, __u64 duration, time_t now)
{
	count(counts, duration);
	counts->last_success = now;
}

void tally_failure(struct tally_counts *counts, __u64 duration, enum attempt_cause cause)
{
	count(counts, duration);
	counts->failures[cause]++;
}

/* A family that has samples of each service and target. */
typedef void (*write_fn)(const struct metrics *metrics, const char *name, struct text *labels,
			 const struct tally_counts *counts);

/* Write a sample with a further label. */
static void write_with(const struct metrics *metrics, const char *name, struct text *labels,
		       const char *label, const char *value, __u64 number)
{
	size_t n = labels->n;

	metrics_label(labels, label, value);
	metrics_sample(metrics, name, labels->bytes);
	metrics_number(metrics, number);
	labels->n = n;
	labels->bytes[n] = '\0';
}

static void write_durations(const struct metrics *metrics, const char *name, struct text *labels,
			    const struct tally_counts *counts)
{
	__u64 sum = 0;
	char bound[24];
	int i;

	(void)name;
	for (i = 0; i < TALLY_BOUNDS; i++) {
		sum += counts->buckets[i];
		/* Numbers of OpenMetrics have a point there. */
		snprintf(bound, sizeof(bound), bounds[i] % (1000 * MILLISECOND) ? "%g" : "%.1f",
			 bounds[i] / 1e9);
		write_with(metrics, "check_duration_seconds_bucket", labels, "le", bound, sum);
	}
	sum += counts->buckets[TALLY_BOUNDS];
	write_with(metrics, "check_duration_seconds_bucket", labels, "le", "+Inf", sum);
	metrics_sample(metrics, "check_duration_seconds_sum", labels->bytes);
	metrics_real(metrics, counts->duration / 1e9);
	metrics_sample(metrics, "check_duration_seconds_count", labels->bytes);
	metrics_number(metrics, sum);
}

static void write_failures(const struct metrics *metrics, const char *name, struct text *labels,
			   const struct tally_counts *counts)
{
	int i;

	for (i = 0; i < CAUSES; i++)
		write_with(metrics, name, labels, "reason", causes[i], counts->failures[i]);
}

static void write_transitions(const struct metrics *metrics, const char *name, struct text *labels,
			      const struct tally_counts *counts)
{
	metrics_sample(metrics, name, labels->bytes);
	metrics_number(metrics, counts->transitions);
}

static void write_last_success(const struct metrics *metrics, const char *name,
			       struct text *labels, const struct tally_counts *counts)
{
	metrics_sample(metrics, name, labels->bytes);
	metrics_number(metrics, counts->last_success);
}

static void write_family(const struct metrics *metrics, const char *name, const char *type,
			 const char *help, write_fn write)
{
	struct text labels = { 0 };
	size_t i, j;

	metrics_family(metrics, name, type, help);
	for (i = 0; i < n_tallies; i++) {
		for (j = 0; j < 2; j++) {
			if (!tallies[i]->of[j].used)
				continue;
			metrics_label(&labels, "service", tallies[i]->name);
			metrics_label(&labels, "target", targets[j]);
			write(metrics, name, &labels, &tallies[i]->of[j]);
			text_free(&labels);
		}
	}
}

void tally_write(const struct metrics *metrics)
{
	write_family(metrics, "check_duration_seconds", "histogram",
		     "Time that checks took, by the path to the VIP or at the backend's own address.",
		     write_durations);
	write_family(metrics, "check_failures_total", "counter",
		     "Checks that failed, by what was wrong.", write_failures);
	write_family(metrics, "check_transitions_total", "counter",
		     "Changes of what checks say of a backend, up or down.", write_transitions);
	write_family(metrics, "check_last_success_timestamp_seconds", "gauge",
		     "When a check of any backend last succeeded; 0 if none has.",
		     write_last_success);
}
