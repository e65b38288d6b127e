// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/nf_dsr.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "dsrd/brake.h"
#include "dsrd/journal.h"
#include "dsrd/kernel.h"
#include "dsrd/registry.h"
#include "error.h"

/* Seconds in which changes are collected, so that one transaction has them. */
#define FLUSH_DELAY 0.01
#define BRAKE_TICK 1.0

static struct registry {
	struct ev_loop *loop;
	struct member **members;	/* in the order of services and addresses */
	size_t n_members;
	size_t n_hosts;			/* addresses that they have */
	__u64 lately;			/* the longest interval of checks */
	struct brake brake;
	bool cut;			/* there is no way to any backend */
	ev_timer flush;
	ev_timer tick;
} registry;

size_t registry_n_members(void)
{
	return registry.n_members;
}

struct member *registry_member(size_t i)
{
	return registry.members[i];
}

bool registry_is_braked(void)
{
	return registry.brake.engaged;
}

enum verdict member_verdict_of(const struct member *member, bool of_path)
{
	enum verdict verdict = VERDICT_NONE;
	unsigned int i;

	for (i = 0; i < member->n_links; i++) {
		if (member->links[i].of_path != of_path)
			continue;
		switch (member->links[i].probe->health.state) {
		case HEALTH_DOWN:
			return VERDICT_DOWN;
		case HEALTH_UNKNOWN:
			verdict = VERDICT_UNKNOWN;
			break;
		case HEALTH_UP:
			if (verdict == VERDICT_NONE)
				verdict = VERDICT_UP;
			break;
		}
	}
	return verdict;
}

/* Return true if probes of the path decide. */
static bool decides_path(const struct member *member)
{
	unsigned int i;

	for (i = 0; i < member->n_links; i++)
		if (member->links[i].of_path)
			return true;
	return false;
}

enum verdict member_verdict(const struct member *member)
{
	return member_verdict_of(member, decides_path(member));
}

/* Return how much a probe has to say about what is wrong. */
static int gravity(const struct probe *probe)
{
	if (probe->health.state == HEALTH_DOWN)
		return 3;
	if (probe->health.bad)
		return 2;
	return probe->whole.state == HEALTH_DOWN;
}

const struct probe *member_reason(const struct member *member)
{
	bool path = decides_path(member);
	const struct probe *probe, *best = NULL;
	unsigned int i;

	for (i = 0; i < member->n_links; i++) {
		probe = member->links[i].probe;
		if (member->links[i].of_path != path || !probe->finished)
			continue;
		if (!best || gravity(probe) > gravity(best))
			best = probe;
	}
	return best;
}

bool member_matches(const struct member *member, const struct member_filter *filter)
{
	if (filter->operands >= 2 && config_compare_keys(&member->service, &filter->service))
		return false;
	return filter->operands < 3 || addr_equal(&member->addr, &filter->addr);
}

/* Return true if the last result says what the state does. */
static bool is_settled(const struct health *health)
{
	return health->state != HEALTH_UNKNOWN && !health_in_transition(health);
}

/* Return true if the kernel is to be told something else than it has. */
static bool is_change(const struct member *member, __u8 *health)
{
	enum verdict verdict = member_verdict(member);

	if (member->paused || (verdict != VERDICT_UP && verdict != VERDICT_DOWN))
		return false;
	*health = verdict == VERDICT_UP ? NF_DSR_HEALTH_UP : NF_DSR_HEALTH_DOWN;
	return *health != member->health;
}

static void journal_change(const struct member *member, const struct kernel_change *change)
{
	const struct probe *probe = member_reason(member);
	bool down = change->health == NF_DSR_HEALTH_DOWN;

	if (change->refused)
		journal_add(JOURNAL_ERROR, member->service_name, member->name, "refused",
			    "the kernel: %s", change->text);
	else
		journal_add(down ? JOURNAL_WARNING : JOURNAL_NOTICE, member->service_name,
			    member->name, down ? "down" : "up", "%s%s%s",
			    probe ? probe->check.name : "", probe ? ": " : "",
			    probe ? probe->reason : "");
}

/* Tell the kernel the health of these members, and note what it has taken. */
static void tell(struct member **members, struct kernel_change *changes, size_t n)
{
	size_t i;

	if (!n)
		return;
	kernel_tell(changes, n);
	for (i = 0; i < n; i++) {
		journal_change(members[i], &changes[i]);
		if (changes[i].refused)
			continue;
		members[i]->health = changes[i].health;
		members[i]->lowered = changes[i].health == NF_DSR_HEALTH_DOWN ? clock_now() : 0;
	}
}

static struct kernel_change change_of(const struct member *member, __u8 health)
{
	return (struct kernel_change){
		.service = member->service, .addr = member->addr, .health = health
	};
}

static bool was_lowered_lately(const struct member *member, __u64 now)
{
	return member->lowered && now - member->lowered <= registry.lately;
}

/* Tell the kernel about the members that a function selects, with the health that it says. */
static void tell_selected(bool (*selects)(const struct member *member, __u8 *health))
{
	struct kernel_change *changes = error_check_alloc(calloc(registry.n_members + 1,
								 sizeof(*changes)));
	struct member **members = error_check_alloc(calloc(registry.n_members + 1,
							   sizeof(*members)));
	__u8 health;
	size_t i, n = 0;

	for (i = 0; i < registry.n_members; i++) {
		if (!selects(registry.members[i], &health))
			continue;
		members[n] = registry.members[i];
		changes[n++] = change_of(registry.members[i], health);
	}
	tell(members, changes, n);
	free(members);
	free(changes);
}

/* A mass failure undoes what its beginning has caused. */
static bool selects_lowered(const struct member *member, __u8 *health)
{
	*health = NF_DSR_HEALTH_UP;
	return member->health == NF_DSR_HEALTH_DOWN && was_lowered_lately(member, clock_now());
}

static bool selects_queued(const struct member *member, __u8 *health)
{
	return member->queued && is_change(member, health);
}

enum {
	HOST_FAILING = 1,
	HOST_FAILING_LATELY = 2,
	HOST_ANSWERING = 4,
};

/* Return what the probes that decide say about the address of a member. */
static unsigned int host_flags(const struct member *member, __u64 now)
{
	bool path = decides_path(member), answers = false;
	const struct health *health;
	unsigned int flags = 0, i;

	for (i = 0; i < member->n_links; i++) {
		health = &member->links[i].probe->health;
		if (member->paused || member->links[i].of_path != path)
			continue;
		answers |= health->good;
		if (!health->bad)
			continue;
		if (member->health == NF_DSR_HEALTH_UP)
			flags |= HOST_FAILING;
		if (now - health->bad_since <= registry.lately)
			flags |= HOST_FAILING_LATELY | HOST_FAILING;
	}
	return flags ? flags : answers ? HOST_ANSWERING : 0;
}

static struct brake_view view(void)
{
	__u8 *flags = error_check_alloc(calloc(registry.n_hosts + 1, 1));
	struct brake_view view = { .all = registry.n_hosts, .cut = registry.cut };
	__u64 now = clock_now();
	size_t i;

	for (i = 0; i < registry.n_members; i++)
		flags[registry.members[i]->host] |= host_flags(registry.members[i], now);
	for (i = 0; i < registry.n_hosts; i++) {
		view.failing += !!(flags[i] & HOST_FAILING);
		view.failing_lately += !!(flags[i] & HOST_FAILING_LATELY);
		view.answering += flags[i] == HOST_ANSWERING;
	}
	free(flags);
	return view;
}

static void journal_brake(const struct brake_view *seen)
{
	if (seen->cut)
		journal_add(JOURNAL_ERROR, NULL, NULL, "brake",
			    "no device or route on the way to any backend is left: their health in the kernel stays as it was");
	else
		journal_add(JOURNAL_ERROR, NULL, NULL, "brake",
			    "%u of %u backends began to fail at the same time: their health in the kernel stays as it was",
			    seen->failing_lately, seen->all);
}

/* See whether there is a mass failure. Return true as long as the kernel is told nothing. */
static bool brakes(void)
{
	struct brake_view seen = view();

	if (!brake_update(&registry.brake, &seen, clock_now()))
		return registry.brake.engaged;
	if (registry.brake.engaged) {
		journal_brake(&seen);
		tell_selected(selects_lowered);
	} else {
		journal_add(JOURNAL_WARNING, NULL, NULL, "release",
			    "%u of %u backends fail, %u answer: the kernel is told what the checks find",
			    seen.failing, seen.all, seen.answering);
	}
	return registry.brake.engaged;
}

static void on_tick(struct ev_loop *loop, ev_timer *timer, int events)
{
	(void)loop;
	(void)timer;
	(void)events;
	brakes();
}

static void on_flush(struct ev_loop *loop, ev_timer *timer, int events)
{
	size_t i;

	(void)loop;
	(void)timer;
	(void)events;
	/* What is not told now comes again with the next result. */
	if (!brakes())
		tell_selected(selects_queued);
	for (i = 0; i < registry.n_members; i++)
		registry.members[i]->queued = false;
}

static void queue(struct member *member)
{
	member->queued = true;
	if (ev_is_active(&registry.flush))
		return;
	ev_timer_set(&registry.flush, FLUSH_DELAY, 0);
	ev_timer_start(registry.loop, &registry.flush);
}

static bool is_of_path(const struct member *member, const struct probe *probe)
{
	unsigned int i;

	for (i = 0; i < member->n_links; i++)
		if (member->links[i].probe == probe)
			return member->links[i].of_path;
	return false;
}

/* Count a result for each service that has the probe: the members of one have different targets. */
static void count_result(const struct probe *probe, bool changed)
{
	const struct member *member;
	struct tally_counts *counts;
	size_t i;

	for (i = 0; i < probe->n_members; i++) {
		member = probe->members[i];
		counts = &member->tally->of[is_of_path(member, probe)];
		if (probe->success)
			tally_success(counts, probe->duration, time(NULL));
		else
			tally_failure(counts, probe->duration, probe->cause);
		counts->transitions += changed;
	}
}

/* Results that confirm a state count, too: somebody else may have changed the kernel's health. */
void registry_on_result(struct probe *probe, bool changed)
{
	struct member *member;
	bool explains;
	__u8 health;
	size_t i;

	count_result(probe, changed);
	for (i = 0; i < probe->n_members; i++) {
		member = probe->members[i];
		explains = !is_of_path(member, probe) && decides_path(member);
		if (explains && changed)
			journal_add(JOURNAL_NOTICE, member->service_name, member->name,
				    probe->health.state == HEALTH_DOWN ? "host-down" : "host-up",
				    "%s: %s", probe->check.name, probe->reason);
		if (!explains && is_settled(&probe->health) && is_change(member, &health))
			queue(member);
	}
}

void registry_on_ways(struct probe *probe)
{
	bool lost = probe->whole.state == HEALTH_DOWN;
	const struct member *member;
	size_t i;

	for (i = 0; i < probe->n_members; i++) {
		member = probe->members[i];
		journal_add(lost ? JOURNAL_WARNING : JOURNAL_NOTICE, member->service_name,
			    member->name, lost ? "degraded" : "whole", "%s: %s", probe->check.name,
			    probe->reason);
	}
}

static int compare_with_member(const void *key, const void *element)
{
	const struct member *like = key, *member = *(struct member *const *)element;

	return config_compare_keys(&like->service, &member->service) ?:
	       config_compare_addrs(&like->addr, &member->addr);
}

static struct member *find(const struct dsr_key *service, const struct dsr_addr *addr)
{
	const struct member like = { .service = *service, .addr = *addr };
	struct member **found = NULL;

	if (registry.n_members)
		found = bsearch(&like, registry.members, registry.n_members,
				sizeof(*registry.members), compare_with_member);
	return found ? *found : NULL;
}

const struct member *registry_find(const struct dsr_key *service, const struct dsr_addr *addr)
{
	return find(service, addr);
}

bool registry_on_backend(const struct dsr_backend *backend)
{
	struct member *member = find(&backend->service, &backend->addr);

	if (!member)
		return false;
	member->health = backend->conf.health;
	return member->mark == backend->conf.check_mark;
}

/* Call a function for the members that match. Return their number. */
static size_t each(const struct member_filter *filter,
		   void (*call)(struct member *member, void *arg), void *arg)
{
	size_t i, n = 0;

	for (i = 0; i < registry.n_members; i++) {
		if (!member_matches(registry.members[i], filter))
			continue;
		n++;
		call(registry.members[i], arg);
	}
	return n;
}

static void run_one(struct member *member, void *arg)
{
	unsigned int i;

	(void)arg;
	for (i = 0; i < member->n_links; i++)
		probe_run(member->links[i].probe);
}

size_t registry_run(const struct member_filter *filter)
{
	return each(filter, run_one, NULL);
}

static void check_done(struct member *member, void *arg)
{
	__u64 *since = arg;
	unsigned int i;

	for (i = 0; i < member->n_links; i++)
		if (member->links[i].probe->finished < *since)
			*since = UINT64_MAX;
}

bool registry_is_done(const struct member_filter *filter, __u64 since)
{
	each(filter, check_done, &since);
	return since != UINT64_MAX;
}

/* A probe asks as long as one of its members wants to know. */
static void update_pause(struct probe *probe)
{
	size_t i;

	for (i = 0; i < probe->n_members; i++)
		if (!probe->members[i]->paused)
			break;
	probe_pause(probe, i == probe->n_members);
}

static void pause_one(struct member *member, void *arg)
{
	const bool *paused = arg;
	unsigned int i;

	if (member->paused == *paused)
		return;
	member->paused = *paused;
	for (i = 0; i < member->n_links; i++)
		update_pause(member->links[i].probe);
	journal_add(JOURNAL_NOTICE, member->service_name, member->name,
		    *paused ? "paused" : "resumed", "by a command");
}

size_t registry_pause(const struct member_filter *filter, bool paused)
{
	return each(filter, pause_one, &paused);
}

void registry_set_uplink(bool is_there)
{
	if (registry.cut == !is_there)
		return;
	registry.cut = !is_there;
	brakes();
}

void registry_release(void)
{
	if (!registry.brake.engaged)
		return;
	registry.brake = (struct brake){ 0 };
	journal_add(JOURNAL_WARNING, NULL, NULL, "release", "by a command");
}

void registry_init(struct ev_loop *loop)
{
	registry.loop = loop;
	registry.cut = false;
	registry.brake = (struct brake){ 0 };
	ev_init(&registry.flush, on_flush);
	ev_timer_init(&registry.tick, on_tick, BRAKE_TICK, BRAKE_TICK);
	ev_timer_start(loop, &registry.tick);
}

void registry_take(struct member **members, size_t n, size_t n_hosts, __u64 lately)
{
	free(registry.members);
	registry.members = members;
	registry.n_members = n;
	registry.n_hosts = n_hosts;
	registry.lately = lately;
}
