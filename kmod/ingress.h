/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Devices whose packets netfilter's ingress hook brings to dsr_hook_ingress(). The
 * operator names them; there need be no such device yet.
 *
 * Process context, under RTNL: a device that is found stays while a hook is
 * registered with it, and hooks go before it does. The list changes under
 * dsr_net.lock as well, within RTNL, so either of them is enough to read the list.
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
 * struct dsr_device - one of them
 * @rcu: for freeing; who lists hooks reads @ops under RCU
 * @list: in dsr_net.devices, in the order of names
 * @ops: the hook; @ops.dev is NULL while it is not registered
 * @name: of the device
 */
struct dsr_device {
	struct rcu_head rcu;
	struct list_head list;
	struct nf_hook_ops ops;
	char name[IFNAMSIZ];
};

/* Return: NULL: there is none. */
struct dsr_device *dsr_ingress_dev_find(struct dsr_net *dn, const char *name);

/* Return: it, or an ERR_PTR with an extack: -EINVAL, -EEXIST, -ENOSPC, -ENOMEM,
 * -EOPNOTSUPP. If the device is there its packets are looked at on return.
 */
struct dsr_device *dsr_ingress_dev_add(struct dsr_net *dn, const char *name,
				       struct netlink_ext_ack *extack);

/* It is out of the list then, for the caller to free by kfree_rcu(). */
void dsr_ingress_dev_del(struct dsr_net *dn, struct dsr_device *device);

/* A device has come, or got this name. */
void dsr_ingress_dev_comes(struct dsr_net *dn, struct net_device *dev);

/* It goes, or its name is another one now. */
void dsr_ingress_dev_goes(struct dsr_net *dn, const struct net_device *dev);

/* The namespace goes, and its devices have gone. */
void dsr_ingress_dev_exit(struct dsr_net *dn);

#endif /* _DSR_INGRESS_H */
