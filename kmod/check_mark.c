// SPDX-License-Identifier: GPL-2.0
/*
 * The check-marks of backends, see check.h.
 */
#include <linux/rhashtable.h>
#include <linux/slab.h>

#include "backend.h"
#include "check.h"
#include "mem.h"
#include "net.h"

int dsr_check_table_init(struct dsr_net *dn)
{
	return rhashtable_init(&dn->checks, &dsr_check_mark_params);
}

void dsr_check_table_exit(struct dsr_net *dn)
{
	rhashtable_destroy(&dn->checks);
}

/* Return what stands for the mark, with a reference, or NULL if there is no memory. */
static struct dsr_check *dsr_check_get(struct dsr_net *dn, u32 mark)
{
	struct dsr_check *check;

	check = rhashtable_lookup_fast(&dn->checks, &mark, dsr_check_mark_params);
	if (check) {
		check->users++;
		return check;
	}
	check = kzalloc(sizeof(*check), DSR_GFP);
	if (!check)
		return NULL;
	check->mark = mark;
	check->users = 1;
	if (rhashtable_insert_fast(&dn->checks, &check->node, dsr_check_mark_params)) {
		kfree(check);
		return NULL;
	}
	return check;
}

void dsr_check_release(struct dsr_net *dn, struct dsr_check *check)
{
	lockdep_assert_held(&dn->lock);
	if (!check || --check->users)
		return;
	rhashtable_remove_fast(&dn->checks, &check->node, dsr_check_mark_params);
	kfree_rcu(check, rcu);
}

struct dsr_check *dsr_check_hold(const struct dsr_backend *backend)
{
	if (backend->check)
		backend->check->users++;
	return backend->check;
}

/* Have the backend claim another mark, with the reference that the caller has on it. */
static void dsr_check_move(struct dsr_backend *backend, struct dsr_check *check)
{
	struct dsr_check *old = backend->check;

	if (check)
		check->claims++;
	if (old)
		old->claims--;
	backend->check = check;
	dsr_check_release(backend->svc->dn, old);
}

int dsr_check_claim(struct dsr_backend *backend, u32 mark)
{
	struct dsr_check *check = NULL;

	if (mark) {
		check = dsr_check_get(backend->svc->dn, mark);
		if (!check)
			return -ENOMEM;
	}
	dsr_check_move(backend, check);
	return 0;
}

void dsr_check_restore(struct dsr_backend *backend, struct dsr_check *check)
{
	if (check)
		check->users++;
	dsr_check_move(backend, check);
}

bool dsr_check_is_taken(const struct dsr_backend *backend)
{
	return backend->check && backend->check->claims > 1;
}

/* Two backends may swap their marks in a transaction, so the one that loses a mark must
 * not take it from the one that has got it.
 */
static void dsr_check_show(struct dsr_backend *backend, struct dsr_check *check)
{
	struct dsr_check *old = backend->shown_check;

	if (old == check)
		return;
	if (old && rcu_access_pointer(old->backend) == backend)
		RCU_INIT_POINTER(old->backend, NULL);
	if (check) {
		check->users++;
		rcu_assign_pointer(check->backend, backend);
	}
	backend->shown_check = check;
	dsr_check_release(backend->svc->dn, old);
}

void dsr_check_publish(struct dsr_backend *backend)
{
	dsr_check_show(backend, backend->check);
}

void dsr_check_leave(struct dsr_backend *backend)
{
	dsr_check_show(backend, NULL);
	dsr_check_move(backend, NULL);
}
