// SPDX-License-Identifier: GPL-2.0
/*
 * Maglev's consistent hash with weights, see maglev.h.
 *
 * In Maglev, backends take turns to claim the next free slot of their own permutation
 * of the slots. Here the weights determine how often: a backend of weight w has a turn
 * at the times (1 - p) / w, (2 - p) / w, and so on, and turns are served in the order
 * of time until no slot is free. The phase p, 0 <= p < 1, comes from the backend's
 * hash. It makes the rounding to whole slots fair: a thousand backends whose share is
 * half a slot each get five hundred slots, not none or all. It does not depend on the
 * other backends, so that a change of one backend moves few slots of the others.
 */
#include <uapi/linux/nf_dsr.h>

#include "maglev.h"

#define PHASE_BITS	16
#define FREE		0xffff

/* Return true if the turn of @a precedes that of @b. Times are fractions of due and
 * weight, and are compared exactly: due < 2^34 and weight < 2^16.
 */
static bool before(const struct dsr_maglev_backend *a,
		   const struct dsr_maglev_backend *b)
{
	__u64 left = a->due * b->weight;
	__u64 right = b->due * a->weight;

	if (left != right)
		return left < right;
	return a->hash < b->hash;
}

/* Restore the heap below @pos; the earliest turn is on top. */
static void sift_down(struct dsr_maglev_backend *heap, __u32 n, __u32 pos)
{
	struct dsr_maglev_backend moving = heap[pos];
	__u32 child;

	for (; (child = 2 * pos + 1) < n; pos = child) {
		if (child + 1 < n && before(&heap[child + 1], &heap[child]))
			child++;
		if (!before(&heap[child], &moving))
			break;
		heap[pos] = heap[child];
	}
	heap[pos] = moving;
}

static void claim(__u16 *table, __u32 slots, struct dsr_maglev_backend *b)
{
	while (table[b->offset] != FREE) {
		b->offset += b->skip;
		if (b->offset >= slots)
			b->offset -= slots;
	}
	table[b->offset] = b->index;
}

/* Initialize a backend. Offset, skip and phase use different bits of the hash. */
static void start(struct dsr_maglev_backend *b, __u32 slots)
{
	__u32 phase = b->hash & ((1 << PHASE_BITS) - 1);

	b->offset = dsr_maglev_slot(b->hash, slots);
	b->skip = dsr_maglev_slot(b->hash << 32, slots - 1) + 1;
	b->due = (1 << PHASE_BITS) - phase;
}

bool dsr_maglev_slots_ok(__u32 slots)
{
	__u32 divisor;

	if (slots < NF_DSR_TABLE_SIZE_MIN || slots > NF_DSR_TABLE_SIZE_MAX)
		return false;
	for (divisor = 2; divisor * divisor <= slots; divisor++) {
		if (slots % divisor == 0)
			return false;
	}
	return true;
}

void dsr_maglev_fill(__u16 *table, __u32 slots,
		     struct dsr_maglev_backend *backends, __u32 n)
{
	__u32 i;

	for (i = 0; i < slots; i++)
		table[i] = FREE;
	for (i = 0; i < n; i++)
		start(&backends[i], slots);
	for (i = n / 2; i-- > 0;)
		sift_down(backends, n, i);

	for (i = 0; i < slots; i++) {
		claim(table, slots, &backends[0]);
		backends[0].due += 1 << PHASE_BITS;
		sift_down(backends, n, 0);
	}
}
