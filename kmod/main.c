// SPDX-License-Identifier: GPL-2.0
/*
 * nf_dsr: load balancing by direct server return. Read this file first, then hook.c
 * and the files that it calls, in the order of Kbuild.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/percpu.h>
#include <linux/user_namespace.h>

#include "backend.h"
#include "check.h"
#include "fastpath.h"
#include "ingress.h"
#include "net.h"
#include "netlink.h"
#include "path.h"
#include "pool.h"
#include "service.h"
#include "timer.h"
#include "txn.h"
#include "xmit.h"

static unsigned int max_flows = 1 << 20;
module_param(max_flows, uint, 0644);
MODULE_PARM_DESC(max_flows, "Maximum number of flows of a network namespace, for namespaces created later: 0 to 2^30, rounded up to a multiple of 256 (default 1048576)");

static unsigned int min_flows;
module_param(min_flows, uint, 0644);
MODULE_PARM_DESC(min_flows, "Number of flows of each family that a namespace's table has room for from the start, for namespaces of the initial user namespace created later; at most max_flows, and as many as take a quarter of the memory (default 0)");

module_param_named(max_flows_total, dsr_flow_total, uint, 0644);
MODULE_PARM_DESC(max_flows_total, "Maximum number of flows of all network namespaces together (default: as many as take a quarter of the memory)");

/* Bytes that a flow takes in the tables, a value between those of IPv4 and IPv6; and
 * the maximum number of bytes that room for one flow of each family takes.
 */
#define DSR_FLOW_BYTES		128
#define DSR_FLOW_BYTES_MIN	308

/* Return how many objects of this size a quarter of the memory holds. */
static unsigned int dsr_quarter(unsigned int bytes)
{
	u64 quarter = (u64)totalram_pages() << PAGE_SHIFT >> 2;

	return min_t(u64, div_u64(quarter, bytes), DSR_FLOWS_MAX);
}

/* Return the number of flows that the tables of a namespace have room for from the
 * start. Only the host may reserve memory for flows that may never exist, not a
 * container.
 */
static unsigned int dsr_min_flows(const struct net *net)
{
	if (net->user_ns != &init_user_ns)
		return 0;
	return min(READ_ONCE(min_flows), dsr_quarter(DSR_FLOW_BYTES_MIN));
}

static void __init dsr_check_params(void)
{
	if (min_flows > dsr_quarter(DSR_FLOW_BYTES_MIN))
		pr_warn("min_flows=%u would take more than a quarter of the memory, %u are used\n",
			min_flows, dsr_quarter(DSR_FLOW_BYTES_MIN));
	if (dsr_flow_total == U32_MAX)
		dsr_flow_total = dsr_quarter(DSR_FLOW_BYTES);
}

static int __net_init dsr_net_init(struct net *net)
{
	struct dsr_net *dn = dsr_net(net);
	int err;

	dn->net = net;
	dn->generation = 1;
	mutex_init(&dn->lock);
	INIT_LIST_HEAD(&dn->services);
	INIT_LIST_HEAD(&dn->devices);
	dn->index = RB_ROOT;
	dn->deleting = RB_ROOT;
	dsr_nl_defer_init(dn);
	mutex_init(&dn->all_lock);
	INIT_LIST_HEAD(&dn->all);
	INIT_WORK(&dn->names, dsr_service_names);
	INIT_LIST_HEAD(&dn->dead_services);
	INIT_LIST_HEAD(&dn->dead_backends);
	INIT_WORK(&dn->reaper, dsr_service_reap);
	INIT_DELAYED_WORK(&dn->timer, dsr_timer);
	dn->drops = dsr_drops_alloc();
	if (!dn->drops)
		return -ENOMEM;
	err = dsr_backend_table_init(dn);
	if (err)
		goto err_drops;
	err = dsr_check_table_init(dn);
	if (err)
		goto err_backends;
	err = dsr_tables_init(dn);
	if (err)
		goto err_checks;
	err = dsr_flow_init(&dn->flows, dsr_min_flows(net), READ_ONCE(max_flows));
	if (err)
		goto err_tables;
	return 0;

err_tables:
	dsr_tables_exit(dn);
err_checks:
	dsr_check_table_exit(dn);
err_backends:
	dsr_backend_table_exit(dn);
err_drops:
	free_percpu(dn->drops);
	return err;
}

/* Shut down a namespace. The hooks go first. A grace period (in the reaper) lets the
 * last packet leave, then flows and backends are freed. A socket holds its namespace,
 * so no configuration request can arrive any more.
 */
static void __net_exit dsr_net_exit(struct net *net)
{
	struct dsr_net *dn = dsr_net(net);

	dsr_nl_defer_flush(dn);
	cancel_work_sync(&dn->names);
	mutex_lock(&dn->lock);
	dsr_service_exit(dn);
	dsr_ingress_dev_exit(dn);
	mutex_unlock(&dn->lock);
	dsr_timer_stop(dn);
	flush_work(&dn->reaper);
	/* Send the packets that joined a batch before the grace period, and wait for
	 * the RCU callbacks of pools, which refer to @tables.
	 */
	if (dn->last_id) {
		dsr_batch_drain();
		rcu_barrier();
	}
	dsr_flow_exit(&dn->flows);
	dsr_tables_exit(dn);
	dsr_check_table_exit(dn);
	dsr_backend_table_exit(dn);
	kfree(dn->zones);
	free_percpu(dn->drops);
}

static struct pernet_operations dsr_net_ops = {
	.init	= dsr_net_init,
	.exit	= dsr_net_exit,
	.id	= &dsr_net_id,
	.size	= sizeof(struct dsr_net),
};

/* Handle an event of a device. Paths hold routes and neighbours, which hold their
 * device. Services refer to their VRF and to the device they listen on by name.
 * Ingress hooks belong to a device.
 *
 * All of the host waits for RTNL, so this function does not wait for dsr_net.lock,
 * which a transaction may hold for seconds.
 */
static int dsr_netdev_event(struct notifier_block *block, unsigned long event,
			    void *info)
{
	struct net_device *dev = netdev_notifier_info_to_dev(info);
	struct dsr_net *dn = dsr_net(dev_net(dev));

	if (event == NETDEV_UNREGISTER || event == NETDEV_CHANGENAME)
		dsr_ingress_dev_goes(dn, dev);
	if (event == NETDEV_REGISTER || event == NETDEV_CHANGENAME)
		dsr_ingress_dev_comes(dn, dev);
	if (event == NETDEV_UNREGISTER && READ_ONCE(dn->last_id))
		dsr_batch_drain();
	if (event == NETDEV_DOWN || event == NETDEV_UNREGISTER)
		dsr_path_drop_dev(dn, dev);
	if (event == NETDEV_REGISTER || event == NETDEV_UNREGISTER ||
	    event == NETDEV_CHANGENAME)
		dsr_service_find_devices(dn);
	return NOTIFY_DONE;
}

static struct notifier_block dsr_netdev_notifier = {
	.notifier_call = dsr_netdev_event,
};

static const struct genl_multicast_group dsr_nl_groups[] = {
	[NF_DSR_NLGRP_CONFIG] = {
		.name	= NF_DSR_MCGRP_CONFIG,
		.flags	= GENL_MCAST_CAP_NET_ADMIN,
	},
};

static struct genl_family dsr_nl_family __ro_after_init = {
	.name		= NF_DSR_FAMILY_NAME,
	.version	= NF_DSR_FAMILY_VERSION,
	.netnsok	= true,
	.parallel_ops	= true,	/* dsr_net.lock is all that is needed */
	.module		= THIS_MODULE,
	.pre_doit	= dsr_nl_pre_doit,
	.post_doit	= dsr_nl_post_doit,
	.ops		= nf_dsr_nl_ops,
	.n_ops		= ARRAY_SIZE(nf_dsr_nl_ops),
	.mcgrps		= dsr_nl_groups,
	.n_mcgrps	= ARRAY_SIZE(dsr_nl_groups),
	/* From this operation on NLM_F_CREATE and its like would be refused. */
	.resv_start_op	= NF_DSR_CMD_MAX + 1,
};

static const struct dsr_notify_ops dsr_nl_notify_ops = {
	.service	= dsr_nl_notify_service,
	.backend	= dsr_nl_notify_backend,
};

static int __init dsr_init(void)
{
	int err;

	dsr_check_params();
	err = dsr_flow_cache_init();
	if (err)
		return err;
	err = dsr_neigh_dst_init();
	if (err)
		goto err_cache;
	err = dsr_batch_init();
	if (err)
		goto err_neigh_dst;
	err = register_pernet_subsys(&dsr_net_ops);
	if (err)
		goto err_batch;
	err = register_netdevice_notifier(&dsr_netdev_notifier);
	if (err)
		goto err_net;
	dsr_notify = &dsr_nl_notify_ops;
	err = dsr_nl_init(&dsr_nl_family);
	if (err)
		goto err_notifier;
	return 0;

err_notifier:
	unregister_netdevice_notifier(&dsr_netdev_notifier);
err_net:
	unregister_pernet_subsys(&dsr_net_ops);
err_batch:
	dsr_batch_exit();
err_neigh_dst:
	dsr_neigh_dst_exit();
err_cache:
	rcu_barrier();
	dsr_flow_cache_exit();
	return err;
}

static void __exit dsr_exit(void)
{
	dsr_nl_defer_close();
	genl_unregister_family(&dsr_nl_family);
	dsr_path_close();
	dsr_batch_disable();
	/* This reports the removal of each device to the notifier, which drops all
	 * paths.
	 */
	unregister_netdevice_notifier(&dsr_netdev_notifier);
	unregister_pernet_subsys(&dsr_net_ops);
	dsr_batch_exit();
	dsr_neigh_dst_exit();
	rcu_barrier();	/* for the RCU callbacks of flows, pools and paths */
	dsr_flow_cache_exit();
}

module_init(dsr_init);
module_exit(dsr_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The nf_dsr authors");
MODULE_DESCRIPTION("Load balancing by direct server return");
MODULE_VERSION(NF_DSR_VERSION);
MODULE_ALIAS_GENL_FAMILY(NF_DSR_FAMILY_NAME);
