// SPDX-License-Identifier: GPL-2.0
/*
 * Packets that wait for memory, see dsr_hold.h.
 */
#include <linux/cpu.h>
#include <linux/interrupt.h>
#include <linux/moduleparam.h>
#include <linux/netdevice.h>
#include <linux/netfilter_bridge.h>
#include <linux/percpu.h>
#include <linux/workqueue.h>

#include "dsr_hold.h"
#include "dsr_hook.h"
#include "dsr_net.h"
#include "dsr_pool.h"
#include "dsr_xmit.h"

/* About as many lines as a core can wait for at once, two for each packet. */
#define DSR_HOLD	8

/* A megabyte of them is more than a core has for itself, with all else. */
static unsigned int hold_buckets = 8192;
module_param(hold_buckets, uint, 0644);
MODULE_PARM_DESC(hold_buckets, "Packets are put by while memory is asked for their flows, in flow tables of at least that many buckets of a family: 0 for all (default 8192)");

/**
 * struct dsr_held - a packet that waits
 * @dn: its network namespace
 * @serial: of the match table that it was decided by
 * @skb: the packet
 * @pkt: what it is
 * @hash: of its tuple
 * @view: its service, if @serial is still that of the table
 */
struct dsr_held {
	struct dsr_net *dn;
	u64 serial;
	struct sk_buff *skb;
	struct dsr_pkt pkt;
	u32 hash;
	const struct dsr_view *view;
};

/**
 * struct dsr_ring - those that wait on a CPU
 * @held: the packets
 * @first: the one that came first
 * @nr: how many
 * @off: nothing waits
 * @tasklet: lets all go on, behind the softirq that they came by
 * @work: lets all go on for who waits for that
 */
struct dsr_ring {
	struct dsr_held held[DSR_HOLD];
	u32 first;
	u32 nr;
	bool off;
	struct tasklet_struct tasklet;
	struct work_struct work;
};

static DEFINE_PER_CPU(struct dsr_ring, dsr_rings);

/* The module goes. */
static bool dsr_hold_closed;

/* The packet has left the ring when its way goes on, which may lead here again. */
static void dsr_ring_pop(struct dsr_ring *ring)
{
	struct dsr_held *held = &ring->held[ring->first];
	struct dsr_decision d __uninitialized;
	struct sk_buff *skb = held->skb;
	struct dsr_net *dn = held->dn;
	u64 serial = held->serial;

	d.pkt = held->pkt;
	d.hash = held->hash;
	d.view = held->view;
	ring->first = (ring->first + 1) % DSR_HOLD;
	ring->nr--;
	dsr_hook_resume(dn, serial, skb, &d);
}

static void dsr_ring_tasklet(struct tasklet_struct *tasklet)
{
	struct dsr_ring *ring = from_tasklet(ring, tasklet, tasklet);

	rcu_read_lock();
	while (ring->nr)
		dsr_ring_pop(ring);
	rcu_read_unlock();
}

void dsr_hold_release(void)
{
	struct dsr_ring *ring = this_cpu_ptr(&dsr_rings);

	while (unlikely(ring->nr))
		dsr_ring_pop(ring);
}

/* A socket or route that it has already may be valid only for now. */
static bool dsr_hold_may(const struct sk_buff *skb, const struct dsr_decision *d)
{
	return d->pkt.kind == DSR_KIND_FLOW && d->view->pool->leaves &&
	       !skb->sk && !skb_dst(skb) && !dsr_xmit_is_own(skb) &&
	       !nf_bridge_info_exists(skb);
}

bool dsr_hold_pays(const struct dsr_net *dn, const struct sk_buff *skb,
		   const struct dsr_decision *d)
{
	return dsr_flow_is_far(&dn->flows, &d->pkt.tuple,
			       READ_ONCE(hold_buckets)) &&
	       dsr_hold_may(skb, d) && !this_cpu_read(dsr_rings.off) &&
	       !READ_ONCE(dsr_hold_closed);
}

void dsr_hold(struct dsr_net *dn, u64 serial, struct sk_buff *skb,
	      const struct dsr_decision *d)
{
	struct dsr_ring *ring = this_cpu_ptr(&dsr_rings);
	struct dsr_held *held;

	if (ring->nr == DSR_HOLD)
		dsr_ring_pop(ring);
	if (!ring->nr)
		tasklet_schedule(&ring->tasklet);
	held = &ring->held[(ring->first + ring->nr++) % DSR_HOLD];
	held->dn = dn;
	held->serial = serial;
	held->skb = skb;
	held->pkt = d->pkt;
	held->hash = d->hash;
	held->view = d->view;
}

void dsr_hold_again(struct sk_buff *skb)
{
	struct dsr_ring *ring = this_cpu_ptr(&dsr_rings);
	bool off = ring->off;

	ring->off = true;
	netif_receive_skb(skb);
	ring->off = off;
}

static void dsr_hold_drain_cpu(struct work_struct *work)
{
	local_bh_disable();
	rcu_read_lock();
	dsr_hold_release();
	rcu_read_unlock();
	local_bh_enable();
}

/* A CPU that is offline has none left: its tasklets have run elsewhere. */
void dsr_hold_drain(void)
{
	int cpu;

	cpus_read_lock();
	for_each_online_cpu(cpu)
		schedule_work_on(cpu, &per_cpu_ptr(&dsr_rings, cpu)->work);
	for_each_online_cpu(cpu)
		flush_work(&per_cpu_ptr(&dsr_rings, cpu)->work);
	cpus_read_unlock();
}

void dsr_hold_close(void)
{
	WRITE_ONCE(dsr_hold_closed, true);
	synchronize_rcu();
	dsr_hold_drain();
}

void dsr_hold_init(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		INIT_WORK(&per_cpu_ptr(&dsr_rings, cpu)->work,
			  dsr_hold_drain_cpu);
		tasklet_setup(&per_cpu_ptr(&dsr_rings, cpu)->tasklet,
			      dsr_ring_tasklet);
	}
}

void dsr_hold_exit(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		tasklet_kill(&per_cpu_ptr(&dsr_rings, cpu)->tasklet);
}
