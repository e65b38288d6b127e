// SPDX-License-Identifier: GPL-2.0
/*
 * Devices with an ingress hook, see ingress.h.
 */
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "hook.h"
#include "ingress.h"
#include "mem.h"
#include "net.h"

#define DSR_DEVICE_PRIORITY	10

static int dsr_ingress_dev_attach(struct dsr_net *dn, struct dsr_device *device,
				  struct net_device *dev)
{
	int err;

	device->ops = (struct nf_hook_ops) {
		.hook		= dsr_hook_ingress,
		.priv		= dn,
		.dev		= dev,
		.pf		= NFPROTO_NETDEV,
		.hooknum	= NF_NETDEV_INGRESS,
		.priority	= DSR_DEVICE_PRIORITY,
	};
	err = nf_register_net_hook(dn->net, &device->ops);
	if (err)
		device->ops.dev = NULL;
	return err;
}

static void dsr_ingress_dev_detach(struct dsr_net *dn, struct dsr_device *device)
{
	if (!device->ops.dev)
		return;
	nf_unregister_net_hook(dn->net, &device->ops);
	device->ops.dev = NULL;
}

struct dsr_device *dsr_ingress_dev_lookup(struct dsr_net *dn, const char *name)
{
	struct dsr_device *device;

	list_for_each_entry(device, &dn->devices, list)
		if (!strcmp(device->name, name))
			return device;
	return NULL;
}

static int dsr_ingress_dev_check(struct dsr_net *dn, const char *name,
				 struct netlink_ext_ack *extack)
{
	if (!IS_ENABLED(CONFIG_NETFILTER_INGRESS)) {
		NL_SET_ERR_MSG(extack,
			       "this kernel has no ingress hook (CONFIG_NETFILTER_INGRESS)");
		return -EOPNOTSUPP;
	}
	if (!dev_valid_name(name)) {
		NL_SET_ERR_MSG(extack, "invalid device name");
		return -EINVAL;
	}
	if (dsr_ingress_dev_lookup(dn, name)) {
		NL_SET_ERR_MSG(extack, "device exists already");
		return -EEXIST;
	}
	if (dn->nr_devices == NF_DSR_DEVICES_MAX) {
		NL_SET_ERR_MSG(extack, "more than 64 devices");
		return -ENOSPC;
	}
	return 0;
}

/* Insert a device into the list, which is sorted by name. */
static void dsr_ingress_dev_list(struct dsr_net *dn, struct dsr_device *device)
{
	struct dsr_device *other;

	list_for_each_entry(other, &dn->devices, list)
		if (strcmp(other->name, device->name) > 0)
			break;
	list_add_tail(&device->list, &other->list);
	dn->nr_devices++;
}

struct dsr_device *dsr_ingress_dev_add(struct dsr_net *dn, const char *name,
				       struct netlink_ext_ack *extack)
{
	struct dsr_device *device;
	struct net_device *dev;
	int err;

	ASSERT_RTNL();
	lockdep_assert_held(&dn->lock);
	err = dsr_ingress_dev_check(dn, name, extack);
	if (err)
		return ERR_PTR(err);
	device = kzalloc(sizeof(*device), DSR_GFP);
	if (!device)
		return ERR_PTR(-ENOMEM);
	strscpy(device->name, name, sizeof(device->name));
	dev = __dev_get_by_name(dn->net, name);
	/* __dev_get_by_name() also finds a device by its alternative names, but no
	 * event reports when these are added or removed.
	 */
	if (dev && !strcmp(dev->name, name))
		err = dsr_ingress_dev_attach(dn, device, dev);
	if (err) {
		NL_SET_ERR_MSG(extack, "netfilter did not register the device's hook");
		kfree(device);
		return ERR_PTR(err);
	}
	dsr_ingress_dev_list(dn, device);
	return device;
}

void dsr_ingress_dev_del(struct dsr_net *dn, struct dsr_device *device)
{
	lockdep_assert_held(&dn->lock);
	dsr_ingress_dev_detach(dn, device);
	list_del(&device->list);
	dn->nr_devices--;
}

void dsr_ingress_dev_comes(struct dsr_net *dn, struct net_device *dev)
{
	struct dsr_device *device;

	ASSERT_RTNL();
	device = dsr_ingress_dev_lookup(dn, dev->name);
	/* If there is no memory for the hook, the operator sees that the device has
	 * none.
	 */
	if (device && !device->ops.dev)
		dsr_ingress_dev_attach(dn, device, dev);
}

void dsr_ingress_dev_goes(struct dsr_net *dn, const struct net_device *dev)
{
	struct dsr_device *device;

	ASSERT_RTNL();
	list_for_each_entry(device, &dn->devices, list)
		if (device->ops.dev == dev)
			dsr_ingress_dev_detach(dn, device);
}

void dsr_ingress_dev_exit(struct dsr_net *dn)
{
	struct dsr_device *device, *next;

	list_for_each_entry_safe(device, next, &dn->devices, list)
		kfree_rcu(device, rcu);
}
