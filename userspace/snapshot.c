// SPDX-License-Identifier: GPL-2.0-or-later
#include "clock.h"
#include "nl_attr.h"
#include "snapshot.h"

static void restart(void *arg)
{
	struct rates_reading *reading = arg;

	list_clear(&reading->objects);
	reading->time = clock_now();
}

static int on_service(const struct nlmsghdr *hdr, void *arg, struct dsr_error *err)
{
	struct dsr_service service;

	if (attr_get_service(hdr, &service, err))
		return -1;
	rates_add(arg, &service.key, NULL, &service.conf, &service.counters)->backends =
		service.backends;
	return 0;
}

static int on_backend(const struct nlmsghdr *hdr, void *arg, struct dsr_error *err)
{
	struct dsr_backend backend;

	if (attr_get_backend(hdr, &backend, err))
		return -1;
	rates_add(arg, &backend.service, &backend.addr, &backend.conf, &backend.counters);
	return 0;
}

static int on_stats(const struct nlmsghdr *hdr, void *arg, struct dsr_error *err)
{
	return attr_get_stats(hdr, arg, err);
}

static int dump(struct dsr_nl *nl, int cmd, dsr_nl_fn fn, struct rates_reading *reading,
		struct dsr_error *err)
{
	struct nl_msg *msg = dsr_nl_msg(nl, cmd, NLM_F_REQUEST | NLM_F_DUMP);

	restart(reading);
	if (dsr_nl_dump(nl, msg, fn, restart, reading, err))
		return -1;
	rates_sort(reading);
	return 0;
}

void snapshot_count(struct snapshot *snapshot)
{
	const struct rates_object *backend;
	struct rates_object *service;
	size_t i;

	for (i = 0; i < snapshot->backends.objects.n; i++) {
		backend = list_at(&snapshot->backends.objects, i);
		service = (struct rates_object *)rates_find(&snapshot->services, &backend->service,
							    NULL);
		if (!service)
			continue;
		service->up += rates_takes_flows(backend->effective);
		service->failing += rates_fails(backend);
	}
}

int snapshot_read(struct dsr_nl *nl, const struct names *names, struct snapshot *snapshot,
		  struct dsr_error *err)
{
	struct nl_msg *msg;

	snapshot->names = names;
	if (dump(nl, NF_DSR_CMD_SERVICE_GET, on_service, &snapshot->services, err) ||
	    dump(nl, NF_DSR_CMD_BACKEND_GET, on_backend, &snapshot->backends, err))
		return -1;
	snapshot_count(snapshot);
	msg = dsr_nl_msg(nl, NF_DSR_CMD_STATS_GET, NLM_F_REQUEST);
	attr_put_explain(msg);
	snapshot->time = clock_now();
	return dsr_nl_request(nl, msg, on_stats, &snapshot->stats, err);
}

void snapshot_move(struct snapshot *to, struct snapshot *from)
{
	snapshot_free(to);
	*to = *from;
	*from = (struct snapshot)SNAPSHOT;
}

void snapshot_free(struct snapshot *snapshot)
{
	rates_free(&snapshot->services);
	rates_free(&snapshot->backends);
	model_free_stats(&snapshot->stats);
}
