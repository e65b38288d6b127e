// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Judgements of doctor about this machine: the module, its table and counters, the VIPs as
 * addresses and routes, sysctls, devices, firewall rules and IPVS.
 */
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "doctor.h"

/* The priority of nf_dsr in PREROUTING and OUTPUT. */
#define PRIORITY (-290)
/* The table is nearly full from this percentage on. */
#define NEARLY_FULL 90

static const char *vip_text(const struct doctor_vip *vip, char *text, size_t size)
{
	struct dsr_prefix prefix = { vip->key->addr, vip->key->prefix_len };

	if (prefix.len == addr_bits(prefix.addr.family))
		return addr_format(&prefix.addr, text, size);
	return addr_format_prefix(&prefix, text, size);
}

static bool is_ipv4(const struct doctor_vip *vip)
{
	return vip->key->addr.family == AF_INET;
}

static const struct dsr_service *service_of(const struct doctor_facts *facts,
					    const struct doctor_vip *vip, size_t i)
{
	return list_at(&facts->services, vip->first + i);
}

/* Write "sysctl -w net.ipv4.conf.DEVICE.NAME=VALUE". */
static void set_sysctl(struct doctor_finding *finding, const char *device, const char *name,
		       int value)
{
	/* sysctl takes a dot for a separator, unless the first one is a slash. */
	char dot = strchr(device, '.') ? '/' : '.';
	char setting[2 * DSR_TEXT + 32], word[8 * DSR_TEXT + 64];

	snprintf(setting, sizeof(setting), "net%cipv4%cconf%c%s%c%s=%d", dot, dot, dot, device, dot,
		 name, value);
	/* The quotes are needed only for odd names; '=' is nothing special there. */
	if (strpbrk(device, " '\"$`\\;&|<>()*?!#~"))
		doctor_cure(finding, "sysctl -w %s", doctor_word(setting, word, sizeof(word)));
	else
		doctor_cure(finding, "sysctl -w %s", setting);
}

static void judge_module(const struct doctor_facts *facts, struct list *findings)
{
	struct doctor_finding *finding = NULL;

	switch (facts->module) {
	case DOCTOR_MODULE_ANSWERS:
		return;
	case DOCTOR_MODULE_NOT_LOADED:
		finding = doctor_add(findings, DOCTOR_FAULT, "module-not-loaded", "nf_dsr",
				     "the module nf_dsr is not loaded: packets for VIPs meet this machine's own stack");
		doctor_cure(finding, "modprobe nf_dsr");
		break;
	case DOCTOR_MODULE_NOT_INSTALLED:
		finding = doctor_add(findings, DOCTOR_FAULT, "module-not-installed", "nf_dsr",
				     "the module nf_dsr is not installed for the running kernel");
		doctor_cure(finding, "dkms autoinstall");
		break;
	case DOCTOR_MODULE_REFUSES:
		finding = doctor_add(findings, DOCTOR_FAULT, "module-refuses", "nf_dsr",
				     "nf_dsr does not answer: %s", facts->refusal);
		doctor_cure(finding, "sudo dsrctl doctor");
		break;
	}
	finding->host_wide = true;
}

static void judge_version(const struct doctor_facts *facts, struct list *findings)
{
	const char *module = facts->stats.version;
	struct doctor_finding *finding;
	int difference;

	if (facts->module != DOCTOR_MODULE_ANSWERS || !*module)
		return;
	difference = strverscmp(module, facts->version);
	if (!difference)
		return;
	finding = doctor_add(findings, DOCTOR_WARNING, "module-version", "nf_dsr",
			     "the module has version %s, dsrctl %s: they may not know each other's options",
			     module, facts->version);
	finding->host_wide = true;
	if (difference > 0)
		doctor_cure(finding, "make -C userspace install");
	else
		doctor_cure(finding, "modprobe -r nf_dsr && modprobe nf_dsr");
}

static void judge_flow_table(const struct doctor_facts *facts, struct list *findings)
{
	const struct dsr_stats *stats = &facts->stats;
	struct doctor_finding *finding;

	if (!stats->flows_max || stats->flows * 100ULL < stats->flows_max * (__u64)NEARLY_FULL)
		return;
	finding = doctor_add(findings, DOCTOR_WARNING, "flow-table", "flows",
			     "%u of %u flows are remembered: those that find no room move when backends change; more fit after the module's next load",
			     stats->flows, stats->flows_max);
	doctor_cure(finding, "echo options nf_dsr max_flows=%llu >/etc/modprobe.d/nf_dsr.conf",
		    2ULL * stats->flows_max);
	finding->host_wide = true;
}

#define TRACE "echo 1 >/sys/kernel/tracing/events/nf_dsr/dsr_drop/enable"
#define BACKENDS "dsrctl backend show"
#define SERVICES "dsrctl service show"

/* Drops that show a mistake in the set-up of this machine are warnings. Others may be what
 * clients send or the operator has asked for.
 */
static const struct {
	const char *name;
	enum doctor_severity severity;
	const char *cure;
} drops[] = {
	{ "malformed", DOCTOR_NOTE, TRACE },
	{ "martian", DOCTOR_NOTE, TRACE },
	{ "no_backend", DOCTOR_WARNING, BACKENDS },
	{ "overload", DOCTOR_WARNING, BACKENDS },
	{ "backend_gone", DOCTOR_NOTE, SERVICES },
	{ "backend_down", DOCTOR_NOTE, BACKENDS },
	{ "unmatched", DOCTOR_NOTE, SERVICES },
	{ "no_route", DOCTOR_WARNING, BACKENDS },
	{ "ttl_exceeded", DOCTOR_NOTE, TRACE },
	{ "too_big", DOCTOR_NOTE, "ip route show" },
	{ "lro", DOCTOR_WARNING, "ethtool -K DEVICE lro off" },
	{ "no_memory", DOCTOR_WARNING, "free -m" },
	{ "echo_down", DOCTOR_NOTE, BACKENDS },
	{ "echo_no_route", DOCTOR_WARNING, "ip route add default via GATEWAY" },
	{ "source", DOCTOR_NOTE, SERVICES },
	{ "source_route", DOCTOR_NOTE, TRACE },
	{ "encap_route", DOCTOR_WARNING, "ip route show" },
	{ "scope", DOCTOR_NOTE, TRACE },
};

static void judge_drop(const struct dsr_drop *drop, struct list *findings)
{
	enum doctor_severity severity = DOCTOR_NOTE;
	const char *cure = "dsrctl stats show explain";
	struct doctor_finding *finding;
	char id[DSR_TEXT];
	size_t i;

	for (i = 0; i < sizeof(drops) / sizeof(*drops); i++) {
		if (strcmp(drops[i].name, drop->name))
			continue;
		severity = drops[i].severity;
		cure = drops[i].cure;
	}
	snprintf(id, sizeof(id), "drop-%s", drop->name);
	finding = doctor_add(findings, severity, id, drop->name,
			     "%llu packets were dropped: %s", (unsigned long long)drop->packets,
			     drop->doc ? drop->doc : drop->name);
	doctor_cure(finding, "%s", cure);
	finding->host_wide = !strcmp(cure, TRACE);
}

static void judge_drops(const struct doctor_facts *facts, struct list *findings)
{
	size_t i;

	for (i = 0; i < facts->stats.n_drops; i++)
		if (facts->stats.drops[i].packets)
			judge_drop(&facts->stats.drops[i], findings);
}

static void judge_ingress(const struct doctor_facts *facts, struct list *findings)
{
	const struct dsr_device *device;
	struct doctor_finding *finding;
	char word[DOCTOR_WORD];
	size_t i;

	for (i = 0; i < facts->devices.n; i++) {
		device = list_at(&facts->devices, i);
		if (device->attached)
			continue;
		finding = doctor_add(findings, DOCTOR_WARNING, "ingress-detached", device->name,
				     "%s is to have an ingress hook, and %s", device->name,
				     doctor_link_by_name(facts, device->name) ?
				     "it could not be registered" : "there is no such device");
		doctor_cure(finding, "dsrctl device del %s",
			    doctor_word(device->name, word, sizeof(word)));
	}
}

static void judge_links(const struct doctor_facts *facts, struct list *findings)
{
	const struct doctor_link *link;
	struct doctor_finding *finding;
	char word[DOCTOR_WORD];
	size_t i;

	for (i = 0; i < facts->links.n; i++) {
		link = list_at(&facts->links, i);
		if (!link->lro || !link->up || link->loopback)
			continue;
		finding = doctor_add(findings, DOCTOR_FAULT, "lro", link->name,
				     "%s merges packets by LRO: nf_dsr drops them", link->name);
		doctor_cure(finding, "ethtool -K %s lro off",
			    doctor_word(link->name, word, sizeof(word)));
	}
}

/* Return true if a program of this machine may check the backend: by a check-mark, or by a
 * service of a mark.
 */
static bool is_checked(const struct doctor_backend *backend)
{
	return backend->backend.conf.check_mark || backend->backend.service.by_mark;
}

/* Return true if a backend of a service that is in use leads out by the device; with checked,
 * one that is checked.
 */
static bool leads_out(const struct doctor_facts *facts, const struct doctor_link *link, int family,
		      bool checked)
{
	const struct doctor_backend *backend;
	const struct doctor_target *target;
	size_t i, j;

	for (i = 0; i < facts->targets.n; i++) {
		target = list_at(&facts->targets, i);
		if (target->route.error || target->route.ifindex != link->ifindex)
			continue;
		for (j = target->first; j < target->first + target->n; j++) {
			backend = list_at(&facts->backends, j);
			if (backend->service && backend->service->key.addr.family == family &&
			    (!checked || is_checked(backend)))
				return true;
		}
	}
	return false;
}

/* Return true if the reverse path filter of the device drops packets from the VIP. */
static bool is_filtered(const struct doctor_link *link, const struct doctor_vip *vip)
{
	if (!link->rp_filter)
		return false;
	if (vip->ifindex)
		return link->rp_filter == 1 && vip->ifindex != link->ifindex;
	/* A blackhole route is a finding of its own. */
	if (vip->route.error)
		return vip->route.type != RTN_BLACKHOLE;
	return link->rp_filter == 1 && vip->route.ifindex != link->ifindex;
}

/* Answers from a VIP come in by the device: to checks, or, if this machine is the backends'
 * gateway, to all clients.
 */
static void judge_answers(const struct doctor_link *link, const struct doctor_vip *vip,
			  bool checks, struct list *findings)
{
	enum doctor_severity severity = checks ? DOCTOR_WARNING : DOCTOR_NOTE;
	const char *what = checks ? "answers to checks" :
				    "if this machine is the backends' gateway, answers";
	struct doctor_finding *finding;
	char text[ADDR_TEXT];

	vip_text(vip, text, sizeof(text));
	if (is_filtered(link, vip)) {
		finding = doctor_add(findings, severity, "rp-filter", link->name,
				     "%s that come from %s by %s are dropped (rp_filter)",
				     what, text,
				     link->name);
		set_sysctl(finding, link->name, "rp_filter", 2);
	}
	if (vip->ifindex && !link->accept_local) {
		finding = doctor_add(findings, severity, "accept-local", link->name,
				     "%s that come from %s by %s are dropped, because the VIP is an address of this machine (accept_local)",
				     what, text, link->name);
		set_sysctl(finding, link->name, "accept_local", 1);
	}
}

/* IPv6 has neither of these filters. */
static void judge_filters(const struct doctor_facts *facts, struct list *findings)
{
	const struct doctor_link *link;
	const struct doctor_vip *vip;
	bool checks;
	size_t i, j;

	for (i = 0; i < facts->links.n; i++) {
		link = list_at(&facts->links, i);
		checks = leads_out(facts, link, AF_INET, true);
		if (!checks && !(link->forwards[0] && leads_out(facts, link, AF_INET, false)))
			continue;
		for (j = 0; j < facts->vips.n; j++) {
			vip = list_at(&facts->vips, j);
			if (!vip->key->by_mark && is_ipv4(vip) && !*vip->key->vrf)
				judge_answers(link, vip, checks, findings);
		}
	}
}

static bool has_checks(const struct doctor_facts *facts, int family)
{
	const struct doctor_backend *backend;
	size_t i;

	for (i = 0; i < facts->backends.n; i++) {
		backend = list_at(&facts->backends, i);
		if (is_checked(backend) && backend->backend.service.addr.family == family)
			return true;
	}
	return false;
}

static void judge_blackhole(const struct doctor_facts *facts, const struct doctor_vip *vip,
			    const char *text, struct list *findings)
{
	const struct doctor_route *route = &vip->route;
	struct doctor_finding *finding;
	char prefix[ADDR_TEXT];
	bool checks;

	if (route->type != RTN_BLACKHOLE || !route->dst.addr.family)
		return;
	checks = has_checks(facts, vip->key->addr.family);
	finding = doctor_add(findings, checks ? DOCTOR_FAULT : DOCTOR_NOTE, "vip-blackhole", text,
			     "%s has a blackhole route, which refuses this machine's own packets to it%s; \"unmatched drop\" does not",
			     text,
			     checks ? ", so no check gets out" : ", such as checks");
	doctor_cure(finding, "ip %sroute del blackhole %s%s%s", is_ipv4(vip) ? "" : "-6 ",
		    addr_format_prefix(&route->dst, prefix, sizeof(prefix)),
		    *vip->key->vrf ? " vrf " : "", vip->key->vrf);
}

/* Return true if packets to the VIP may match no service. */
static bool leaves_unmatched(const struct doctor_facts *facts, const struct doctor_vip *vip)
{
	const struct dsr_service *service;
	size_t i;

	for (i = 0; i < vip->n; i++) {
		service = service_of(facts, vip, i);
		if (service->conf.unmatched != NF_DSR_UNMATCHED_PASS ||
		    (!service->key.protocol && !*service->conf.dev && !service->conf.n_sources))
			return false;
	}
	return true;
}

/* What a machine that forwards does not handle goes back to the router that sent it. */
static void judge_loop(const struct doctor_facts *facts, const struct doctor_vip *vip,
		       const char *text, struct list *findings)
{
	const struct doctor_link *link = doctor_link(facts, vip->route.ifindex);
	struct doctor_finding *finding;
	char words[5 * ADDR_TEXT];

	if (vip->ifindex || vip->route.error || vip->route.type != RTN_UNICAST || !link ||
	    !link->forwards[!is_ipv4(vip)] || !leaves_unmatched(facts, vip))
		return;
	finding = doctor_add(findings, DOCTOR_WARNING, "loop", text,
			     "this machine forwards: packets to %s that no service matches go back to the router and return until their TTL ends",
			     text);
	doctor_cure(finding, "dsrctl service change %s unmatched drop",
		    doctor_service(&service_of(facts, vip, 0)->key, words, sizeof(words)));
}

/* Return the device that has a subnet with the VIP, or NULL. */
static const struct doctor_link *shared_subnet(const struct doctor_facts *facts,
					       const struct doctor_vip *vip)
{
	const struct doctor_addr *addr;
	size_t i = 0;

	addr = doctor_next_subnet(facts, &i, &vip->key->addr);
	return addr ? doctor_link(facts, addr->ifindex) : NULL;
}

static bool has_packets(const struct doctor_facts *facts, const struct doctor_vip *vip)
{
	size_t i;

	for (i = 0; i < vip->n; i++)
		if (service_of(facts, vip, i)->counters.packets)
			return true;
	return false;
}

/* Nobody answers for a VIP in a subnet that it shares with the router, unless a machine has
 * it or the router has a route to it. The second machine of VRRP does not have it.
 */
static void judge_announcement(const struct doctor_facts *facts, const struct doctor_vip *vip,
			       const char *text, struct list *findings)
{
	const struct doctor_link *link = vip->ifindex ? NULL : shared_subnet(facts, vip);
	struct doctor_finding *finding;
	char word[DOCTOR_WORD];

	if (!link || link->loopback || vip->key->prefix_len != addr_bits(vip->key->addr.family) ||
	    has_packets(facts, vip))
		return;
	finding = doctor_add(findings, DOCTOR_WARNING, "vip-unanswered", text,
			     "%s is in a subnet of %s and no address of this machine: it answers no %s for it, and no packet has come",
			     text, link->name,
			     is_ipv4(vip) ? "ARP" : "neighbour discovery");
	doctor_cure(finding, "ip address add %s/%u dev %s", text,
		    addr_bits(vip->key->addr.family), doctor_word(link->name, word, sizeof(word)));
}

static void judge_local_vip(const struct doctor_vip *vip, const char *text,
			    struct list *findings)
{
	struct doctor_finding *finding;

	if (vip->route.type == RTN_LOCAL || !vip->has_local)
		return;
	finding = doctor_add(findings, DOCTOR_FAULT, "vip-not-local", text,
			     "%s has a backend of method local and is no address of this machine: the stack does not take its packets",
			     text);
	doctor_cure(finding, "ip address add %s/%u dev lo", text,
		    addr_bits(vip->key->addr.family));
}

static void judge_vips(const struct doctor_facts *facts, struct list *findings)
{
	const struct doctor_vip *vip;
	char text[ADDR_TEXT];
	size_t i;

	for (i = 0; i < facts->vips.n; i++) {
		vip = list_at(&facts->vips, i);
		if (vip->key->by_mark)
			continue;
		vip_text(vip, text, sizeof(text));
		judge_blackhole(facts, vip, text, findings);
		judge_loop(facts, vip, text, findings);
		judge_announcement(facts, vip, text, findings);
		judge_local_vip(vip, text, findings);
	}
}

/* Return true if the service may leave packets to the stack, which rules then see. */
static bool reaches_stack(const struct doctor_vip *vip, const struct dsr_service *service)
{
	return service->conf.no_backend == NF_DSR_NO_BACKEND_ACCEPT || *service->conf.dev ||
	       service->conf.n_sources || vip->has_local;
}

static bool prefixes_overlap(const struct dsr_prefix *a, const struct dsr_prefix *b)
{
	return a->len < b->len ? addr_covers(a, &b->addr) : addr_covers(b, &a->addr);
}

static bool takes(const struct dsr_key *key, const struct doctor_rule *rule)
{
	if (key->protocol && rule->protocol && key->protocol != rule->protocol)
		return false;
	return !key->port || !rule->port ||
	       (key->port <= rule->port_end && rule->port <= key->port_end);
}

/* Find a service whose packets the rule is about. A rule about a whole network of which a
 * VIP is a part is not.
 */
static const struct dsr_service *find_taken(const struct doctor_facts *facts,
					    const struct doctor_rule *rule)
{
	const struct doctor_vip *vip;
	const struct dsr_service *service;
	struct dsr_prefix prefix;
	size_t i, j;

	for (i = 0; i < facts->vips.n; i++) {
		vip = list_at(&facts->vips, i);
		prefix = (struct dsr_prefix){ vip->key->addr, vip->key->prefix_len };
		if (vip->key->by_mark || rule->to.len < prefix.len ||
		    !prefixes_overlap(&rule->to, &prefix))
			continue;
		for (j = 0; j < vip->n; j++) {
			service = service_of(facts, vip, j);
			if (takes(&service->key, rule) && !reaches_stack(vip, service))
				return service;
		}
	}
	return NULL;
}

static bool has_ingress(const struct doctor_facts *facts)
{
	const struct dsr_device *device;
	size_t i;

	for (i = 0; i < facts->devices.n; i++) {
		device = list_at(&facts->devices, i);
		if (device->attached)
			return true;
	}
	return false;
}

/* Return true if packets of services do not come to the rule's hook. */
static bool is_blind(const struct doctor_facts *facts, const struct doctor_rule *rule)
{
	if (!strcmp(rule->hook, "input") || !strcmp(rule->hook, "forward") ||
	    !strcmp(rule->hook, "postrouting"))
		return true;
	if (!strcmp(rule->hook, "output"))
		return rule->priority > PRIORITY;
	return !strcmp(rule->hook, "prerouting") &&
	       (rule->priority > PRIORITY || has_ingress(facts));
}

static void delete_rule(const struct doctor_rule *rule, struct doctor_finding *finding)
{
	char table[DOCTOR_WORD], chain[DOCTOR_WORD];

	doctor_word(rule->table, table, sizeof(table));
	doctor_word(rule->chain, chain, sizeof(chain));
	if (!strncmp(rule->family, "legacy-", 7))
		doctor_cure(finding, "%stables-legacy -t %s -D %s %llu", rule->family + 7,
			    table, chain, (unsigned long long)rule->handle);
	else
		doctor_cure(finding, "nft delete rule %s %s %s handle %llu", rule->family,
			    table, chain, (unsigned long long)rule->handle);
}

/* Rules of raw are blind only to what an ingress hook has forwarded before. */
static void add_blind_rule(const struct doctor_rule *rule, const struct dsr_service *service,
			   struct list *findings)
{
	bool early = !strcmp(rule->hook, "prerouting") && rule->priority <= PRIORITY;
	char about[2 * ADDR_TEXT], words[5 * ADDR_TEXT];
	struct doctor_finding *finding;

	snprintf(about, sizeof(about), "%s %.40s %.40s %llu", rule->family, rule->table,
		 rule->chain, (unsigned long long)rule->handle);
	doctor_service(&service->key, words, sizeof(words));
	finding = doctor_add(findings, rule->acts ? DOCTOR_WARNING : DOCTOR_NOTE,
			     early ? "firewall-ingress" : "firewall", about,
			     "a rule of %s %.60s %.60s (hook %s) names a VIP and does not see packets of %s%s: it belongs into a chain of %s",
			     rule->family, rule->table, rule->chain, rule->hook, words,
			     early ? " from devices with an ingress hook" : "",
			     early ? "hook ingress" : "hook prerouting and priority raw");
	delete_rule(rule, finding);
}

static bool same_rule(const struct doctor_rule *a, const struct doctor_rule *b)
{
	return a->handle == b->handle && !strcmp(a->chain, b->chain) &&
	       !strcmp(a->table, b->table) && !strcmp(a->family, b->family);
}

/* The records of a rule follow one another. One of them suffices. */
static void judge_rules(const struct doctor_facts *facts, struct list *findings)
{
	const struct doctor_rule *rule, *found = NULL;
	const struct dsr_service *service;
	size_t i;

	for (i = 0; i < facts->rules.n; i++) {
		rule = list_at(&facts->rules, i);
		if (found && same_rule(rule, found))
			continue;
		service = is_blind(facts, rule) ? find_taken(facts, rule) : NULL;
		if (!service)
			continue;
		add_blind_rule(rule, service, findings);
		found = rule;
	}
}

static void judge_virtual_server(const struct doctor_ipvs *server,
				 const struct dsr_service *service, struct list *findings)
{
	char words[5 * ADDR_TEXT], addr[2 * ADDR_TEXT];
	struct doctor_finding *finding;

	doctor_service(&service->key, words, sizeof(words));
	finding = doctor_add(findings, DOCTOR_WARNING, "ip-vs", words,
			     "IPVS has a virtual server for %s, too, and gets none of its packets",
			     words);
	if (!server->addr.family)
		doctor_cure(finding, "ipvsadm -D -f %u", server->mark);
	else
		doctor_cure(finding, "ipvsadm -D %s %s",
			    server->protocol == IPPROTO_UDP ? "-u" :
			    server->protocol == IPPROTO_TCP ? "-t" : "--sctp-service",
			    addr_format_port(&server->addr, server->port, addr, sizeof(addr)));
}

static bool is_same(const struct doctor_ipvs *server, const struct dsr_key *key)
{
	struct dsr_prefix prefix = { key->addr, key->prefix_len };

	if (*key->vrf || key->by_mark != !server->addr.family)
		return false;
	if (key->by_mark)
		return key->mark == server->mark;
	return addr_covers(&prefix, &server->addr) &&
	       (!key->protocol || key->protocol == server->protocol) &&
	       (!key->port || !server->port ||
		(key->port <= server->port && server->port <= key->port_end));
}

static void judge_ipvs(const struct doctor_facts *facts, struct list *findings)
{
	const struct doctor_ipvs *server;
	const struct dsr_service *service;
	size_t i, j;

	for (i = 0; i < facts->ipvs.n; i++) {
		server = list_at(&facts->ipvs, i);
		for (j = 0; j < facts->services.n; j++) {
			service = list_at(&facts->services, j);
			if (is_same(server, &service->key))
				judge_virtual_server(server, service, findings);
		}
	}
}

/* Nothing tracks packets that nf_dsr takes, so these connections are older than the service:
 * backends do not know them.
 */
static void judge_tracked(const struct doctor_facts *facts, struct list *findings)
{
	const struct doctor_tracked *tracked;
	const struct dsr_service *service;
	struct doctor_finding *finding;
	char words[5 * ADDR_TEXT], addr[ADDR_TEXT];
	size_t i;

	for (i = 0; i < facts->tracked.n; i++) {
		tracked = list_at(&facts->tracked, i);
		struct doctor_rule rule = {
			.to = { tracked->addr, addr_bits(tracked->addr.family) },
			.protocol = tracked->protocol,
			.port = tracked->port, .port_end = tracked->port,
		};

		service = find_taken(facts, &rule);
		if (!service)
			continue;
		doctor_service(&service->key, words, sizeof(words));
		finding = doctor_add(findings, DOCTOR_NOTE, "conntrack", words,
				     "connection tracking knows %zu connections to %s that are older than the service: no backend knows them",
				     tracked->n, words);
		doctor_cure(finding, "conntrack -D -d %s",
			    addr_format(&tracked->addr, addr, sizeof(addr)));
	}
}

static void judge_unseen(const struct doctor_facts *facts, struct list *findings)
{
	struct doctor_finding *finding;
	size_t i;

	for (i = 0; i < facts->n_unseen; i++) {
		finding = doctor_add(findings, DOCTOR_NOTE, "not-checked", facts->unseen[i], "%s",
				     facts->unseen[i]);
		doctor_cure(finding, "%s", facts->unseen_cure[i]);
		finding->host_wide = true;
	}
}

void doctor_judge_host(const struct doctor_facts *facts, struct list *findings)
{
	judge_module(facts, findings);
	judge_version(facts, findings);
	judge_flow_table(facts, findings);
	judge_drops(facts, findings);
	judge_ingress(facts, findings);
	judge_links(facts, findings);
	judge_filters(facts, findings);
	judge_vips(facts, findings);
	judge_rules(facts, findings);
	judge_ipvs(facts, findings);
	judge_tracked(facts, findings);
	judge_unseen(facts, findings);
}
