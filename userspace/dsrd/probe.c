// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "dsrd/probe.h"
#include "error.h"

/* How late a timer may be until this process, and not the target, is to blame: it was stopped, or
 * has no processor.
 */
#define LATE (HEALTH_SECOND / 4)

#define MILLISECOND (HEALTH_SECOND / 1000)

static void set_timer(ev_timer *timer, __u64 delay)
{
	ev_timer_stop(attempt_loop, timer);
	ev_now_update(attempt_loop);
	ev_timer_set(timer, (double)delay / HEALTH_SECOND, 0);
	ev_timer_start(attempt_loop, timer);
}

static void stop_attempts(struct probe *probe)
{
	unsigned int i;

	for (i = 0; i < probe->n_attempts; i++)
		attempt_stop(&probe->attempts[i]);
	ev_timer_stop(attempt_loop, &probe->step);
	probe->running = false;
}

/* Have the next check begin an interval after this one did. */
static void schedule(struct probe *probe, __u64 now)
{
	__u64 begin = probe->started + health_delay(&probe->health, &probe->conf, arc4random());

	if (probe->hurried) {
		probe->hurried--;
		if (probe->started + probe->conf.fast_interval < begin)
			begin = probe->started + probe->conf.fast_interval;
	}
	set_timer(&probe->next, begin > now ? begin - now : 0);
}

/* Note whether a sweep has lost ways. That takes as many results as the health does. */
static void note_ways(struct probe *probe, __u64 now)
{
	if (probe->ways && health_result(&probe->whole, &probe->conf, !probe->lost, now))
		registry_on_ways(probe);
}

static void finish(struct probe *probe, enum attempt_result result, const char *reason)
{
	__u64 now = clock_now();
	bool changed;

	stop_attempts(probe);
	probe->finished = now;
	probe->duration = now - probe->started;
	snprintf(probe->reason, sizeof(probe->reason), "%s", reason);
	if (result == ATTEMPT_VOID) {
		schedule(probe, now);
		return;
	}
	probe->success = result == ATTEMPT_SUCCESS;
	changed = health_result(&probe->health, &probe->conf, probe->success, now);
	if (!probe->paused)
		schedule(probe, now);
	note_ways(probe, now);
	registry_on_result(probe, changed);
}

static void on_done(struct attempt *attempt, enum attempt_result result)
{
	struct probe *probe = attempt->owner;
	char reason[sizeof(attempt->reason)];

	if (attempt->expires)
		probe->expires = attempt->expires;
	probe->ways = attempt->ways;
	probe->lost = attempt->lost;
	memcpy(reason, attempt->reason, sizeof(reason));
	probe->cause = attempt->cause;
	if (probe->running)
		finish(probe, result, reason);
}

/* Set the timer for the next try, or for the end. */
static void await(struct probe *probe)
{
	__u64 due = probe->n_attempts < probe->conf.tries ?
		health_try(&probe->conf, probe->n_attempts) : probe->conf.timeout;
	__u64 past = clock_now() - probe->started;

	set_timer(&probe->step, due > past ? due - past : 0);
}

static void on_began(struct attempt *attempt)
{
	struct probe *probe = attempt->owner;

	if (probe->n_attempts == 1)
		probe->started = clock_now();
	await(probe);
}

static void ask(struct probe *probe)
{
	unsigned int n = probe->n_attempts++;
	struct attempt *attempt = &probe->attempts[n];

	if (n && attempt_again(&probe->attempts[0])) {
		if (probe->running)
			await(probe);
		return;
	}
	*attempt = (struct attempt){
		.check = &probe->check, .target = &probe->target, .done = on_done,
		.began = on_began, .owner = probe
	};
	attempt_start(attempt);
}

/* Return the try that knows most: the last one that has something to say, or else the last one. */
static struct attempt *best_attempt(struct probe *probe)
{
	struct attempt *best = NULL, *attempt;
	unsigned int i;

	for (i = 0; i < probe->n_attempts; i++) {
		attempt = &probe->attempts[i];
		if (attempt->kind && (!best || *attempt->reason || !*best->reason))
			best = attempt;
	}
	return best;
}

/* Have a try say what it means that nothing has answered. */
static void time_out(struct probe *probe, __u64 late)
{
	char reason[sizeof(probe->reason)];

	if (late <= LATE) {
		attempt_expire(best_attempt(probe));
		return;
	}
	snprintf(reason, sizeof(reason), "no result: dsrd was late by %llu ms",
		 (unsigned long long)(late / MILLISECOND));
	finish(probe, ATTEMPT_VOID, reason);
}

static void on_step(struct ev_loop *loop, ev_timer *timer, int events)
{
	struct probe *probe = timer->data;
	__u64 past = clock_now() - probe->started;

	(void)loop;
	(void)events;
	if (past >= probe->conf.timeout)
		time_out(probe, past - probe->conf.timeout);
	else if (probe->n_attempts < probe->conf.tries &&
		 past >= health_try(&probe->conf, probe->n_attempts))
		ask(probe);
	else
		await(probe);
}

static void begin(struct probe *probe)
{
	ev_timer_stop(attempt_loop, &probe->next);
	probe->running = true;
	probe->n_attempts = 0;
	probe->started = clock_now();
	ask(probe);
}

static void on_next(struct ev_loop *loop, ev_timer *timer, int events)
{
	(void)loop;
	(void)events;
	begin(timer->data);
}

static struct health_conf conf_of(const struct config_check *check)
{
	return (struct health_conf){
		.rise = check->rise, .fall = check->fall,
		.tries = check->kind == CHECK_EXEC ? 1 : check->tries,
		.interval = check->interval * MILLISECOND,
		.fast_interval = check->fast_interval * MILLISECOND,
		.max_interval = check->max_interval * MILLISECOND,
		.timeout = check->timeout * MILLISECOND,
	};
}

struct probe *probe_new(const struct config_check *check, const struct target *target,
			enum health_state adopted)
{
	struct probe *probe = error_check_alloc(calloc(1, sizeof(*probe)));

	probe->check = *check;
	probe->target = *target;
	probe->conf = conf_of(check);
	health_adopt(&probe->health, adopted, clock_now());
	health_adopt(&probe->whole, HEALTH_UP, clock_now());
	ev_init(&probe->next, on_next);
	ev_init(&probe->step, on_step);
	probe->next.data = probe;
	probe->step.data = probe;
	set_timer(&probe->next, health_phase(&probe->conf, arc4random()));
	return probe;
}

void probe_free(struct probe *probe)
{
	stop_attempts(probe);
	ev_timer_stop(attempt_loop, &probe->next);
	free(probe->members);
	free(probe);
}

void probe_run(struct probe *probe)
{
	if (!probe->running)
		begin(probe);
}

bool probe_hurry(struct probe *probe, __u64 when, unsigned int checks)
{
	__u64 now = clock_now(), begin = probe->started + probe->conf.fast_interval;

	if (probe->paused || (probe->running && probe->hurried >= checks))
		return false;
	if (probe->running) {
		probe->hurried = checks;
		return true;
	}
	if (!probe->started || begin < when)
		begin = when;
	if (probe->hurried < checks - 1)
		probe->hurried = checks - 1;
	if (begin > now && ev_timer_remaining(attempt_loop, &probe->next) * HEALTH_SECOND <=
	    begin - now)
		return false;
	set_timer(&probe->next, begin > now ? begin - now : 0);
	return true;
}

void probe_pause(struct probe *probe, bool paused)
{
	if (probe->paused == paused)
		return;
	probe->paused = paused;
	stop_attempts(probe);
	ev_timer_stop(attempt_loop, &probe->next);
	if (!paused)
		set_timer(&probe->next, health_phase(&probe->conf, arc4random()));
}
