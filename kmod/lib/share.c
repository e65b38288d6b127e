// SPDX-License-Identifier: GPL-2.0
/*
 * Priorities, slow start, flow limits and load, see share.h.
 */
#include <linux/math64.h>
#include <uapi/linux/nf_dsr.h>

#include "share.h"

__u8 dsr_share_worst(const __u32 up[DSR_PRIORITIES], __u32 min_active)
{
	__u32 better = 0;
	__u32 i, worst = 0;

	for (i = 0; i < DSR_PRIORITIES && better < min_active; i++) {
		if (up[i])
			worst = i;
		better += up[i];
	}
	return worst;
}

bool dsr_share_below_ok(__u32 below)
{
	return below <= NF_DSR_BACKENDS_MAX ||
	       (below > NF_DSR_FAIL_OPEN_PERCENT &&
		below <= NF_DSR_FAIL_OPEN_PERCENT + 100);
}

bool dsr_share_fail_open(bool open, __u32 healthy, __u32 candidates, __u32 below)
{
	__u32 needed = below;

	if (below > NF_DSR_FAIL_OPEN_PERCENT)
		needed = (candidates * (below - NF_DSR_FAIL_OPEN_PERCENT) + 99) / 100;
	if (!needed || healthy >= candidates)
		return false;
	if (healthy < needed)
		return true;
	return open && healthy < needed + (needed + 2) / 4;
}

__u32 dsr_share_step(__s64 age, __u32 ramp)
{
	if (age >= ramp)
		return DSR_SHARE_STEPS;
	if (age < 0)
		return 1;
	return 1 + div_u64((__u64)age * (DSR_SHARE_STEPS - 1), ramp);
}

__u32 dsr_share_scale(__u32 max_weight)
{
	return max_weight * DSR_SHARE_STEPS <= NF_DSR_WEIGHT_MAX ?
	       DSR_SHARE_STEPS : 1;
}

__u32 dsr_share_weight(__u32 weight, __u32 scale, __u32 step)
{
	__u32 share = (__u64)weight * scale * step / DSR_SHARE_STEPS;

	return share ? share : 1;
}

bool dsr_share_limited(bool limited, __u64 flows, __u32 min, __u32 max)
{
	if (!max)
		return false;
	if (!min)
		min = (__u64)max * 3 / 4;
	return limited ? flows > min : flows >= max;
}

bool dsr_share_lighter(__u32 flows_a, __u32 weight_a, __u32 flows_b,
		       __u32 weight_b)
{
	return ((__u64)flows_a + 1) * weight_b < ((__u64)flows_b + 1) * weight_a;
}

bool dsr_share_idler(__u32 flows_a, __u32 weight_a, __u32 flows_b,
		     __u32 weight_b)
{
	if (!flows_a != !flows_b)
		return !flows_a;
	return dsr_share_lighter(flows_a, weight_a, flows_b, weight_b);
}
