// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the judgements of doctor about this machine, and of its output. */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "doctor_facts.h"
#include "unit.h"

static void no_services(void **state)
{
	struct doctor_facts facts = make_facts();

	(void)state;
	assert_findings(&facts, "note no-services : dsrctl -b /etc/nf_dsr/services\n");
}

static void the_module_answers(void **state)
{
	static const struct {
		enum doctor_module module;
		const char *expected;
	} modules[] = {
		{ DOCTOR_MODULE_NOT_LOADED, "fault module-not-loaded nf_dsr: modprobe nf_dsr\n" },
		{ DOCTOR_MODULE_NOT_INSTALLED,
		  "fault module-not-installed nf_dsr: dkms autoinstall\n" },
		{ DOCTOR_MODULE_REFUSES, "fault module-refuses nf_dsr: sudo dsrctl doctor\n" },
	};
	struct list none = LIST_OF(struct doctor_finding);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(modules) / sizeof(*modules); i++) {
		struct doctor_facts facts = make_facts();

		facts.module = modules[i].module;
		facts.stats.version[0] = '\0';
		assert_int_equal(doctor_status(&facts, &none), DSR_REFUSED);
		assert_findings(&facts, modules[i].expected);
	}
}

static void module_and_dsrctl_have_one_version(void **state)
{
	struct doctor_facts old = make_facts();
	struct doctor_facts new = make_facts();

	(void)state;
	add_web(&old, "");
	route_all(&old);
	snprintf(old.stats.version, sizeof(old.stats.version), "0.9");
	assert_findings(&old,
			"warning module-version nf_dsr: modprobe -r nf_dsr && modprobe nf_dsr\n");
	add_web(&new, "");
	route_all(&new);
	snprintf(new.stats.version, sizeof(new.stats.version), "1.10");
	assert_findings(&new, "warning module-version nf_dsr: make -C userspace install\n");
}

static void the_flow_table_has_room(void **state)
{
	struct doctor_facts room = make_facts();
	struct doctor_facts full = make_facts();

	(void)state;
	add_web(&room, "");
	route_all(&room);
	room.stats.flows = 899;
	assert_findings(&room, "");
	add_web(&full, "");
	route_all(&full);
	full.stats.flows = 900;
	assert_findings(&full,
			"warning flow-table flows: echo options nf_dsr max_flows=2000 >/etc/modprobe.d/nf_dsr.conf\n");
}

/* Drops of the module's own list all have a cure, and so have those of a newer module. */
static void drops_have_a_cure(void **state)
{
	struct dsr_drop drops[] = {
		{ .name = "lro", .packets = 2 }, { .name = "martian", .packets = 0 },
		{ .name = "new_reason", .doc = "the reason is new", .packets = 5 },
	};
	struct doctor_facts facts = make_facts();

	(void)state;
	add_web(&facts, "");
	route_all(&facts);
	facts.stats.drops = drops;
	facts.stats.n_drops = 3;
	assert_text(&facts, "2 packets were dropped: lro");
	facts.stats.drops = drops + 2;
	facts.stats.n_drops = 1;
	assert_text(&facts, "5 packets were dropped: the reason is new");
	facts.stats.drops = NULL;
	facts.stats.n_drops = 0;
	assert_findings(&facts, "");
}

static void ingress_hooks_are_registered(void **state)
{
	struct dsr_device *device;
	struct doctor_facts facts = make_facts();

	(void)state;
	add_web(&facts, "");
	device = list_new(&facts.devices);
	*device = (struct dsr_device){ .name = "eth0", .attached = 1 };
	device = list_new(&facts.devices);
	*device = (struct dsr_device){ .name = "eth9" };
	route_all(&facts);
	assert_findings(&facts, "warning ingress-detached eth9: dsrctl device del eth9\n");
}

static void lro_is_off(void **state)
{
	struct doctor_facts facts = make_facts();

	(void)state;
	add_web(&facts, "");
	link_of(&facts, ETH0)->lro = true;
	add_link(&facts, ETH1, "$(reboot)")->lro = true;
	add_link(&facts, RED, "off")->lro = true;
	link_of(&facts, RED)->up = false;
	route_all(&facts);
	assert_findings(&facts, "fault lro $(reboot): ethtool -K '$(reboot)' lro off\n"
			"fault lro eth0: ethtool -K eth0 lro off\n");
}

/* Make a director whose backends are on another device than the way to the VIP. */
static void make_two_legs(struct doctor_facts *facts, const char *device, bool checks)
{
	add_link(facts, ETH1, device)->rp_filter = 1;
	add_web(facts, "");
	if (checks) {
		add_service(facts, "mark 101");
		add_backend(facts, "mark 101 10.1.1.51", SERVING);
	}
	route_all(facts);
	backend_route(facts)->ifindex = ETH1;
}

static void answers_to_checks_pass_the_reverse_path_filter(void **state)
{
	struct doctor_facts none = make_facts();
	struct doctor_facts checks = make_facts();
	struct doctor_facts vlan = make_facts();
	struct doctor_facts loose = make_facts();
	struct doctor_facts unrouted = make_facts();

	(void)state;
	make_two_legs(&none, "eth1", false);
	assert_findings(&none, "");
	make_two_legs(&checks, "eth1", true);
	assert_findings(&checks,
			"warning rp-filter eth1: sysctl -w net.ipv4.conf.eth1.rp_filter=2\n");
	make_two_legs(&vlan, "eth1.5", true);
	assert_findings(&vlan,
			"warning rp-filter eth1.5: sysctl -w net/ipv4/conf/eth1.5/rp_filter=2\n");
	make_two_legs(&loose, "eth1", true);
	link_of(&loose, ETH1)->rp_filter = 2;
	assert_findings(&loose, "");
	make_two_legs(&unrouted, "eth1", true);
	link_of(&unrouted, ETH1)->rp_filter = 2;
	vip_of(&unrouted)->route.error = ENETUNREACH;
	assert_findings(&unrouted,
			"warning rp-filter eth1: sysctl -w net.ipv4.conf.eth1.rp_filter=2\n");
}

static void a_gateway_has_to_let_answers_pass(void **state)
{
	struct doctor_facts facts = make_facts();

	(void)state;
	make_two_legs(&facts, "eth1", false);
	link_of(&facts, ETH1)->forwards[0] = true;
	assert_findings(&facts, "note rp-filter eth1: sysctl -w net.ipv4.conf.eth1.rp_filter=2\n");
}

static void a_director_that_has_the_vip_accepts_it_as_a_source(void **state)
{
	struct doctor_facts facts = make_facts();
	struct doctor_facts strict = make_facts();

	(void)state;
	make_two_legs(&facts, "eth1", true);
	link_of(&facts, ETH1)->rp_filter = 0;
	vip_of(&facts)->ifindex = LO;
	vip_of(&facts)->route.type = RTN_LOCAL;
	assert_findings(&facts,
			"warning accept-local eth1: sysctl -w net.ipv4.conf.eth1.accept_local=1\n");
	make_two_legs(&strict, "eth1", true);
	vip_of(&strict)->ifindex = LO;
	vip_of(&strict)->route.type = RTN_LOCAL;
	link_of(&strict, ETH1)->accept_local = true;
	assert_findings(&strict,
			"warning rp-filter eth1: sysctl -w net.ipv4.conf.eth1.rp_filter=2\n");
}

static void a_director_that_forwards_makes_no_loop(void **state)
{
	static const char *const loops[] = { "tcp 192.0.2.80:80", "any 192.0.2.80 dev eth0" };
	static const char *const fine[] = {
		"tcp 192.0.2.80:80 unmatched drop", "tcp 192.0.2.80:80 unmatched reject",
		"any 192.0.2.80",
	};
	char line[128];
	size_t i;

	(void)state;
	for (i = 0; i < 5; i++) {
		const char *service = i < 2 ? loops[i] : fine[i - 2];
		struct doctor_facts facts = make_facts();

		add_service(&facts, service);
		snprintf(line, sizeof(line), "%.*s 10.1.1.51",
			 service[0] == 't' ? 17 : 14, service);
		add_backend(&facts, line, SERVING);
		link_of(&facts, ETH0)->forwards[0] = true;
		route_all(&facts);
		snprintf(line, sizeof(line),
			 "warning loop 192.0.2.80: dsrctl service change %.*s unmatched drop\n",
				service[0] == 't' ? 17 : 14, service);
		assert_findings(&facts, i < 2 ? line : "");
	}
}

static void a_blackhole_route_stops_checks(void **state)
{
	struct doctor_route blackhole = {
		.error = EINVAL, .type = RTN_BLACKHOLE, .dst = { address("192.0.2.80"), 32 },
	};
	struct doctor_facts facts = make_facts();
	struct doctor_facts checked = make_facts();
	struct doctor_facts checks = make_facts();

	(void)state;
	add_web(&facts, "");
	route_all(&facts);
	vip_of(&facts)->route = blackhole;
	assert_findings(&facts,
			"note vip-blackhole 192.0.2.80: ip route del blackhole 192.0.2.80\n");
	add_web(&checked, "");
	((struct doctor_backend *)list_at(&checked.backends, 0))->backend.conf.check_mark = 1;
	route_all(&checked);
	vip_of(&checked)->route = blackhole;
	assert_findings(&checked,
			"fault vip-blackhole 192.0.2.80: ip route del blackhole 192.0.2.80\n");
	make_two_legs(&checks, "eth1", true);
	vip_of(&checks)->route = blackhole;
	assert_findings(&checks,
			"fault vip-blackhole 192.0.2.80: ip route del blackhole 192.0.2.80\n");
}

static void somebody_answers_for_a_vip_in_a_shared_subnet(void **state)
{
	struct doctor_facts facts = make_facts();
	struct doctor_facts used = make_facts();

	(void)state;
	add_service(&facts, "tcp 10.1.1.80:80");
	add_backend(&facts, "tcp 10.1.1.80:80 10.1.1.51", SERVING);
	route_all(&facts);
	assert_findings(&facts,
			"warning vip-unanswered 10.1.1.80: ip address add 10.1.1.80/32 dev eth0\n");
	add_service(&used, "tcp 10.1.1.80:80");
	add_backend(&used, "tcp 10.1.1.80:80 10.1.1.51", SERVING);
	((struct dsr_service *)list_at(&used.services, 0))->counters.packets = 1;
	route_all(&used);
	assert_findings(&used, "");
}

static void what_was_not_looked_at_is_said(void **state)
{
	struct doctor_facts facts = make_facts();

	(void)state;
	add_web(&facts, "");
	route_all(&facts);
	doctor_unseen(&facts, "nothing was seen", "look again");
	assert_findings(&facts, "note not-checked nothing was seen: look again\n");
}

static void the_status_is_that_of_the_worst(void **state)
{
	struct list findings = LIST_OF(struct doctor_finding);
	struct doctor_facts facts = make_facts();

	(void)state;
	assert_int_equal(doctor_status(&facts, &findings), 0);
	doctor_add(&findings, DOCTOR_WARNING, "b", "", "text");
	assert_int_equal(doctor_status(&facts, &findings), 0);
	list_clear(&findings);
	doctor_add(&findings, DOCTOR_FAULT, "a", "", "text");
	assert_int_equal(doctor_status(&facts, &findings), 3);
	list_free(&findings);
	doctor_free(&facts);
}

#define LONG_TEXT "10.1.1.51 has no route: packets of tcp 192.0.2.80:80 and 7 more to it " \
	"are lost \033[2J"
#define LONG_CURE "dsrctl backend change tcp [2001:db8:80::80]:80 2001:db8:1::51 method ipip " \
	"state active"

static void assert_printed(const char *netns, const char *expected)
{
	struct list findings = LIST_OF(struct doctor_finding);
	size_t size;
	char *text;
	FILE *file = open_memstream(&text, &size);

	doctor_cure(doctor_add(&findings, DOCTOR_FAULT, "no-route", "x",
			       "%s", LONG_TEXT), "%s", LONG_CURE);
	print_findings(file, &findings, netns);
	fclose(file);
	assert_string_equal(text, expected);
	free(text);
	list_free(&findings);
}

static void text_fits_80_columns(void **state)
{
	(void)state;
	assert_printed(NULL, "fault no-route\n"
		       "    10.1.1.51 has no route: packets of tcp 192.0.2.80:80 and 7 more to it are\n"
		       "    lost ?[2J\n"
		       "    cure: dsrctl backend change tcp [2001:db8:80::80]:80 2001:db8:1::51 method \\\n"
		       "        ipip state active\n"
		       "1 fault, 0 warnings, 0 notes\n");
	assert_printed("a b", "fault no-route\n"
		       "    10.1.1.51 has no route: packets of tcp 192.0.2.80:80 and 7 more to it are\n"
		       "    lost ?[2J\n"
		       "    cure: ip netns exec 'a b' dsrctl backend change tcp [2001:db8:80::80]:80 \\\n"
		       "        2001:db8:1::51 method ipip state active\n"
		       "1 fault, 0 warnings, 0 notes\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_services),
		cmocka_unit_test(the_module_answers),
		cmocka_unit_test(module_and_dsrctl_have_one_version),
		cmocka_unit_test(the_flow_table_has_room),
		cmocka_unit_test(drops_have_a_cure),
		cmocka_unit_test(ingress_hooks_are_registered),
		cmocka_unit_test(lro_is_off),
		cmocka_unit_test(answers_to_checks_pass_the_reverse_path_filter),
		cmocka_unit_test(a_gateway_has_to_let_answers_pass),
		cmocka_unit_test(a_director_that_has_the_vip_accepts_it_as_a_source),
		cmocka_unit_test(a_director_that_forwards_makes_no_loop),
		cmocka_unit_test(a_blackhole_route_stops_checks),
		cmocka_unit_test(somebody_answers_for_a_vip_in_a_shared_subnet),
		cmocka_unit_test(what_was_not_looked_at_is_said),
		cmocka_unit_test(the_status_is_that_of_the_worst),
		cmocka_unit_test(text_fits_80_columns),
	};

	return cmocka_run_group_tests_name("doctor_host", tests, NULL, NULL);
}
