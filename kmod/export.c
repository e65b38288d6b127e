// SPDX-License-Identifier: GPL-2.0
/*
 * What nf_dsr exports, for nf_dsr_ipvs. The list is here and not with the functions, so
 * that it shows at a glance what must keep its meaning; and the KUnit module has copies of
 * some files, which must not export their functions a second time.
 *
 * Each header describes the locks and the context of its functions. A request takes them
 * in the same order as the requests of nf_dsr's own family: dsr_nl_enter(), then
 * dsr_net.lock, then dsr_nl_run() with functions that draft.
 */
#include <linux/export.h>

#include "backend.h"
#include "flow.h"
#include "net.h"
#include "netlink.h"
#include "pool.h"
#include "route.h"
#include "service.h"
#include "stats.h"

DSR_EXPORT(dsr_net);

/* requests and dumps */
DSR_EXPORT(dsr_nl_enter);
DSR_EXPORT(dsr_nl_leave);
DSR_EXPORT(dsr_nl_defer_flush);
DSR_EXPORT(dsr_nl_run);
DSR_EXPORT(dsr_nl_dump_wait);

/* the configuration */
DSR_EXPORT(dsr_sched_lookup);
DSR_EXPORT(dsr_service_conf_init);
DSR_EXPORT(dsr_service_lookup);
DSR_EXPORT(dsr_service_lookup_next);
DSR_EXPORT(dsr_service_add);
DSR_EXPORT(dsr_service_change);
DSR_EXPORT(dsr_service_del);
DSR_EXPORT(dsr_service_flush);
DSR_EXPORT(dsr_backend_conf_default);
DSR_EXPORT(dsr_backend_lookup);
DSR_EXPORT(dsr_backend_lookup_next);
DSR_EXPORT(dsr_backend_walk_begin);
DSR_EXPORT(dsr_backend_walk_next);
DSR_EXPORT(dsr_backend_add);
DSR_EXPORT(dsr_backend_change);
DSR_EXPORT(dsr_backend_del);
DSR_EXPORT(dsr_route_lookup);

/* counters and flows */
DSR_EXPORT(dsr_service_sum);
DSR_EXPORT(dsr_stats_sum);
DSR_EXPORT(dsr_stats_add_cpu);
DSR_EXPORT(dsr_flow_for_each);
DSR_EXPORT(dsr_flow_tuple);
DSR_EXPORT(dsr_flow_idle);
DSR_EXPORT(dsr_flow_timeout);
DSR_EXPORT(dsr_flow_nr_buckets);
