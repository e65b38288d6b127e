// SPDX-License-Identifier: GPL-2.0-or-later
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netlink/attr.h>

#include "fake_nl.h"
#include "nl_attr.h"
#include "reply.h"
#include "unit.h"

static const struct dsr_counters usual = { 12, 3456, UINT64_MAX };
static struct dsr_counters set = { 12, 3456, UINT64_MAX };

void reply_set_counters(__u64 flows, __u64 packets, __u64 bytes)
{
	if (flows || packets || bytes)
		set = (struct dsr_counters){ flows, packets, bytes };
	else
		set = usual;
}

static void put_counters(struct nl_msg *msg, int attr)
{
	struct nlattr *nest = nla_nest_start(msg, attr);

	nla_put_u64(msg, NF_DSR_A_COUNTERS_FLOWS, set.flows);
	nla_put_u64(msg, NF_DSR_A_COUNTERS_PACKETS, set.packets);
	nla_put_u64(msg, NF_DSR_A_COUNTERS_BYTES, set.bytes);
	nla_put_u64(msg, NF_DSR_A_COUNTERS_ACTIVE, 7);
	nla_put_u64(msg, NF_DSR_A_COUNTERS_ICMP_ERRORS, 8);
	nla_put_u64(msg, NF_DSR_A_COUNTERS_UNREACHABLE, 9);
	nla_put_u64(msg, NF_DSR_A_COUNTERS_CHECK_PACKETS, 10);
	nla_put_u64(msg, NF_DSR_A_COUNTERS_CHECK_BYTES, 11);
	nla_nest_end(msg, nest);
}

struct nl_msg *reply_service(int cmd, const char *line)
{
	struct nl_msg *msg = fake_msg(cmd);
	struct dsr_args args = parse_args(line);

	args.conf.set |= CONF_BIT(source_other);
	attr_put_service(msg, &args.key, &args.conf);
	nla_put_u32(msg, NF_DSR_A_SERVICE_BACKENDS, 2);
	nla_put_u32(msg, NF_DSR_A_SERVICE_GENERATION, 9);
	put_counters(msg, NF_DSR_A_SERVICE_STATS);
	return msg;
}

struct nl_msg *reply_backend(int cmd, const char *line)
{
	struct nl_msg *msg = fake_msg(cmd);
	struct dsr_args args = parse_args(line);
	__u8 effective = NF_DSR_EFFECTIVE_STATE_SERVING;

	attr_put_backend(msg, &args.key, &args.addr, &args.conf);
	nla_put_u32(msg, NF_DSR_A_BACKEND_GENERATION, 10);
	if (args.conf.health == NF_DSR_HEALTH_DOWN)
		effective = NF_DSR_EFFECTIVE_STATE_HEALTH_DOWN;
	else if (args.conf.state == NF_DSR_BACKEND_STATE_DRAIN)
		effective = NF_DSR_EFFECTIVE_STATE_DRAINING;
	nla_put_u8(msg, NF_DSR_A_BACKEND_EFFECTIVE_STATE, effective);
	put_counters(msg, NF_DSR_A_BACKEND_STATS);
	return msg;
}

static void put_service_key(struct nl_msg *msg, const char *line)
{
	struct nlattr *nest = nla_nest_start(msg, NF_DSR_A_FLOW_SERVICE);
	struct dsr_args args = parse_args(line);

	attr_put_service_key(msg, &args.key);
	nla_nest_end(msg, nest);
}

struct nl_msg *reply_flow_ipv4(void)
{
	struct nl_msg *msg = fake_msg(NF_DSR_CMD_FLOW_GET);

	nla_put_u32(msg, NF_DSR_A_FLOW_SRC4, inet_addr("198.51.100.7"));
	nla_put_u32(msg, NF_DSR_A_FLOW_DST4, inet_addr("192.0.2.1"));
	nla_put_u8(msg, NF_DSR_A_FLOW_PROTOCOL, IPPROTO_TCP);
	nla_put_u16(msg, NF_DSR_A_FLOW_SRC_PORT, htons(61067));
	nla_put_u16(msg, NF_DSR_A_FLOW_DST_PORT, htons(80));
	nla_put_u32(msg, NF_DSR_A_FLOW_BACKEND4, inet_addr("10.0.0.1"));
	nla_put_u8(msg, NF_DSR_A_FLOW_STATE, NF_DSR_FLOW_STATE_ESTABLISHED);
	nla_put_u32(msg, NF_DSR_A_FLOW_IDLE, 5);
	nla_put_u32(msg, NF_DSR_A_FLOW_EXPIRES, 3595);
	put_service_key(msg, "service show tcp 192.0.2.1:80");
	return msg;
}

struct nl_msg *reply_flow_ipv6(void)
{
	struct nl_msg *msg = fake_msg(NF_DSR_CMD_FLOW_GET);
	struct in6_addr addr;

	inet_pton(AF_INET6, "2001:db8::7", &addr);
	nla_put(msg, NF_DSR_A_FLOW_SRC6, sizeof(addr), &addr);
	inet_pton(AF_INET6, "2001:db8::53", &addr);
	nla_put(msg, NF_DSR_A_FLOW_DST6, sizeof(addr), &addr);
	nla_put_u8(msg, NF_DSR_A_FLOW_PROTOCOL, IPPROTO_GRE);
	nla_put_u16(msg, NF_DSR_A_FLOW_SRC_PORT, 0);
	nla_put_u16(msg, NF_DSR_A_FLOW_DST_PORT, 0);
	nla_put_u32(msg, NF_DSR_A_FLOW_BACKEND4, inet_addr("10.0.0.2"));
	nla_put_u8(msg, NF_DSR_A_FLOW_STATE, NF_DSR_FLOW_STATE_OTHER);
	nla_put_u32(msg, NF_DSR_A_FLOW_IDLE, 0);
	nla_put_u32(msg, NF_DSR_A_FLOW_EXPIRES, 120);
	put_service_key(msg, "service show any 2001:db8::/64");
	return msg;
}

static void put_drop(struct nl_msg *msg, const char *name, uint64_t packets, const char *doc)
{
	struct nlattr *nest = nla_nest_start(msg, NF_DSR_A_STATS_DROPS);

	nla_put_string(msg, NF_DSR_A_DROP_NAME, name);
	if (doc)
		nla_put_string(msg, NF_DSR_A_DROP_DOC, doc);
	nla_put_u64(msg, NF_DSR_A_DROP_PACKETS, packets);
	nla_nest_end(msg, nest);
}

struct nl_msg *reply_stats(const char *doc)
{
	struct nl_msg *msg = fake_msg(NF_DSR_CMD_STATS_GET);

	nla_put_string(msg, NF_DSR_A_STATS_VERSION, "0.1.0");
	nla_put_u32(msg, NF_DSR_A_STATS_SERVICES, 2);
	nla_put_u32(msg, NF_DSR_A_STATS_FLOWS, 7);
	nla_put_u32(msg, NF_DSR_A_STATS_FLOWS_MAX, 1048576);
	nla_put_u32(msg, NF_DSR_A_STATS_BUCKETS, 4096);
	nla_put_u32(msg, NF_DSR_A_STATS_FLOW_SIZE, 96);
	nla_put_u32(msg, NF_DSR_A_STATS_GENERATION, 12);
	put_drop(msg, "no_backend", 3, doc);
	put_drop(msg, "malformed", UINT64_MAX, doc);
	return msg;
}

struct nl_msg *reply_device(int cmd, const char *name, bool attached)
{
	struct nl_msg *msg = fake_msg(cmd);

	nla_put_string(msg, NF_DSR_A_DEVICE_NAME, name);
	nla_put_u8(msg, NF_DSR_A_DEVICE_ATTACHED, attached);
	nla_put_u32(msg, NF_DSR_A_DEVICE_GENERATION, 11);
	return msg;
}

struct nl_msg *reply_commit(int cmd)
{
	struct nl_msg *msg = fake_msg(cmd);

	nla_put_u32(msg, NF_DSR_A_COMMIT_GENERATION, 12);
	nla_put_u32(msg, NF_DSR_A_COMMIT_OPS, 3);
	return msg;
}

void reply_add_warning(struct nl_msg *msg, __u32 operation, const char *text)
{
	struct nlattr *nest = nla_nest_start(msg, NF_DSR_A_COMMIT_WARNING);

	nla_put_u32(msg, NF_DSR_A_WARNING_OP, operation);
	nla_put_string(msg, NF_DSR_A_WARNING_TEXT, text);
	nla_nest_end(msg, nest);
}
