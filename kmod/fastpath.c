// SPDX-License-Identifier: GPL-2.0
/*
 * The fast path and the batch of each CPU, see fastpath.h.
 */
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/delay.h>
#include <linux/local_lock.h>
#include <linux/netdevice.h>
#include <linux/netfilter_bridge.h>
#include <linux/percpu.h>
#include <net/ip.h>

#include "backend.h"
#include "fastpath.h"
#include "lib/parse.h"
#include "net.h"
#include "packet.h"
#include "path.h"
#include "pool.h"
#include "trace.h"
#include "xmit.h"

static bool dsr_fast_may(const struct sk_buff *skb)
{
	return !skb->sk && !skb_dst(skb) && !dsr_xmit_is_own(skb) &&
	       !nf_bridge_info_exists(skb);
}

/* Does a service take it, all of whose packets leave this machine? */
static bool dsr_fast_admits(const struct dsr_match *match,
			    const struct dsr_match_ctx *in,
			    const struct dsr_tuple *tuple)
{
	const struct dsr_match_svc *match_svc = dsr_match_service(match, in, tuple);

	return match_svc && match_svc->pool->no_local && dsr_match_svc_admits(match_svc, &tuple->src);
}

/* Is it a packet for the fast path, as far as it alone can tell? */
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

bool dsr_fast(struct dsr_net *dn, const struct dsr_match *match,
	      const struct dsr_match_ctx *in, struct sk_buff *skb)
{
	struct dsr_batched *batched = dsr_batch_reserve();

	if (likely(batched) && unlikely(!dsr_fast_reads(match, in, skb, batched))) {
		dsr_batch_cancel();
		batched = NULL;
	}
	if (unlikely(!batched)) {
		dsr_batch_flush();
		return false;
	}
	batched->dn = dn;
	batched->skb = skb;
	batched->hash = dsr_flow_hash(&dn->flows, &batched->tuple);
	dsr_flow_prefetch(&dn->flows, &batched->tuple, batched->hash);
	dsr_batch_add();
	return true;
}

/* Is it a flow that goes on as it did, to a backend that is there? One that is
 * confirmed by going on goes the whole way for once.
 */
static bool dsr_fast_knows(const struct dsr_flow *flow)
{
	if (!(BIT(flow->state) & DSR_STATES_STEADY) ||
	    !dsr_backend_usable(flow->backend))
		return false;
	return likely(!dsr_flow_is_late(flow)) ||
	       (dsr_state_confirmed(flow->state) && !dsr_flow_expired(flow));
}

/* Send a packet of the batch. DSR_PASS: nothing was done about it. Bottom halves off,
 * under RCU.
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

/* A packet of the batch that is not for the fast path after all. It had a service of which
 * nothing goes on into the stack. If it comes to that all the same, as services may have
 * changed, it comes in again. The batch is being sent, so it does not join that a second
 * time; it would on another CPU, so receive packet steering is passed by.
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

/* About as many cache lines as a core can wait for at once, two for each packet. Half as
 * many packets are worse, and so are twice as many.
 */
#define DSR_BATCH_SIZE	8

/**
 * struct dsr_batch - a CPU's batch
 * @pkt: the packets
 * @joined: how many have ever joined; all CPUs may read it
 * @sent: how many of them are done with; @pkt has the difference, also while that is sent
 * @sending: the packets are being sent; nothing joins them
 * @off: no packet joins the batch, because its CPU or the module goes
 * @scheduled: @napi will be polled
 * @diverts: see dsr_batch_divert()
 * @lock: protects all of the above; a real lock only where tasks with bottom halves off
 *	preempt each other
 * @napi: sends the packets when the CPU is done with those that it was given at once
 *
 * Only the CPU itself writes, but for @off. When a CPU has died, another one may poll its
 * @napi; see dsr_batch_cpu_up().
 */
struct dsr_batch {
	struct dsr_batched pkt[DSR_BATCH_SIZE];
	u32 joined;
	u32 sent;
	bool sending;
	bool off;
	bool scheduled;
	bool diverts;
	local_lock_t lock;
	struct napi_struct napi;
};

static DEFINE_PER_CPU_ALIGNED(struct dsr_batch, dsr_batches) = {
	.lock = INIT_LOCAL_LOCK(lock),
};

/* What NAPI belongs to; no device of a network. */
static struct net_device *dsr_batch_dev;

/* The module goes. Written and read with CPU hotplug locked out. */
static bool dsr_batch_disabled;

static enum cpuhp_state dsr_batch_state;

static u32 dsr_batch_nr(const struct dsr_batch *batch)
{
	return batch->joined - batch->sent;
}

static void dsr_batch_end(struct dsr_batch *batch)
{
	local_lock_nested_bh(&dsr_batches.lock);
	batch->sending = false;
	/* After the last access to what packets point to. Pairs with
	 * dsr_batch_drain_cpu().
	 */
	smp_store_release(&batch->sent, batch->joined);
	local_unlock_nested_bh(&dsr_batches.lock);
}

/* Send the packets, if any, that the caller has marked the batch for. */
static void dsr_batch_send(struct dsr_batch *batch, u32 nr)
{
	u32 i;

	for (i = 0; i < nr; i++)
		dsr_fast_resume(&batch->pkt[i]);
	if (nr)
		dsr_batch_end(batch);
}

/* Return how many packets there were to send. */
static u32 dsr_batch_send_all(struct dsr_batch *batch)
{
	u32 nr;

	local_lock_nested_bh(&dsr_batches.lock);
	nr = batch->sending ? 0 : dsr_batch_nr(batch);
	if (nr)
		batch->sending = true;
	local_unlock_nested_bh(&dsr_batches.lock);
	dsr_batch_send(batch, nr);
	return nr;
}

/* net_rx_action() polls this behind the devices whose packets have joined the batch, since
 * Linux 6.3 in the same call, before that in the same softirq. Where packets came in
 * process context with bottom halves off, by busy polling for instance, it happens when
 * these go on. If a device has used up the budget, those of its packets that are still to
 * come wait for ksoftirqd just as long as these here.
 *
 * The batch is that of the NAPI: the kernel hands what a dead CPU had scheduled to
 * another one.
 */
static int dsr_batch_poll(struct napi_struct *napi, int budget)
{
	struct dsr_batch *batch = container_of(napi, struct dsr_batch, napi);
	int sent;

	local_lock_nested_bh(&dsr_batches.lock);
	batch->scheduled = false;	/* what joins from now on schedules it again */
	batch->diverts = false;
	local_unlock_nested_bh(&dsr_batches.lock);
	rcu_read_lock();
	sent = dsr_batch_send_all(batch);
	rcu_read_unlock();
	napi_complete_done(napi, sent);
	return sent;
}

struct dsr_batched *dsr_batch_reserve(void)
{
	struct dsr_batch *batch = this_cpu_ptr(&dsr_batches);

	local_lock_nested_bh(&dsr_batches.lock);
	if (likely(!batch->sending && !READ_ONCE(batch->off)))
		return &batch->pkt[dsr_batch_nr(batch)];
	local_unlock_nested_bh(&dsr_batches.lock);
	return NULL;
}

void dsr_batch_cancel(void)
{
	local_unlock_nested_bh(&dsr_batches.lock);
}

/* Under the lock. */
static void dsr_batch_schedule(struct dsr_batch *batch)
{
	if (batch->scheduled)
		return;
	batch->scheduled = true;
	napi_schedule(&batch->napi);
}

void dsr_batch_add(void)
{
	struct dsr_batch *batch = this_cpu_ptr(&dsr_batches);
	bool full;

	WRITE_ONCE(batch->joined, batch->joined + 1);
	full = dsr_batch_nr(batch) == DSR_BATCH_SIZE;
	if (full)
		batch->sending = true;
	dsr_batch_schedule(batch);
	local_unlock_nested_bh(&dsr_batches.lock);
	if (full)
		dsr_batch_send(batch, DSR_BATCH_SIZE);
}

void dsr_batch_flush(void)
{
	struct dsr_batch *batch = this_cpu_ptr(&dsr_batches);

	if (unlikely(dsr_batch_nr(batch)))
		dsr_batch_send_all(batch);
}

void dsr_batch_divert(void)
{
	struct dsr_batch *batch = this_cpu_ptr(&dsr_batches);

	local_lock_nested_bh(&dsr_batches.lock);
	batch->diverts = true;
	dsr_batch_schedule(batch);
	local_unlock_nested_bh(&dsr_batches.lock);
}

bool dsr_batch_diverts(void)
{
	return __this_cpu_read(dsr_batches.diverts);
}

/* What joins from now on need not be waited for. */
static void dsr_batch_drain_cpu(int cpu)
{
	const struct dsr_batch *batch = per_cpu_ptr(&dsr_batches, cpu);
	u32 joined = READ_ONCE(batch->joined);

	/* Pairs with dsr_batch_end(). */
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
		WRITE_ONCE(per_cpu_ptr(&dsr_batches, cpu)->off, true);
	cpus_read_unlock();
	synchronize_rcu();
	dsr_batch_drain();
}

/* If the CPU had died with a NAPI that another CPU is still to poll, its batch would have
 * two users: then it has none until the CPU comes up the next time.
 */
static int dsr_batch_cpu_up(unsigned int cpu)
{
	struct dsr_batch *batch = per_cpu_ptr(&dsr_batches, cpu);
	bool polled = test_bit(NAPI_STATE_SCHED, &batch->napi.state);

	WRITE_ONCE(batch->off, dsr_batch_disabled || polled);
	return 0;
}

/* On the CPU, while packets still come. */
static int dsr_batch_cpu_down(unsigned int cpu)
{
	local_bh_disable();
	rcu_read_lock();
	WRITE_ONCE(this_cpu_ptr(&dsr_batches)->off, true);
	dsr_batch_flush();
	rcu_read_unlock();
	local_bh_enable();
	return 0;
}

static void dsr_batch_exit_napi(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		napi_disable(&per_cpu_ptr(&dsr_batches, cpu)->napi);
		__netif_napi_del(&per_cpu_ptr(&dsr_batches, cpu)->napi);
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
		napi = &per_cpu_ptr(&dsr_batches, cpu)->napi;
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
