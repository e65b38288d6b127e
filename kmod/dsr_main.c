// SPDX-License-Identifier: GPL-2.0
/*
 * nf_dsr: load balancing by direct server return. Start reading here, then
 * dsr_hook.c and the files it calls, in Kbuild's order.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/percpu.h>
#include <linux/user_namespace.h>
#include <net/netns/generic.h>

#include "dsr_backend.h"
#include "dsr_batch.h"
#include "dsr_device.h"
#include "dsr_net.h"
#include "dsr_nl.h"
#include "dsr_nl_defer.h"
#include "dsr_path.h"
#include "dsr_service.h"
#include "dsr_table.h"
#include "dsr_tick.h"
#include "dsr_wait.h"

static unsigned int max_flows = 1 << 20;
module_param(max_flows, uint, 0644);
MODULE_PARM_DESC(max_flows, "Most flows remembered in a network namespace, for namespaces created later: 0 to 2^30, rounded up to a multiple of 256 (default 1048576)");

static unsigned int min_flows;
module_param(min_flows, uint, 0644);
MODULE_PARM_DESC(min_flows, "Flows of each family that the table of a namespace has room for as soon as there is one, for namespaces created later, but for those of other user namespaces; at most max_flows, and what a quarter of the memory holds (default 0)");

module_param_named(max_flows_total, dsr_flow_total, uint, 0644);
MODULE_PARM_DESC(max_flows_total, "Most flows remembered in all network namespaces together (default: as many as take a quarter of the memory)");

/* Bytes that a flow takes in tables, between those of IPv4 and of IPv6; and at most,
 * where there shall be room for one of each.
 */
#define DSR_FLOW_BYTES		128
#define DSR_FLOW_BYTES_MIN	308

static unsigned int dsr_net_id __read_mostly;

/* How many things of that size take a quarter of the memory. */
static unsigned int dsr_quarter(unsigned int bytes)
{
	u64 quarter = (u64)totalram_pages() << PAGE_SHIFT >> 2;

	return min_t(u64, div_u64(quarter, bytes), DSR_FLOWS_MAX);
}

/* Room for flows that may never come is the host's to give, not a container's to take. */
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

struct dsr_net *dsr_net(const struct net *net)
{
	return net_generic(net, dsr_net_id);
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
	dn->leaving = RB_ROOT;
	dsr_nl_defer_init(dn);
	mutex_init(&dn->all_lock);
	INIT_LIST_HEAD(&dn->all);
	INIT_WORK(&dn->names, dsr_service_names);
	INIT_LIST_HEAD(&dn->dead_services);
	INIT_LIST_HEAD(&dn->dead_backends);
	INIT_WORK(&dn->reaper, dsr_service_reap);
	INIT_DELAYED_WORK(&dn->tick, dsr_tick);
	dn->drops = dsr_drops_alloc();
	if (!dn->drops)
		return -ENOMEM;
	err = dsr_backend_table_init(dn);
	if (err)
		goto err_drops;
	err = dsr_tables_init(dn);
	if (err)
		goto err_backends;
	err = dsr_flow_init(&dn->flows, dsr_min_flows(net), READ_ONCE(max_flows));
	if (err)
		goto err_tables;
	return 0;

err_tables:
	dsr_tables_exit(dn);
err_backends:
	dsr_backend_table_exit(dn);
err_drops:
	free_percpu(dn->drops);
	return err;
}

/* Hooks go first, then a grace period (in the reaper) sees the last packet
 * out, then flows and backends are freed. Sockets hold the namespace, so nobody
 * configures it any more.
 */
static void __net_exit dsr_net_exit(struct net *net)
{
	struct dsr_net *dn = dsr_net(net);

	dsr_nl_defer_exit(dn);
	cancel_work_sync(&dn->names);
	mutex_lock(&dn->lock);
	dsr_service_exit(dn);
	dsr_device_exit(dn);
	mutex_unlock(&dn->lock);
	dsr_tick_stop(dn);
	flush_work(&dn->reaper);
	/* What has joined a batch before the grace period; pools that know their table. */
	if (dn->last_id) {
		dsr_batch_drain();
		rcu_barrier();
	}
	dsr_flow_exit(&dn->flows);
	dsr_tables_exit(dn);
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

/* Paths hold routes and neighbours, and these their device; services name their
 * VRF and the device they listen on; hooks are part of a device.
 *
 * The whole host waits for RTNL, so nothing here waits for dsr_net.lock, which a
 * transaction may hold for seconds.
 */
static int dsr_netdev_event(struct notifier_block *block, unsigned long event,
			    void *info)
{
	struct net_device *dev = netdev_notifier_info_to_dev(info);
	struct dsr_net *dn = dsr_net(dev_net(dev));

	if (event == NETDEV_UNREGISTER || event == NETDEV_CHANGENAME)
		dsr_device_goes(dn, dev);
	if (event == NETDEV_REGISTER || event == NETDEV_CHANGENAME)
		dsr_device_comes(dn, dev);
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

static int __init dsr_init(void)
{
	int err;

	dsr_check_params();
	err = dsr_flow_cache_init();
	if (err)
		return err;
	err = dsr_wait_init();
	if (err)
		goto err_cache;
	err = dsr_batch_init();
	if (err)
		goto err_wait;
	err = register_pernet_subsys(&dsr_net_ops);
	if (err)
		goto err_batch;
	err = register_netdevice_notifier(&dsr_netdev_notifier);
	if (err)
		goto err_net;
	err = dsr_nl_init();
	if (err)
		goto err_notifier;
	return 0;

err_notifier:
	unregister_netdevice_notifier(&dsr_netdev_notifier);
err_net:
	unregister_pernet_subsys(&dsr_net_ops);
err_batch:
	dsr_batch_exit();
err_wait:
	dsr_wait_exit();
err_cache:
	rcu_barrier();
	dsr_flow_cache_exit();
	return err;
}

static void __exit dsr_exit(void)
{
	dsr_nl_exit();
	dsr_path_close();
	dsr_batch_disable();
	/* It is told that all devices go, so all paths go. */
	unregister_netdevice_notifier(&dsr_netdev_notifier);
	unregister_pernet_subsys(&dsr_net_ops);
	dsr_batch_exit();
	dsr_wait_exit();
	rcu_barrier();	/* flows, pools and paths on their way out */
	dsr_flow_cache_exit();
}

module_init(dsr_init);
module_exit(dsr_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The nf_dsr authors");
MODULE_DESCRIPTION("Load balancing by direct server return");
MODULE_VERSION(NF_DSR_VERSION);
MODULE_ALIAS_GENL_FAMILY(NF_DSR_FAMILY_NAME);
