/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Previews: what the draft of a transaction would change about the backends that new
 * flows get. The code that builds pools for packets builds the one of the draft, which
 * is freed again, so a preview is what publishing the draft would bring about.
 *
 * Context: process, under dsr_net.lock, after the draft and before its end; may sleep.
 */
#ifndef _DSR_PREVIEW_H
#define _DSR_PREVIEW_H

#include <linux/types.h>

struct dsr_backend;
struct dsr_pool;
struct dsr_service;

/**
 * struct dsr_preview_share - what one pool gives a backend
 * @slots: number of slots of the consistent hash
 * @weight: its share, relative to the other backends; 0: it is no member
 */
struct dsr_preview_share {
	u32 slots;
	u32 weight;
};

/**
 * struct dsr_preview_backend - a backend before and after
 * @backend: the backend
 * @before: its share of the published pool
 * @after: its share of the pool of the draft
 * @flows: number of its flows
 * @leaving: number of these that would leave it, because it would be deleted or down
 */
struct dsr_preview_backend {
	const struct dsr_backend *backend;
	struct dsr_preview_share before;
	struct dsr_preview_share after;
	u64 flows;
	u64 leaving;
};

/**
 * struct dsr_preview - a service before and after
 * @svc: the service
 * @before: its published pool; NULL: it is new
 * @after: the pool of the draft; NULL: the draft deletes the service
 * @slots_before: number of slots of @before; 0: it is empty
 * @slots_after: the same of @after
 * @moved: number of slots that have a backend before, and another or none after
 * @nr: number of @backends
 * @backends: the backends by key, including those that the draft deletes
 */
struct dsr_preview {
	const struct dsr_service *svc;
	const struct dsr_pool *before;
	struct dsr_pool *after;
	u32 slots_before;
	u32 slots_after;
	u32 moved;
	u32 nr;
	struct dsr_preview_backend *backends;
};

/* Compare a dirty service of the draft with what is published. The caller frees the
 * preview by dsr_preview_free() if this succeeds. Return: 0 or -ENOMEM.
 */
int dsr_preview_make(struct dsr_preview *preview, struct dsr_service *svc);
void dsr_preview_free(struct dsr_preview *preview);

#endif /* _DSR_PREVIEW_H */
