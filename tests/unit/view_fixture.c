// SPDX-License-Identifier: GPL-2.0-or-later
#include <netinet/in.h>
#include <string.h>

#include "view_fixture.h"

#define SECOND 1000000000ULL
#define MINUTE (60 * SECOND)
#define NOW (1000 * MINUTE)

struct view_check fixture_check;
__u8 fixture_checked;
struct view_check fixture_others;

void fixture_begin(struct fixture *fixture)
{
	*fixture = (struct fixture){
		.now = SNAPSHOT, .before = SNAPSHOT, .histories = HISTORIES,
		.daemon = {
			.machine = "lb1", .time = "2026-11-29 12:00:01 +01:00", .now = 1000000,
			.loaded = true, .has_file = true
		}
	};
	fixture_check = (struct view_check){ 0 };
	fixture_checked = 0;
	fixture_others = (struct view_check){ 0 };
	fixture->now.time = NOW;
	fixture->now.services.time = NOW;
	fixture->now.backends.time = NOW;
	fixture->now.stats.flows_max = 1000;
}

static struct dsr_key key_of(size_t i, const char *vrf)
{
	struct dsr_key key = {
		.addr = { AF_INET, { 192, 0, i / 256, i % 256 } }, .prefix_len = 32,
		.protocol = IPPROTO_TCP, .port = 80, .port_end = 80
	};

	snprintf(key.vrf, sizeof(key.vrf), "%s", vrf ? vrf : "");
	return key;
}

struct rates_object *fixture_service(struct fixture *fixture, const char *vrf)
{
	const struct dsr_key key = key_of(fixture->now.services.objects.n, vrf);
	const struct dsr_counters counters = { .active = 95, .flows = 1000 };
	const struct dsr_conf conf = { 0 };

	return rates_add(&fixture->now.services, &key, NULL, &conf, &counters);
}

struct rates_object *fixture_backend(struct fixture *fixture, __u8 effective, __u8 health)
{
	const struct list *services = &fixture->now.services.objects;
	const size_t i = fixture->now.backends.objects.n;
	const struct dsr_addr addr = { AF_INET, { 10, i / 65536, i / 256, i % 256 + 1 } };
	const struct dsr_counters counters = { .active = 7, .flows = 12, .packets = 3456 };
	const struct dsr_conf conf = {
		.effective = effective, .health = health, .weight = 1,
		.state = NF_DSR_BACKEND_STATE_ACTIVE
	};
	struct rates_object *service = (struct rates_object *)list_at(services, services->n - 1);

	service->backends++;
	service->healthy += health == NF_DSR_HEALTH_UP;
	return rates_add(&fixture->now.backends, &service->service, &addr, &conf, &counters);
}

void fixture_fill(struct fixture *fixture, unsigned int services, unsigned int backends)
{
	unsigned int i, j;

	for (i = 0; i < services; i++) {
		fixture_service(fixture, NULL);
		for (j = 0; j < backends; j++)
			fixture_backend(fixture, j % 2 ? NF_DSR_EFFECTIVE_STATE_SERVING :
					NF_DSR_EFFECTIVE_STATE_HEALTH_DOWN,
					j % 2 ? NF_DSR_HEALTH_UP : NF_DSR_HEALTH_DOWN);
	}
}

static void prepare(struct fixture *fixture)
{
	rates_sort(&fixture->now.services);
	rates_sort(&fixture->now.backends);
}

void fixture_shake(struct fixture *fixture)
{
	struct rates_reading *services = &fixture->now.services;
	struct rates_object *service;
	unsigned int i;
	size_t j;

	prepare(fixture);
	for (i = 0; i < HISTORY_MINUTES; i++) {
		services->time = NOW - (HISTORY_MINUTES - 1 - i) * MINUTE;
		for (j = 0; j < services->objects.n; j++) {
			service = (struct rates_object *)list_at(&services->objects, j);
			service->counters.flows += 1234 * (i % 7);
			service->up = i % 4 ? service->backends : 0;
			service->failing = i % 4 == 1;
			service->fail_open = i % 4 == 2;
		}
		histories_take(&fixture->histories, services);
	}
	for (j = 0; j < services->objects.n; j++) {
		service = (struct rates_object *)list_at(&services->objects, j);
		service->up = 0;
		service->failing = 0;
		service->fail_open = 0;
	}
}

static void look(const struct dsr_key *service, const struct dsr_addr *addr,
		 struct view_check *check)
{
	(void)service;
	*check = !fixture_checked || addr->bytes[3] == fixture_checked ? fixture_check :
		fixture_others;
}

const struct view *fixture_view(struct fixture *fixture)
{
	const struct view_source source = {
		.daemon = fixture->daemon, .now = &fixture->now, .before = &fixture->before,
		.histories = &fixture->histories, .look = look
	};

	prepare(fixture);
	snapshot_count(&fixture->now);
	view_make(&fixture->view, &source);
	fixture->is_made = true;
	return &fixture->view;
}

void fixture_end(struct fixture *fixture)
{
	if (fixture->is_made)
		view_free(&fixture->view);
	snapshot_free(&fixture->now);
	snapshot_free(&fixture->before);
	histories_free(&fixture->histories);
}
