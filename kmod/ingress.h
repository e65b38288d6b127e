/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Devices with an ingress hook: netfilter passes their packets to dsr_hook_ingress().
 * The operator names these devices, and a device need not exist yet.
 *
 * Context: process, under RTNL. A device that is found under RTNL stays while a hook
 * is registered with it, because the hook is unregistered before the device goes. The
 * list of devices changes under both RTNL and dsr_net.lock, which nests inside RTNL,
 * so either of them suffices to read the list.
 */
#ifndef _DSR_INGRESS_H
#define _DSR_INGRESS_H

#include <linux/if.h>
#include <linux/list.h>
#include <linux/netfilter.h>

struct dsr_net;
struct net_device;
struct netlink_ext_ack;

/**
 * struct dsr_device - a device with an ingress hook
 * @rcu: for freeing; netfilter's dumps of hooks read @ops under RCU
 * @list: in dsr_net.devices, sorted by name
 * @ops: the hook; @ops.dev is NULL while it is not registered
 * @name: name of the device
 */
struct dsr_device {
	struct rcu_head rcu;
	struct list_head list;
	struct nf_hook_ops ops;
	char name[IFNAMSIZ];
};

/* Return the entry of a name, or NULL if there is none. */
struct dsr_device *dsr_ingress_dev_lookup(struct dsr_net *dn, const char *name);

/* Add a device. If the device exists, its packets pass the hook when the function
 * returns. Context: also under dsr_net.lock. Return: the entry, or an ERR_PTR with an
 * extack message: -EINVAL, -EEXIST, -ENOSPC, -ENOMEM, -EOPNOTSUPP, or an error of
 * netfilter's.
 */
struct dsr_device *dsr_ingress_dev_add(struct dsr_net *dn, const char *name,
				       struct netlink_ext_ack *extack);

/* Remove a device from the list and unregister its hook. The caller frees the entry
 * by kfree_rcu(). Context: also under dsr_net.lock.
 */
void dsr_ingress_dev_del(struct dsr_net *dn, struct dsr_device *device);

/* Register the hook of a device that has appeared or has been given this name. */
void dsr_ingress_dev_comes(struct dsr_net *dn, struct net_device *dev);

/* Unregister the hook of a device that goes or has been given another name. */
void dsr_ingress_dev_goes(struct dsr_net *dn, const struct net_device *dev);

/* Free the entries of a namespace that goes. Its devices have gone before. Context:
 * process, under dsr_net.lock, without RTNL.
 */
void dsr_ingress_dev_exit(struct dsr_net *dn);

#endif /* _DSR_INGRESS_H */
