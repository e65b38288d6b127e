// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The attribute sets of the protocol. One table for each set defines the name of an
 * attribute, its type and its place in the struct of the model; the options of services
 * and backends are in the table of conf.c instead. nl_attr.c uses the tables to write and
 * read attributes, and attr_describe.c to name them.
 */
#include <assert.h>
#include <stddef.h>

#include "attr_table.h"
#include "nl_attr.h"

/* Offset of a member in the struct of its attribute set. */
#define COUNTERS(member) offsetof(struct dsr_counters, member)
#define SERVICE(member) offsetof(struct dsr_service, member)
#define BACKEND(member) offsetof(struct dsr_backend, member)
#define FLOW(member) offsetof(struct dsr_flow, member)
#define STATS(member) offsetof(struct dsr_stats, member)
#define DEVICE(member) offsetof(struct dsr_device, member)
#define COMMIT(member) offsetof(struct dsr_commit, member)
#define TRACE(member) offsetof(struct dsr_trace, member)
#define CURSOR(member) offsetof(struct dsr_preview_cursor, member)
#define PREVIEW(member) offsetof(struct dsr_preview, member)
#define SHARE(member) offsetof(struct dsr_preview_backend, member)

static const struct attr_info counters_infos[] = {
	[NF_DSR_A_COUNTERS_FLOWS] = { "flows", U64, COUNTERS(flows) },
	[NF_DSR_A_COUNTERS_PACKETS] = { "packets", U64, COUNTERS(packets) },
	[NF_DSR_A_COUNTERS_BYTES] = { "bytes", U64, COUNTERS(bytes) },
	[NF_DSR_A_COUNTERS_ACTIVE] = { "active", U64, COUNTERS(active) },
	[NF_DSR_A_COUNTERS_ICMP_ERRORS] = { "icmp-errors", U64, COUNTERS(icmp_errors) },
	[NF_DSR_A_COUNTERS_UNREACHABLE] = { "unreachable", U64, COUNTERS(unreachable) },
	[NF_DSR_A_COUNTERS_CHECK_PACKETS] = { "check-packets", U64, COUNTERS(check_packets) },
	[NF_DSR_A_COUNTERS_CHECK_BYTES] = { "check-bytes", U64, COUNTERS(check_bytes) },
};

static const struct attr_set counters_set = {
	counters_infos, NF_DSR_A_COUNTERS_MAX, 0
};

/* The attributes that identify a service, in its own set and in nests of other sets. */
#define KEY_INFOS \
	[NF_DSR_A_SERVICE_ADDR4] = { "addr4", ADDR4, SERVICE(key.addr) }, \
	[NF_DSR_A_SERVICE_ADDR6] = { "addr6", ADDR6, SERVICE(key.addr) }, \
	[NF_DSR_A_SERVICE_PREFIX_LEN] = { "prefix-len", U8, SERVICE(key.prefix_len) }, \
	[NF_DSR_A_SERVICE_PROTOCOL] = { "protocol", U8, SERVICE(key.protocol) }, \
	[NF_DSR_A_SERVICE_PORT] = { "port", BE16, SERVICE(key.port) }, \
	[NF_DSR_A_SERVICE_PORT_END] = { "port-end", BE16, SERVICE(key.port_end) }, \
	[NF_DSR_A_SERVICE_MARK] = { "mark", U32, SERVICE(key.mark) }, \
	[NF_DSR_A_SERVICE_FAMILY] = { "family", U8, SERVICE(key.version) }, \
	[NF_DSR_A_SERVICE_VRF] = { "vrf", STRING, SERVICE(key.vrf) }

static const struct attr_info service_infos[NF_DSR_A_SERVICE_MAX + 1] = {
	KEY_INFOS,
	[NF_DSR_A_SERVICE_BACKENDS] = { "backends", U32, SERVICE(backends) },
	[NF_DSR_A_SERVICE_STATS] = { "stats", NEST, SERVICE(counters), .nested = &counters_set },
	[NF_DSR_A_SERVICE_SOURCE] = { "source", NESTS, .nested = &attr_prefix_set },
	[NF_DSR_A_SERVICE_GENERATION] = { "generation", U32, SERVICE(generation) },
	[NF_DSR_A_SERVICE_UNSET] = { "unset", OPTION },
};

const struct attr_set attr_service_set = {
	service_infos, NF_DSR_A_SERVICE_MAX, 0, CONF_SERVICE, SERVICE(conf)
};

/* The key is the first member of struct dsr_service. */
static_assert(SERVICE(key) == 0, "attr_key_set has the offsets of a service");

static const struct attr_info key_infos[] = { KEY_INFOS };
const struct attr_set attr_key_set = { key_infos, NF_DSR_A_SERVICE_VRF, 0 };

static const struct attr_info backend_infos[NF_DSR_A_BACKEND_MAX + 1] = {
	[NF_DSR_A_BACKEND_SERVICE] = { "service", NEST, BACKEND(service), .nested = &attr_key_set },
	[NF_DSR_A_BACKEND_ADDR4] = { "addr4", ADDR4, BACKEND(addr) },
	[NF_DSR_A_BACKEND_ADDR6] = { "addr6", ADDR6, BACKEND(addr) },
	[NF_DSR_A_BACKEND_STATS] = { "stats", NEST, BACKEND(counters), .nested = &counters_set },
	[NF_DSR_A_BACKEND_GENERATION] = { "generation", U32, BACKEND(generation) },
	[NF_DSR_A_BACKEND_UNSET] = { "unset", OPTION },
};

const struct attr_set attr_backend_set = {
	backend_infos, NF_DSR_A_BACKEND_MAX, 0, CONF_BACKEND, BACKEND(conf)
};

static const struct attr_info flow_infos[] = {
	[NF_DSR_A_FLOW_SRC4] = { "src4", ADDR4, FLOW(client) },
	[NF_DSR_A_FLOW_SRC6] = { "src6", ADDR6, FLOW(client) },
	[NF_DSR_A_FLOW_DST4] = { "dst4", ADDR4, FLOW(vip) },
	[NF_DSR_A_FLOW_DST6] = { "dst6", ADDR6, FLOW(vip) },
	[NF_DSR_A_FLOW_PROTOCOL] = { "protocol", U8, FLOW(protocol) },
	[NF_DSR_A_FLOW_SRC_PORT] = { "src-port", BE16, FLOW(client_port) },
	[NF_DSR_A_FLOW_DST_PORT] = { "dst-port", BE16, FLOW(port) },
	[NF_DSR_A_FLOW_BACKEND4] = { "backend4", ADDR4, FLOW(backend) },
	[NF_DSR_A_FLOW_BACKEND6] = { "backend6", ADDR6, FLOW(backend) },
	[NF_DSR_A_FLOW_STATE] = { "state", U8, FLOW(state), 0, names_flow_state },
	[NF_DSR_A_FLOW_IDLE] = { "idle", U32, FLOW(idle) },
	[NF_DSR_A_FLOW_EXPIRES] = { "expires", U32, FLOW(expires) },
	[NF_DSR_A_FLOW_SERVICE] = { "service", NEST, FLOW(service), .nested = &attr_key_set },
	/* Only in requests. */
	[NF_DSR_A_FLOW_SRC_PREFIX_LEN] = { "src-prefix-len", FLAG },
};

const struct attr_set attr_flow_set = { flow_infos, NF_DSR_A_FLOW_SRC_PREFIX_LEN, 0 };

static const struct attr_info stats_infos[] = {
	[NF_DSR_A_STATS_VERSION] = { "version", STRING, STATS(version) },
	[NF_DSR_A_STATS_SERVICES] = { "services", U32, STATS(services) },
	[NF_DSR_A_STATS_FLOWS] = { "flows", U32, STATS(flows) },
	[NF_DSR_A_STATS_FLOWS_MAX] = { "flows-max", U32, STATS(flows_max) },
	[NF_DSR_A_STATS_BUCKETS] = { "buckets", U32, STATS(buckets) },
	[NF_DSR_A_STATS_FLOW_SIZE] = { "flow-size", U32, STATS(flow_size) },
	[NF_DSR_A_STATS_EXPLAIN] = { "explain", FLAG },
	[NF_DSR_A_STATS_DROPS] = { "drops", NESTS },
	[NF_DSR_A_STATS_GENERATION] = { "generation", U32, STATS(generation) },
};

const struct attr_set attr_stats_set = { stats_infos, NF_DSR_A_STATS_GENERATION, 0 };

static const struct attr_info device_infos[] = {
	[NF_DSR_A_DEVICE_NAME] = { "device", STRING, DEVICE(name) },
	[NF_DSR_A_DEVICE_ATTACHED] = { "attached", U8, DEVICE(attached) },
	[NF_DSR_A_DEVICE_GENERATION] = { "generation", U32, DEVICE(generation) },
};

const struct attr_set attr_device_set = { device_infos, NF_DSR_A_DEVICE_GENERATION, 0 };

/* Operations are only in requests. */
static const struct attr_info op_infos[] = {
	[NF_DSR_A_OP_KIND] = { "kind", U8, 0, 0, names_op_kind },
	[NF_DSR_A_OP_SERVICE] = { "service", NESTS, .nested = &attr_service_set },
	[NF_DSR_A_OP_BACKEND] = { "backend", NESTS, .nested = &attr_backend_set },
};

static const struct attr_set op_set = { op_infos, NF_DSR_A_OP_BACKEND, 0 };

static const struct attr_info cursor_infos[] = {
	[NF_DSR_A_PREVIEW_CURSOR_SERVICE] = { "service", U32, CURSOR(service) },
	[NF_DSR_A_PREVIEW_CURSOR_BACKEND] = { "backend", U32, CURSOR(backend) },
};

const struct attr_set attr_cursor_set = { cursor_infos, NF_DSR_A_PREVIEW_CURSOR_BACKEND, 0 };

static const struct attr_info share_infos[NF_DSR_A_PREVIEW_BACKEND_MAX + 1] = {
	[NF_DSR_A_PREVIEW_BACKEND_ADDR4] = { "addr4", ADDR4, SHARE(addr) },
	[NF_DSR_A_PREVIEW_BACKEND_ADDR6] = { "addr6", ADDR6, SHARE(addr) },
	[NF_DSR_A_PREVIEW_BACKEND_SLOTS_BEFORE] = { "slots-before", U32, SHARE(slots_before) },
	[NF_DSR_A_PREVIEW_BACKEND_SLOTS_AFTER] = { "slots-after", U32, SHARE(slots_after) },
	[NF_DSR_A_PREVIEW_BACKEND_WEIGHT_BEFORE] = { "weight-before", U32, SHARE(weight_before) },
	[NF_DSR_A_PREVIEW_BACKEND_WEIGHT_AFTER] = { "weight-after", U32, SHARE(weight_after) },
	[NF_DSR_A_PREVIEW_BACKEND_FLOWS] = { "flows", U64, SHARE(flows) },
	[NF_DSR_A_PREVIEW_BACKEND_LEAVING] = { "leaving", U64, SHARE(leaving) },
	[NF_DSR_A_PREVIEW_BACKEND_DELETED] = { "deleted", FLAG, .bit = 1 },
};

const struct attr_set attr_share_set = {
	share_infos, NF_DSR_A_PREVIEW_BACKEND_MAX, SHARE(set)
};

static const struct attr_info preview_infos[] = {
	[NF_DSR_A_PREVIEW_SERVICE] = { "service", NEST, PREVIEW(key), .nested = &attr_key_set },
	[NF_DSR_A_PREVIEW_SCHEDULER_BEFORE] = {
		"scheduler-before", STRING, PREVIEW(scheduler_before)
	},
	[NF_DSR_A_PREVIEW_SCHEDULER_AFTER] = {
		"scheduler-after", STRING, PREVIEW(scheduler_after)
	},
	[NF_DSR_A_PREVIEW_SLOTS_BEFORE] = { "slots-before", U32, PREVIEW(slots_before) },
	[NF_DSR_A_PREVIEW_SLOTS_AFTER] = { "slots-after", U32, PREVIEW(slots_after) },
	[NF_DSR_A_PREVIEW_MOVED] = { "moved", U32, PREVIEW(moved) },
	[NF_DSR_A_PREVIEW_BACKENDS] = { "backends", U32, PREVIEW(backends) },
	[NF_DSR_A_PREVIEW_BACKEND] = { "backend", NESTS, .nested = &attr_share_set },
};

const struct attr_set attr_preview_set = { preview_infos, NF_DSR_A_PREVIEW_BACKEND, 0 };

static const struct attr_info commit_infos[] = {
	[NF_DSR_A_COMMIT_OP] = { ATTR_COMMAND, NESTS, .nested = &op_set },
	[NF_DSR_A_COMMIT_GENERATION] = { "generation", U32, COMMIT(generation) },
	[NF_DSR_A_COMMIT_OPS] = { "operations", U32, COMMIT(operations) },
	[NF_DSR_A_COMMIT_WARNING] = { "warning", NESTS },
	[NF_DSR_A_COMMIT_WARNINGS] = { "warnings", U32, COMMIT(warnings) },
	[NF_DSR_A_COMMIT_DRY_RUN] = { "dry-run", NESTS, .nested = &attr_cursor_set },
	[NF_DSR_A_COMMIT_PREVIEW] = { "preview", NESTS, .nested = &attr_preview_set },
	[NF_DSR_A_COMMIT_NEXT] = { "next", NESTS, .nested = &attr_cursor_set },
};

const struct attr_set attr_commit_set = { commit_infos, NF_DSR_A_COMMIT_MAX, 0 };

static const struct attr_info trace_infos[] = {
	[NF_DSR_A_TRACE_SRC4] = { "src4", ADDR4, TRACE(source) },
	[NF_DSR_A_TRACE_SRC6] = { "src6", ADDR6, TRACE(source) },
	[NF_DSR_A_TRACE_DST4] = { "dst4", ADDR4, TRACE(destination) },
	[NF_DSR_A_TRACE_DST6] = { "dst6", ADDR6, TRACE(destination) },
	[NF_DSR_A_TRACE_PROTOCOL] = { "protocol", U8, TRACE(protocol) },
	[NF_DSR_A_TRACE_SRC_PORT] = { "src-port", BE16, TRACE(sport), DSR_TRACE_SPORT },
	[NF_DSR_A_TRACE_DST_PORT] = { "dst-port", BE16, TRACE(dport), DSR_TRACE_DPORT },
	[NF_DSR_A_TRACE_DEV] = { "dev", STRING, TRACE(dev), DSR_TRACE_DEV },
	[NF_DSR_A_TRACE_MARK] = { "mark", U32, TRACE(mark), DSR_TRACE_MARK },
	[NF_DSR_A_TRACE_TCP_FLAGS] = { "flags", U8, TRACE(tcp_flags), DSR_TRACE_TCP_FLAGS },
	[NF_DSR_A_TRACE_LENGTH] = { "length", U32, TRACE(length), DSR_TRACE_LENGTH },
	[NF_DSR_A_TRACE_DF] = { "df", U8, TRACE(df), DSR_TRACE_DF, model_off_on },
	[NF_DSR_A_TRACE_TTL] = { "ttl", U8, TRACE(ttl), DSR_TRACE_TTL },
	[NF_DSR_A_TRACE_ERROR] = { "error", FLAG, .bit = DSR_TRACE_ERROR },
	[NF_DSR_A_TRACE_VERDICT] = { "verdict", U8, TRACE(verdict), 0, names_trace_verdict },
	[NF_DSR_A_TRACE_REASON] = { "reason", STRING, TRACE(reason) },
	[NF_DSR_A_TRACE_REASON_DOC] = { "reason-doc", NESTS },
	[NF_DSR_A_TRACE_SERVICE] = { "service", NEST, TRACE(service), .nested = &attr_key_set },
	[NF_DSR_A_TRACE_SCHEDULER] = { "scheduler", STRING, TRACE(scheduler) },
	[NF_DSR_A_TRACE_CHOSEN_BY] = {
		"chosen-by", U8, TRACE(chosen_by), DSR_TRACE_CHOSEN_BY, names_chosen_by
	},
	[NF_DSR_A_TRACE_STATE] = {
		"state", U8, TRACE(state), DSR_TRACE_STATE, names_flow_state
	},
	[NF_DSR_A_TRACE_BACKEND4] = { "backend4", ADDR4, TRACE(backend) },
	[NF_DSR_A_TRACE_BACKEND6] = { "backend6", ADDR6, TRACE(backend) },
	[NF_DSR_A_TRACE_METHOD] = {
		"method", U8, TRACE(method), DSR_TRACE_METHOD, names_method
	},
	[NF_DSR_A_TRACE_OUT_DEV] = { "out-dev", STRING, TRACE(out_dev) },
	[NF_DSR_A_TRACE_VIA4] = { "via4", ADDR4, TRACE(via) },
	[NF_DSR_A_TRACE_VIA6] = { "via6", ADDR6, TRACE(via) },
	[NF_DSR_A_TRACE_LLADDR] = { "lladdr", NESTS },
	[NF_DSR_A_TRACE_MTU] = { "mtu", U32, TRACE(mtu) },
	[NF_DSR_A_TRACE_INNER_MTU] = { "inner-mtu", U32, TRACE(inner_mtu) },
	[NF_DSR_A_TRACE_FRAGMENTED] = { "fragmented", FLAG, .bit = DSR_TRACE_FRAGMENTED },
};

const struct attr_set attr_trace_set = {
	trace_infos, NF_DSR_A_TRACE_FRAGMENTED, TRACE(set)
};

bool attr_find(const struct attr_set *set, unsigned int type, struct attr_info *info)
{
	const struct conf_option *option;

	if (!set || !type || type > (unsigned int)set->max)
		return false;
	*info = set->infos[type];
	option = set->object && !info->name ? conf_by_attr(set->object, type) : NULL;
	if (option)
		*info = (struct attr_info){
			option->name, option->kind, set->conf_offset + option->offset,
			conf_bit(option), option->words
		};
	return info->name;
}
