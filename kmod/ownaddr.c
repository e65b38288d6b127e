// SPDX-License-Identifier: GPL-2.0
/*
 * The check of new services against the director's own addresses, see ownaddr.h. Read
 * from the end.
 */
#include <linux/inetdevice.h>
#include <linux/netdevice.h>
#include <net/addrconf.h>
#include <net/if_inet6.h>
#include <net/ipv6.h>
#include <net/l3mdev.h>

#include "net.h"
#include "ownaddr.h"
#include "service.h"

/**
 * struct dsr_ownaddr_search - addresses of the director that have been found so far
 * @key: key of the service
 * @has_own: the director has an address of its own that is not link-local
 * @takes_own: the service covers an address of the director's own
 * @takes_vip: the service covers an address that looks like a VIP
 * @own: first address of the director's own that the service covers
 * @vip: first address that looks like a VIP and that the service covers
 */
struct dsr_ownaddr_search {
	const struct dsr_service_key *key;
	bool has_own;
	bool takes_own;
	bool takes_vip;
	union nf_inet_addr own;
	union nf_inet_addr vip;
};

static bool dsr_ownaddr_is_link_local(u8 family, const union nf_inet_addr *addr)
{
	return family == AF_INET ?
	       ipv4_is_linklocal_169(addr->ip) :
	       ipv6_addr_type(&addr->in6) & IPV6_ADDR_LINKLOCAL;
}

static void dsr_ownaddr_add(struct dsr_ownaddr_search *search,
			    const union nf_inet_addr *addr, bool own)
{
	u8 family = search->key->family;

	if (dsr_addr_is_loopback(family, addr))
		return;
	if (own && !dsr_ownaddr_is_link_local(family, addr))
		search->has_own = true;
	if (!dsr_key_covers(search->key, addr))
		return;
	if (own && !search->takes_own) {
		search->takes_own = true;
		search->own = *addr;
	} else if (!own && !search->takes_vip) {
		search->takes_vip = true;
		search->vip = *addr;
	}
}

static void dsr_ownaddr_add_ipv4(struct dsr_ownaddr_search *search,
				 const struct net_device *dev)
{
	const struct in_device *in_dev = __in_dev_get_rcu(dev);
	const struct in_ifaddr *ifa;
	union nf_inet_addr addr = {};

	if (!in_dev)
		return;
	in_dev_for_each_ifa_rcu(ifa, in_dev) {
		addr.ip = ifa->ifa_local;
		dsr_ownaddr_add(search, &addr,
				!(ifa->ifa_flags & IFA_F_PERMANENT) ||
				(ifa->ifa_prefixlen < 32 &&
				 !(ifa->ifa_flags & IFA_F_SECONDARY)));
	}
}

static void dsr_ownaddr_add_ipv6(struct dsr_ownaddr_search *search,
				 const struct net_device *dev)
{
	struct inet6_dev *idev = __in6_dev_get(dev);
	const struct inet6_ifaddr *ifa;
	union nf_inet_addr addr;

	if (!idev)
		return;
	read_lock_bh(&idev->lock);
	list_for_each_entry(ifa, &idev->addr_list, if_list) {
		addr.in6 = ifa->addr;
		dsr_ownaddr_add(search, &addr,
				!(ifa->flags & IFA_F_PERMANENT) ||
				ifa->prefix_len < 128);
	}
	read_unlock_bh(&idev->lock);
}

/* Return the address of the director's own that the service takes, or NULL. */
static const union nf_inet_addr *
dsr_ownaddr_find(const struct dsr_service *svc,
		 struct dsr_ownaddr_search *search)
{
	struct net_device *dev;

	rcu_read_lock();
	for_each_netdev_rcu(svc->dn->net, dev) {
		if (l3mdev_master_ifindex_rcu(dev) != svc->vrf_ifindex)
			continue;
		if (svc->key.family == AF_INET)
			dsr_ownaddr_add_ipv4(search, dev);
		else
			dsr_ownaddr_add_ipv6(search, dev);
	}
	rcu_read_unlock();
	if (search->takes_own)
		return &search->own;
	return search->takes_vip && !search->has_own ? &search->vip : NULL;
}

/* Return true if the check never refuses the service: if it matches a mark, or some
 * ports of a single address, which the operator has named explicitly.
 */
static bool dsr_ownaddr_is_safe(const struct dsr_service_key *key)
{
	u8 bits = key->family == AF_INET ? 32 : 128;

	return dsr_key_mark(key) ||
	       (key->prefix_len == bits && !dsr_key_any_port(key));
}

/* Refuse the service with a text. The first text is for kernels that cannot format one.
 */
static int dsr_ownaddr_refuse(u8 family, const union nf_inet_addr *addr,
			      struct netlink_ext_ack *extack)
{
	NL_SET_ERR_MSG(extack,
		       "service takes an address of the director: add force");
	if (family == AF_INET)
		NL_SET_ERR_MSG_FMT(extack,
				   "service takes the director's %pI4: add force",
				   &addr->ip);
	else
		NL_SET_ERR_MSG_FMT(extack,
				   "service takes the director's %pI6c: add force",
				   &addr->in6);
	return -EADDRINUSE;
}

int dsr_ownaddr_check(const struct dsr_service *svc,
		      struct netlink_ext_ack *extack)
{
	struct dsr_ownaddr_search search = { .key = &svc->key };
	const union nf_inet_addr *addr;

	if (dsr_ownaddr_is_safe(&svc->key))
		return 0;
	if (!svc->key.prefix_len) {
		NL_SET_ERR_MSG(extack,
			       "service takes all addresses, the director's own included: add force");
		return -EADDRINUSE;
	}
	addr = dsr_ownaddr_find(svc, &search);
	return addr ? dsr_ownaddr_refuse(svc->key.family, addr, extack) : 0;
}
