// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sweeps: a check that asks from several source ports. Routers, links and processors choose by the
 * port, so each port is a way of its own, and one of them may be broken. Each way is a try of the
 * check's own type; asking again repeats those that nothing has answered, from the same ports.
 */
#include <stdlib.h>

#include "dsrd/attempt.h"
#include "error.h"

enum way_state {
	WAY_ASKED,
	WAY_ANSWERED,
	WAY_LOST,
	WAY_VOID,
};

struct way {
	struct attempt attempt;
	enum way_state state;
};

struct sweep {
	unsigned int n;
	bool busy;		/* ways are being started or ended */
	struct way ways[];
};

static unsigned int count(const struct sweep *sweep, enum way_state state)
{
	unsigned int i, n = 0;

	for (i = 0; i < sweep->n; i++)
		n += sweep->ways[i].state == state;
	return n;
}

/* Return the first way in this state. */
static const struct attempt *first(const struct sweep *sweep, enum way_state state)
{
	unsigned int i = 0;

	while (sweep->ways[i].state != state)
		i++;
	return &sweep->ways[i].attempt;
}

/* Report, unless an answer is still awaited. */
static void conclude(struct attempt *attempt)
{
	struct sweep *sweep = attempt->data;
	unsigned int lost = count(sweep, WAY_LOST), all = lost + count(sweep, WAY_ANSWERED);
	unsigned int fall = attempt->check->sweep_fall;
	bool failed = lost && (lost >= fall || lost == all);

	if (sweep->busy || count(sweep, WAY_ASKED))
		return;
	attempt->ways = all;
	attempt->lost = lost;
	if (lost)
		attempt->cause = first(sweep, WAY_LOST)->cause;
	if (!all)
		attempt_done(attempt, ATTEMPT_VOID, "%s", first(sweep, WAY_VOID)->reason);
	else if (lost)
		attempt_done(attempt, failed ? ATTEMPT_FAILURE : ATTEMPT_SUCCESS,
			     "%u of %u ways lost: %s", lost, all, first(sweep, WAY_LOST)->reason);
	else
		attempt_done(attempt, ATTEMPT_SUCCESS, "%u ways: %s", all,
			     first(sweep, WAY_ANSWERED)->reason);
}

static void on_way_done(struct attempt *way_attempt, enum attempt_result result)
{
	static const enum way_state states[] = {
		[ATTEMPT_SUCCESS] = WAY_ANSWERED,
		[ATTEMPT_FAILURE] = WAY_LOST,
		[ATTEMPT_VOID] = WAY_VOID,
	};
	/* The try is the first member of the way. */
	struct way *way = (struct way *)way_attempt;

	way->state = states[result];
	conclude(way_attempt->owner);
}

static void on_way_began(struct attempt *attempt)
{
	(void)attempt;
}

/* Ask by a way, from the port that it had before, if any. */
static void ask(struct attempt *attempt, struct way *way)
{
	way->attempt = (struct attempt){
		.check = attempt->check, .target = attempt->target, .done = on_way_done,
		.began = on_way_began, .owner = attempt, .is_way = true,
		.source_port = way->attempt.source_port
	};
	attempt_start(&way->attempt);
}

static void start(struct attempt *attempt)
{
	unsigned int i, n = attempt->check->sweep;
	struct sweep *sweep = error_check_alloc(calloc(1, sizeof(*sweep) + n * sizeof(struct way)));

	attempt->data = sweep;
	sweep->n = n;
	sweep->busy = true;
	for (i = 0; i < n; i++)
		ask(attempt, &sweep->ways[i]);
	sweep->busy = false;
	conclude(attempt);
}

/* What the other side has begun to answer goes on. */
static void again(struct attempt *attempt)
{
	struct sweep *sweep = attempt->data;
	struct way *way;
	unsigned int i;

	sweep->busy = true;
	for (i = 0; i < sweep->n; i++) {
		way = &sweep->ways[i];
		if (way->state != WAY_ASKED || way->attempt.is_heard)
			continue;
		attempt_stop(&way->attempt);
		ask(attempt, way);
	}
	sweep->busy = false;
	conclude(attempt);
}

static void expire(struct attempt *attempt)
{
	struct sweep *sweep = attempt->data;
	unsigned int i;

	sweep->busy = true;
	for (i = 0; i < sweep->n; i++)
		if (sweep->ways[i].state == WAY_ASKED)
			attempt_expire(&sweep->ways[i].attempt);
	sweep->busy = false;
	conclude(attempt);
}

static void stop(struct attempt *attempt)
{
	struct sweep *sweep = attempt->data;
	unsigned int i;

	for (i = 0; i < sweep->n; i++)
		attempt_stop(&sweep->ways[i].attempt);
	free(sweep);
	attempt->data = NULL;
}

const struct attempt_kind ask_sweep = { "sweep", start, stop, again, expire };
