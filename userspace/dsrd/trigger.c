// SPDX-License-Identifier: GPL-2.0-or-later
#include <net/if.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "config.h"
#include "dsrd/journal.h"
#include "dsrd/registry.h"
#include "dsrd/rtnl.h"
#include "dsrd/trigger.h"
#include "error.h"

/* Routes are looked up again some time after they have changed, this many at a time. */
#define DELAY 0.1
#define AT_ONCE 500
#define TICK 0.01
/* Checks that a new way gets: switches take a moment until they use it. */
#define CHECKS_OF_NEW 10
/* At most once a second a signal is logged. */
#define LOG_INTERVAL HEALTH_SECOND

/* The dest to the address of a backend. */
struct dest {
	struct dsr_addr addr;
	char device[ADDR_DEVICE + 1];
	struct rtnl_route route;
	bool looked_up;
	bool is_down;			/* the device of the route */
	size_t first;		/* of its probes */
	size_t n;
};

static struct trigger {
	struct ev_loop *loop;
	ev_timer look;
	struct dest *dests;		/* by address and VRF */
	struct dest **hops;		/* the same by next hop */
	size_t n_dests;
	struct probe **probes;		/* in the order of destinations */
	struct list down;		/* numbers of the devices that are down */
	size_t looked;			/* destinations that were, in this round */
	bool again;			/* there was another change meanwhile */
	__u64 slot;			/* when the next check may be started */
	__u64 logged;
	unsigned int unlogged;
} trigger = { .down = { .size = sizeof(int) } };

static int *find_down(int ifindex)
{
	size_t i;

	for (i = 0; i < trigger.down.n; i++)
		if (*(const int *)list_at(&trigger.down, i) == ifindex)
			return (int *)list_at(&trigger.down, i);
	return NULL;
}

static bool is_usable(const struct dest *dest)
{
	return dest->route.found && !dest->is_down;
}

static void log_signal(size_t n, const char *format, ...) __printf(2, 3);

/* Log what was started. Of a storm, a line each second. */
static void log_signal(size_t n, const char *format, ...)
{
	__u64 now = clock_now();
	char text[100], more[48] = "";
	va_list args;

	if (!n)
		return;
	if (trigger.logged && now - trigger.logged < LOG_INTERVAL) {
		trigger.unlogged++;
		return;
	}
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (trigger.unlogged)
		snprintf(more, sizeof(more), ", after %u more signals", trigger.unlogged);
	journal_add(JOURNAL_NOTICE, NULL, NULL, "signal", "%s: %zu checks begin%s", text, n, more);
	trigger.logged = now;
	trigger.unlogged = 0;
}

/* Start the checks of a destination. Return how many. @is_new: of backends that are down, too. */
static size_t ask(const struct dest *dest, bool is_new)
{
	struct probe *probe;
	size_t i, n = 0;
	__u64 now = clock_now();

	for (i = dest->first; i < dest->first + dest->n; i++) {
		probe = trigger.probes[i];
		if (probe->health.state == HEALTH_DOWN && !is_new)
			continue;
		if (trigger.slot < now)
			trigger.slot = now;
		if (!probe_hurry(probe, trigger.slot, is_new ? CHECKS_OF_NEW : 1))
			continue;
		trigger.slot += HEALTH_SECOND / TRIGGER_RATE;
		n++;
	}
	return n;
}

static void update_uplink(void)
{
	bool known = trigger.n_dests, usable = false;
	size_t i;

	for (i = 0; i < trigger.n_dests; i++) {
		known &= trigger.dests[i].looked_up;
		usable |= is_usable(&trigger.dests[i]);
	}
	registry_set_uplink(!known || usable);
}

static int compare_hops(const void *a, const void *b)
{
	const struct dest *left = *(struct dest *const *)a, *right = *(struct dest *const *)b;

	return config_compare_addrs(&left->route.next_hop, &right->route.next_hop);
}

static void sort_hops(void)
{
	qsort(trigger.hops, trigger.n_dests, sizeof(*trigger.hops), compare_hops);
}

static void schedule_look(double delay)
{
	ev_timer_stop(trigger.loop, &trigger.look);
	ev_timer_set(&trigger.look, delay, 0);
	ev_timer_start(trigger.loop, &trigger.look);
}

static bool is_same(const struct rtnl_route *left, const struct rtnl_route *right)
{
	return left->found == right->found && left->ifindex == right->ifindex &&
	       addr_equal(&left->next_hop, &right->next_hop);
}

/* Look up a route. If it is another one, or gone, ask the backend. */
static void look_up(struct dest *dest)
{
	struct rtnl_route before = dest->route;
	bool was_usable = is_usable(dest), was_looked_up = dest->looked_up;
	char text[ADDR_TEXT];
	size_t n;

	dest->route = rtnl_look_up(&dest->addr, dest->device);
	dest->looked_up = true;
	dest->is_down = find_down(dest->route.ifindex);
	if (!was_looked_up || is_same(&before, &dest->route))
		return;
	n = ask(dest, !was_usable && is_usable(dest));
	log_signal(n, "the route to %s %s", addr_format(&dest->addr, text, sizeof(text)),
		   dest->route.found ? "has changed" : "is gone");
}

static void on_look(struct ev_loop *loop, ev_timer *timer, int events)
{
	size_t end = trigger.looked + AT_ONCE;

	(void)loop;
	(void)timer;
	(void)events;
	for (; trigger.looked < end && trigger.looked < trigger.n_dests; trigger.looked++)
		look_up(&trigger.dests[trigger.looked]);
	sort_hops();
	if (trigger.looked < trigger.n_dests) {
		schedule_look(TICK);
		return;
	}
	update_uplink();
	trigger.looked = 0;
	if (trigger.again)
		schedule_look(1);
	trigger.again = false;
}

static void on_routes(void)
{
	if (!ev_is_active(&trigger.look))
		schedule_look(DELAY);
	else if (trigger.looked)
		trigger.again = true;
}

/* Return the first of the destinations in an order that is not before the address. */
static size_t lower_bound(const struct dsr_addr *addr,
			  const struct dsr_addr *(*addr_at)(size_t i))
{
	size_t low = 0, high = trigger.n_dests, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (config_compare_addrs(addr_at(middle), addr) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static const struct dsr_addr *hop_at(size_t i)
{
	return &trigger.hops[i]->route.next_hop;
}

static const struct dsr_addr *addr_at(size_t i)
{
	return &trigger.dests[i].addr;
}

static void on_neighbour(const struct signal *signal)
{
	char text[ADDR_TEXT], name[IF_NAMESIZE];
	const struct dest *dest;
	size_t i, n = 0;

	for (i = lower_bound(&signal->addr, hop_at); i < trigger.n_dests; i++) {
		dest = trigger.hops[i];
		if (config_compare_addrs(&dest->route.next_hop, &signal->addr))
			break;
		if (dest->route.found && dest->route.ifindex == signal->ifindex)
			n += ask(dest, false);
	}
	log_signal(n, "neighbour %s on %s does not answer",
		   addr_format(&signal->addr, text, sizeof(text)),
		   rtnl_name(signal->ifindex, name));
}

/* Return true if the error says that nothing listens at a port which a check asks. The check gets
 * that as its answer.
 */
static bool is_answer(const struct signal *signal)
{
	const struct dest *dest;
	size_t i, j;

	if (!signal->port)
		return false;
	for (i = lower_bound(&signal->addr, addr_at); i < trigger.n_dests; i++) {
		dest = &trigger.dests[i];
		if (config_compare_addrs(&dest->addr, &signal->addr))
			break;
		for (j = dest->first; j < dest->first + dest->n; j++)
			if (trigger.probes[j]->target.port == signal->port)
				return true;
	}
	return false;
}

static void on_unreachable(const struct signal *signal)
{
	char text[ADDR_TEXT];
	size_t i, n = 0;

	if (is_answer(signal))
		return;
	for (i = lower_bound(&signal->addr, addr_at); i < trigger.n_dests; i++) {
		if (config_compare_addrs(&trigger.dests[i].addr, &signal->addr))
			break;
		n += ask(&trigger.dests[i], false);
	}
	log_signal(n, "an ICMP error about a packet to %s",
		   addr_format(&signal->addr, text, sizeof(text)));
}

/* Note whether a device is down. Return true if that is a change. One that is gone is not kept. */
static bool note_link(const struct signal *signal)
{
	int *found = find_down(signal->ifindex);

	if (found && (signal->up || signal->gone))
		*found = *(const int *)list_at(&trigger.down, --trigger.down.n);
	if (!found && !signal->up && !signal->gone)
		*(int *)list_new(&trigger.down) = signal->ifindex;
	return found ? signal->up : !signal->up;
}

static void on_link(const struct signal *signal)
{
	char name[IF_NAMESIZE];
	struct dest *dest;
	size_t i, n = 0;

	if (!note_link(signal))
		return;
	for (i = 0; i < trigger.n_dests; i++) {
		dest = &trigger.dests[i];
		if (!dest->route.found || dest->route.ifindex != signal->ifindex)
			continue;
		dest->is_down = !signal->up;
		n += ask(dest, signal->up);
	}
	log_signal(n, "device %s is %s", rtnl_name(signal->ifindex, name),
		   signal->up ? "up" : "down");
	update_uplink();
	/* The kernel does not report each route that a device takes with it. */
	on_routes();
}

void trigger_on_signal(const struct signal *signal)
{
	switch (signal->kind) {
	case SIGNAL_NEIGHBOUR:
		on_neighbour(signal);
		break;
	case SIGNAL_LINK:
		on_link(signal);
		break;
	case SIGNAL_ROUTES:
		on_routes();
		break;
	case SIGNAL_UNREACHABLE:
		on_unreachable(signal);
		break;
	}
}

static int compare_dests(const void *a, const void *b)
{
	const struct dest *left = a, *right = b;

	return config_compare_addrs(&left->addr, &right->addr) ?:
	       strcmp(left->device, right->device);
}

static struct dest dest_of(const struct probe *probe)
{
	struct dest dest = { .addr = probe->target.backend };

	memcpy(dest.device, probe->target.device, sizeof(dest.device));
	return dest;
}

static int compare_probes(const void *a, const void *b)
{
	const struct probe *left = *(struct probe *const *)a;
	const struct probe *right = *(struct probe *const *)b;
	const struct dest left_dest = dest_of(left), right_dest = dest_of(right);

	return compare_dests(&left_dest, &right_dest) ?: (left > right) - (left < right);
}

/* Collect all probes, each once. Return how many. */
static size_t collect_probes(void)
{
	const struct member *member;
	size_t i, n = 0, all = 0, unique = 0;
	unsigned int j;

	for (i = 0; i < registry_n_members(); i++)
		all += registry_member(i)->n_links;
	trigger.probes = error_check_alloc(reallocarray(trigger.probes, all + 1,
							sizeof(*trigger.probes)));
	for (i = 0; i < registry_n_members(); i++) {
		member = registry_member(i);
		for (j = 0; j < member->n_links; j++)
			trigger.probes[n++] = member->links[j].probe;
	}
	qsort(trigger.probes, n, sizeof(*trigger.probes), compare_probes);
	for (i = 0; i < n; i++)
		if (!i || trigger.probes[i] != trigger.probes[i - 1])
			trigger.probes[unique++] = trigger.probes[i];
	return unique;
}

/* Take over what is known about a destination. */
static void adopt(struct dest *dest, const struct dest *before, size_t n)
{
	const struct dest *found = NULL;

	if (n)
		found = bsearch(dest, before, n, sizeof(*before), compare_dests);
	if (!found)
		return;
	dest->route = found->route;
	dest->looked_up = found->looked_up;
	dest->is_down = found->is_down;
}

static void make_dests(size_t n_probes)
{
	struct dest *before = trigger.dests, *dest = NULL, next;
	size_t i, n_before = trigger.n_dests;

	trigger.dests = error_check_alloc(calloc(n_probes + 1, sizeof(*trigger.dests)));
	trigger.n_dests = 0;
	for (i = 0; i < n_probes; i++) {
		next = dest_of(trigger.probes[i]);
		if (!dest || compare_dests(dest, &next)) {
			dest = &trigger.dests[trigger.n_dests++];
			*dest = next;
			dest->first = i;
			adopt(dest, before, n_before);
		}
		dest->n++;
	}
	free(before);
}

void trigger_rebuild(void)
{
	size_t i;

	make_dests(collect_probes());
	trigger.hops = error_check_alloc(reallocarray(trigger.hops, trigger.n_dests + 1,
						      sizeof(*trigger.hops)));
	for (i = 0; i < trigger.n_dests; i++)
		trigger.hops[i] = &trigger.dests[i];
	sort_hops();
	trigger.looked = 0;
	trigger.again = false;
	schedule_look(0);
}

void trigger_init(struct ev_loop *loop)
{
	trigger.loop = loop;
	ev_init(&trigger.look, on_look);
}

void trigger_exit(void)
{
	ev_timer_stop(trigger.loop, &trigger.look);
	free(trigger.dests);
	free(trigger.hops);
	free(trigger.probes);
	list_free(&trigger.down);
	trigger = (struct trigger){ .down.size = sizeof(int) };
}
