// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Judgements of doctor about the ways to backends: routes, devices, next hops, MTU.
 *
 * The backends with one address in one VRF share a route. They are judged by kind of
 * method, because each kind needs something else of the route.
 */
#include <linux/lwtunnel.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "doctor.h"

/* What clients on the Internet send at most, and what an IPv6 sender need not go below. */
#define CLIENT_MTU 1500
#define IPV6_MTU_MIN 1280

enum kind { LOCAL, ON_LINK, ROUTED, KINDS };

/* The backends of a target that have one kind of method. */
struct way {
	const struct doctor_facts *facts;
	const struct doctor_target *target;
	const struct doctor_route *route;
	const struct doctor_link *link;		/* NULL: unknown */
	const struct doctor_backend *backend;	/* the first one */
	enum kind kind;
	size_t n;
	bool unreachable;			/* the module says so of one of them */
	bool unanswered;
	char addr[ADDR_TEXT];
	char services[3 * ADDR_TEXT];		/* "tcp VIP:PORT and 2 more" */
	struct list *findings;
};

static enum kind kind_of(const struct doctor_backend *backend)
{
	switch (DOCTOR_FWD(backend, method)) {
	case NF_DSR_METHOD_LOCAL:
		return LOCAL;
	case NF_DSR_METHOD_L2:
		return ON_LINK;
	default:
		return ROUTED;
	}
}

static bool is_bad(const struct way *way)
{
	const struct doctor_finding *last;

	if (!way->findings->n)
		return false;
	last = list_at(way->findings, way->findings->n - 1);
	return last->severity == DOCTOR_FAULT && !strcmp(last->about, way->addr);
}

static struct doctor_finding *fault(const struct way *way, const char *id, const char *text)
{
	return doctor_add(way->findings, DOCTOR_FAULT, id, way->addr,
			  "%s %s: packets of %s to it are lost", way->addr, text, way->services);
}

/* Write "ip -6 route COMMAND TYPE PREFIX" with the VRF, for the route that was found. */
static const char *route_command(const struct way *way, const char *command, const char *type,
				 char *text, size_t size)
{
	const struct dsr_prefix *dst = &way->route->dst;
	char prefix[ADDR_TEXT], vrf[DOCTOR_WORD];

	snprintf(text, size, "ip %sroute %s %s%s%s%s", dst->addr.family == AF_INET6 ? "-6 " : "",
		 command, type, dst->len ? addr_format_prefix(dst, prefix, sizeof(prefix)) :
		 "default", *way->target->vrf ? " vrf " : "",
		 *way->target->vrf ? doctor_word(way->target->vrf, vrf, sizeof(vrf)) : "");
	return text;
}

/* Return the device that is down and has a subnet with the address, or NULL. */
static const struct doctor_link *down_link(const struct way *way)
{
	const struct doctor_facts *facts = way->facts;
	const struct doctor_link *link;
	const struct doctor_addr *addr;
	size_t i = 0;

	while ((addr = doctor_next_subnet(facts, &i, &way->target->addr))) {
		link = doctor_link(facts, addr->ifindex);
		if (link && !link->up)
			return link;
	}
	return NULL;
}

static const char *refusing_name(__u8 type)
{
	switch (type) {
	case RTN_BLACKHOLE:
		return "blackhole";
	case RTN_UNREACHABLE:
		return "unreachable";
	case RTN_PROHIBIT:
		return "prohibit";
	default:
		return NULL;
	}
}

/* There is a route that refuses packets. */
static void judge_refusal(const struct way *way)
{
	const char *name = refusing_name(way->route->type);
	char text[80], type[32], command[256];
	struct doctor_finding *finding;

	snprintf(text, sizeof(text), "has a route of type %s", name);
	finding = fault(way, "no-route", text);
	snprintf(type, sizeof(type), "%s ", name);
	doctor_cure(finding, "%s", route_command(way, "del", type, command, sizeof(command)));
}

static void judge_no_route(const struct way *way)
{
	const struct doctor_link *down = down_link(way);
	const struct dsr_addr *addr = &way->target->addr;
	const char *six = addr->family == AF_INET6 ? "-6 " : "";
	struct doctor_finding *finding;
	char word[DOCTOR_WORD];

	if (down) {
		finding = fault(way, "no-route", "is in the subnet of a device that is down");
		doctor_cure(finding, "ip link set dev %s up",
			    doctor_word(down->name, word, sizeof(word)));
		return;
	}
	finding = fault(way, "no-route", "has no route");
	doctor_cure(finding, "ip %sroute add %s%s%s via GATEWAY", six, way->addr,
		    *way->target->vrf ? " vrf " : "",
		    *way->target->vrf ? doctor_word(way->target->vrf, word, sizeof(word)) : "");
}

static void judge_own_address(const struct way *way)
{
	const struct doctor_facts *facts = way->facts;
	const struct doctor_link *link;
	const struct doctor_addr *addr;
	struct doctor_finding *finding;
	char word[DOCTOR_WORD];
	size_t i;

	finding = fault(way, "own-address", "is an address of this machine");
	doctor_cure(finding, "ip address show to %s", way->addr);
	for (i = 0; i < facts->addrs.n; i++) {
		addr = list_at(&facts->addrs, i);
		link = doctor_link(facts, addr->ifindex);
		if (link && doctor_addr_equal(&addr->addr, &way->target->addr))
			doctor_cure(finding, "ip address del %s/%u dev %s", way->addr, addr->len,
				    doctor_word(link->name, word, sizeof(word)));
	}
}

static void judge_local(const struct way *way)
{
	struct doctor_finding *finding;

	if (way->route->type == RTN_LOCAL)
		return;
	finding = fault(way, "not-own-address",
			"is a backend of method local and no address of this machine");
	doctor_cure(finding, "ip address add %s/%u dev lo", way->addr,
		    addr_bits(way->target->addr.family));
}

/* Return true if the route is one of its own for a part of a subnet of this machine, which
 * would lead to the backend without it.
 */
static bool leaves_subnet(const struct way *way)
{
	const struct doctor_addr *addr;
	size_t i = 0;

	addr = doctor_next_subnet(way->facts, &i, &way->target->addr);
	return addr && way->route->dst.addr.family && way->route->dst.len > addr->len;
}

static void change_method(const struct way *way, struct doctor_finding *finding)
{
	char service[5 * ADDR_TEXT];

	doctor_cure(finding, "dsrctl backend change %s %s method ipip",
		    doctor_service(&way->backend->service->key, service, sizeof(service)),
		    way->addr);
}

static void judge_router(const struct way *way)
{
	char text[2 * ADDR_TEXT], gateway[ADDR_TEXT], command[256], word[DOCTOR_WORD];
	const struct doctor_link *down = down_link(way);
	struct doctor_finding *finding;

	snprintf(text, sizeof(text), "is behind the router %s, and method l2 cannot cross it",
		 addr_format(&way->route->gateway, gateway, sizeof(gateway)));
	finding = fault(way, "l2-routed", text);
	if (down)
		doctor_cure(finding, "ip link set dev %s up",
			    doctor_word(down->name, word, sizeof(word)));
	else if (leaves_subnet(way))
		doctor_cure(finding, "%s",
			    route_command(way, "del", "", command, sizeof(command)));
	else
		change_method(way, finding);
}

static void judge_on_link(const struct way *way)
{
	char text[2 * ADDR_TEXT];

	if (way->route->gateway.family &&
	    !doctor_addr_equal(&way->route->gateway, &way->target->addr)) {
		judge_router(way);
	} else if (way->link && (!way->link->ethernet || way->link->loopback)) {
		snprintf(text, sizeof(text),
			 "is behind %s, which is no Ethernet, and method l2 needs one",
			 way->link->name);
		change_method(way, fault(way, "l2-no-ethernet", text));
	}
}

static void judge_encap(const struct way *way)
{
	struct doctor_finding *finding;
	char command[256], gateway[ADDR_TEXT], word[DOCTOR_WORD];
	const struct doctor_route *route = way->route;

	if (route->encap == LWTUNNEL_ENCAP_NONE ||
	    (way->kind == ROUTED && (route->encap == LWTUNNEL_ENCAP_IP ||
				     route->encap == LWTUNNEL_ENCAP_IP6)))
		return;
	finding = fault(way, "encap-route", "has a route with an encapsulation (encap)");
	route_command(way, "replace", "", command, sizeof(command));
	doctor_cure(finding, "%s%s%s dev %s", command, route->gateway.family ? " via " : "",
		    route->gateway.family ? addr_format(&route->gateway, gateway, sizeof(gateway)) :
		    "", way->link ? doctor_word(way->link->name, word, sizeof(word)) : "DEVICE");
}

static bool is_tunnel(const struct doctor_link *link)
{
	static const char *const kinds[] = { "ipip", "sit", "gre", "ip6tnl", "ip6gre", NULL };

	return model_find(kinds, link->kind) >= 0;
}

/* Return true if the address is a VIP. */
static bool is_vip(const struct doctor_facts *facts, const struct dsr_addr *addr)
{
	const struct doctor_vip *vip;
	struct dsr_prefix prefix;
	size_t i;

	for (i = 0; addr->family && i < facts->vips.n; i++) {
		vip = list_at(&facts->vips, i);
		prefix = (struct dsr_prefix){ vip->key->addr, vip->key->prefix_len };
		if (!vip->key->by_mark && addr_covers(&prefix, addr))
			return true;
	}
	return false;
}

/* Return true if a VIP is an address of the device. */
static bool has_vip(const struct doctor_facts *facts, const struct doctor_link *link)
{
	const struct doctor_vip *vip;
	size_t i;

	for (i = 0; i < facts->vips.n; i++) {
		vip = list_at(&facts->vips, i);
		if (vip->ifindex == link->ifindex)
			return true;
	}
	return false;
}

/* A tunnel of another network may lead to backends, but not one that is there for a VIP or
 * that takes packets for any destination.
 */
static void judge_tunnel(const struct way *way)
{
	const struct doctor_link *link = way->link;
	struct doctor_finding *finding;
	char text[2 * ADDR_TEXT], command[256], word[DOCTOR_WORD];

	if (!link || !is_tunnel(link))
		return;
	if (link->remote.family && !has_vip(way->facts, link) &&
	    !is_vip(way->facts, &link->local) && !is_vip(way->facts, &link->remote) &&
	    !doctor_addr_equal(&link->remote, &way->target->addr))
		return;
	snprintf(text, sizeof(text), "has a route through %s, a tunnel of a VIP or of this backend",
		 link->name);
	finding = fault(way, "tunnel-route", text);
	route_command(way, "del", "", command, sizeof(command));
	doctor_cure(finding, "%s dev %s", command, doctor_word(link->name, word, sizeof(word)));
}

static void judge_carrier(const struct way *way)
{
	const struct doctor_link *link = way->link;
	struct doctor_finding *finding;
	char word[DOCTOR_WORD];

	if (!link || link->carrier)
		return;
	finding = doctor_add(way->findings, DOCTOR_FAULT, "no-carrier", link->name,
			     "%s, on the way to %s, has no carrier: check cable and switch port",
			     link->name, way->addr);
	doctor_cure(finding, "ip link show dev %s", doctor_word(link->name, word, sizeof(word)));
}

static void judge_next_hop(const struct way *way)
{
	const struct dsr_addr *gateway = &way->route->gateway;
	bool behind = gateway->family && !doctor_addr_equal(gateway, &way->target->addr);
	const char *device = way->link ? way->link->name : "?";
	struct doctor_finding *finding;
	char hop[ADDR_TEXT], word[DOCTOR_WORD];

	if (!(way->target->state & NUD_FAILED) && !way->unanswered)
		return;
	addr_format(behind ? gateway : &way->target->addr, hop, sizeof(hop));
	finding = doctor_add(way->findings, DOCTOR_FAULT, "no-neighbour", hop,
			     "%s%s on %s does not answer %s: packets of %s to %s are lost",
			     behind ? "router " : "", hop, device,
			     way->target->addr.family == AF_INET ? "ARP" : "neighbour discovery",
			     way->services, behind ? way->addr : "it");
	doctor_cure(finding, "ping -c 1 -I %s %s", doctor_word(device, word, sizeof(word)), hop);
}

static void judge_way(const struct way *way)
{
	if (way->kind == LOCAL) {
		judge_local(way);
		return;
	}
	if (way->route->error) {
		if (refusing_name(way->route->type) && way->route->dst.addr.family)
			judge_refusal(way);
		else
			judge_no_route(way);
		return;
	}
	if (way->route->type == RTN_LOCAL) {
		judge_own_address(way);
		return;
	}
	judge_encap(way);
	judge_tunnel(way);
	if (way->kind == ON_LINK && !is_bad(way))
		judge_on_link(way);
	if (is_bad(way))
		return;
	judge_carrier(way);
	if (way->unreachable)
		doctor_cure(fault(way, "no-route", "has no route that nf_dsr can use"),
			    "ip route get %s", way->addr);
	else
		judge_next_hop(way);
}

/* Return the number of bytes that the method pushes, see docs/network.md. */
static unsigned int overhead(const struct doctor_backend *backend)
{
	unsigned int outer = backend->backend.addr.family == AF_INET ? 20 : 40;

	switch (DOCTOR_FWD(backend, method)) {
	case NF_DSR_METHOD_IPIP:
		return outer;
	case NF_DSR_METHOD_GRE:
		outer += 4;
		if (DOCTOR_FWD(backend, outer_checksum) == NF_DSR_OUTER_CHECKSUM_ON)
			outer += 4;
		return DOCTOR_FWD(backend, gre_key) != NF_DSR_GRE_KEY_NONE ? outer + 4 : outer;
	case NF_DSR_METHOD_GUE:
		return outer + (DOCTOR_FWD(backend, gue_variant) ? 8 : 12);
	default:
		return 0;
	}
}

/* Return the MTU of clients: no device brings larger packets, and neither does the
 * Internet.
 */
static unsigned int clients_mtu(const struct doctor_facts *facts)
{
	const struct doctor_link *link;
	unsigned int largest = 0;
	size_t i;

	for (i = 0; i < facts->links.n; i++) {
		link = list_at(&facts->links, i);
		if (link->up && !link->loopback && !is_tunnel(link) && link->mtu > largest)
			largest = link->mtu;
	}
	return largest < CLIENT_MTU ? largest : CLIENT_MTU;
}

static unsigned int smaller(unsigned int a, unsigned int b)
{
	return b && b < a ? b : a;
}

static __u64 dropped(const struct doctor_facts *facts, const char *name)
{
	size_t i;

	for (i = 0; i < facts->stats.n_drops; i++)
		if (!strcmp(facts->stats.drops[i].name, name))
			return facts->stats.drops[i].packets;
	return 0;
}

/* What limits the size of packets. */
static void explain_mtu(const struct way *way, unsigned int wire, unsigned int wanted,
			struct doctor_finding *finding)
{
	const struct doctor_link *link = way->link;
	unsigned int header = way->backend->service->key.addr.family == AF_INET ? 40 : 60;
	unsigned int pushed = overhead(way->backend);
	char word[DOCTOR_WORD];

	if (wire == link->mtu)
		doctor_cure(finding, "ip link set dev %s mtu %u",
			    doctor_word(link->name, word, sizeof(word)), wanted);
	else
		doctor_cure(finding, "ssh %s ip %sroute change default via GATEWAY advmss %u",
			    way->addr, header == 40 ? "" : "-6 ", wire - pushed - header);
}

/* Packets with DF that do not fit are refused, and the sender gets an ICMP error; others
 * are fragmented. This needs no packets to be lost, so it is a note, unless it happens.
 */
static void judge_mtu(const struct way *way)
{
	const struct doctor_backend *backend = way->backend;
	unsigned int pushed = overhead(backend), clients = clients_mtu(way->facts);
	unsigned int wire, fits;
	const char *limit = "MTU", *method;
	char about[2 * ADDR_TEXT], number[16];
	struct doctor_finding *finding;

	if (!way->link)
		return;
	wire = smaller(way->link->mtu, way->route->set_mtu);
	if (pushed && DOCTOR_FWD(backend, outer_source) != NF_DSR_OUTER_SOURCE_CLIENT &&
	    way->route->mtu && way->route->mtu < wire) {
		wire = way->route->mtu;
		limit = "learned path MTU";
	}
	fits = wire > pushed ? wire - pushed : 0;
	if (pushed && backend->service->key.addr.family == AF_INET6 && fits < IPV6_MTU_MIN)
		fits = IPV6_MTU_MIN;
	if (fits >= clients)
		return;
	method = model_name(names_method, DOCTOR_FWD(backend, method), number, sizeof(number));
	/* What a device limits is one finding, whatever the number of backends. */
	if (wire == way->link->mtu)
		snprintf(about, sizeof(about), "%s %s %u", method, way->link->name, fits);
	else
		snprintf(about, sizeof(about), "%s %s", method, way->addr);
	finding = doctor_add(way->findings, dropped(way->facts, "too_big") ? DOCTOR_WARNING :
			     DOCTOR_NOTE, "mtu", about,
			     "clients' packets of more than %u bytes do not fit to %s (%s %u%s%s): they are %srefused by an ICMP error",
			     fits, way->addr, limit, wire, pushed ? " with headers of " : "",
			     pushed ? method : "",
			     backend->service->key.addr.family == AF_INET ?
			     "fragmented, or with DF " : "");
	explain_mtu(way, wire, clients + pushed, finding);
}

/* Return true if the address is one of this machine. */
static bool is_own(const struct doctor_facts *facts, const struct dsr_addr *addr)
{
	const struct doctor_addr *own;
	size_t i;

	for (i = 0; i < facts->addrs.n; i++) {
		own = list_at(&facts->addrs, i);
		if (doctor_addr_equal(&own->addr, addr))
			return true;
	}
	return false;
}

/* Routers report to the outer source that a packet is too big. */
static void judge_outer_source(const struct way *way)
{
	const struct doctor_backend *backend = way->backend;
	bool ipv4 = way->target->addr.family == AF_INET;
	const struct dsr_addr *source;
	struct doctor_finding *finding;
	char text[ADDR_TEXT];

	if (!overhead(backend) ||
	    DOCTOR_FWD(backend, outer_source) != NF_DSR_OUTER_SOURCE_ADDRESS)
		return;
	source = ipv4 ? &DOCTOR_FWD(backend, outer_addr4) : &DOCTOR_FWD(backend, outer_addr6);
	if (!source->family || is_own(way->facts, source))
		return;
	addr_format(source, text, sizeof(text));
	finding = doctor_add(way->findings, DOCTOR_NOTE, "outer-source", text,
			     "outer source %s is no address of this machine: it does not hear of packets to %s that are too big for a router",
			     text, way->addr);
	doctor_cure(finding, "ip address add %s/%u dev lo", text, addr_bits(source->family));
}

static bool has_state(const struct doctor_backend *backend, __u8 state)
{
	return backend->backend.conf.set & CONF_BIT(effective) &&
	       backend->backend.conf.effective == state;
}

static void describe(struct way *way)
{
	char key[ADDR_TEXT], kind[16];

	if (!way->n)
		return;
	snprintf(way->services, sizeof(way->services), "%s %s",
		 model_key_kind(&way->backend->service->key, kind, sizeof(kind)),
		 addr_format_key(&way->backend->service->key, key, sizeof(key)));
	if (way->n > 1)
		snprintf(way->services + strlen(way->services), 40, " and %zu more", way->n - 1);
}

/* Return true if the backends differ in what the judgement of the MTU and of the outer
 * source depends on.
 */
static bool differs(const struct way *way, const struct doctor_backend *backend)
{
	return !way->backend || overhead(backend) != overhead(way->backend) ||
	       backend->service->key.addr.family != way->backend->service->key.addr.family ||
	       DOCTOR_FWD(backend, method) != DOCTOR_FWD(way->backend, method) ||
	       DOCTOR_FWD(backend, outer_source) != DOCTOR_FWD(way->backend, outer_source);
}

static void judge_sizes(struct way way)
{
	size_t i;

	if (way.kind == LOCAL || way.route->error || is_bad(&way))
		return;
	way.backend = NULL;
	for (i = way.target->first; i < way.target->first + way.target->n; i++) {
		const struct doctor_backend *backend = list_at(&way.facts->backends, i);

		if (!doctor_in_use(backend) || kind_of(backend) != way.kind ||
		    !differs(&way, backend))
			continue;
		way.backend = backend;
		judge_mtu(&way);
		judge_outer_source(&way);
	}
}

static void judge_target(const struct doctor_facts *facts, const struct doctor_target *target,
			 struct list *findings)
{
	struct way ways[KINDS] = { 0 }, *way;
	size_t i;

	for (i = target->first; i < target->first + target->n; i++) {
		const struct doctor_backend *backend = list_at(&facts->backends, i);

		if (!doctor_in_use(backend))
			continue;
		way = &ways[kind_of(backend)];
		if (!way->n++)
			way->backend = backend;
		way->unreachable |= has_state(backend, NF_DSR_EFFECTIVE_STATE_NO_ROUTE);
		way->unanswered |= has_state(backend, NF_DSR_EFFECTIVE_STATE_NO_NEIGHBOUR);
	}
	for (way = ways; way < ways + KINDS; way++) {
		if (!way->n)
			continue;
		way->facts = facts;
		way->target = target;
		way->route = &target->route;
		way->link = doctor_link(facts, target->route.ifindex);
		way->kind = way - ways;
		way->findings = findings;
		addr_format(&target->addr, way->addr, sizeof(way->addr));
		describe(way);
		judge_way(way);
		judge_sizes(*way);
	}
}

/* A VRF that does not exist is judged with its services. */
void doctor_judge_ways(const struct doctor_facts *facts, struct list *findings)
{
	const struct doctor_target *target;
	size_t i;

	for (i = 0; i < facts->targets.n; i++) {
		target = list_at(&facts->targets, i);
		if (!*target->vrf || doctor_link_by_name(facts, target->vrf))
			judge_target(facts, target, findings);
	}
}
