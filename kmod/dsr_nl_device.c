// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink operations on devices whose packets are looked at early.
 */
#include <linux/rtnetlink.h>
#include <net/sock.h>

#include "dsr_device.h"
#include "dsr_net.h"
#include "dsr_nl.h"

static int dsr_nl_put_device(struct sk_buff *skb, const void *object)
{
	const struct dsr_device *device = object;

	if (nla_put_string(skb, NF_DSR_A_DEVICE_NAME, device->name) ||
	    nla_put_u8(skb, NF_DSR_A_DEVICE_ATTACHED, !!READ_ONCE(device->ops.dev)))
		return -EMSGSIZE;
	return 0;
}

/* NULL, with an extack, when there is no name. */
static const char *dsr_nl_device_name(const struct genl_info *info)
{
	if (info->attrs[NF_DSR_A_DEVICE_NAME])
		return nla_data(info->attrs[NF_DSR_A_DEVICE_NAME]);
	GENL_SET_ERR_MSG(info, "a device's name is missing");
	return NULL;
}

/* The one that is asked for, or an ERR_PTR with an extack. Under the lock. */
static struct dsr_device *dsr_nl_device_of(struct dsr_net *dn,
					   struct genl_info *info)
{
	const char *name = dsr_nl_device_name(info);
	struct dsr_device *device;

	if (!name)
		return ERR_PTR(-EINVAL);
	device = dsr_device_find(dn, name);
	if (device)
		return device;
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[NF_DSR_A_DEVICE_NAME],
			    "no such device was added");
	return ERR_PTR(-ENOENT);
}

int nf_dsr_nl_device_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct dsr_net *dn = dsr_net(genl_info_net(info));
	struct dsr_device *device;
	int err;

	mutex_lock(&dn->lock);
	device = dsr_nl_device_of(dn, info);
	err = PTR_ERR_OR_ZERO(device);
	if (!err)
		err = dsr_nl_reply(info, NF_DSR_CMD_DEVICE_GET,
				   dsr_nl_put_device, device);
	mutex_unlock(&dn->lock);
	return err;
}

int nf_dsr_nl_device_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb)
{
	struct dsr_net *dn = dsr_net(sock_net(skb->sk));
	struct dsr_device *device;
	long at = 0;
	int err;

	err = dsr_nl_check_dump(cb);
	if (!err)
		err = dsr_nl_check_known(genl_info_dump(cb)->attrs,
					 NF_DSR_A_DEVICE_NAME, 0,
					 "a dump lists all devices: ask for one without NLM_F_DUMP",
					 cb->extack);
	if (!err)
		err = dsr_nl_dump_lock(dn, cb);
	if (err)
		return err;
	list_for_each_entry(device, &dn->devices, list) {
		if (at++ < cb->args[0])
			continue;
		if (dsr_nl_dump_one(skb, cb, NF_DSR_CMD_DEVICE_GET,
				    dsr_nl_put_device, device))
			break;
		cb->args[0] = at;
	}
	mutex_unlock(&dn->lock);
	return skb->len;
}

/* Under the lock. */
static int dsr_nl_device_add(struct dsr_net *dn, struct genl_info *info)
{
	const char *name = dsr_nl_device_name(info);
	struct dsr_device *device;

	if (!name)
		return -EINVAL;
	device = dsr_device_add(dn, name, info->extack);
	if (IS_ERR(device)) {
		NL_SET_BAD_ATTR(info->extack,
				info->attrs[NF_DSR_A_DEVICE_NAME]);
		return PTR_ERR(device);
	}
	dsr_net_changed(dn);
	dsr_nl_notify(dn, info, NF_DSR_CMD_DEVICE_NTF, dsr_nl_put_device,
		      device);
	return 0;
}

int nf_dsr_nl_device_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct dsr_net *dn = dsr_net(genl_info_net(info));
	int err;

	rtnl_lock();
	mutex_lock(&dn->lock);
	err = dsr_nl_device_add(dn, info);
	mutex_unlock(&dn->lock);
	rtnl_unlock();
	return err;
}

/* Under the lock. */
static int dsr_nl_device_remove(struct dsr_net *dn, struct genl_info *info)
{
	struct dsr_device *device = dsr_nl_device_of(dn, info);

	if (IS_ERR(device))
		return PTR_ERR(device);
	dsr_device_del(dn, device);
	dsr_net_changed(dn);
	dsr_nl_notify(dn, info, NF_DSR_CMD_DEVICE_DEL_NTF, dsr_nl_put_device,
		      device);
	kfree_rcu(device, rcu);
	return 0;
}

static int dsr_nl_device_del(struct genl_info *info)
{
	struct dsr_net *dn = dsr_net(genl_info_net(info));
	int err;

	rtnl_lock();
	mutex_lock(&dn->lock);
	err = dsr_nl_device_remove(dn, info);
	mutex_unlock(&dn->lock);
	rtnl_unlock();
	return err;
}

int nf_dsr_nl_device_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return dsr_nl_device_del(info);
}

int nf_dsr_nl_device_destroy_doit(struct sk_buff *skb, struct genl_info *info)
{
	return dsr_nl_destroyed(dsr_nl_device_del(info), info->extack);
}
