// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdint.h>

#include "health.h"

void health_adopt(struct health *health, enum health_state state, __u64 now)
{
	*health = (struct health){ .state = state, .since = now };
}

/* Note that it went down, and hold it down if that happens often. */
static void note_flap(struct health *health, __u64 now)
{
	unsigned int doublings;
	__u64 hold;

	if (!health->flaps || now - health->flapped > HEALTH_FLAP_WINDOW)
		health->flaps = 0;
	health->flaps++;
	health->flapped = now;
	if (health->flaps <= HEALTH_FLAP_FREE)
		return;
	doublings = health->flaps - HEALTH_FLAP_FREE - 1;
	hold = doublings < 5 ? HEALTH_FLAP_HOLD << doublings : HEALTH_FLAP_HOLD_MAX;
	health->held_until = now + hold;
}

static enum health_state next_state(const struct health *health, const struct health_conf *conf,
				    __u64 now)
{
	if (health->state != HEALTH_DOWN && health->bad >= conf->fall)
		return HEALTH_DOWN;
	if (health->state != HEALTH_UP && health->good >= conf->rise && now >= health->held_until)
		return HEALTH_UP;
	return health->state;
}

static void count(unsigned int *counter)
{
	if (*counter + 1)
		++*counter;
}

bool health_result(struct health *health, const struct health_conf *conf, bool success, __u64 now)
{
	enum health_state before = health->state;

	if (success) {
		count(&health->good);
		health->bad = 0;
	} else {
		if (!health->bad)
			health->bad_since = now;
		count(&health->bad);
		health->good = 0;
	}
	health->state = next_state(health, conf, now);
	if (health->state == before)
		return false;
	if (before == HEALTH_UP)
		note_flap(health, now);
	health->since = now;
	return true;
}

bool health_in_transition(const struct health *health)
{
	switch (health->state) {
	case HEALTH_UP:
		return health->bad;
	case HEALTH_DOWN:
		return health->good;
	default:
		return true;
	}
}

/* Return the interval of what is down: twice as long after each failure, up to the maximum. */
static __u64 back_off(const struct health *health, const struct health_conf *conf)
{
	unsigned int n = health->bad > conf->fall ? health->bad - conf->fall : 0;
	__u64 delay = conf->interval;

	while (n-- && delay < conf->max_interval)
		delay *= 2;
	return delay < conf->max_interval ? delay : conf->max_interval;
}

static __u64 plain_delay(const struct health *health, const struct health_conf *conf)
{
	/* What is held down has succeeded often enough. */
	if (health->state == HEALTH_DOWN && health->good >= conf->rise)
		return conf->interval;
	if (health_in_transition(health))
		return conf->fast_interval;
	return health->state == HEALTH_DOWN ? back_off(health, conf) : conf->interval;
}

/* Return a part of a time, from none to all of it. */
static __u64 part_of(__u64 time, __u32 random)
{
	return time / UINT32_MAX * random + time % UINT32_MAX * random / UINT32_MAX;
}

__u64 health_delay(const struct health *health, const struct health_conf *conf, __u32 random)
{
	__u64 delay = plain_delay(health, conf);

	return delay - delay / 10 + part_of(delay / 5, random);
}

__u64 health_phase(const struct health_conf *conf, __u32 random)
{
	return part_of(conf->interval, random);
}

__u64 health_try(const struct health_conf *conf, unsigned int n)
{
	return conf->timeout / conf->tries * n;
}
