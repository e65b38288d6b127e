// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "doctor_facts.h"
#include "unit.h"

struct dsr_addr address(const char *text)
{
	struct dsr_addr addr;
	struct dsr_error err;

	assert_int_equal(addr_parse(text, &addr, &err), 0);
	return addr;
}

struct doctor_link *add_link(struct doctor_facts *facts, int ifindex, const char *name)
{
	struct doctor_link *link = list_new(&facts->links);

	*link = (struct doctor_link){
		.ifindex = ifindex, .mtu = 1500, .up = true, .carrier = true, .ethernet = true,
	};
	snprintf(link->name, sizeof(link->name), "%s", name);
	return link;
}

struct doctor_link *link_of(struct doctor_facts *facts, int ifindex)
{
	return (struct doctor_link *)doctor_link(facts, ifindex);
}

void add_addr(struct doctor_facts *facts, int ifindex, const char *text, __u8 len)
{
	struct doctor_addr *addr = list_new(&facts->addrs);

	*addr = (struct doctor_addr){ .ifindex = ifindex, .addr = address(text), .len = len };
}

/* A director with one interface and its network. */
struct doctor_facts make_facts(void)
{
	struct doctor_facts facts;

	doctor_init(&facts);
	facts.version = "1.0";
	snprintf(facts.stats.version, sizeof(facts.stats.version), "1.0");
	facts.stats.flows_max = 1000;
	add_link(&facts, LO, "lo")->loopback = true;
	link_of(&facts, LO)->mtu = 65536;
	add_link(&facts, ETH0, "eth0");
	add_addr(&facts, LO, "127.0.0.1", 8);
	add_addr(&facts, ETH0, "10.1.1.2", 24);
	add_addr(&facts, ETH0, "2001:db8:1::2", 64);
	return facts;
}

void add_service(struct doctor_facts *facts, const char *text)
{
	char line[256];
	struct dsr_service *service = list_new(&facts->services);
	struct dsr_args args;

	snprintf(line, sizeof(line), "service add %s", text);
	args = parse_args(line);
	*service = (struct dsr_service){ .key = args.key, .conf = args.conf };
	if (!(args.conf.set & CONF_BIT(gre_key)))
		service->conf.gre_key = NF_DSR_GRE_KEY_NONE;
}

void add_backend(struct doctor_facts *facts, const char *text, int effective)
{
	char line[256];
	struct doctor_backend *backend = list_new(&facts->backends);
	struct dsr_args args;

	snprintf(line, sizeof(line), "backend add %s", text);
	args = parse_args(line);
	*backend = (struct doctor_backend){
		.backend = { .service = args.key, .addr = args.addr, .conf = args.conf },
	};
	backend->backend.conf.effective = effective;
	backend->backend.conf.set |= CONF_BIT(effective);
}

/* Give a service of web servers one backend of a method, 10.1.1.51. */
void add_web(struct doctor_facts *facts, const char *options)
{
	char line[128];

	snprintf(line, sizeof(line), "tcp 192.0.2.80:80 %s", options);
	add_service(facts, line);
	add_backend(facts, "tcp 192.0.2.80:80 10.1.1.51", SERVING);
}

/* Complete the facts by routes: backends are on eth0, VIPs behind the router. */
void route_all(struct doctor_facts *facts)
{
	struct doctor_target *target;
	struct doctor_vip *vip;
	size_t i;

	doctor_sort(facts);
	for (i = 0; i < facts->targets.n; i++) {
		target = (struct doctor_target *)list_at(&facts->targets, i);
		target->route = (struct doctor_route){
			.type = RTN_UNICAST, .ifindex = ETH0,
			.dst = { target->addr, 24 },
		};
		target->route.dst.addr.bytes[3] = 0;
		target->state = NUD_REACHABLE;
	}
	for (i = 0; i < facts->vips.n; i++) {
		vip = (struct doctor_vip *)list_at(&facts->vips, i);
		vip->route = (struct doctor_route){
			.type = RTN_UNICAST, .ifindex = ETH0, .gateway = address("10.1.1.1"),
		};
	}
}

struct doctor_route *backend_route(struct doctor_facts *facts)
{
	return &((struct doctor_target *)list_at(&facts->targets, 0))->route;
}

struct doctor_vip *vip_of(struct doctor_facts *facts)
{
	return (struct doctor_vip *)list_at(&facts->vips, 0);
}

/* Assert the findings, each as "SEVERITY ID ABOUT: CURE" in a line, and free the facts. */
void assert_findings(struct doctor_facts *facts, const char *expected)
{
	static const char *const severities[] = { "fault", "warning", "note" };
	struct list findings = LIST_OF(struct doctor_finding);
	size_t size, i;
	char *text;
	FILE *file = open_memstream(&text, &size);

	doctor_judge(facts, &findings);
	for (i = 0; i < findings.n; i++) {
		const struct doctor_finding *finding = list_at(&findings, i);

		assert_true(*finding->text && *finding->cure);
		fprintf(file, "%s %s %s: %s\n", severities[finding->severity], finding->id,
			finding->about, finding->cure);
	}
	fclose(file);
	assert_string_equal(text, expected);
	free(text);
	list_free(&findings);
	doctor_free(facts);
}

/* Assert the text of the first finding. */
void assert_text(const struct doctor_facts *facts, const char *expected)
{
	struct list findings = LIST_OF(struct doctor_finding);

	doctor_judge(facts, &findings);
	assert_true(findings.n > 0);
	assert_string_equal(((const struct doctor_finding *)list_at(&findings, 0))->text, expected);
	list_free(&findings);
}
