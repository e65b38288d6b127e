// SPDX-License-Identifier: GPL-2.0
/*
 * Several next hops, see dsr_hops.h.
 */
#include <linux/slab.h>

#include "dsr_hops.h"
#include "dsr_path.h"

/* Do packets leave alike by both? Routing has one dst for each CPU, and a neighbour
 * for each next hop of a device. The source is that of the device, or of the next hop.
 */
static bool dsr_hops_equal(const struct dsr_path *a, const struct dsr_path *b)
{
	return a->neigh == b->neigh && dsr_addr_eq(&a->src, &b->src);
}

struct dsr_hops *dsr_hops_new(struct dsr_path *path, u8 slot)
{
	struct dsr_hops *hops = kzalloc(sizeof(*hops), GFP_ATOMIC);

	if (!hops)
		return NULL;
	hops->until = jiffies + DSR_HOPS_LIFE;
	hops->nr = 1;
	hops->paths[0] = path;
	hops->slots[slot] = 1;
	return hops;
}

/* Index of the path to use for the slot; hops->nr: it is a new one. */
static u8 dsr_hops_index(const struct dsr_hops *hops, u8 slot,
			 const struct dsr_path *path)
{
	u8 i;

	for (i = 0; i < hops->nr; i++)
		if (dsr_hops_equal(hops->paths[i], path))
			return i;
	return hops->nr < DSR_HOPS_MAX ? hops->nr : slot % DSR_HOPS_MAX;
}

struct dsr_path *dsr_hops_add(struct dsr_hops *hops, u8 slot,
			      struct dsr_path *path)
{
	u8 i = dsr_hops_index(hops, slot, path);

	if (i == hops->nr) {
		hops->paths[i] = path;
		/* Pairs with dsr_hops_at(). */
		smp_store_release(&hops->nr, i + 1);
	}
	/* Who reads the slot has its path by an address that depends on it. */
	smp_store_release(&hops->slots[slot], i + 1);
	return hops->paths[i];
}
