// SPDX-License-Identifier: GPL-2.0-or-later
#include "brake.h"

/* One backend that fails is no mass. */
static bool is_mass(unsigned int failing, unsigned int all)
{
	return failing > 1 && 2 * failing > all;
}

static bool wanted(const struct brake *brake, const struct brake_view *view, __u64 now)
{
	if (!brake->engaged)
		return is_mass(view->failing_lately, view->all);
	if (!is_mass(view->failing, view->all))
		return false;
	return now - brake->since < BRAKE_HOLD || !view->answering;
}

bool brake_update(struct brake *brake, const struct brake_view *view, __u64 now)
{
	bool engaged = wanted(brake, view, now);

	if (engaged == brake->engaged)
		return false;
	*brake = (struct brake){ engaged, now };
	return true;
}
