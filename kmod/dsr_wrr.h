/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Smooth weighted round robin, laid out once as a sequence that is walked in
 * a circle. Pure: the caller brings the memory.
 */
#ifndef _DSR_WRR_H
#define _DSR_WRR_H

#include <linux/types.h>

/* Longest exact sequence; above it weights are scaled to fit. */
#define DSR_WRR_MAX	16384

/**
 * struct dsr_wrr_backend - one backend, as the sequence knows it
 * @weight: 1 or more
 * @index: what is written into the sequence
 * @turns: private
 * @credit: private
 */
struct dsr_wrr_backend {
	__u32 weight;
	__u16 index;
	__u32 turns;
	__s64 credit;
};

/**
 * dsr_wrr_length() - how long the sequence of these backends is
 * @backends: 1 or more; their turns are set
 * @n: how many
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
 * @backends: as dsr_wrr_length() left them
 * @n: how many
 *
 * Equal weights give round robin in the order of @backends. A heavy backend's
 * turns lie spread between the others' (weights 5, 1, 1: a a b a c a a).
 */
void dsr_wrr_fill(__u16 *sequence, __u32 length,
		  struct dsr_wrr_backend *backends, __u32 n);

#endif /* _DSR_WRR_H */
