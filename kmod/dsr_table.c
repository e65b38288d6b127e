// SPDX-License-Identifier: GPL-2.0
/*
 * Lookup tables of the consistent hash that services share, see dsr_table.h.
 */
#include <linux/jhash.h>
#include <linux/overflow.h>
#include <linux/rhashtable.h>

#include "dsr_maglev.h"
#include "dsr_mem.h"
#include "dsr_net.h"
#include "dsr_table.h"

/**
 * struct dsr_table_key - which table is looked for
 * @nr_slots: its size
 * @nr: how many backends
 * @backends: of which hash and weight count
 */
struct dsr_table_key {
	u32 nr_slots;
	u32 nr;
	const struct dsr_maglev_backend *backends;
};

static u32 dsr_table_mix(u64 hash, u32 weight, u32 sum)
{
	return jhash_3words(hash, hash >> 32, weight, sum);
}

static u32 dsr_table_hash_key(const void *data, u32 len, u32 seed)
{
	const struct dsr_table_key *key = data;
	u32 i, sum = seed ^ key->nr_slots;

	for (i = 0; i < key->nr; i++)
		sum = dsr_table_mix(key->backends[i].hash,
				    key->backends[i].weight, sum);
	return sum;
}

static u32 dsr_table_hash(const void *data, u32 len, u32 seed)
{
	const struct dsr_table *table = data;
	u32 i, sum = seed ^ table->nr_slots;

	for (i = 0; i < table->nr; i++)
		sum = dsr_table_mix(table->parts[i].hash,
				    table->parts[i].weight, sum);
	return sum;
}

/* 0: it is the one. */
static int dsr_table_cmp(struct rhashtable_compare_arg *arg, const void *data)
{
	const struct dsr_table_key *key = arg->key;
	const struct dsr_table *table = data;
	u32 i;

	if (table->nr_slots != key->nr_slots || table->nr != key->nr)
		return 1;
	for (i = 0; i < key->nr; i++) {
		if (table->parts[i].hash != key->backends[i].hash ||
		    table->parts[i].weight != key->backends[i].weight)
			return 1;
	}
	return 0;
}

static const struct rhashtable_params dsr_table_params = {
	.head_offset	= offsetof(struct dsr_table, node),
	.hashfn		= dsr_table_hash_key,
	.obj_hashfn	= dsr_table_hash,
	.obj_cmpfn	= dsr_table_cmp,
	.automatic_shrinking = true,
};

int dsr_tables_init(struct dsr_net *dn)
{
	return rhashtable_init(&dn->tables, &dsr_table_params);
}

void dsr_tables_exit(struct dsr_net *dn)
{
	rhashtable_destroy(&dn->tables);
}

/* One that is given back by its last user at this moment does not count. */
static struct dsr_table *dsr_table_find(struct dsr_net *dn,
					const struct dsr_table_key *key)
{
	struct dsr_table *table;

	rcu_read_lock();
	table = rhashtable_lookup(&dn->tables, key, dsr_table_params);
	if (table && !refcount_inc_not_zero(&table->users))
		table = NULL;
	rcu_read_unlock();
	return table;
}

static struct dsr_table *dsr_table_new(struct dsr_net *dn,
				       const struct dsr_table_key *key)
{
	size_t slots = array_size(key->nr_slots, sizeof(u16));
	struct dsr_table *table;
	u32 i;

	if (!dsr_mem_suffices(slots))
		return NULL;
	table = kvmalloc(struct_size(table, parts, key->nr), DSR_GFP);
	if (!table)
		return NULL;
	table->slots = kvmalloc(slots, DSR_GFP);
	if (!table->slots) {
		kvfree(table);
		return NULL;
	}
	table->dn = dn;
	refcount_set(&table->users, 1);
	table->nr = key->nr;
	table->nr_slots = key->nr_slots;
	for (i = 0; i < key->nr; i++) {
		table->parts[i].hash = key->backends[i].hash;
		table->parts[i].weight = key->backends[i].weight;
	}
	return table;
}

struct dsr_table *dsr_table_get(struct dsr_net *dn, u32 nr_slots,
				struct dsr_maglev_backend *backends, u32 nr)
{
	const struct dsr_table_key key = {
		.nr_slots = nr_slots,
		.nr = nr,
		.backends = backends,
	};
	struct dsr_table *table = dsr_table_find(dn, &key);

	lockdep_assert_held(&dn->lock);
	if (table)
		return table;
	table = dsr_table_new(dn, &key);
	if (!table)
		return NULL;
	dsr_maglev_fill(table->slots, nr_slots, backends, nr);
	/* Where the index of tables finds no memory it just is not shared. */
	table->shared = !rhashtable_insert_fast(&dn->tables, &table->node,
						dsr_table_params);
	return table;
}

void dsr_table_put(struct dsr_table *table)
{
	if (!table || !refcount_dec_and_test(&table->users))
		return;
	if (table->shared)
		rhashtable_remove_fast(&table->dn->tables, &table->node,
				       dsr_table_params);
	kvfree(table->slots);
	kvfree_rcu(table, rcu);
}
