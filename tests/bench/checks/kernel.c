// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel's side of dsrd for "checks.py native": services and backends as the file of checks.py
 * has them, without the module, which is not to be loaded into the machine itself. The environment
 * has their numbers: NF_DSR_SERVICES, and NF_DSR_BACKENDS of each.
 */
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "dsrd/kernel.h"

static unsigned int number(const char *name)
{
	const char *value = getenv(name);

	return value ? strtoul(value, NULL, 10) : 0;
}

int kernel_init(struct ev_loop *loop, const struct kernel_events *events, struct dsr_error *err)
{
	(void)loop;
	(void)events;
	(void)err;
	return 0;
}

void kernel_exit(void)
{
}

bool kernel_has_failed(void)
{
	return false;
}

bool kernel_is_loaded(void)
{
	return false;
}

int kernel_snapshot(const struct names *names, struct snapshot *snapshot, struct dsr_error *err)
{
	(void)names;
	(void)snapshot;
	return error_refused(err, "there is no kernel");
}

/* Fill in backend N of all. See address() in checks.py. */
static void make_backend(struct dsr_backend *backend, const struct dsr_key *service, unsigned int n)
{
	*backend = (struct dsr_backend){ .service = *service };
	backend->addr = (struct dsr_addr){ AF_INET, { 10, 8, n >> 8, n & 255 } };
}

int kernel_read(struct running *running, struct dsr_error *err)
{
	unsigned int services = number("NF_DSR_SERVICES"), backends = number("NF_DSR_BACKENDS");
	unsigned int i, j;

	(void)err;
	for (i = 0; i < services; i++) {
		struct dsr_key key = {
			.addr = { AF_INET, { 198, 18, 0, i } }, .prefix_len = 32,
			.protocol = IPPROTO_TCP, .port = 80, .port_end = 80
		};
		struct dsr_service *service = list_new(&running->services);

		*service = (struct dsr_service){ .key = key, .backends = backends };
		for (j = 0; j < backends; j++)
			make_backend(list_new(&running->backends), &key, i * backends + j);
	}
	return 0;
}

/* It takes whatever it is told. */
void kernel_tell(struct kernel_change *changes, size_t n)
{
	(void)changes;
	(void)n;
}
