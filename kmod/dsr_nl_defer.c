// SPDX-License-Identifier: GPL-2.0
/*
 * Requests that a worker of their namespace serves, see dsr_nl_defer.h.
 */
#include <linux/memcontrol.h>
#include <linux/netlink.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/wait.h>
#include <net/sock.h>

#include "dsr_net.h"
#include "dsr_nl.h"
#include "dsr_nl_defer.h"

/**
 * struct dsr_nl_deferred - a request in the queue
 * @list: in dsr_net.deferred
 * @skb: the message, a clone
 * @task: the sender, held
 * @memcg: that of the sender, held
 * @info: what genetlink says of the request, with pointers into @skb
 * @extack: for a refusal
 * @doit: serves the request
 * @attrs: by type
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

/* Requests in all queues, and whether there may be more. */
static atomic_t dsr_nl_nr_deferred = ATOMIC_INIT(0);
static DECLARE_WAIT_QUEUE_HEAD(dsr_nl_idle);
static bool dsr_nl_closed;

/* It needs no lock that a slow request holds. */
static bool dsr_nl_is_free(u8 cmd)
{
	return cmd == NF_DSR_CMD_STATS_GET || cmd == NF_DSR_CMD_TRACE;
}

/* It may concern any number of services or flows. */
static bool dsr_nl_is_slow(u8 cmd, const struct genl_info *info)
{
	switch (cmd) {
	case NF_DSR_CMD_COMMIT:
	case NF_DSR_CMD_FLOW_FLUSH:
		return true;
	case NF_DSR_CMD_SERVICE_DEL:
		return info->nlhdr->nlmsg_flags & NLM_F_BULK;
	case NF_DSR_CMD_SERVICE_NEW:	/* may have flows forgotten */
		return info->attrs[NF_DSR_A_SERVICE_ONE_PACKET];
	default:
		return false;
	}
}

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

/* The answer goes by way of the clone, so the clone names the kernel's socket, which
 * it holds no memory of. The sender's socket is held, and that holds the namespace.
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

	/* Counted first: dsr_nl_defer_close() sees the request, or is seen. */
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
		queue_work(system_unbound_wq, &dn->defer);
		return -EINTR;
	}
	dsr_nl_deferred_free(d);
	if (err == -EBUSY)
		GENL_SET_ERR_MSG(info,
				 "64 requests wait for a large one already: try again later");
	else
		GENL_SET_ERR_MSG(info, "the module is being unloaded");
	return err;
}

int dsr_nl_pre_doit(const struct genl_split_ops *ops, struct sk_buff *skb,
		    struct genl_info *info)
{
	struct dsr_net *dn = dsr_net(genl_info_net(info));
	int err;

	err = dsr_nl_check_do(ops, info);
	if (err || dsr_nl_is_free(ops->cmd))
		return err;
	if (!dsr_nl_is_slow(ops->cmd, info) && !READ_ONCE(dn->nr_deferred) &&
	    down_read_trylock(&dn->slow))
		return 0;
	return dsr_nl_defer(dn, ops, skb, info);
}

void dsr_nl_post_doit(const struct genl_split_ops *ops, struct sk_buff *skb,
		      struct genl_info *info)
{
	struct dsr_net *dn = dsr_net(genl_info_net(info));

	if (!dsr_nl_is_free(ops->cmd))
		up_read(&dn->slow);
}

/* As netlink does for a request that is served at once. */
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

/* A request counts until it is served: those that come meanwhile are to wait. */
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

void dsr_nl_defer_exit(struct dsr_net *dn)
{
	flush_work(&dn->defer);
}

void dsr_nl_defer_close(void)
{
	WRITE_ONCE(dsr_nl_closed, true);
	smp_mb();	/* pairs with atomic_inc_return() of dsr_nl_enqueue() */
	wait_event(dsr_nl_idle, !atomic_read(&dsr_nl_nr_deferred));
}
