// SPDX-License-Identifier: GPL-2.0-or-later
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "running.h"

bool config_is_address(const char *text)
{
	struct in_addr addr;

	return inet_pton(AF_INET, text, &addr);
}

void config_init(struct config *config)
{
	*config = (struct config){
		.services = LIST_OF(struct config_service),
		.backends = LIST_OF(struct config_backend),
		.devices = LIST_OF(struct config_device),
		.checks = LIST_OF(struct config_check),
	};
	announce_init(&config->announce);
	status_init(&config->status);
}

void config_free(struct config *config)
{
	list_free(&config->services);
	list_free(&config->backends);
	list_free(&config->devices);
	list_free(&config->checks);
}

struct config_service *config_service(const struct config *config, size_t i)
{
	return (struct config_service *)list_at(&config->services, i);
}

struct config_backend *config_backend(const struct config *config, size_t i)
{
	return (struct config_backend *)list_at(&config->backends, i);
}

struct config_device *config_device(const struct config *config, size_t i)
{
	return (struct config_device *)list_at(&config->devices, i);
}

struct config_check *config_check(const struct config *config, size_t i)
{
	return (struct config_check *)list_at(&config->checks, i);
}

static int order(__u64 a, __u64 b)
{
	return (a > b) - (a < b);
}

int config_compare_addrs(const struct dsr_addr *a, const struct dsr_addr *b)
{
	int ret = order(a->family, b->family);

	return ret ? ret : memcmp(a->bytes, b->bytes, addr_bits(a->family) / 8);
}

/* Marks come behind addresses. */
int config_compare_keys(const struct dsr_key *a, const struct dsr_key *b)
{
	int ret = order(a->by_mark, b->by_mark);

	if (!ret)
		ret = strcmp(a->vrf, b->vrf);
	if (!ret && a->by_mark)
		ret = order(a->mark, b->mark) ?: order(a->addr.family, b->addr.family);
	if (ret || a->by_mark)
		return ret;
	ret = config_compare_addrs(&a->addr, &b->addr);
	if (!ret)
		ret = order(a->prefix_len, b->prefix_len);
	if (!ret)
		ret = order(a->protocol, b->protocol);
	if (!ret)
		ret = order(a->port, b->port) ?: order(a->port_end, b->port_end);
	return ret;
}

/* One service of the kernel: where it is in the configuration. */
struct position {
	const struct dsr_key *key;
	size_t index;
};

static int compare_positions(const void *a, const void *b)
{
	const struct position *left = a, *right = b;

	return config_compare_keys(left->key, right->key);
}

static void add_services(struct config *config, const struct running *running,
			 struct position *positions)
{
	const struct dsr_service *service;
	size_t i;

	for (i = 0; i < running->services.n; i++) {
		service = list_at(&running->services, i);
		*(struct config_service *)list_new(&config->services) =
			(struct config_service){ .key = service->key, .conf = service->conf };
		positions[i] = (struct position){ &service->key, i };
	}
	qsort(positions, running->services.n, sizeof(*positions), compare_positions);
}

/* Return the service of a backend. The kernel's lists are of one generation, so it exists. */
static struct config_service *service_of(const struct config *config,
					 const struct position *positions,
					 const struct dsr_backend *backend)
{
	const struct position like = { &backend->service }, *found;

	found = bsearch(&like, positions, config->services.n, sizeof(like), compare_positions);
	return found ? config_service(config, found->index) : NULL;
}

/* Make room for the backends of each service. */
static void reserve_backends(struct config *config, const struct running *running,
			     const struct position *positions)
{
	struct config_service *service;
	size_t i, first = 0;

	for (i = 0; i < running->backends.n; i++) {
		service = service_of(config, positions, list_at(&running->backends, i));
		list_new(&config->backends);
		if (service)
			service->n_backends++;
	}
	for (i = 0; i < config->services.n; i++) {
		service = config_service(config, i);
		service->first_backend = first;
		first += service->n_backends;
		service->n_backends = 0;
	}
}

void config_from_running(struct config *config, const struct running *running)
{
	struct position *positions = error_check_alloc(calloc(running->services.n + 1,
							      sizeof(*positions)));
	const struct dsr_backend *backend;
	struct config_service *service;
	const struct dsr_device *from;
	struct config_backend *to;
	struct config_device *device;
	size_t i;

	add_services(config, running, positions);
	reserve_backends(config, running, positions);
	for (i = 0; i < running->backends.n; i++) {
		backend = list_at(&running->backends, i);
		service = service_of(config, positions, backend);
		if (!service)
			continue;
		to = config_backend(config, service->first_backend + service->n_backends++);
		*to = (struct config_backend){ .addr = backend->addr, .conf = backend->conf };
		conf_narrow(&to->conf, backend->addr.family);
	}
	for (i = 0; i < running->devices.n; i++) {
		from = list_at(&running->devices, i);
		device = list_new(&config->devices);
		*device = (struct config_device){ 0 };
		memcpy(device->name, from->name, sizeof(device->name));
	}
	config->generation = running->generation;
	config->has_devices = true;
	free(positions);
}

void config_drain(struct config *config)
{
	struct dsr_conf *conf;
	size_t i;

	for (i = 0; i < config->services.n; i++) {
		conf = &config_service(config, i)->conf;
		conf->no_backend = NF_DSR_NO_BACKEND_DROP;
		conf->set |= CONF_BIT(no_backend);
	}
	for (i = 0; i < config->backends.n; i++) {
		conf = &config_backend(config, i)->conf;
		if (conf->set & CONF_BIT(state) && conf->state == NF_DSR_BACKEND_STATE_DOWN)
			continue;
		conf->state = NF_DSR_BACKEND_STATE_DRAIN;
		conf->set |= CONF_BIT(state);
	}
	config->has_devices = false;
}
