// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How long dsrd takes to answer, and how many bytes the answers have, for ten thousand backends and
 * without the time that the kernel takes to list them: "make -C userspace bench-status".
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "dsrd/page.h"
#include "metrics.h"
#include "view_fixture.h"

#define ROUNDS 9

static struct fixture fixture;
static struct text text;

static double milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static void answer_metrics(void)
{
	const struct metrics metrics = { .text = &text, .program = "dsrd" };

	metrics_write(&metrics, &fixture.now);
}

static void answer_services(void)
{
	const struct metrics metrics = {
		.text = &text, .program = "dsrd", .scope = METRICS_SERVICES
	};

	metrics_write(&metrics, &fixture.now);
}

static void answer_page(void)
{
	view_free(&fixture.view);
	page_overview(&text, fixture_view(&fixture), 1);
}

static void answer_json(void)
{
	view_free(&fixture.view);
	page_json(&text, fixture_view(&fixture), false);
}

static int compare(const void *a, const void *b)
{
	const double *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

static void measure(const char *name, void (*answer)(void))
{
	double times[ROUNDS], begun;
	size_t bytes = 0;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		begun = milliseconds();
		answer();
		times[i] = milliseconds() - begun;
		bytes = text.n;
		text_free(&text);
	}
	qsort(times, ROUNDS, sizeof(*times), compare);
	printf("  %-24s %8.1f ms of CPU %10.0f kB\n", name, times[ROUNDS / 2], bytes / 1e3);
}

static void measure_all(unsigned int services, unsigned int backends)
{
	printf("%u services with %u backends each\n", services, backends);
	fixture_begin(&fixture);
	fixture_fill(&fixture, services, backends);
	fixture_shake(&fixture);
	fixture_view(&fixture);
	measure("/metrics", answer_metrics);
	measure("/metrics?scope=service", answer_services);
	measure("/", answer_page);
	measure("/status.json", answer_json);
	fixture_end(&fixture);
}

int main(void)
{
	measure_all(1, 10000);
	measure_all(100, 100);
	measure_all(10000, 1);
	return 0;
}
