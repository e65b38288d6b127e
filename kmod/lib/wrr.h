/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Smooth weighted round robin, laid out once as a sequence that is walked in
 * a circle. Pure: the caller brings the memory.
 */
#ifndef _DSR_WRR_H
#define _DSR_WRR_H

#include <linux/types.h>

#define DSR_WRR_MAX	16384

/**
 * struct dsr_wrr_backend - one backend, as the sequence knows it
 * @weight: 1 to NF_DSR_WEIGHT_MAX
 * @index: what is written into the sequence
 * @turns: private, as are all below
 * @place: in the order of entry
 * @next: of its group, the member to be chosen next
 * @end: of its group, one behind the last member
 * @credit: of its group
 */
struct dsr_wrr_backend {
	__u32 weight;
	__u16 index;
	__u32 turns;
	__u32 place;
	__u32 next;
	__u32 end;
	__s64 credit;
};

/**
 * dsr_wrr_length() - how long the sequence of these backends is
 * @backends: their turns are set
 * @n: how many, 1 to NF_DSR_BACKENDS_MAX
 *
 * Return: sum of the weights over their greatest common divisor; where that
 * exceeds DSR_WRR_MAX, the sum of the weights scaled down to about DSR_WRR_MAX
 * (but 1 at least for each backend).
 */
__u32 dsr_wrr_length(struct dsr_wrr_backend *backends, __u32 n);

/**
 * dsr_wrr_fill() - lay out the sequence
 * @sequence: dsr_wrr_length() entries
 * @length: that length
 * @backends: as dsr_wrr_length() left them; sorted and used as scratch memory
 * @n: how many
 *
 * Equal weights give round robin in the order of @backends. A heavy backend's
 * turns lie spread between the others' (weights 5, 1, 1: a a b a c a a).
 */
void dsr_wrr_fill(__u16 *sequence, __u32 length,
		  struct dsr_wrr_backend *backends, __u32 n);

#endif /* _DSR_WRR_H */
