// SPDX-License-Identifier: GPL-2.0
/*
 * Filters of services by source and device, see filter.h.
 */
#include <linux/inetdevice.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <net/ipv6.h>

#include "filter.h"
#include "mem.h"

void dsr_addr_mask(union nf_inet_addr *out, u8 family,
		   const union nf_inet_addr *addr, u8 len)
{
	memset(out, 0, sizeof(*out));
	if (family == AF_INET)
		out->ip = addr->ip & inet_make_mask(len);
	else
		ipv6_addr_prefix(&out->in6, &addr->in6, len);
}

bool dsr_filter_admits(const struct dsr_filter *filter,
		       const union nf_inet_addr *src)
{
	const struct dsr_prefix *prefix;
	union nf_inet_addr first;
	unsigned int i;

	for (i = 0; i < filter->nr; i++) {
		prefix = &filter->sources[i];
		dsr_addr_mask(&first, filter->family, src, prefix->len);
		if (dsr_addr_eq(&first, &prefix->addr))
			return true;
	}
	return !filter->nr;
}

bool dsr_filter_matches(const struct dsr_filter *filter,
			const union nf_inet_addr *src, int ifindex)
{
	int wanted = READ_ONCE(filter->ifindex);

	if (wanted && wanted != ifindex)
		return false;
	return filter->drop || dsr_filter_admits(filter, src);
}

int dsr_ifindex(struct net *net, const char *name)
{
	const struct net_device *dev;
	int ifindex = DSR_NO_DEVICE;

	rcu_read_lock();
	dev = dev_get_by_name_rcu(net, name);
	if (dev)
		ifindex = dev->ifindex;
	rcu_read_unlock();
	return ifindex;
}

struct dsr_filter *dsr_filter_build(struct net *net, u8 family,
				    const struct dsr_filter_conf *conf)
{
	struct dsr_filter *filter;

	if (!conf->nr && !conf->dev[0])
		return NULL;
	filter = kzalloc(struct_size(filter, sources, conf->nr),
			 DSR_GFP);
	if (!filter)
		return ERR_PTR(-ENOMEM);
	if (conf->dev[0])
		filter->ifindex = dsr_ifindex(net, conf->dev);
	filter->drop = conf->source_other == NF_DSR_SOURCE_OTHER_DROP;
	filter->family = family;
	filter->nr = conf->nr;
	memcpy(filter->sources, conf->sources,
	       array_size(conf->nr, sizeof(conf->sources[0])));
	return filter;
}
