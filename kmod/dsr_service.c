// SPDX-License-Identifier: GPL-2.0
/*
 * What there is of a service besides its place in the configuration, which is
 * dsr_service_draft.c's; see dsr_service.h.
 */
#include <linux/sched.h>
#include <linux/slab.h>

#include "dsr_backend.h"
#include "dsr_hook.h"
#include "dsr_maglev.h"
#include "dsr_match.h"
#include "dsr_mem.h"
#include "dsr_net.h"
#include "dsr_path.h"
#include "dsr_pin.h"
#include "dsr_pool.h"
#include "dsr_tick.h"

static const struct dsr_service_conf dsr_service_conf_default = {
	.sched = &dsr_sched_maglev,
	.policy = {
		.table_size = DSR_MAGLEV_SLOTS,
		.min_active = 1,
		.persist_prefix4 = 32,
		.persist_prefix6 = 128,
	},
	.fwd = {
		.set = DSR_FWD_METHOD | DSR_FWD_OUTER_SOURCE |
		       DSR_FWD_OUTER_TTL | DSR_FWD_OUTER_PORT |
		       DSR_FWD_OUTER_CHECKSUM | DSR_FWD_GUE_VARIANT |
		       DSR_FWD_GRE_KEY,
		.method = NF_DSR_METHOD_L2,
		.outer_source = NF_DSR_OUTER_SOURCE_ROUTE,
		.outer_ttl = 64,
		.outer_port = htons(6080),
		.outer_checksum = NF_DSR_OUTER_CHECKSUM_AUTO,
		.gre_key = NF_DSR_GRE_KEY_NONE,
	},
};

void dsr_service_conf_init(struct dsr_service_conf *conf)
{
	*conf = dsr_service_conf_default;
	conf->timeouts = dsr_timeouts_default;
}

/* Index of the VRF device of that name; DSR_NO_DEVICE without one; 0 if it is
 * another kind of device.
 */
static int dsr_vrf_ifindex(struct net *net, const char *name)
{
	const struct net_device *dev;
	int ifindex = DSR_NO_DEVICE;

	rcu_read_lock();
	dev = dev_get_by_name_rcu(net, name);
	if (dev)
		ifindex = netif_is_l3_master(dev) ? dev->ifindex : 0;
	rcu_read_unlock();
	return ifindex;
}

/* The number of the VRF, or else a free one; 0: there is none. */
static u8 dsr_zone_find(const struct dsr_zone *zones, const char *vrf)
{
	unsigned int i, unused = 0;

	for (i = DSR_ZONES_MAX; i; i--) {
		if (!zones[i].users)
			unused = i;
		else if (!strcmp(zones[i].vrf, vrf))
			return i;
	}
	return unused;
}

int dsr_service_enter_vrf(struct dsr_service *svc,
			  struct netlink_ext_ack *extack)
{
	struct dsr_net *dn = svc->dn;

	if (!svc->key.vrf[0])
		return 0;
	svc->vrf_ifindex = dsr_vrf_ifindex(dn->net, svc->key.vrf);
	if (!svc->vrf_ifindex) {
		NL_SET_ERR_MSG(extack, "the device is no VRF");
		return -EINVAL;
	}
	if (!dn->zones)
		dn->zones = kcalloc(DSR_ZONES_MAX + 1, sizeof(*dn->zones),
				    DSR_GFP);
	if (!dn->zones)
		return -ENOMEM;
	svc->zone = dsr_zone_find(dn->zones, svc->key.vrf);
	if (!svc->zone) {
		NL_SET_ERR_MSG(extack, "255 VRFs have services already");
		return -ENOSPC;
	}
	return 0;
}

void dsr_service_hold_zone(struct dsr_service *svc)
{
	struct dsr_zone *zone;

	if (!svc->zone)
		return;
	zone = &svc->dn->zones[svc->zone];
	strscpy(zone->vrf, svc->key.vrf, sizeof(zone->vrf));
	zone->users++;
}

static void dsr_service_release_zone(struct dsr_service *svc)
{
	if (svc->zone)
		svc->dn->zones[svc->zone].users--;
}

static bool dsr_flow_match_datagrams(const struct dsr_flow *flow, u8 proto,
				     const void *arg)
{
	return proto == IPPROTO_UDP &&
	       flow->backend->svc->conf.policy.one_packet;
}

void dsr_service_forget_datagrams(struct dsr_net *dn)
{
	lockdep_assert_held(&dn->lock);
	synchronize_rcu();	/* those under way know the old policy */
	dsr_flow_purge(&dn->flows, dsr_flow_match_datagrams, NULL);
}

int dsr_service_prepare(struct dsr_service *svc)
{
	struct dsr_filter *filter;
	struct dsr_pool *pool;

	filter = dsr_filter_build(svc->dn->net, svc->key.family,
				  &svc->conf.filter);
	if (IS_ERR(filter))
		return PTR_ERR(filter);
	pool = dsr_pool_build(svc);
	if (IS_ERR(pool)) {
		kfree(filter);
		return PTR_ERR(pool);
	}
	svc->next_filter = filter;
	svc->next_pool = pool;
	return 0;
}

void dsr_service_publish(struct dsr_service *svc)
{
	struct dsr_filter *filter = svc->filter;
	struct dsr_pool *pool = svc->pool;

	svc->pool = svc->next_pool;
	svc->filter = svc->next_filter;
	svc->next_pool = NULL;
	svc->next_filter = NULL;
	dsr_pool_start(svc);
	dsr_tick_wake(svc->dn);
	dsr_pool_free_rcu(pool);
	if (filter)
		kfree_rcu(filter, rcu);
}

void dsr_service_unprepare(struct dsr_service *svc)
{
	dsr_pool_free(svc->next_pool);
	kfree(svc->next_filter);
	svc->next_pool = NULL;
	svc->next_filter = NULL;
}

/* The paths of a VRF lead through its own routes. */
static void dsr_service_find_vrf(struct dsr_service *svc)
{
	int ifindex = dsr_vrf_ifindex(svc->dn->net, svc->key.vrf);
	struct dsr_backend *backend;

	/* A name that another kind of device has taken is no VRF's. */
	if (!ifindex)
		ifindex = DSR_NO_DEVICE;
	if (ifindex == svc->vrf_ifindex)
		return;
	WRITE_ONCE(svc->vrf_ifindex, ifindex);
	list_for_each_entry(backend, &svc->backends, list) {
		dsr_path_drop(backend);
		cond_resched();
	}
}

static void dsr_service_find_all(struct dsr_net *dn)
{
	struct dsr_service *svc;

	list_for_each_entry(svc, &dn->services, list) {
		if (svc->filter && svc->conf.filter.dev[0])
			WRITE_ONCE(svc->filter->ifindex,
				   dsr_ifindex(dn->net,
					       svc->conf.filter.dev));
		if (svc->key.vrf[0])
			dsr_service_find_vrf(svc);
		cond_resched();
	}
}

void dsr_service_names(struct work_struct *work)
{
	struct dsr_net *dn = container_of(work, struct dsr_net, names);

	mutex_lock(&dn->lock);
	dsr_service_find_all(dn);
	mutex_unlock(&dn->lock);
}

/* What is looked up later is what holds then, so a worker does as well. */
void dsr_service_find_devices(struct dsr_net *dn)
{
	if (!mutex_trylock(&dn->lock)) {
		queue_work(system_unbound_wq, &dn->names);
		return;
	}
	dsr_service_find_all(dn);
	mutex_unlock(&dn->lock);
}

void dsr_service_bury(struct dsr_service *svc)
{
	struct dsr_backend *backend, *next;
	struct dsr_net *dn = svc->dn;

	list_splice_tail_init(&svc->deleted, &svc->backends);
	list_for_each_entry_safe(backend, next, &svc->backends, list) {
		dsr_backend_bury(backend);
		cond_resched();
	}
	svc->nr_backends = 0;
	rb_erase(&svc->node, svc->leaving ? &dn->leaving : &dn->index);
	dsr_service_release_zone(svc);
	list_move_tail(&svc->list, &dn->dead_services);
	queue_work(system_unbound_wq, &dn->reaper);
}

void dsr_service_exit(struct dsr_net *dn)
{
	struct dsr_match *match = rcu_dereference_protected(dn->match,
						lockdep_is_held(&dn->lock));
	struct dsr_service *svc, *next;

	if (!match)
		return;
	dsr_hook_unregister(dn);
	dsr_flow_stop(&dn->flows);
	RCU_INIT_POINTER(dn->match, NULL);
	dsr_match_free_rcu(match);
	dn->nr_services = 0;
	list_for_each_entry_safe(svc, next, &dn->services, list) {
		dsr_service_bury(svc);
		cond_resched();
	}
	dsr_pin_put();
}

void dsr_service_sum(const struct dsr_service *svc, struct dsr_counters *sum)
{
	const struct dsr_backend *backend;

	*sum = svc->gone;
	list_for_each_entry(backend, &svc->backends, list) {
		dsr_stats_sum(backend->stats, sum);
		cond_resched();
	}
	list_for_each_entry(backend, &svc->deleted, list) {
		dsr_stats_sum(backend->stats, sum);
		cond_resched();
	}
}

static bool dsr_flow_match_dead(const struct dsr_flow *flow, u8 proto,
				const void *arg)
{
	return READ_ONCE(flow->backend->state) == DSR_BACKEND_DEAD;
}

void dsr_service_reap(struct work_struct *work)
{
	struct dsr_net *dn = container_of(work, struct dsr_net, reaper);
	struct dsr_backend *backend, *next_backend;
	struct dsr_service *svc, *next_svc;
	LIST_HEAD(backends);
	LIST_HEAD(services);

	mutex_lock(&dn->lock);
	list_splice_init(&dn->dead_backends, &backends);
	list_splice_init(&dn->dead_services, &services);
	mutex_unlock(&dn->lock);

	/* Packets that chose one of them may still insert a flow. */
	synchronize_rcu();
	dsr_flow_purge(&dn->flows, dsr_flow_match_dead, NULL);
	/* Packets and dumps that found such a flow may still look at it. */
	synchronize_rcu();
	list_for_each_entry_safe(backend, next_backend, &backends, list) {
		dsr_backend_free(backend);
		cond_resched();
	}
	list_for_each_entry_safe(svc, next_svc, &services, list) {
		dsr_pool_free(svc->pool);
		kfree(svc->filter);
		kfree(svc);
		cond_resched();
	}
}
