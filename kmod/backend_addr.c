// SPDX-License-Identifier: GPL-2.0
/*
 * The backends of a namespace by their addresses, see struct dsr_backend_addr. Control adds and
 * removes them here; packets find them by dsr_backend_lookup_addr().
 */
#include <linux/rhashtable.h>
#include <linux/slab.h>

#include "backend.h"
#include "mem.h"
#include "net.h"
#include "service.h"

int dsr_backend_table_init(struct dsr_net *dn)
{
	return rhashtable_init(&dn->backends, &dsr_backend_addr_params);
}

void dsr_backend_table_exit(struct dsr_net *dn)
{
	rhashtable_destroy(&dn->backends);
}

static struct dsr_backend_addr *
dsr_backend_addr_get(struct dsr_net *dn, const struct dsr_backend_key *key)
{
	struct dsr_backend_addr *addr;

	addr = rhashtable_lookup_fast(&dn->backends, key, dsr_backend_addr_params);
	if (addr)
		return addr;
	addr = kzalloc(sizeof(*addr), DSR_GFP);
	if (!addr)
		return NULL;
	addr->key = *key;
	INIT_LIST_HEAD(&addr->list);
	if (rhashtable_insert_fast(&dn->backends, &addr->node,
				   dsr_backend_addr_params)) {
		kfree(addr);
		return NULL;
	}
	return addr;
}

bool dsr_backend_enter_addr(struct dsr_backend *backend)
{
	struct dsr_backend_addr *addr =
		dsr_backend_addr_get(backend->svc->dn, &backend->key);

	if (!addr)
		return false;
	WRITE_ONCE(backend->addr, addr);
	list_add_tail_rcu(&backend->by_addr, &addr->list);
	return true;
}

void dsr_backend_leave_addr(struct dsr_backend *backend)
{
	struct dsr_backend_addr *addr = backend->addr;

	list_del_rcu(&backend->by_addr);
	WRITE_ONCE(backend->addr, NULL);
	if (!list_empty(&addr->list))
		return;
	rhashtable_remove_fast(&backend->svc->dn->backends, &addr->node,
			       dsr_backend_addr_params);
	kfree_rcu(addr, rcu);
}
