// SPDX-License-Identifier: GPL-2.0
/*
 * The fast path and the batch of each CPU, see fastpath.h.
 *
 * dsr_fast() reads a packet and adds it to the batch; dsr_fast_resume() continues with
 * it when the batch is sent. In the order of this file: what is done with a packet when
 * the batch is sent, the batch and its NAPI, dsr_fast(), dsr_batch_divert(), and the part
 * of the batch in unloading and in CPU hotplug.
 */
#include <linux/bottom_half.h>
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/delay.h>
#include <linux/netdevice.h>
#include <linux/netfilter_bridge.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <net/ip.h>

#include "backend.h"
#include "fastpath.h"
#include "lib/parse.h"
#include "lib/tuple.h"
#include "net.h"
#include "packet.h"
#include "path.h"
#include "pool.h"
#include "trace.h"
#include "xmit.h"

/**
 * struct dsr_batched - a packet of the batch
 * @dn: its network namespace
 * @skb: the packet
 * @hash: hash of @tuple, see dsr_flow_hash()
 * @steady: the packet has no TCP flag that could change the state of its flow
 * @tuple: its flow
 *
 * The size of one cache line.
 */
struct dsr_batched {
	struct dsr_net *dn;
	struct sk_buff *skb;
	u32 hash;
	bool steady;
	struct dsr_tuple tuple;
};

/* Return true if the packet does not change the state of the flow, and its backend is
 * usable. A packet that confirms its flow takes the full path.
 */
static bool dsr_fast_knows(const struct dsr_flow *flow)
{
	if (!(BIT(flow->state) & DSR_STATES_STEADY) ||
	    !dsr_backend_usable(flow->backend))
		return false;
	return likely(!dsr_flow_is_late(flow)) ||
	       (dsr_state_confirmed(flow->state) && !dsr_flow_expired(flow));
}

/* Send a packet of the batch. Return DSR_PASS if the packet is not for the fast path
 * and nothing was done with it. Context: bottom halves off, under RCU.
 */
static enum dsr_verdict dsr_fast_send(const struct dsr_batched *batched)
{
	u32 packets = max_t(u32, skb_shinfo(batched->skb)->gso_segs, 1);
	struct dsr_flow_table *ft = &batched->dn->flows;
	u32 bytes = batched->skb->len;
	const struct dsr_path *path;
	enum dsr_verdict verdict;
	struct dsr_flow flow;

	if (!batched->steady ||
	    !dsr_flow_lookup(ft, &batched->tuple, batched->hash, &flow) ||
	    !dsr_fast_knows(&flow))
		return DSR_PASS;
	dsr_flow_refresh(&flow);
	path = dsr_path_get(flow.backend, batched->hash);
	if (unlikely(!path))
		return DSR_PASS;
	verdict = dsr_xmit_plain(batched->skb, batched->tuple.proto, path, batched->hash);
	if (likely(verdict == DSR_SENT)) {
		dsr_stats_packet(flow.backend->stats, packets, bytes);
		trace_dsr_forward(&batched->tuple, flow.backend);
	}
	return verdict;
}

/* Handle a packet of the batch that is not for the fast path after all. All packets of
 * its service left this machine, but the services may have changed since. If the
 * verdict now leaves the packet to the stack, the stack receives it again. It does not
 * join the batch a second time, because the batch is being sent. It could join the
 * batch of another CPU, so it bypasses receive packet steering.
 */
static void dsr_fast_again(struct dsr_net *dn, struct sk_buff *skb)
{
	const struct dsr_match *match = rcu_dereference(dn->match);
	u8 family = skb->protocol == htons(ETH_P_IP) ? AF_INET : AF_INET6;
	unsigned int verdict = NF_ACCEPT;
	struct dsr_match_ctx in;

	if (likely(match && dsr_match_ctx_init(match, skb->dev, skb->mark, &in) &&
		   dsr_packet_is_covered(match, skb, family, &in)))
		verdict = dsr_packet_verdict(dn, skb,
					     dsr_packet(dn, match, &in, skb));
	if (verdict == NF_ACCEPT)
		netif_receive_skb_core(skb);
	else if (verdict == NF_DROP)
		kfree_skb(skb);
}

static void dsr_fast_resume(const struct dsr_batched *batched)
{
	struct dsr_net *dn = batched->dn;
	struct sk_buff *skb = batched->skb;
	enum dsr_verdict verdict = dsr_fast_send(batched);

	if (unlikely(verdict == DSR_PASS))
		dsr_fast_again(dn, skb);
	else if (unlikely(dsr_packet_verdict(dn, skb, verdict) == NF_DROP))
		kfree_skb(skb);
}

/* Two cache lines for each packet: together about as many as a core can fetch at once.
 * Half as many packets are slower, and so are twice as many.
 */
#define DSR_BATCH_SIZE	8

/**
 * struct dsr_batch - the batch of a CPU
 * @pkt: the packets
 * @joined: number of packets that have ever joined; any CPU may read it
 * @sent: number of those that are done; @pkt has the difference, also while it is sent
 * @sending: the packets are being sent, and no packet joins
 * @off: no packet joins, because the CPU goes offline or the module is unloaded
 * @scheduled: @napi will be polled
 * @diverts: see dsr_batch_divert()
 * @diverts_until: the grace period that ends @diverts, see dsr_batch_divert_preemptible()
 * @napi: sends the packets when the CPU is done with the packets that it was given at
 *	once
 *
 * Only the CPU itself writes to its batch, with bottom halves off, except to @off. After
 * a CPU has died, another CPU may poll its @napi, see dsr_batch_cpu_up(). Unless
 * DSR_BH_EXCLUSIVE, no packet joins the batch and its NAPI is not scheduled.
 */
struct dsr_batch {
	struct dsr_batched pkt[DSR_BATCH_SIZE];
	u32 joined;
	u32 sent;
	bool sending;
	bool off;
	bool scheduled;
	bool diverts;
	unsigned long diverts_until;
	struct napi_struct napi;
};

static DEFINE_PER_CPU_ALIGNED(struct dsr_batch, dsr_batch_cpu);

/* The dummy device of the NAPIs; it is in no network namespace. */
static struct net_device *dsr_batch_dev;

/* The module is being unloaded. Written and read with CPU hotplug locked out. */
static bool dsr_batch_disabled;

static enum cpuhp_state dsr_batch_state;

static u32 dsr_batch_nr(const struct dsr_batch *batch)
{
	return batch->joined - batch->sent;
}

/* Send all packets of the batch, unless they are being sent. Return how many there were.
 */
static u32 dsr_batch_send(struct dsr_batch *batch)
{
	u32 i, nr = dsr_batch_nr(batch);

	if (!nr || batch->sending)
		return 0;
	batch->sending = true;
	for (i = 0; i < nr; i++)
		dsr_fast_resume(&batch->pkt[i]);
	batch->sending = false;
	/* After the last access to what the packets point to. Pairs with
	 * dsr_batch_drain_cpu().
	 */
	smp_store_release(&batch->sent, batch->joined);
	return nr;
}

/* Poll function of the batch's NAPI. net_rx_action() calls it after it has polled the
 * devices whose packets have joined the batch: since Linux 6.3 in the same call, before
 * that in the same softirq. For packets that came in process context with bottom halves
 * off, by busy polling for instance, it runs when bottom halves are on again. If a
 * device has used up the budget, its packets that are still to come wait for ksoftirqd
 * just as long as the packets of this batch.
 *
 * The batch is the one that @napi belongs to, which may be that of another CPU: the
 * kernel moves the scheduled NAPIs of a dead CPU to another CPU.
 */
static int dsr_batch_poll(struct napi_struct *napi, int budget)
{
	struct dsr_batch *batch = container_of(napi, struct dsr_batch, napi);
	int sent;

	batch->scheduled = false;	/* the next packet schedules it again */
	batch->diverts = false;
	rcu_read_lock();
	sent = dsr_batch_send(batch);
	rcu_read_unlock();
	napi_complete_done(napi, sent);
	return sent;
}

/* Reserve a slot of this CPU's batch. The caller describes the packet there and then
 * calls dsr_batch_add(), or leaves the slot unused. Return NULL if no packet can join the
 * batch now. Context: bottom halves off, under RCU.
 */
static struct dsr_batched *dsr_batch_reserve(void)
{
	struct dsr_batch *batch = this_cpu_ptr(&dsr_batch_cpu);

	lockdep_assert_in_softirq();
	if (unlikely(batch->sending || READ_ONCE(batch->off)))
		return NULL;
	return &batch->pkt[dsr_batch_nr(batch)];
}

/* Schedule the NAPI of the batch, unless it is scheduled. */
static void dsr_batch_schedule(struct dsr_batch *batch)
{
	if (batch->scheduled)
		return;
	batch->scheduled = true;
	napi_schedule(&batch->napi);
}

/* Add the packet in the reserved slot to the batch, which now owns it. This may send
 * the packet, and the packets before it.
 */
static void dsr_batch_add(void)
{
	struct dsr_batch *batch = this_cpu_ptr(&dsr_batch_cpu);

	WRITE_ONCE(batch->joined, batch->joined + 1);
	dsr_batch_schedule(batch);
	if (dsr_batch_nr(batch) == DSR_BATCH_SIZE)
		dsr_batch_send(batch);
}

void dsr_batch_flush(void)
{
	struct dsr_batch *batch = this_cpu_ptr(&dsr_batch_cpu);

	if (unlikely(dsr_batch_nr(batch)))
		dsr_batch_send(batch);
}

static bool dsr_fast_may(const struct sk_buff *skb)
{
	return !skb->sk && !skb_dst(skb) && !dsr_xmit_is_local_out(skb) &&
	       !nf_bridge_info_exists(skb);
}

/* Return true if a service takes the packet, and all packets of that service leave this
 * machine.
 */
static bool dsr_fast_admits(const struct dsr_match *match,
			    const struct dsr_match_ctx *in,
			    const struct dsr_tuple *tuple)
{
	const struct dsr_match_svc *match_svc = dsr_match_service(match, in, tuple);

	return match_svc && match_svc->pool->no_local &&
	       dsr_match_svc_admits(match_svc, &tuple->src);
}

/* Read the packet into @batched. Return true if it is for the fast path, as far as the
 * packet alone shows.
 */
static bool dsr_fast_reads(const struct dsr_match *match,
			   const struct dsr_match_ctx *in,
			   const struct sk_buff *skb, struct dsr_batched *batched)
{
	u8 family = skb->protocol == htons(ETH_P_IP) ? AF_INET : AF_INET6;

	if (unlikely(!dsr_fast_may(skb)) ||
	    !dsr_parse_plain(skb->data, skb_headlen(skb), skb->len, family,
			     &batched->tuple, &batched->steady))
		return false;
	if (unlikely(in->zone))
		batched->tuple.zone = in->zone;
	return dsr_fast_admits(match, in, &batched->tuple);
}

/* Complete the description of a packet, and begin to fetch its flow from memory. */
static void dsr_fast_begin(struct dsr_net *dn, struct sk_buff *skb,
			   struct dsr_batched *batched)
{
	batched->dn = dn;
	batched->skb = skb;
	batched->hash = dsr_flow_hash(&dn->flows, &batched->tuple);
	dsr_flow_prefetch(&dn->flows, &batched->tuple, batched->hash);
}

/* dsr_fast() without the batch. A packet that returns to the hooks on its way is limited
 * as on the full path: by the kernel's limits for nested transmission, which count for
 * each task.
 */
static bool dsr_fast_at_once(struct dsr_net *dn, const struct dsr_match *match,
			     const struct dsr_match_ctx *in, struct sk_buff *skb)
{
	struct dsr_batched alone __uninitialized;	/* dsr_fast_reads() fills it in */
	enum dsr_verdict verdict;

	if (unlikely(!dsr_fast_reads(match, in, skb, &alone)))
		return false;
	dsr_fast_begin(dn, skb, &alone);
	verdict = dsr_fast_send(&alone);
	/* As in dsr_fast_again(): the packet does not go to the stack first if it is at
	 * the ingress hook.
	 */
	if (unlikely(verdict == DSR_PASS))
		verdict = dsr_packet(dn, match, in, skb);
	switch (dsr_packet_verdict(dn, skb, verdict)) {
	case NF_ACCEPT:
		return false;
	case NF_DROP:
		kfree_skb(skb);
	}
	return true;
}

bool dsr_fast(struct dsr_net *dn, const struct dsr_match *match,
	      const struct dsr_match_ctx *in, struct sk_buff *skb)
{
	struct dsr_batched *batched;

	if (!DSR_BH_EXCLUSIVE)
		return dsr_fast_at_once(dn, match, in, skb);
	batched = dsr_batch_reserve();
	if (unlikely(!batched) || unlikely(!dsr_fast_reads(match, in, skb, batched))) {
		dsr_batch_flush();
		return false;
	}
	dsr_fast_begin(dn, skb, batched);
	dsr_batch_add();
	return true;
}

/* Where tasks with bottom halves off preempt each other, the NAPI cannot tell that the
 * CPU is done: another task may poll it while this one is in the middle of a list of
 * packets. But the list is received in one RCU section. So packets are diverted until a
 * grace period is over, those of all tasks of the CPU.
 *
 * Another task must not write an older grace period after this one, so this does not get
 * preempted.
 */
static void dsr_batch_divert_preemptible(struct dsr_batch *batch)
{
	preempt_disable();
	batch->diverts_until = start_poll_synchronize_rcu();
	WRITE_ONCE(batch->diverts, true);
	preempt_enable();
}

static bool dsr_batch_diverts_preemptible(struct dsr_batch *batch)
{
	bool diverts;

	preempt_disable();
	diverts = !poll_state_synchronize_rcu(batch->diverts_until);
	WRITE_ONCE(batch->diverts, diverts);
	preempt_enable();
	return diverts;
}

void dsr_batch_divert(void)
{
	struct dsr_batch *batch = this_cpu_ptr(&dsr_batch_cpu);

	if (!DSR_BH_EXCLUSIVE) {
		dsr_batch_divert_preemptible(batch);
		return;
	}
	batch->diverts = true;
	dsr_batch_schedule(batch);
}

/* A task that reads @diverts may miss that another task has set it, whose list of packets
 * is another one.
 */
bool dsr_batch_diverts(void)
{
	struct dsr_batch *batch = this_cpu_ptr(&dsr_batch_cpu);

	if (likely(!READ_ONCE(batch->diverts)))
		return false;
	return DSR_BH_EXCLUSIVE || dsr_batch_diverts_preemptible(batch);
}

/* Wait for the packets that have joined the batch of @cpu, but not for those that join
 * later.
 */
static void dsr_batch_drain_cpu(int cpu)
{
	const struct dsr_batch *batch = per_cpu_ptr(&dsr_batch_cpu, cpu);
	u32 joined = READ_ONCE(batch->joined);

	/* Pairs with dsr_batch_send(). */
	while ((s32)(smp_load_acquire(&batch->sent) - joined) < 0)
		usleep_range(20, 200);
}

void dsr_batch_drain(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		dsr_batch_drain_cpu(cpu);
}

void dsr_batch_disable(void)
{
	int cpu;

	cpus_read_lock();
	dsr_batch_disabled = true;
	for_each_possible_cpu(cpu)
		WRITE_ONCE(per_cpu_ptr(&dsr_batch_cpu, cpu)->off, true);
	cpus_read_unlock();
	synchronize_rcu();
	dsr_batch_drain();
}

/* A CPU comes up. If it died with its NAPI scheduled, and another CPU still has to poll
 * that, the batch would have two users. In that case no packet joins the batch until
 * the CPU comes up the next time.
 */
static int dsr_batch_cpu_up(unsigned int cpu)
{
	struct dsr_batch *batch = per_cpu_ptr(&dsr_batch_cpu, cpu);
	bool polled = test_bit(NAPI_STATE_SCHED, &batch->napi.state);

	WRITE_ONCE(batch->off, dsr_batch_disabled || polled);
	return 0;
}

/* A CPU goes down. Runs on that CPU, while packets still arrive. */
static int dsr_batch_cpu_down(unsigned int cpu)
{
	local_bh_disable();
	rcu_read_lock();
	WRITE_ONCE(this_cpu_ptr(&dsr_batch_cpu)->off, true);
	dsr_batch_flush();
	rcu_read_unlock();
	local_bh_enable();
	return 0;
}

static void dsr_batch_exit_napi(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		napi_disable(&per_cpu_ptr(&dsr_batch_cpu, cpu)->napi);
		__netif_napi_del(&per_cpu_ptr(&dsr_batch_cpu, cpu)->napi);
	}
	synchronize_net();
	free_netdev(dsr_batch_dev);
}

int dsr_batch_init(void)
{
	struct napi_struct *napi;
	int cpu, err;

	dsr_batch_dev = alloc_netdev_dummy(0);
	if (!dsr_batch_dev)
		return -ENOMEM;
	for_each_possible_cpu(cpu) {
		napi = &per_cpu_ptr(&dsr_batch_cpu, cpu)->napi;
		set_bit(NAPI_STATE_NO_BUSY_POLL, &napi->state);
		netif_napi_add(dsr_batch_dev, napi, dsr_batch_poll);
		napi_enable(napi);
	}
	err = cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN, "net/nf_dsr:online",
					dsr_batch_cpu_up, dsr_batch_cpu_down);
	if (err < 0) {
		dsr_batch_exit_napi();
		return err;
	}
	dsr_batch_state = err;
	return 0;
}

void dsr_batch_exit(void)
{
	cpuhp_remove_state_nocalls(dsr_batch_state);
	dsr_batch_exit_napi();
}
