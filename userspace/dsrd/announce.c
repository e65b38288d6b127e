// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/nf_dsr.h>
#include <string.h>

#include "announce.h"

void announce_adopt(struct announce *announce, enum announce_level level, __u64 now)
{
	*announce = (struct announce){ .level = level, .since = now };
}

static void note_view(struct announce *announce, const struct announce_view *view, __u64 now)
{
	int level;

	announce->decided |= view->decided;
	if (view->drained && !announce->drained)
		announce->drained_since = now;
	announce->drained = view->drained;
	for (level = ANNOUNCE_DRAINING; level < ANNOUNCE_LEVELS; level++) {
		if (!announce->decided || (int)view->deserves < level)
			announce->deserved[level] = 0;
		else if (!announce->deserved[level])
			announce->deserved[level] = now;
	}
}

/* Return the best level that the VIP has deserved for long enough. */
static enum announce_level settled(const struct announce *announce,
				   const struct announce_conf *conf, __u64 now)
{
	int level = ANNOUNCE_FULL;

	while (level > ANNOUNCE_NONE && (!announce->deserved[level] ||
					 now - announce->deserved[level] < conf->settle))
		level--;
	return level;
}

/* Return the level of a VIP that is drained. What nobody can use goes at once. */
static enum announce_level drained_level(const struct announce *announce,
					 const struct announce_conf *conf,
					 const struct announce_view *view, __u64 now)
{
	bool useless = announce->decided && !view->held && view->deserves == ANNOUNCE_NONE;

	if (announce->level == ANNOUNCE_NONE || useless ||
	    now - announce->drained_since >= conf->drain)
		return ANNOUNCE_NONE;
	return ANNOUNCE_DRAINING;
}

static enum announce_level wanted(const struct announce *announce,
				  const struct announce_conf *conf,
				  const struct announce_view *view, __u64 now)
{
	enum announce_level best;

	if (view->drained)
		return drained_level(announce, conf, view, now);
	if (!announce->decided)
		return announce->level;
	if (view->deserves < announce->level)
		return view->held ? announce->level : view->deserves;
	best = settled(announce, conf, now);
	return best > announce->level ? best : announce->level;
}

bool announce_update(struct announce *announce, const struct announce_conf *conf,
		     const struct announce_view *view, __u64 now)
{
	enum announce_level level;

	note_view(announce, view, now);
	level = wanted(announce, conf, view, now);
	if (level == announce->level)
		return false;
	announce->level = level;
	announce->since = now;
	return true;
}

__u64 announce_next(const struct announce *announce, const struct announce_conf *conf)
{
	int level;

	if (announce->drained)
		return announce->level == ANNOUNCE_NONE ? 0 :
			announce->drained_since + conf->drain;
	for (level = announce->level + 1; level < ANNOUNCE_LEVELS; level++)
		if (announce->deserved[level])
			return announce->deserved[level] + conf->settle;
	return 0;
}

enum announce_state announce_state(const struct announce *announce)
{
	if (announce->drained)
		return announce->level == ANNOUNCE_NONE ? ANNOUNCE_IS_WITHDRAWN :
			ANNOUNCE_IS_DRAINING;
	if (!announce->decided)
		return ANNOUNCE_IS_UNKNOWN;
	switch (announce->level) {
	case ANNOUNCE_FULL:
		return ANNOUNCE_IS_FULL;
	case ANNOUNCE_DEGRADED:
		return ANNOUNCE_IS_DEGRADED;
	default:
		return announce->deserved[ANNOUNCE_DRAINING] ? ANNOUNCE_IS_SETTLING :
			ANNOUNCE_IS_WITHDRAWN;
	}
}

__u32 announce_needs(__u32 below, __u32 candidates)
{
	__u32 needed = below;

	if (below > NF_DSR_FAIL_OPEN_PERCENT)
		needed = ((__u64)candidates * (below - NF_DSR_FAIL_OPEN_PERCENT) + 99) / 100;
	/* A service that no backend serves lacks one, whatever the percentage. */
	return below && !needed ? 1 : needed;
}

bool announce_lacks(bool lacking, __u32 healthy, __u32 candidates, __u32 below)
{
	__u32 needed = announce_needs(below, candidates);

	if (healthy < needed)
		return true;
	return lacking && healthy < candidates && healthy - needed < (needed + 2) / 4;
}
