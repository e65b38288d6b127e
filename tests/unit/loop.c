// SPDX-License-Identifier: GPL-2.0-or-later
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dsrd/journal.h"
#include "dsrd/kernel.h"
#include "dsrd/registry.h"
#include "dsrd/rtnl.h"
#include "dsrd/trigger.h"
#include "loaded.h"
#include "loop.h"

#define PATIENCE 60.0

struct fake_kernel kernel;

/* TCP servers on 127.0.0.1, .2 and .3, at the same port, and UDP servers beside them. */
static ev_io servers[SERVERS];
static ev_io datagrams[SERVERS];
static __u16 port;
unsigned int clients;
struct fake_udp udp;
static struct ev_loop *loop;
static const char page[] = "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello";

void kernel_tell(struct kernel_change *changes, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		changes[i].refused = kernel.refuses;
		if (kernel.refuses)
			continue;
		kernel.health[changes[i].addr.bytes[3] - 1] = changes[i].health;
		kernel.told++;
	}
}

const struct dsr_addr router = { AF_INET, { 127, 1, 1, 1 } };
bool has_route;

struct rtnl_route rtnl_look_up(const struct dsr_addr *addr, const char *device)
{
	(void)addr;
	(void)device;
	return (struct rtnl_route){ .found = has_route, .ifindex = 7, .next_hop = router };
}

const char *rtnl_name(int ifindex, char *name)
{
	sprintf(name, "eth%d", ifindex);
	return name;
}

static void on_client(struct ev_loop *self, ev_io *io, int events)
{
	int fd = accept4(io->fd, NULL, NULL, SOCK_CLOEXEC);
	char request[1024];

	(void)self;
	(void)events;
	assert_true(fd >= 0);
	clients++;
	/* A client of HTTP sends before it expects something. */
	if (recv(fd, request, sizeof(request), MSG_DONTWAIT) > 0 || errno == EAGAIN)
		send(fd, page, sizeof(page) - 1, MSG_NOSIGNAL);
	shutdown(fd, SHUT_WR);
	close(fd);
}

static bool loses(void)
{
	/* A linear congruential generator; its upper bits are good enough. */
	udp.seed = udp.seed * 1103515245 + 12345;
	if ((udp.seed >> 8) % 1000 >= udp.loss)
		return false;
	udp.lost++;
	return true;
}

static void on_datagram(struct ev_loop *self, ev_io *io, int events)
{
	struct sockaddr_in from;
	socklen_t size = sizeof(from);
	bool is_first = io == &datagrams[0];
	char bytes[64];
	ssize_t n = recvfrom(io->fd, bytes, sizeof(bytes), 0, (struct sockaddr *)&from, &size);

	(void)self;
	(void)events;
	udp.received += is_first;
	if (is_first && udp.choose_port) {
		udp.deaf_to = from.sin_port;
		udp.choose_port = false;
	}
	if (n >= 0 && !(is_first && from.sin_port == udp.deaf_to) && !loses() && !loses())
		sendto(io->fd, bytes, n, 0, (struct sockaddr *)&from, size);
}

static void start_datagrams(int i)
{
	const struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK + i)
	};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
	ev_io_init(&datagrams[i], on_datagram, fd, EV_READ);
	ev_io_start(loop, &datagrams[i]);
}

void start_server(int i)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK + i)
	};
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), one = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(fd, 64), 0);
	getsockname(fd, (struct sockaddr *)&address, &size);
	port = ntohs(address.sin_port);
	ev_io_init(&servers[i], on_client, fd, EV_READ);
	ev_io_start(loop, &servers[i]);
}

void stop_server(int i)
{
	ev_io_stop(loop, &servers[i]);
	close(servers[i].fd);
}

#define SERVICES \
	"services:\n" \
	"  - match: tcp 192.0.2.1:%u\n" \
	"    checks: [%s]\n" \
	"    backends: [{address: 127.0.0.1}, {address: 127.0.0.2}, {address: 127.0.0.3}]\n"

static struct config config;

void take_named(const char *text, const char *names)
{
	char all[2048], vip[32];
	struct running running;
	struct dsr_backend *backend;
	struct dsr_error err = { 0 };
	size_t i;

	snprintf(all, sizeof(all), "version: 1\nchecks: [%s]\n" SERVICES, text, port, names);
	load_config(&config, all);
	snprintf(vip, sizeof(vip), "192.0.2.1:%u", port);
	running_init(&running);
	*(struct dsr_service *)list_new(&running.services) = (struct dsr_service){ 0 };
	for (i = 0; i < SERVERS; i++) {
		backend = list_new(&running.backends);
		*backend = (struct dsr_backend){ .conf.health = kernel.health[i] };
		backend->service.protocol = IPPROTO_TCP;
		assert_int_equal(addr_parse_key(vip, &backend->service, &err), 0);
		backend->addr = (struct dsr_addr){ AF_INET, { 127, 0, 0, i + 1 } };
	}
	registry_rebuild(&config, &running);
	trigger_rebuild();
	running_free(&running);
}

void take(const char *text)
{
	take_named(text, "c");
}

static void on_end(struct ev_loop *self, ev_timer *timer, int events)
{
	(void)timer;
	(void)events;
	ev_break(self, EVBREAK_ALL);
}

void run_until(bool (*is_so)(void))
{
	ev_tstamp end = ev_time() + PATIENCE;
	ev_timer timer;

	while (!is_so()) {
		if (ev_time() > end)
			fail_msg("waited in vain");
		ev_timer_init(&timer, on_end, 0.02, 0);
		ev_timer_start(loop, &timer);
		ev_run(loop, 0);
		ev_timer_stop(loop, &timer);
	}
}

void run_for(double seconds)
{
	ev_timer timer;

	ev_timer_init(&timer, on_end, seconds, 0);
	ev_timer_start(loop, &timer);
	ev_run(loop, 0);
}

const struct member_filter all = { 0 };
__u64 since;

bool all_have_run(void)
{
	return registry_is_done(&all, since);
}

void run(int times)
{
	while (times--) {
		since = clock_now();
		registry_run(&all);
		run_until(all_have_run);
	}
}

static void print_all(struct out *out)
{
	journal_print(out);
	registry_print(out, &all);
	registry_print_probes(out, &all);
}

const char *journal(void)
{
	return printed(print_all);
}

int set_up(void **state)
{
	struct dsr_error err = { 0 };
	int i;

	(void)state;
	loop = ev_default_loop(EVFLAG_NOENV);
	memset(&kernel, 0, sizeof(kernel));
	memset(&udp, 0, sizeof(udp));
	has_route = true;
	port = 0;
	for (i = 0; i < SERVERS; i++) {
		start_server(i);
		start_datagrams(i);
	}
	assert_int_equal(attempt_init(loop, &err), 0);
	config_init(&config);
	registry_init(loop);
	trigger_init(loop);
	return 0;
}

int tear_down(void **state)
{
	int i;

	(void)state;
	trigger_exit();
	registry_exit();
	attempt_exit();
	config_free(&config);
	config_init(&config);
	for (i = 0; i < SERVERS; i++) {
		stop_server(i);
		ev_io_stop(loop, &datagrams[i]);
		close(datagrams[i].fd);
	}
	return 0;
}

bool is_down_1(void)
{
	return kernel.health[0] == NF_DSR_HEALTH_DOWN;
}

bool is_up_1(void)
{
	return kernel.health[0] == NF_DSR_HEALTH_UP;
}

bool is_braked(void)
{
	return registry_is_braked();
}

bool is_free(void)
{
	return !registry_is_braked();
}
