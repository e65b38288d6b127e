/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Smooth weighted round robin, computed once as a sequence that the scheduler then
 * repeats. Pure: the caller provides the memory.
 */
#ifndef _DSR_WRR_H
#define _DSR_WRR_H

#include <linux/types.h>

#define DSR_WRR_MAX	16384

/**
 * struct dsr_wrr_backend - a backend of the sequence
 * @weight: 1 to NF_DSR_WEIGHT_MAX
 * @index: what is written into the sequence
 * @turns: private, as are all below: number of its turns in the sequence
 * @place: its place in the order of entry
 * @next: index of the member of its group that is chosen next
 * @end: index after the last member of its group
 * @credit: credit of its group
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
 * dsr_wrr_length() - compute the length of the sequence
 * @backends: their turns are set
 * @n: number of backends, 1 to NF_DSR_BACKENDS_MAX
 *
 * Return: sum of the weights, divided by their greatest common divisor; if that exceeds
 * DSR_WRR_MAX, the sum of the weights scaled down to about DSR_WRR_MAX (but at least 1
 * for each backend).
 */
__u32 dsr_wrr_length(struct dsr_wrr_backend *backends, __u32 n);

/**
 * dsr_wrr_fill() - compute the sequence
 * @sequence: dsr_wrr_length() entries
 * @length: that length
 * @backends: as dsr_wrr_length() left them; sorted and used as scratch memory
 * @n: number of backends
 *
 * Equal weights give round robin in the order of @backends. The turns of a backend with
 * a large weight are spread between those of the others (weights 5, 1, 1: a a b a c a
 * a).
 */
void dsr_wrr_fill(__u16 *sequence, __u32 length,
		  struct dsr_wrr_backend *backends, __u32 n);

#endif /* _DSR_WRR_H */
