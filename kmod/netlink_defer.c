// SPDX-License-Identifier: GPL-2.0
/*
 * The queue of deferred requests, see netlink.h.
 */
#include <linux/memcontrol.h>
#include <linux/netlink.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/wait.h>
#include <net/sock.h>

#include "net.h"
#include "netlink.h"

/**
 * struct dsr_nl_deferred - a request in the queue
 * @list: in dsr_net.deferred
 * @skb: clone of the message
 * @task: the sender; the request holds a reference
 * @memcg: memory cgroup of the sender; the request holds a reference
 * @info: generic netlink's description of the request, with pointers into @skb
 * @extack: for the message of a refusal
 * @doit: serve the request
 * @attrs: attributes by type
 */
struct dsr_nl_deferred {
	struct list_head list;
	struct sk_buff *skb;
	struct task_struct *task;
	struct mem_cgroup *memcg;
	struct genl_info info;
	struct netlink_ext_ack extack;
	int (*doit)(struct sk_buff *skb, struct genl_info *info);
	struct nlattr *attrs[];
};

/* Number of requests in all queues; and whether no further requests are accepted. */
static atomic_t dsr_nl_nr_deferred = ATOMIC_INIT(0);
static DECLARE_WAIT_QUEUE_HEAD(dsr_nl_idle);
static bool dsr_nl_closed;

static struct sock *dsr_nl_sender(const struct dsr_nl_deferred *d)
{
	return NETLINK_CB(d->skb).sk;
}

static void dsr_nl_deferred_free(struct dsr_nl_deferred *d)
{
	struct sock *sk = dsr_nl_sender(d);

	d->skb->sk = NULL;
	consume_skb(d->skb);
	sock_put(sk);
	mem_cgroup_put(d->memcg);
	put_task_struct(d->task);
	kfree(d);
}

/* Create a deferred request. The answer is sent with the help of the clone, so the clone
 * refers to the kernel's socket, but its memory is not accounted to that socket. The
 * request holds a reference on the sender's socket, which holds the namespace.
 */
static struct dsr_nl_deferred *
dsr_nl_deferred_new(const struct genl_split_ops *ops, struct sk_buff *skb,
		    const struct genl_info *info)
{
	size_t nr = ops->maxattr + 1;
	struct dsr_nl_deferred *d;

	d = kzalloc(struct_size(d, attrs, nr), GFP_KERNEL_ACCOUNT);
	if (!d)
		return NULL;
	d->skb = netlink_skb_clone(skb, GFP_KERNEL_ACCOUNT);
	if (!d->skb) {
		kfree(d);
		return NULL;
	}
	d->skb->sk = skb->sk;
	sock_hold(dsr_nl_sender(d));
	d->task = get_task_struct(current);
	d->memcg = get_mem_cgroup_from_mm(current->mm);
	d->doit = ops->doit;
	d->info = *info;
	d->info.extack = &d->extack;
	d->info.attrs = d->attrs;
	memcpy(d->attrs, info->attrs, nr * sizeof(*d->attrs));
	return d;
}

static void dsr_nl_uncount(void)
{
	if (atomic_dec_and_test(&dsr_nl_nr_deferred))
		wake_up(&dsr_nl_idle);
}

static int dsr_nl_enqueue(struct dsr_net *dn, struct dsr_nl_deferred *d)
{
	bool full;

	/* The request is counted first, so either dsr_nl_defer_close() sees the request,
	 * or the request sees that the queue is closed.
	 */
	atomic_inc_return(&dsr_nl_nr_deferred);
	if (READ_ONCE(dsr_nl_closed)) {
		dsr_nl_uncount();
		return -ESHUTDOWN;
	}
	spin_lock(&dn->deferred_lock);
	full = dn->nr_deferred == DSR_NL_DEFERRED_MAX;
	if (!full) {
		list_add_tail(&d->list, &dn->deferred);
		dn->nr_deferred++;
	}
	spin_unlock(&dn->deferred_lock);
	if (!full)
		return 0;
	dsr_nl_uncount();
	return -EBUSY;
}

static int dsr_nl_defer(struct dsr_net *dn, const struct genl_split_ops *ops,
			struct sk_buff *skb, struct genl_info *info)
{
	struct dsr_nl_deferred *d = dsr_nl_deferred_new(ops, skb, info);
	int err;

	if (!d)
		return -ENOMEM;
	err = dsr_nl_enqueue(dn, d);
	if (!err) {
		queue_work(system_dfl_wq, &dn->defer);
		return -EINTR;
	}
	dsr_nl_deferred_free(d);
	if (err == -EBUSY)
		GENL_SET_ERR_MSG(info,
				 "64 requests are already waiting for a large change: try again later");
	else
		GENL_SET_ERR_MSG(info, "the module is being unloaded");
	return err;
}

int dsr_nl_enter(const struct genl_split_ops *ops, struct sk_buff *skb,
		 struct genl_info *info, bool slow)
{
	struct dsr_net *dn = dsr_net(genl_info_net(info));

	if (!slow && !READ_ONCE(dn->nr_deferred) && down_read_trylock(&dn->slow))
		return 0;
	return dsr_nl_defer(dn, ops, skb, info);
}

void dsr_nl_leave(struct genl_info *info)
{
	up_read(&dsr_net(genl_info_net(info))->slow);
}

/* Answer as netlink does for a request that is served at once. */
static void dsr_nl_answer(struct dsr_nl_deferred *d, int err)
{
	if (err == -EINTR || sock_flag(dsr_nl_sender(d), SOCK_DEAD))
		return;
	if (err || d->info.nlhdr->nlmsg_flags & NLM_F_ACK)
		netlink_ack(d->skb, nlmsg_hdr(d->skb), err, &d->extack);
}

static void dsr_nl_serve(struct dsr_net *dn, struct dsr_nl_deferred *d)
{
	struct mem_cgroup *memcg = set_active_memcg(d->memcg);
	int err = -EINTR;

	down_write(&dn->slow);
	WRITE_ONCE(dn->requester, d->task);
	if (!dsr_net_killed(dn))
		err = d->doit(d->skb, &d->info);
	WRITE_ONCE(dn->requester, NULL);
	up_write(&dn->slow);
	set_active_memcg(memcg);
	dsr_nl_answer(d, err);
}

static struct dsr_nl_deferred *dsr_nl_next(struct dsr_net *dn)
{
	struct dsr_nl_deferred *d;

	spin_lock(&dn->deferred_lock);
	d = list_first_entry_or_null(&dn->deferred, struct dsr_nl_deferred, list);
	spin_unlock(&dn->deferred_lock);
	return d;
}

/* Remove a request from the queue. It counts until it has been served, so requests that
 * arrive in the meantime have to wait.
 */
static void dsr_nl_dequeue(struct dsr_net *dn, struct dsr_nl_deferred *d)
{
	spin_lock(&dn->deferred_lock);
	list_del(&d->list);
	dn->nr_deferred--;
	spin_unlock(&dn->deferred_lock);
	dsr_nl_deferred_free(d);
	dsr_nl_uncount();
}

static void dsr_nl_work(struct work_struct *work)
{
	struct dsr_net *dn = container_of(work, struct dsr_net, defer);
	struct dsr_nl_deferred *d;

	while ((d = dsr_nl_next(dn))) {
		dsr_nl_serve(dn, d);
		dsr_nl_dequeue(dn, d);
		cond_resched();
	}
}

void dsr_nl_defer_init(struct dsr_net *dn)
{
	init_rwsem(&dn->slow);
	spin_lock_init(&dn->deferred_lock);
	INIT_LIST_HEAD(&dn->deferred);
	INIT_WORK(&dn->defer, dsr_nl_work);
}

void dsr_nl_defer_flush(struct dsr_net *dn)
{
	flush_work(&dn->defer);
}

void dsr_nl_defer_close(void)
{
	WRITE_ONCE(dsr_nl_closed, true);
	smp_mb();	/* pairs with atomic_inc_return() of dsr_nl_enqueue() */
	wait_event(dsr_nl_idle, !atomic_read(&dsr_nl_nr_deferred));
}
