// SPDX-License-Identifier: GPL-2.0
/*
 * The answer to a dry run of a commit: what the draft would change. See netlink.h.
 */
#include <linux/sched.h>

#include "net.h"
#include "netlink.h"
#include "pool.h"
#include "preview.h"
#include "txn.h"

/* Room that is left for the end of the nest and for the cursor behind it. */
#define DSR_NL_PREVIEW_TAIL	64

/* What the attributes of a backend and of a service take at most. */
#define DSR_NL_PREVIEW_BACKEND	128
#define DSR_NL_PREVIEW_SERVICE	256

/**
 * struct dsr_nl_cursor - a position in the list of services and their backends
 * @service: number of services before it
 * @backend: number of backends of the service before it
 */
struct dsr_nl_cursor {
	u32 service;
	u32 backend;
};

static void dsr_nl_get_cursor(const struct nlattr *nest, struct dsr_nl_cursor *cursor)
{
	struct nlattr *tb[NF_DSR_A_PREVIEW_CURSOR_MAX + 1];

	*cursor = (struct dsr_nl_cursor) {};
	/* The kernel has validated the nest before. */
	if (nla_parse_nested(tb, NF_DSR_A_PREVIEW_CURSOR_MAX, nest,
			     nf_dsr_preview_cursor_nl_policy, NULL))
		return;
	if (tb[NF_DSR_A_PREVIEW_CURSOR_SERVICE])
		cursor->service = nla_get_u32(tb[NF_DSR_A_PREVIEW_CURSOR_SERVICE]);
	if (tb[NF_DSR_A_PREVIEW_CURSOR_BACKEND])
		cursor->backend = nla_get_u32(tb[NF_DSR_A_PREVIEW_CURSOR_BACKEND]);
}

static int dsr_nl_put_cursor(struct sk_buff *skb, const struct dsr_nl_cursor *cursor)
{
	struct nlattr *nest = nla_nest_start(skb, NF_DSR_A_COMMIT_NEXT);

	if (!nest ||
	    nla_put_u32(skb, NF_DSR_A_PREVIEW_CURSOR_SERVICE, cursor->service) ||
	    nla_put_u32(skb, NF_DSR_A_PREVIEW_CURSOR_BACKEND, cursor->backend))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static bool dsr_nl_has_room(const struct sk_buff *skb, int needed)
{
	return skb->len + needed + DSR_NL_PREVIEW_TAIL <= DSR_NL_DRY_RUN_SIZE;
}

static int dsr_nl_put_preview_backend(struct sk_buff *skb,
				      const struct dsr_preview_backend *b)
{
	const struct dsr_backend_key *key = &b->backend->key;
	struct nlattr *nest = nla_nest_start(skb, NF_DSR_A_PREVIEW_BACKEND);

	if (!nest ||
	    dsr_nl_put_addr(skb, NF_DSR_A_PREVIEW_BACKEND_ADDR4,
			    NF_DSR_A_PREVIEW_BACKEND_ADDR6, key->family,
			    &key->addr) ||
	    nla_put_u32(skb, NF_DSR_A_PREVIEW_BACKEND_SLOTS_BEFORE, b->before.slots) ||
	    nla_put_u32(skb, NF_DSR_A_PREVIEW_BACKEND_SLOTS_AFTER, b->after.slots) ||
	    nla_put_u32(skb, NF_DSR_A_PREVIEW_BACKEND_WEIGHT_BEFORE, b->before.weight) ||
	    nla_put_u32(skb, NF_DSR_A_PREVIEW_BACKEND_WEIGHT_AFTER, b->after.weight) ||
	    nla_put_u64_64bit(skb, NF_DSR_A_PREVIEW_BACKEND_FLOWS, b->flows,
			      NF_DSR_A_PREVIEW_BACKEND_PAD) ||
	    nla_put_u64_64bit(skb, NF_DSR_A_PREVIEW_BACKEND_LEAVING, b->leaving,
			      NF_DSR_A_PREVIEW_BACKEND_PAD) ||
	    (b->backend->deleting &&
	     nla_put_flag(skb, NF_DSR_A_PREVIEW_BACKEND_DELETED)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int dsr_nl_put_preview_service(struct sk_buff *skb, const struct dsr_preview *p)
{
	if (dsr_nl_put_key_nest(skb, NF_DSR_A_PREVIEW_SERVICE, &p->svc->key) ||
	    (p->before && nla_put_string(skb, NF_DSR_A_PREVIEW_SCHEDULER_BEFORE,
					 p->before->sched->name)) ||
	    (p->after && nla_put_string(skb, NF_DSR_A_PREVIEW_SCHEDULER_AFTER,
					p->after->sched->name)) ||
	    nla_put_u32(skb, NF_DSR_A_PREVIEW_SLOTS_BEFORE, p->slots_before) ||
	    nla_put_u32(skb, NF_DSR_A_PREVIEW_SLOTS_AFTER, p->slots_after) ||
	    nla_put_u32(skb, NF_DSR_A_PREVIEW_MOVED, p->moved) ||
	    nla_put_u32(skb, NF_DSR_A_PREVIEW_BACKENDS, p->nr))
		return -EMSGSIZE;
	return 0;
}

/* Put a service with its backends from cursor->backend on, as far as there is room.
 * Return: 0; -EMSGSIZE; or 1 if there is more to put.
 */
static int dsr_nl_put_preview(struct sk_buff *skb, const struct dsr_preview *p,
			      struct dsr_nl_cursor *cursor)
{
	struct nlattr *nest = nla_nest_start(skb, NF_DSR_A_COMMIT_PREVIEW);

	if (!nest || dsr_nl_put_preview_service(skb, p))
		return -EMSGSIZE;
	while (cursor->backend < p->nr) {
		if (!dsr_nl_has_room(skb, DSR_NL_PREVIEW_BACKEND))
			break;
		if (dsr_nl_put_preview_backend(skb, &p->backends[cursor->backend]))
			return -EMSGSIZE;
		cursor->backend++;
	}
	nla_nest_end(skb, nest);
	return cursor->backend < p->nr;
}

/* Return true if the draft both adds and deletes the service. */
static bool dsr_nl_preview_is_void(const struct dsr_service *svc)
{
	return svc->deleting && !svc->pool;
}

int dsr_nl_put_previews(struct sk_buff *skb, struct dsr_txn *txn,
			const struct nlattr *from)
{
	struct dsr_nl_cursor cursor;
	struct dsr_preview preview;
	struct dsr_service *svc;
	u32 n = 0;
	int err;

	dsr_nl_get_cursor(from, &cursor);
	list_for_each_entry(svc, &txn->dirty, dirty) {
		if (dsr_nl_preview_is_void(svc) || n++ < cursor.service)
			continue;
		if (dsr_net_killed(txn->dn))
			return -EINTR;
		if (!dsr_nl_has_room(skb, DSR_NL_PREVIEW_SERVICE + DSR_NL_PREVIEW_BACKEND))
			return dsr_nl_put_cursor(skb, &cursor);
		err = dsr_preview_make(&preview, svc);
		if (err)
			return err;
		err = dsr_nl_put_preview(skb, &preview, &cursor);
		dsr_preview_free(&preview);
		if (err)
			return err < 0 ? err : dsr_nl_put_cursor(skb, &cursor);
		cursor = (struct dsr_nl_cursor) { .service = n };
		cond_resched();
	}
	return 0;
}
