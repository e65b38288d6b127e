// SPDX-License-Identifier: GPL-2.0-or-later
#include "brake.h"

/* One backend that fails is no mass. */
static bool is_mass(unsigned int failing, unsigned int all)
{
	return failing > 1 && 2 * failing > all;
}

static bool wanted(const struct brake *brake, const struct brake_view *view, __u64 now)
{
	bool holds = now - brake->since < BRAKE_HOLD;

	if (view->cut)
		return true;
	if (!brake->engaged)
		return is_mass(view->failing_lately, view->all);
	if (brake->cut && view->failing && holds)
		return true;
	if (!is_mass(view->failing, view->all))
		return false;
	return holds || !view->answering;
}

bool brake_update(struct brake *brake, const struct brake_view *view, __u64 now)
{
	bool engaged = wanted(brake, view, now), changed = engaged != brake->engaged;

	if (changed)
		*brake = (struct brake){ .engaged = engaged, .since = now };
	if (view->cut) {
		brake->cut = true;
		brake->since = now;
	}
	return changed;
}
