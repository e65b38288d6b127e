// SPDX-License-Identifier: GPL-2.0-or-later
#include "nl_attr.h"
#include "running.h"

static int collect_service(const struct nlmsghdr *hdr, void *arg, struct dsr_error *err)
{
	return attr_get_service(hdr, list_new(arg), err);
}

static int collect_backend(const struct nlmsghdr *hdr, void *arg, struct dsr_error *err)
{
	return attr_get_backend(hdr, list_new(arg), err);
}

static int collect_device(const struct nlmsghdr *hdr, void *arg, struct dsr_error *err)
{
	return attr_get_device(hdr, list_new(arg), err);
}

static int dump(struct dsr_nl *nl, int cmd, dsr_nl_fn fn, struct list *list,
		struct dsr_error *err)
{
	struct nl_msg *msg = dsr_nl_msg(nl, cmd, NLM_F_REQUEST | NLM_F_DUMP);

	return dsr_nl_dump(nl, msg, fn, list_clear, list, err);
}

static int take_stats(const struct nlmsghdr *hdr, void *arg, struct dsr_error *err)
{
	return attr_get_stats(hdr, arg, err);
}

/* Return the generation of the configuration, or 0 with err filled. */
static __u32 generation(struct dsr_nl *nl, struct dsr_error *err)
{
	struct nl_msg *msg = dsr_nl_msg(nl, NF_DSR_CMD_STATS_GET, NLM_F_REQUEST);
	struct dsr_stats stats = { 0 };
	int ret = dsr_nl_request(nl, msg, take_stats, &stats, err);

	model_free_stats(&stats);
	return ret ? 0 : stats.generation;
}

int running_read(struct dsr_nl *nl, struct running *running, struct dsr_error *err)
{
	__u32 before, after;

	do {
		before = generation(nl, err);
		list_clear(&running->services);
		list_clear(&running->backends);
		list_clear(&running->devices);
		if (!before ||
		    dump(nl, NF_DSR_CMD_SERVICE_GET, collect_service, &running->services, err) ||
		    dump(nl, NF_DSR_CMD_BACKEND_GET, collect_backend, &running->backends, err) ||
		    dump(nl, NF_DSR_CMD_DEVICE_GET, collect_device, &running->devices, err))
			return -1;
		after = generation(nl, err);
	} while (after && after != before);
	running->generation = after;
	return after ? 0 : -1;
}

void running_init(struct running *running)
{
	*running = (struct running){
		.services = LIST_OF(struct dsr_service),
		.backends = LIST_OF(struct dsr_backend),
		.devices = LIST_OF(struct dsr_device),
	};
}

void running_free(struct running *running)
{
	list_free(&running->services);
	list_free(&running->backends);
	list_free(&running->devices);
}
