// SPDX-License-Identifier: GPL-2.0-or-later
/* The attributes of dumps: which objects the kernel lists. And those of a flow to add. */
#include <arpa/inet.h>
#include <netlink/attr.h>
#include <sys/socket.h>

#include "attr_table.h"
#include "nl_attr.h"

static void put_prefix(struct nl_msg *msg, int attr4, int attr6, int attr_len,
		       const struct dsr_prefix *prefix)
{
	if (!prefix->addr.family)
		return;
	attr_put_addr(msg, attr4, attr6, &prefix->addr);
	if (prefix->len != addr_bits(prefix->addr.family))
		attr_check_put(nla_put_u8(msg, attr_len, prefix->len));
}

void attr_put_service_filter(struct nl_msg *msg, const struct dsr_filter *filter)
{
	if (filter->set & DSR_FILTER_PROTOCOL)
		attr_check_put(nla_put_u8(msg, NF_DSR_A_SERVICE_PROTOCOL, filter->protocol));
	if (filter->version)
		attr_check_put(nla_put_u8(msg, NF_DSR_A_SERVICE_FAMILY, filter->version));
	if (filter->set & DSR_FILTER_VRF)
		attr_check_put(nla_put_string(msg, NF_DSR_A_SERVICE_VRF, filter->vrf));
	put_prefix(msg, NF_DSR_A_SERVICE_ADDR4, NF_DSR_A_SERVICE_ADDR6,
		   NF_DSR_A_SERVICE_PREFIX_LEN, &filter->addr);
}

void attr_put_backend_filter(struct nl_msg *msg, const struct dsr_args *args)
{
	if (args->key.addr.family)
		attr_put_service_nest(msg, NF_DSR_A_BACKEND_SERVICE, &args->key);
	if (args->addr.family)
		attr_put_addr(msg, NF_DSR_A_BACKEND_ADDR4, NF_DSR_A_BACKEND_ADDR6, &args->addr);
	if (args->filter.set & DSR_FILTER_STATE)
		attr_check_put(nla_put_u8(msg, NF_DSR_A_BACKEND_STATE, args->filter.state));
}

void attr_put_flow_filter(struct nl_msg *msg, const struct dsr_args *args)
{
	const struct dsr_filter *filter = &args->filter;

	if (args->key.addr.family)
		attr_put_service_nest(msg, NF_DSR_A_FLOW_SERVICE, &args->key);
	if (args->addr.family)
		attr_put_addr(msg, NF_DSR_A_FLOW_BACKEND4, NF_DSR_A_FLOW_BACKEND6, &args->addr);
	put_prefix(msg, NF_DSR_A_FLOW_SRC4, NF_DSR_A_FLOW_SRC6, NF_DSR_A_FLOW_SRC_PREFIX_LEN,
		   &filter->addr);
	if (filter->vip.family)
		attr_put_addr(msg, NF_DSR_A_FLOW_DST4, NF_DSR_A_FLOW_DST6, &filter->vip);
	if (filter->set & DSR_FILTER_PROTOCOL)
		attr_check_put(nla_put_u8(msg, NF_DSR_A_FLOW_PROTOCOL, filter->protocol));
	if (filter->set & DSR_FILTER_STATE)
		attr_check_put(nla_put_u8(msg, NF_DSR_A_FLOW_STATE, filter->state));
}

void attr_put_flow(struct nl_msg *msg, const struct dsr_args *args)
{
	const struct dsr_flow *flow = &args->flow;

	attr_put_service_nest(msg, NF_DSR_A_FLOW_SERVICE, &args->key);
	attr_put_addr(msg, NF_DSR_A_FLOW_BACKEND4, NF_DSR_A_FLOW_BACKEND6, &args->addr);
	attr_put_addr(msg, NF_DSR_A_FLOW_SRC4, NF_DSR_A_FLOW_SRC6, &flow->client);
	attr_put_addr(msg, NF_DSR_A_FLOW_DST4, NF_DSR_A_FLOW_DST6, &flow->vip);
	attr_check_put(nla_put_u8(msg, NF_DSR_A_FLOW_PROTOCOL, flow->protocol));
	attr_check_put(nla_put_u16(msg, NF_DSR_A_FLOW_SRC_PORT, htons(flow->client_port)));
	attr_check_put(nla_put_u16(msg, NF_DSR_A_FLOW_DST_PORT, htons(flow->port)));
	attr_check_put(nla_put_u8(msg, NF_DSR_A_FLOW_STATE, flow->state));
	attr_check_put(nla_put_u32(msg, NF_DSR_A_FLOW_IDLE, flow->idle));
}
