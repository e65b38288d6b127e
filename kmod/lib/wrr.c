// SPDX-License-Identifier: GPL-2.0
/*
 * Smooth weighted round robin, see wrr.h. In each step every backend earns as much
 * credit as it has turns in the sequence. The backend with the most credit is chosen
 * (among equals the one entered first), and pays for the whole step.
 *
 * Backends with the same number of turns are chosen in rotation and share one account:
 * the credit of the backend whose turn is next. So a step visits the groups of equal
 * backends and not each backend, and the sequence of a service with thousands of
 * backends is computed as fast as one with dozens.
 */
#include <linux/gcd.h>
#include <linux/sort.h>

#include "wrr.h"

static __u32 reduce(struct dsr_wrr_backend *backends, __u32 n)
{
	__u32 common = 0, sum = 0;
	__u32 i;

	for (i = 0; i < n; i++)
		common = gcd(common, backends[i].turns);
	for (i = 0; i < n; i++) {
		backends[i].turns /= common;
		sum += backends[i].turns;
	}
	return sum;
}

/* Scale the turns down. No product exceeds 32 bits, because no weight exceeds 16 bits.
 */
static void scale(struct dsr_wrr_backend *backends, __u32 n, __u32 sum)
{
	__u32 i, turns;

	for (i = 0; i < n; i++) {
		turns = (backends[i].turns * DSR_WRR_MAX + sum / 2) / sum;
		backends[i].turns = turns ? turns : 1;
	}
}

__u32 dsr_wrr_length(struct dsr_wrr_backend *backends, __u32 n)
{
	__u32 i, length;

	for (i = 0; i < n; i++)
		backends[i].turns = backends[i].weight;
	length = reduce(backends, n);
	if (length <= DSR_WRR_MAX)
		return length;

	scale(backends, n, length);
	return reduce(backends, n);
}

static int by_turns(const void *left, const void *right)
{
	const struct dsr_wrr_backend *a = left, *b = right;

	if (a->turns != b->turns)
		return a->turns < b->turns ? -1 : 1;
	return a->place < b->place ? -1 : 1;
}

/* Sort backends into groups. The account of a group is that of its first member. */
static void form_groups(struct dsr_wrr_backend *backends, __u32 n)
{
	__u32 i, first = 0;

	for (i = 0; i < n; i++)
		backends[i].place = i;
	sort(backends, n, sizeof(*backends), by_turns, NULL);

	for (i = 0; i < n; i++) {
		if (backends[i].turns != backends[first].turns)
			first = i;
		backends[i].credit = 0;
		backends[i].next = first;
		backends[first].end = i + 1;
	}
}

static struct dsr_wrr_backend *choose(struct dsr_wrr_backend *backends, __u32 n)
{
	struct dsr_wrr_backend *group, *best = backends;
	__u32 i;

	for (i = 0; i < n; i = group->end) {
		group = &backends[i];
		group->credit += group->turns;
		if (group->credit > best->credit ||
		    (group->credit == best->credit &&
		     backends[group->next].place < backends[best->next].place))
			best = group;
	}
	return best;
}

void dsr_wrr_fill(__u16 *sequence, __u32 length,
		  struct dsr_wrr_backend *backends, __u32 n)
{
	struct dsr_wrr_backend *group;
	__u32 i;

	form_groups(backends, n);
	for (i = 0; i < length; i++) {
		group = choose(backends, n);
		sequence[i] = backends[group->next].index;
		/* The next member has not been chosen in this rotation. After the last
		 * member all have paid equally often, and the first is next.
		 */
		if (++group->next == group->end) {
			group->next = group - backends;
			group->credit -= length;
		}
	}
}
