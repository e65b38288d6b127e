// SPDX-License-Identifier: GPL-2.0-or-later
/* The sources of a service. Each is an attribute of the same type. */
#include <stddef.h>

#include "attr_table.h"

static const struct attr_info prefix_infos[] = {
	[NF_DSR_A_PREFIX_ADDR4] = { "addr4", ADDR4, offsetof(struct dsr_prefix, addr) },
	[NF_DSR_A_PREFIX_ADDR6] = { "addr6", ADDR6, offsetof(struct dsr_prefix, addr) },
	[NF_DSR_A_PREFIX_PREFIX_LEN] = { "prefix-len", U8, offsetof(struct dsr_prefix, len) },
};

const struct attr_set attr_prefix_set = { prefix_infos, NF_DSR_A_PREFIX_PREFIX_LEN, 0 };

static void put_source(struct nl_msg *msg, const struct dsr_prefix *source)
{
	bool six = source->addr.family == AF_INET6;
	struct nlattr *nest;

	nest = error_check_alloc(nla_nest_start(msg, NF_DSR_A_SERVICE_SOURCE | NLA_F_NESTED));
	attr_check_put(nla_put(msg, six ? NF_DSR_A_PREFIX_ADDR6 : NF_DSR_A_PREFIX_ADDR4,
			       six ? 16 : 4, source->addr.bytes));
	attr_check_put(nla_put_u8(msg, NF_DSR_A_PREFIX_PREFIX_LEN, source->len));
	nla_nest_end(msg, nest);
}

/* Without sources, one empty nest requests that the service has none. */
void attr_put_sources(struct nl_msg *msg, const struct dsr_conf *conf)
{
	int i;

	if (!conf->n_sources)
		attr_check_put(nla_put(msg, NF_DSR_A_SERVICE_SOURCE | NLA_F_NESTED, 0, NULL));
	for (i = 0; i < conf->n_sources; i++)
		put_source(msg, &conf->sources[i]);
}

static int get_source(struct nlattr *nla, struct dsr_prefix *source)
{
	struct nlattr *tb[NF_DSR_A_PREFIX_MAX + 1];
	const struct nlattr *addr, *len;
	int family;

	if (nla_parse_nested(tb, NF_DSR_A_PREFIX_MAX, nla, NULL))
		return -1;
	addr = tb[NF_DSR_A_PREFIX_ADDR4];
	family = addr ? AF_INET : AF_INET6;
	if (!addr)
		addr = tb[NF_DSR_A_PREFIX_ADDR6];
	if (!addr || nla_len(addr) * 8 != (int)addr_bits(family))
		return -1;
	attr_get_addr(addr, family, &source->addr);
	len = tb[NF_DSR_A_PREFIX_PREFIX_LEN];
	source->len = len && nla_len(len) ? nla_get_u8(len) : addr_bits(family);
	return 0;
}

int attr_get_sources(const struct nlmsghdr *hdr, struct dsr_conf *conf, struct dsr_error *err)
{
	struct nlattr *nla;
	int rem;

	nla_for_each_attr(nla, attr_first(hdr), attr_len(hdr), rem) {
		if (nla_type(nla) != NF_DSR_A_SERVICE_SOURCE)
			continue;
		conf->set |= CONF_BIT(sources);
		if (!nla_len(nla))
			continue;
		if (conf->n_sources == NF_DSR_SOURCES_MAX ||
		    get_source(nla, &conf->sources[conf->n_sources++]))
			return error_refused(err, "the kernel's answer is malformed");
	}
	return 0;
}
