// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "config_diff.h"

/* The services of a configuration in the order of their keys. */
struct services {
	const struct config *config;
	const struct config_service **sorted;
	size_t n;
};

/* The backends of a service in the order of their addresses. */
struct backends {
	const struct config_backend **sorted;
	size_t n;
};

struct diff {
	struct services base, wanted, running;
	bool has_base;
	bool keep;
	struct list *changes;
};

static int compare_services(const void *a, const void *b)
{
	const struct config_service *const *left = a, *const *right = b;

	return config_compare_keys(&(*left)->key, &(*right)->key);
}

static int compare_backends(const void *a, const void *b)
{
	const struct config_backend *const *left = a, *const *right = b;

	return config_compare_addrs(&(*left)->addr, &(*right)->addr);
}

static struct services sort_services(const struct config *config)
{
	struct services services = { .config = config };
	size_t i;

	services.n = config ? config->services.n : 0;
	services.sorted = error_check_alloc(calloc(services.n + 1, sizeof(*services.sorted)));
	for (i = 0; i < services.n; i++)
		services.sorted[i] = config_service(config, i);
	qsort(services.sorted, services.n, sizeof(*services.sorted), compare_services);
	return services;
}

static struct backends sort_backends(const struct services *services,
				     const struct config_service *service)
{
	struct backends backends = { .n = service ? service->n_backends : 0 };
	size_t i;

	backends.sorted = error_check_alloc(calloc(backends.n + 1, sizeof(*backends.sorted)));
	for (i = 0; i < backends.n; i++)
		backends.sorted[i] = config_backend(services->config, service->first_backend + i);
	qsort(backends.sorted, backends.n, sizeof(*backends.sorted), compare_backends);
	return backends;
}

static const struct config_service *find_service(const struct services *services,
						 const struct config_service *like)
{
	const struct config_service **found = bsearch(&like, services->sorted, services->n,
						      sizeof(like), compare_services);

	return found ? *found : NULL;
}

static const struct config_backend *find_backend(const struct backends *backends,
						 const struct config_backend *like)
{
	const struct config_backend **found = bsearch(&like, backends->sorted, backends->n,
						      sizeof(like), compare_backends);

	return found ? *found : NULL;
}

static struct config_change *new_change(struct diff *diff, enum config_change_kind kind,
					enum conf_object object)
{
	struct config_change *change = list_new(diff->changes);

	*change = (struct config_change){ .kind = kind, .object = object };
	return change;
}

/* An option whose value the kernel chooses differs only from a value that the file has, or
 * that it had.
 */
static bool is_equal(enum conf_object object, const struct conf_option *option,
		     const struct dsr_conf *base, const struct dsr_conf *wanted,
		     const struct dsr_conf *running)
{
	if (option->varies && !(wanted->set & conf_bit(option)))
		return !base || !(base->set & conf_bit(option));
	return conf_equal(object, option, wanted, running);
}

/* Return true if a value that differs was set by hand: the file has the same as before. If
 * nothing was applied before, this is so if the file does not give the option.
 */
static bool is_by_hand(enum conf_object object, const struct conf_option *option,
		       const struct dsr_conf *base, const struct dsr_conf *wanted)
{
	if (base)
		return conf_equal(object, option, base, wanted);
	return !(wanted->set & conf_bit(option));
}

/* Return true if a backend has checks. Its health is what dsrd finds, not the file's. */
static bool is_checked(const struct config_change *change)
{
	return change->object == CONF_BACKEND &&
	       (change->wanted_backend->checks.n || change->wanted_service->checks.n);
}

/* Compare the options of an object that both have. Return true if any differs. */
static bool compare_options(const struct diff *diff, struct config_change *change,
			    const struct dsr_conf *base, const struct dsr_conf *wanted,
			    const struct dsr_conf *running)
{
	enum conf_object object = change->object;
	__u64 ignored = is_checked(change) ? CONF_BIT(health) : 0;
	const struct conf_option *option;
	bool hand;

	for (option = conf_options; option->name; option++) {
		if (!conf_is_whole(object, option) || conf_bit(option) & ignored ||
		    is_equal(object, option, base, wanted, running))
			continue;
		hand = is_by_hand(object, option, base, wanted);
		if (hand)
			change->hand |= conf_bit(option);
		if (hand && option->by_hand && diff->keep)
			change->kept |= conf_bit(option);
		else
			change->changed |= conf_bit(option);
	}
	change->kind = change->changed ? CONFIG_CHANGE : CONFIG_KEEP;
	return change->changed | change->kept;
}

static void diff_backend(struct diff *diff, const struct config_service *service,
			 const struct config_service *running_service,
			 const struct config_backend *base, const struct config_backend *wanted,
			 const struct config_backend *running)
{
	struct config_change change = {
		CONFIG_ADD, CONF_BACKEND, service, running_service, wanted, running,
		.by_hand = base && !running
	};

	if (running && !compare_options(diff, &change, base ? &base->conf : NULL, &wanted->conf,
					&running->conf))
		return;
	*(struct config_change *)list_new(diff->changes) = change;
}

static void diff_backends(struct diff *diff, const struct config_service *base,
			  const struct config_service *wanted,
			  const struct config_service *running)
{
	struct backends olds = sort_backends(&diff->base, base);
	struct backends haves = sort_backends(&diff->running, running);
	const struct config_backend *backend;
	size_t i;

	for (i = 0; i < wanted->n_backends; i++) {
		backend = config_backend(diff->wanted.config, wanted->first_backend + i);
		diff_backend(diff, wanted, running, find_backend(&olds, backend), backend,
			     find_backend(&haves, backend));
	}
	free(olds.sorted);
	free(haves.sorted);
}

static void diff_service(struct diff *diff, const struct config_service *wanted)
{
	const struct config_service *running = find_service(&diff->running, wanted);
	const struct config_service *base = find_service(&diff->base, wanted);
	struct config_change change = {
		CONFIG_ADD, CONF_SERVICE, wanted, running, .by_hand = base && !running
	};

	if (!running || compare_options(diff, &change, base ? &base->conf : NULL, &wanted->conf,
					&running->conf))
		*(struct config_change *)list_new(diff->changes) = change;
	diff_backends(diff, base, wanted, running);
}

/* Delete the backends that only the kernel's service has. */
static void delete_backends(struct diff *diff, const struct config_service *wanted,
			    const struct config_service *running)
{
	const struct config_service *base = find_service(&diff->base, running);
	struct backends wants = sort_backends(&diff->wanted, wanted);
	struct backends olds = sort_backends(&diff->base, base);
	const struct config_backend *backend;
	struct config_change *change;
	size_t i;

	for (i = 0; i < running->n_backends; i++) {
		backend = config_backend(diff->running.config, running->first_backend + i);
		if (find_backend(&wants, backend))
			continue;
		change = new_change(diff, CONFIG_DELETE, CONF_BACKEND);
		change->running_service = running;
		change->running_backend = backend;
		change->by_hand = diff->has_base && !find_backend(&olds, backend);
	}
	free(wants.sorted);
	free(olds.sorted);
}

/* Delete what only the kernel has. The backends of a service go with it. */
static void delete_services(struct diff *diff)
{
	const struct config_service *running, *wanted;
	struct config_change *change;
	size_t i;

	for (i = 0; i < diff->running.n; i++) {
		running = config_service(diff->running.config, i);
		wanted = find_service(&diff->wanted, running);
		if (wanted) {
			delete_backends(diff, wanted, running);
			continue;
		}
		change = new_change(diff, CONFIG_DELETE, CONF_SERVICE);
		change->running_service = running;
		change->by_hand = diff->has_base && !find_service(&diff->base, running);
	}
}

static bool has_device(const struct config *config, const char *name)
{
	size_t i;

	for (i = 0; config && i < config->devices.n; i++)
		if (!strcmp(config_device(config, i)->name, name))
			return true;
	return false;
}

/* Add a change for each device that only @from has. */
static void diff_devices(struct diff *diff, const struct config *from, const struct config *to,
			 enum config_change_kind kind)
{
	struct config_change *change;
	size_t i;

	for (i = 0; i < from->devices.n; i++) {
		if (has_device(to, config_device(from, i)->name))
			continue;
		change = new_change(diff, kind, CONF_NONE);
		change->device = config_device(from, i);
		change->by_hand = diff->has_base &&
			has_device(diff->base.config, change->device->name) == (kind == CONFIG_ADD);
	}
}

void config_diff(const struct config *base, const struct config *wanted,
		 const struct config *running, bool keep, struct list *changes)
{
	struct diff diff = {
		sort_services(base), sort_services(wanted), sort_services(running),
		.has_base = base, .keep = keep, .changes = changes
	};
	size_t i;

	delete_services(&diff);
	for (i = 0; i < diff.wanted.n; i++)
		diff_service(&diff, config_service(wanted, i));
	if (wanted->has_devices) {
		diff_devices(&diff, running, wanted, CONFIG_DELETE);
		diff_devices(&diff, wanted, running, CONFIG_ADD);
	}
	free(diff.base.sorted);
	free(diff.wanted.sorted);
	free(diff.running.sorted);
}

static void complete_backends(struct config *config, const struct config_service *service,
			      const struct services *named)
{
	struct backends backends = sort_backends(named, find_service(named, service));
	const struct config_backend *found;
	struct config_backend *backend;
	size_t i;

	for (i = 0; i < service->n_backends; i++) {
		backend = config_backend(config, service->first_backend + i);
		found = find_backend(&backends, backend);
		if (!found)
			continue;
		memcpy(backend->name, found->name, sizeof(backend->name));
		backend->checks = found->checks;
	}
	free(backends.sorted);
}

void config_complete(struct config *config, const struct config *named)
{
	struct services services = sort_services(named);
	const struct config_service *found;
	struct config_service *service;
	size_t i;

	for (i = 0; i < config->services.n; i++) {
		service = config_service(config, i);
		found = find_service(&services, service);
		if (found) {
			memcpy(service->name, found->name, sizeof(service->name));
			service->checks = found->checks;
			service->announced = found->announced;
		}
		complete_backends(config, service, &services);
	}
	config->announce = named->announce;
	config->status = named->status;
	for (i = 0; i < named->checks.n; i++)
		*(struct config_check *)list_new(&config->checks) = *config_check(named, i);
	free(services.sorted);
}

bool config_differs(const struct list *changes)
{
	size_t i;

	for (i = 0; i < changes->n; i++)
		if (((const struct config_change *)list_at(changes, i))->kind != CONFIG_KEEP)
			return true;
	return false;
}

void config_change_conf(const struct config_change *change, struct dsr_conf *conf)
{
	const struct dsr_conf *wanted = change->object == CONF_SERVICE ?
		&change->wanted_service->conf : &change->wanted_backend->conf;
	const struct conf_option *option;

	*conf = (struct dsr_conf){ 0 };
	if (change->kind == CONFIG_ADD) {
		*conf = *wanted;
		return;
	}
	for (option = conf_options; option->name; option++) {
		if (option->kind == FLAG)
			conf->set |= wanted->set & conf_bit(option);
		if (!(change->changed & conf_bit(option)))
			continue;
		/* Parts that the file does not have are those of another family, for instance. */
		conf->unset |= conf_bits_of(option) & ~wanted->set;
		if (wanted->set & conf_bit(option))
			conf_copy(conf, wanted, option);
	}
}
