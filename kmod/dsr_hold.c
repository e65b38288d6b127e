// SPDX-License-Identifier: GPL-2.0
/*
 * Packets that wait for memory, see dsr_hold.h.
 */
#include <linux/cpu.h>
#include <linux/interrupt.h>
#include <linux/netdevice.h>
#include <linux/percpu.h>
#include <linux/workqueue.h>

#include "dsr_hold.h"
#include "dsr_hook.h"
#include "dsr_net.h"

/* About as many lines as a core can wait for at once, two for each packet. Half as many
 * are worse, and so are twice as many.
 */
#define DSR_HOLD	8

/**
 * struct dsr_queue - those that wait on a CPU
 * @held: the packets
 * @first: the next one to go on; not 0 while they do
 * @nr: how many there are, those before @first included
 * @off: nothing waits
 * @tasklet: lets all go on, behind the softirq that they came by
 * @work: lets all go on for who waits for that
 */
struct dsr_queue {
	struct dsr_held held[DSR_HOLD];
	u32 first;
	u32 nr;
	bool off;
	struct tasklet_struct tasklet;
	struct work_struct work;
};

static DEFINE_PER_CPU_ALIGNED(struct dsr_queue, dsr_queues);

/* The module goes. */
static bool dsr_hold_closed;

/* On its way a packet may lead here again, and those behind it go on then; it still has
 * its place until it is gone.
 */
static void dsr_queue_run(struct dsr_queue *queue)
{
	bool again = queue->first;

	while (queue->first < queue->nr)
		dsr_hook_resume(&queue->held[queue->first++]);
	if (again)
		return;
	queue->first = 0;
	queue->nr = 0;
}

static void dsr_queue_tasklet(struct tasklet_struct *tasklet)
{
	struct dsr_queue *queue = from_tasklet(queue, tasklet, tasklet);

	rcu_read_lock();
	dsr_queue_run(queue);
	rcu_read_unlock();
}

void dsr_hold_release(void)
{
	struct dsr_queue *queue = this_cpu_ptr(&dsr_queues);

	if (unlikely(queue->nr))
		dsr_queue_run(queue);
}

struct dsr_held *dsr_hold_slot(void)
{
	struct dsr_queue *queue = this_cpu_ptr(&dsr_queues);

	if (unlikely(queue->nr == DSR_HOLD || queue->off ||
		     READ_ONCE(dsr_hold_closed)))
		return NULL;
	return &queue->held[queue->nr];
}

void dsr_hold(void)
{
	struct dsr_queue *queue = this_cpu_ptr(&dsr_queues);

	if (!queue->nr++)
		tasklet_schedule(&queue->tasklet);
	if (queue->nr == DSR_HOLD)
		dsr_queue_run(queue);
}

void dsr_hold_again(struct sk_buff *skb)
{
	struct dsr_queue *queue = this_cpu_ptr(&dsr_queues);
	bool off = queue->off;

	queue->off = true;
	netif_receive_skb(skb);
	queue->off = off;
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
		schedule_work_on(cpu, &per_cpu_ptr(&dsr_queues, cpu)->work);
	for_each_online_cpu(cpu)
		flush_work(&per_cpu_ptr(&dsr_queues, cpu)->work);
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
		INIT_WORK(&per_cpu_ptr(&dsr_queues, cpu)->work,
			  dsr_hold_drain_cpu);
		tasklet_setup(&per_cpu_ptr(&dsr_queues, cpu)->tasklet,
			      dsr_queue_tasklet);
	}
}

void dsr_hold_exit(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		tasklet_kill(&per_cpu_ptr(&dsr_queues, cpu)->tasklet);
}
