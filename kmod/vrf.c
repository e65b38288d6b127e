// SPDX-License-Identifier: GPL-2.0
/*
 * VRFs and devices of services. A service names them, and a device of this name may
 * appear, disappear or be renamed at any time. This file keeps the indexes of the
 * devices up to date, and assigns each VRF the number (zone) that represents it in flows
 * and in the match table.
 */
#include <linux/netdevice.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <net/l3mdev.h>

#include "backend.h"
#include "mem.h"
#include "net.h"
#include "path.h"
#include "service.h"

/* Return the index of the VRF device of a name, DSR_NO_DEVICE if there is no device of
 * this name, or 0 if the device is not a VRF.
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

/* Return the number of a VRF, or else the lowest free number, or 0 if there is none. */
static u8 dsr_zone_lookup(const struct dsr_zone *zones, const char *vrf)
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
	svc->zone = dsr_zone_lookup(dn->zones, svc->key.vrf);
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

void dsr_service_release_zone(struct dsr_service *svc)
{
	if (svc->zone)
		svc->dn->zones[svc->zone].users--;
}

/* Update the index of a service's VRF. If it changes, drop the paths of the backends,
 * because each VRF has routes of its own.
 */
static void dsr_service_find_vrf(struct dsr_service *svc)
{
	int ifindex = dsr_vrf_ifindex(svc->dn->net, svc->key.vrf);
	struct dsr_backend *backend;

	/* A device that is not a VRF has taken the name. */
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

/* A worker may do this later as well, because it looks up the devices that exist then. */
void dsr_service_find_devices(struct dsr_net *dn)
{
	if (!mutex_trylock(&dn->lock)) {
		queue_work(system_dfl_wq, &dn->names);
		return;
	}
	dsr_service_find_all(dn);
	mutex_unlock(&dn->lock);
}
