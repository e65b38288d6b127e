// SPDX-License-Identifier: GPL-2.0
/*
 * Waiting for a backend's MAC address, see dsr_wait.h.
 */
#include <linux/delay.h>
#include <linux/slab.h>
#include <net/dst.h>
#include <net/ip6_fib.h>
#include <net/route.h>

#include "dsr_backend.h"
#include "dsr_icmp.h"
#include "dsr_net.h"
#include "dsr_path.h"
#include "dsr_wait.h"

/**
 * struct dsr_wait - what a waiting packet has for a dst
 * @dst: the dst
 * @rt: tunnel devices look beyond @dst when they are handed an IPv4 packet
 * @rt6: the same for IPv6
 * @neigh: the backend, held
 * @svc: id of its service: a backend may go while a packet waits for it
 */
struct dsr_wait {
	union {
		struct dst_entry dst;
		struct rtable rt;
		struct rt6_info rt6;
	};
	struct neighbour *neigh;
	u32 svc;
};

/* How many there are. A count of dst_ops would not do for dsr_wait_exit(): dst_release()
 * takes a dst off that before it queues the callback that frees it.
 */
static atomic_t dsr_waits = ATOMIC_INIT(0);

static struct neighbour *dsr_wait_neigh_lookup(const struct dst_entry *dst,
					       struct sk_buff *skb,
					       const void *daddr)
{
	return neigh_clone(container_of(dst, struct dsr_wait, dst)->neigh);
}

/* Backends of so many services that share an address are looked at for one packet that
 * was lost.
 */
#define DSR_WAIT_LOOKS	256

/* Softirq. A packet may wait longer than its namespace's part of the module is there. */
static void dsr_wait_count(const struct dsr_wait *wait, const struct sk_buff *skb)
{
	struct dsr_backend_key key = {
		.family = wait->neigh->tbl->family,
	};
	const struct dsr_backend_addr *addr;
	const struct dsr_backend *backend;
	u32 left = DSR_WAIT_LOOKS;

	memcpy(&key.addr, wait->neigh->primary_key, wait->neigh->tbl->key_len);
	rcu_read_lock();
	if (dsr_path_is_closed())
		goto out;
	addr = dsr_backend_at(dsr_net(dev_net(wait->neigh->dev)), &key);
	if (!addr)
		goto out;
	list_for_each_entry_rcu(backend, &addr->list, by_addr) {
		if (backend->svc->id == wait->svc)
			dsr_stats_unreachable(backend->stats,
					      max_t(u32, skb_shinfo(skb)->gso_segs, 1));
		if (backend->svc->id == wait->svc || !--left)
			break;
	}
out:
	rcu_read_unlock();
}

static void dsr_wait_link_failure(struct sk_buff *skb)
{
	dsr_wait_count(container_of(skb_dst(skb), struct dsr_wait, dst), skb);
	skb_dst_drop(skb);	/* no route that an error could go by */
	dsr_icmp_unreachable(skb, skb->protocol == htons(ETH_P_IP) ? AF_INET :
								     AF_INET6);
}

static unsigned int dsr_wait_mtu(const struct dst_entry *dst)
{
	return dst->dev->mtu;
}

/* Nobody is to set metrics. */
static u32 *dsr_wait_cow_metrics(struct dst_entry *dst, unsigned long old)
{
	return NULL;
}

/* An RCU callback; the kernel frees the memory behind it. */
static void dsr_wait_destroy(struct dst_entry *dst)
{
	neigh_release(container_of(dst, struct dsr_wait, dst)->neigh);
	atomic_dec(&dsr_waits);
}

static struct dst_ops dsr_wait_ops = {
	.family		= AF_UNSPEC,
	.neigh_lookup	= dsr_wait_neigh_lookup,
	.link_failure	= dsr_wait_link_failure,
	.mtu		= dsr_wait_mtu,
	.cow_metrics	= dsr_wait_cow_metrics,
	.destroy	= dsr_wait_destroy,
};

int dsr_wait_init(void)
{
	dsr_wait_ops.kmem_cachep = KMEM_CACHE(dsr_wait, 0);
	return dsr_wait_ops.kmem_cachep ? 0 : -ENOMEM;
}

/* A packet waits for seconds at most, and then perhaps in a device's queue. When there is
 * none any more, the last callback is under way, and the barrier waits for its end.
 */
void dsr_wait_exit(void)
{
	while (atomic_read(&dsr_waits))
		msleep(20);
	rcu_barrier();
	kmem_cache_destroy(dsr_wait_ops.kmem_cachep);
}

void dsr_wait(struct sk_buff *skb, struct neighbour *neigh, u32 svc)
{
	struct dsr_wait *wait;

	wait = dst_alloc(&dsr_wait_ops, neigh->dev, DST_OBSOLETE_NONE,
			 DST_NOCOUNT);
	if (!wait)
		return;
	atomic_inc(&dsr_waits);
	memset_after(wait, 0, dst);
	wait->neigh = neigh_clone(neigh);
	wait->svc = svc;
	skb_dst_set(skb, &wait->dst);
}
