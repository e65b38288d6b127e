// SPDX-License-Identifier: GPL-2.0
/*
 * Services come, change and go, see dsr_service.h.
 */
#include <linux/slab.h>

#include "dsr_backend.h"
#include "dsr_hook.h"
#include "dsr_maglev.h"
#include "dsr_match.h"
#include "dsr_net.h"
#include "dsr_path.h"
#include "dsr_pool.h"

void dsr_service_conf_init(struct dsr_service_conf *conf)
{
	*conf = (struct dsr_service_conf) {
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
			       DSR_FWD_OUTER_CHECKSUM |
			       DSR_FWD_GUE_VARIANT | DSR_FWD_GRE_KEY,
			.method = NF_DSR_METHOD_L2,
			.outer_source = NF_DSR_OUTER_SOURCE_ROUTE,
			.outer_ttl = 64,
			.outer_port = htons(6080),
			.outer_checksum = NF_DSR_OUTER_CHECKSUM_AUTO,
			.gre_key = NF_DSR_GRE_KEY_NONE,
		},
		.timeouts = dsr_timeouts_default,
	};
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

static struct dsr_match *dsr_net_match(const struct dsr_net *dn)
{
	return rcu_dereference_protected(dn->match, lockdep_is_held(&dn->lock));
}

struct dsr_service *dsr_service_find(struct dsr_net *dn,
				     const struct dsr_service_key *key)
{
	struct dsr_match *match = dsr_net_match(dn);

	return match ? dsr_match_key(match, key) : NULL;
}

/* Swap in the table of the services as they are listed now. */
static int dsr_service_publish(struct dsr_net *dn)
{
	struct dsr_match *old = dsr_net_match(dn), *match = NULL;

	if (dn->nr_services) {
		match = dsr_match_build(&dn->services, dn->nr_services);
		if (!match)
			return -ENOMEM;
	}
	rcu_assign_pointer(dn->match, match);
	dsr_match_free_rcu(old);
	return 0;
}

/* Do two ranges of ports of one VIP and protocol meet? An exact port inside a
 * range, or any port around both, is no conflict: the more specific one wins.
 */
static bool dsr_service_overlaps(const struct dsr_service_key *a,
				 const struct dsr_service_key *b)
{
	if (a->family != b->family || a->prefix_len != b->prefix_len ||
	    a->proto != b->proto || !dsr_addr_eq(&a->addr, &b->addr) ||
	    strcmp(a->vrf, b->vrf))
		return false;
	if (dsr_key_any_port(a) || dsr_key_any_port(b) ||
	    a->port == a->port_end || b->port == b->port_end)
		return false;
	return a->port <= b->port_end && b->port <= a->port_end;
}

/* Where in the list a service belongs: behind the result. */
static struct list_head *dsr_service_place(struct dsr_net *dn,
					   const struct dsr_service_key *key,
					   struct netlink_ext_ack *extack)
{
	struct list_head *place = &dn->services;
	struct dsr_service *svc;

	list_for_each_entry(svc, &dn->services, list) {
		if (dsr_service_overlaps(&svc->key, key)) {
			NL_SET_ERR_MSG(extack,
				       "port range overlaps another service of this VIP");
			return ERR_PTR(-EEXIST);
		}
		if (dsr_key_cmp(&svc->key, key) < 0)
			place = &svc->list;
	}
	return place;
}

/* From the list into packets' sight, or back off the list. */
static int dsr_service_enlist(struct dsr_service *svc, struct list_head *place)
{
	struct dsr_net *dn = svc->dn;
	int err;

	list_add(&svc->list, place);
	dn->nr_services++;
	err = dsr_service_publish(dn);
	if (!err && dn->nr_services == 1) {
		err = dsr_hook_register(dn);
		if (err) {
			dsr_match_free_rcu(dsr_net_match(dn));
			RCU_INIT_POINTER(dn->match, NULL);
			/* Some of the hooks may have been there for a moment. */
			synchronize_rcu();
		}
	}
	if (err) {
		list_del(&svc->list);
		dn->nr_services--;
	} else {
		dsr_flow_start(&dn->flows);
	}
	return err;
}

/* Give it the number of its VRF, and find the device. */
static int dsr_service_enter_vrf(struct dsr_service *svc,
				 struct netlink_ext_ack *extack)
{
	DECLARE_BITMAP(taken, DSR_ZONES_MAX + 1) = { 1 };
	struct dsr_net *dn = svc->dn;
	struct dsr_service *other;
	unsigned long zone;

	if (!svc->key.vrf[0])
		return 0;
	svc->vrf_ifindex = dsr_vrf_ifindex(dn->net, svc->key.vrf);
	if (!svc->vrf_ifindex) {
		NL_SET_ERR_MSG(extack, "the device is no VRF");
		return -EINVAL;
	}
	list_for_each_entry(other, &dn->services, list) {
		__set_bit(other->zone, taken);
		if (!strcmp(other->key.vrf, svc->key.vrf))
			svc->zone = other->zone;
	}
	if (svc->zone)
		return 0;
	zone = find_first_zero_bit(taken, DSR_ZONES_MAX + 1);
	if (zone > DSR_ZONES_MAX) {
		NL_SET_ERR_MSG(extack, "255 VRFs have services already");
		return -ENOSPC;
	}
	svc->zone = zone;
	return 0;
}

int dsr_service_add(struct dsr_net *dn, const struct dsr_service_key *key,
		    const struct dsr_service_conf *conf,
		    struct netlink_ext_ack *extack)
{
	struct dsr_filter *filter;
	struct dsr_service *svc;
	struct list_head *place;
	struct dsr_pool *pool;
	int err;

	place = dsr_service_place(dn, key, extack);
	if (IS_ERR(place))
		return PTR_ERR(place);
	svc = kzalloc(sizeof(*svc), GFP_KERNEL_ACCOUNT);
	if (!svc)
		return -ENOMEM;
	svc->dn = dn;
	svc->key = *key;
	svc->id = ++dn->last_id;
	svc->conf = *conf;
	INIT_LIST_HEAD(&svc->backends);
	INIT_LIST_HEAD(&svc->deleted);
	err = dsr_service_enter_vrf(svc, extack);
	if (err)
		goto err_svc;
	filter = dsr_filter_build(dn->net, key->family, &conf->filter);
	if (IS_ERR(filter)) {
		err = PTR_ERR(filter);
		goto err_svc;
	}
	RCU_INIT_POINTER(svc->filter, filter);
	pool = dsr_pool_build(svc, conf);
	if (IS_ERR(pool)) {
		err = PTR_ERR(pool);
		goto err_filter;
	}
	dsr_pool_publish(svc, pool);
	err = dsr_service_enlist(svc, place);
	if (err)
		goto err_pool;
	return 0;

err_pool:
	dsr_pool_destroy(svc);
err_filter:
	kfree(filter);
err_svc:
	kfree(svc);
	return err;
}

/* The match table knows what becomes of packets that no service matches, and who
 * decides on echo requests.
 */
static int dsr_service_set_match(struct dsr_service *svc,
				 const struct dsr_service_conf *conf)
{
	u8 unmatched = svc->conf.policy.unmatched, echo = svc->conf.echo;
	int err;

	if (unmatched == conf->policy.unmatched && echo == conf->echo)
		return 0;
	svc->conf.policy.unmatched = conf->policy.unmatched;
	WRITE_ONCE(svc->conf.echo, conf->echo);
	err = dsr_service_publish(svc->dn);
	if (err) {
		svc->conf.policy.unmatched = unmatched;
		WRITE_ONCE(svc->conf.echo, echo);
	}
	return err;
}

static bool dsr_flow_match_datagrams(const struct dsr_flow *flow,
				     const void *svc)
{
	return flow->backend->svc == svc && flow->proto == IPPROTO_UDP;
}

/* Packets find a flow before they ask whether there should be one. */
static void dsr_service_forget_datagrams(struct dsr_service *svc)
{
	synchronize_rcu();	/* those under way know the old policy */
	dsr_flow_purge(&svc->dn->flows, dsr_flow_match_datagrams, svc);
}

static int dsr_service_check_backends(struct dsr_service *svc,
				      const struct dsr_service_conf *conf,
				      struct netlink_ext_ack *extack)
{
	struct dsr_backend *backend;
	int err;

	list_for_each_entry(backend, &svc->backends, list) {
		err = dsr_backend_check(svc, &conf->fwd, &backend->key,
					&backend->conf.fwd, extack);
		if (err)
			return err;
	}
	return 0;
}

static void dsr_service_set_filter(struct dsr_service *svc,
				   struct dsr_filter *filter)
{
	struct dsr_filter *old;

	old = rcu_replace_pointer(svc->filter, filter,
				  lockdep_is_held(&svc->dn->lock));
	if (old)
		kfree_rcu(old, rcu);
}

int dsr_service_change(struct dsr_service *svc,
		       const struct dsr_service_conf *conf,
		       struct netlink_ext_ack *extack)
{
	bool one_packet = svc->conf.policy.one_packet;
	struct dsr_backend *backend;
	struct dsr_filter *filter;
	struct dsr_pool *pool;
	int i, err;

	err = dsr_service_check_backends(svc, conf, extack);
	if (err)
		return err;
	filter = dsr_filter_build(svc->dn->net, svc->key.family, &conf->filter);
	if (IS_ERR(filter))
		return PTR_ERR(filter);
	pool = dsr_pool_build(svc, conf);
	err = PTR_ERR_OR_ZERO(pool);
	if (err)
		goto err_filter;
	err = dsr_service_set_match(svc, conf);
	if (err)
		goto err_pool;

	svc->conf.sched = conf->sched;
	svc->conf.seed = conf->seed;
	svc->conf.policy = conf->policy;
	svc->conf.fwd = conf->fwd;
	svc->conf.filter = conf->filter;
	for (i = 0; i < DSR_STATES; i++)
		WRITE_ONCE(svc->conf.timeouts.seconds[i],
			   conf->timeouts.seconds[i]);
	dsr_service_set_filter(svc, filter);
	dsr_pool_publish(svc, pool);
	if (!one_packet && conf->policy.one_packet)
		dsr_service_forget_datagrams(svc);
	list_for_each_entry(backend, &svc->backends, list)
		dsr_backend_update_fwd(backend);
	return 0;

err_pool:
	dsr_pool_free(pool);
err_filter:
	kfree(filter);
	return err;
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
	list_for_each_entry(backend, &svc->backends, list)
		dsr_path_drop(backend);
}

void dsr_service_find_devices(struct dsr_net *dn)
{
	struct dsr_filter *filter;
	struct dsr_service *svc;

	mutex_lock(&dn->lock);
	list_for_each_entry(svc, &dn->services, list) {
		filter = rcu_dereference_protected(svc->filter,
						   lockdep_is_held(&dn->lock));
		if (filter && svc->conf.filter.dev[0])
			WRITE_ONCE(filter->ifindex,
				   dsr_ifindex(dn->net,
					       svc->conf.filter.dev));
		if (svc->key.vrf[0])
			dsr_service_find_vrf(svc);
	}
	mutex_unlock(&dn->lock);
}

/* It is out of packets' sight already; the rest is for the reaper. */
static void dsr_service_bury(struct dsr_service *svc)
{
	struct dsr_backend *backend, *next;

	list_for_each_entry_safe(backend, next, &svc->backends, list)
		dsr_backend_bury(backend);
	list_for_each_entry_safe(backend, next, &svc->deleted, list)
		dsr_backend_bury(backend);
	svc->nr_backends = 0;
	list_move_tail(&svc->list, &svc->dn->dead_services);
}

int dsr_service_del(struct dsr_service *svc)
{
	struct list_head *place = svc->list.prev;
	struct dsr_net *dn = svc->dn;
	int err;

	list_del(&svc->list);
	dn->nr_services--;
	err = dsr_service_publish(dn);
	list_add(&svc->list, place);
	if (err) {
		dn->nr_services++;
		return err;
	}
	dsr_service_bury(svc);
	if (!dn->nr_services) {
		dsr_hook_unregister(dn);
		dsr_flow_stop(&dn->flows);
	}
	queue_work(system_unbound_wq, &dn->reaper);
	return 0;
}

void dsr_service_flush(struct dsr_net *dn)
{
	struct dsr_service *svc, *next;

	if (!dn->nr_services)
		return;
	dsr_hook_unregister(dn);
	dsr_flow_stop(&dn->flows);
	dn->nr_services = 0;
	dsr_service_publish(dn);
	list_for_each_entry_safe(svc, next, &dn->services, list)
		dsr_service_bury(svc);
	queue_work(system_unbound_wq, &dn->reaper);
}

void dsr_service_sum(const struct dsr_service *svc, struct dsr_counters *sum)
{
	const struct dsr_backend *backend;

	*sum = svc->gone;
	list_for_each_entry(backend, &svc->backends, list)
		dsr_stats_sum(backend->stats, sum);
	list_for_each_entry(backend, &svc->deleted, list)
		dsr_stats_sum(backend->stats, sum);
}

static bool dsr_flow_match_dead(const struct dsr_flow *flow, const void *arg)
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
	list_for_each_entry_safe(backend, next_backend, &backends, list)
		dsr_backend_free(backend);
	list_for_each_entry_safe(svc, next_svc, &services, list) {
		dsr_pool_destroy(svc);
		kfree(rcu_dereference_protected(svc->filter, true));
		kfree(svc);
	}
}
