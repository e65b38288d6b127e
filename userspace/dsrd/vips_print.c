// SPDX-License-Identifier: GPL-2.0-or-later
/* Prints the VIPs: as records for dsrctl, and as metrics. */
#include "clock.h"
#include "dsrd/health.h"
#include "dsrd/vips.h"
#include "metrics.h"

static const char *const states[] = {
	[ANNOUNCE_IS_UNKNOWN] = "unknown",
	[ANNOUNCE_IS_SETTLING] = "settling",
	[ANNOUNCE_IS_FULL] = "announced",
	[ANNOUNCE_IS_DEGRADED] = "degraded",
	[ANNOUNCE_IS_DRAINING] = "draining",
	[ANNOUNCE_IS_WITHDRAWN] = "withdrawn",
};

struct printing {
	struct out *out;
	const struct dsr_key *key;	/* NULL: all */
};

static void print_vip(const struct vip *vip, void *arg)
{
	const struct printing *printing = arg;
	struct out *out = printing->out;
	char text[256];

	if (printing->key && config_compare_keys(&vip->key, printing->key))
		return;
	out_begin(out);
	out_string(out, "vip", addr_format_key(&vip->key, text, sizeof(text)));
	out_string(out, "state", states[announce_state(&vip->announce)]);
	if (vip->metric)
		out_number(out, "metric", vip->metric);
	out_number(out, "since", (clock_now() - vip->announce.since) / HEALTH_SECOND);
	out_string(out, "reason", vip_reason(vip, text, sizeof(text)));
	out_end(out);
}

void vips_print(struct out *out, const struct dsr_key *key)
{
	struct printing printing = { out, key };

	vips_each(print_vip, &printing);
}

void vips_write(const struct metrics *metrics)
{
	static const char name[] = "service_announced";
	const struct vip_service *service;
	struct text labels = { 0 };
	size_t i;

	metrics_family(metrics, name, "gauge",
		       "Whether there is a route that announces the VIP of the service.");
	for (i = 0; i < vips.services.n; i++) {
		service = vips_service(i);
		metrics_label(&labels, "service", service->name);
		metrics_sample(metrics, name, labels.bytes);
		metrics_number(metrics, !!service->vip->metric);
		text_free(&labels);
	}
}
