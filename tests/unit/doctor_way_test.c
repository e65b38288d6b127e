// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the judgements of doctor about ways to backends and about services. */
#include <errno.h>
#include <linux/lwtunnel.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "doctor_facts.h"
#include "unit.h"

static void nothing_is_found_where_nothing_is_wrong(void **state)
{
	static const char *const methods[] = {
		"method l2", "dscp 7 method dscp", "method ipip", "method gre", "method gue",
		"method gre gre-key 7 outer-checksum on", "method gue gue-variant 1",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(methods) / sizeof(*methods); i++) {
		struct doctor_facts facts = make_facts();

		link_of(&facts, ETH0)->mtu = 1532;
		add_web(&facts, methods[i]);
		route_all(&facts);
		assert_findings(&facts, "");
	}
}

static void a_backend_needs_a_route(void **state)
{
	struct doctor_facts facts = make_facts();

	(void)state;
	add_web(&facts, "method ipip");
	route_all(&facts);
	backend_route(&facts)->error = ENETUNREACH;
	assert_text(&facts, "10.1.1.51 has no route: packets of tcp 192.0.2.80:80 to it are lost");
	assert_findings(&facts, "fault no-route 10.1.1.51: ip route add 10.1.1.51 via GATEWAY\n");
}

static void a_device_that_is_down_is_named(void **state)
{
	struct doctor_facts facts = make_facts();

	(void)state;
	add_link(&facts, ETH1, "e'1")->up = false;
	add_addr(&facts, ETH1, "10.1.1.9", 24);
	add_web(&facts, "");
	route_all(&facts);
	backend_route(&facts)->error = ENETUNREACH;
	assert_findings(&facts, "fault no-route 10.1.1.51: ip link set dev 'e'\\''1' up\n");
}

static void a_route_that_refuses_is_named(void **state)
{
	struct doctor_route *route;
	struct doctor_facts facts = make_facts();
	struct doctor_facts six = make_facts();

	(void)state;
	add_web(&facts, "");
	route_all(&facts);
	route = backend_route(&facts);
	*route = (struct doctor_route){
		.error = EHOSTUNREACH, .type = RTN_UNREACHABLE, .dst = { address("10.1.1.48"), 28 },
	};
	assert_findings(&facts,
			"fault no-route 10.1.1.51: ip route del unreachable 10.1.1.48/28\n");

	add_service(&six, "tcp [2001:db8:80::80%red]:80 method ipip");
	add_backend(&six, "tcp [2001:db8:80::80%red]:80 2001:db8:1::51", SERVING);
	add_link(&six, RED, "red");
	route_all(&six);
	route = backend_route(&six);
	*route = (struct doctor_route){
		.error = EHOSTUNREACH, .type = RTN_BLACKHOLE, .dst = { address("::"), 0 },
	};
	assert_findings(&six,
			"fault no-route 2001:db8:1::51: ip -6 route del blackhole default vrf red\n");
}

static void a_backend_that_is_down_needs_nothing(void **state)
{
	struct doctor_facts facts = make_facts();

	(void)state;
	add_service(&facts, "tcp 192.0.2.80:80");
	add_backend(&facts, "tcp 192.0.2.80:80 10.1.1.50", SERVING);
	add_backend(&facts, "tcp 192.0.2.80:80 10.1.1.51 state down", NF_DSR_EFFECTIVE_STATE_DOWN);
	route_all(&facts);
	((struct doctor_target *)list_at(&facts.targets, 1))->route.error = ENETUNREACH;
	assert_findings(&facts, "");
}

static void method_l2_crosses_no_router(void **state)
{
	struct doctor_facts near = make_facts();
	struct doctor_facts far = make_facts();
	struct doctor_facts down = make_facts();

	(void)state;
	add_link(&down, ETH1, "eth1")->up = false;
	add_addr(&down, ETH1, "10.3.3.2", 24);
	add_service(&down, "tcp 192.0.2.80:80");
	add_backend(&down, "tcp 192.0.2.80:80 10.3.3.51", SERVING);
	route_all(&down);
	backend_route(&down)->gateway = address("10.1.1.1");
	backend_route(&down)->dst = (struct dsr_prefix){ address("0.0.0.0"), 0 };
	assert_findings(&down, "fault l2-routed 10.3.3.51: ip link set dev eth1 up\n");

	add_web(&near, "");
	route_all(&near);
	backend_route(&near)->gateway = address("10.1.1.1");
	backend_route(&near)->dst = (struct dsr_prefix){ address("10.1.1.51"), 32 };
	assert_findings(&near, "fault l2-routed 10.1.1.51: ip route del 10.1.1.51\n");

	add_service(&far, "tcp 192.0.2.80:80");
	add_backend(&far, "tcp 192.0.2.80:80 10.3.3.51", SERVING);
	route_all(&far);
	backend_route(&far)->gateway = address("10.1.1.1");
	assert_findings(&far,
			"fault l2-routed 10.3.3.51: dsrctl backend change tcp 192.0.2.80:80 10.3.3.51 method ipip\n");
}

static void method_l2_needs_ethernet(void **state)
{
	struct doctor_facts facts = make_facts();

	(void)state;
	add_web(&facts, "");
	link_of(&facts, ETH0)->ethernet = false;
	route_all(&facts);
	assert_findings(&facts,
			"fault l2-no-ethernet 10.1.1.51: dsrctl backend change tcp 192.0.2.80:80 10.1.1.51 method ipip\n");
}

static void routes_with_an_encapsulation_are_not_used(void **state)
{
	struct doctor_facts mpls = make_facts();
	struct doctor_facts ip = make_facts();

	(void)state;
	link_of(&mpls, ETH0)->mtu = 1600;
	add_web(&mpls, "method ipip");
	route_all(&mpls);
	backend_route(&mpls)->encap = LWTUNNEL_ENCAP_MPLS;
	backend_route(&mpls)->gateway = address("10.1.1.1");
	assert_findings(&mpls,
			"fault encap-route 10.1.1.51: ip route replace 10.1.1.0/24 via 10.1.1.1 dev eth0\n");

	link_of(&ip, ETH0)->mtu = 1600;
	add_web(&ip, "method ipip");
	route_all(&ip);
	backend_route(&ip)->encap = LWTUNNEL_ENCAP_IP;
	assert_findings(&ip, "");
}

static struct doctor_link *add_tunnel(struct doctor_facts *facts, const char *remote)
{
	struct doctor_link *link = add_link(facts, TUNNEL, "tunl1");

	snprintf(link->kind, sizeof(link->kind), "ipip");
	link->mtu = 1600;
	link->remote = address(remote);
	add_web(facts, "method ipip");
	route_all(facts);
	backend_route(facts)->ifindex = TUNNEL;
	return link;
}

#define TUNNEL_FAULT "fault tunnel-route 10.1.1.51: ip route del 10.1.1.0/24 dev tunl1\n"

static void the_way_is_not_a_tunnel_of_the_vip(void **state)
{
	struct doctor_facts vip = make_facts();
	struct doctor_facts backend = make_facts();
	struct doctor_facts any = make_facts();
	struct doctor_facts address_of_it = make_facts();
	struct doctor_facts other = make_facts();

	(void)state;
	add_tunnel(&vip, "192.0.2.80");
	assert_findings(&vip, TUNNEL_FAULT);
	add_tunnel(&backend, "10.1.1.51");
	assert_findings(&backend, TUNNEL_FAULT);
	add_tunnel(&any, "10.9.9.9")->remote.family = 0;
	assert_findings(&any, TUNNEL_FAULT);
	add_tunnel(&address_of_it, "10.9.9.9");
	vip_of(&address_of_it)->ifindex = TUNNEL;
	link_of(&address_of_it, ETH0)->accept_local = true;
	assert_findings(&address_of_it, TUNNEL_FAULT);
	add_tunnel(&other, "10.9.9.9");
	assert_findings(&other, "");
}

static void a_next_hop_has_to_answer(void **state)
{
	struct doctor_target *target;
	struct doctor_facts near = make_facts();
	struct doctor_facts far = make_facts();

	(void)state;
	add_web(&near, "");
	route_all(&near);
	((struct doctor_target *)list_at(&near.targets, 0))->state = NUD_FAILED;
	assert_text(&near,
		    "10.1.1.51 on eth0 does not answer ARP: packets of tcp 192.0.2.80:80 to it are lost");
	assert_findings(&near, "fault no-neighbour 10.1.1.51: ping -c 1 -I eth0 10.1.1.51\n");

	/* Several backends behind one router are one finding. */
	link_of(&far, ETH0)->mtu = 1600;
	add_service(&far, "tcp 192.0.2.80:80 method ipip");
	add_backend(&far, "tcp 192.0.2.80:80 10.3.3.51", SERVING);
	add_backend(&far, "tcp 192.0.2.80:80 10.3.3.52", NF_DSR_EFFECTIVE_STATE_NO_NEIGHBOUR);
	route_all(&far);
	target = (struct doctor_target *)list_at(&far.targets, 0);
	target[0].state = NUD_FAILED;
	target[0].route.gateway = address("10.1.1.1");
	target[1].route.gateway = address("10.1.1.1");
	assert_text(&far,
		    "router 10.1.1.1 on eth0 does not answer ARP: packets of tcp 192.0.2.80:80 to 10.3.3.51 are lost; 1 more like this");
	assert_findings(&far, "fault no-neighbour 10.1.1.1: ping -c 1 -I eth0 10.1.1.1\n");
}

static void the_module_knows_best_whether_there_is_a_way(void **state)
{
	struct doctor_facts facts = make_facts();

	(void)state;
	add_service(&facts, "tcp 192.0.2.80:80");
	add_backend(&facts, "tcp 192.0.2.80:80 10.1.1.51", NF_DSR_EFFECTIVE_STATE_NO_ROUTE);
	add_backend(&facts, "tcp 192.0.2.80:80 10.1.1.52", SERVING);
	route_all(&facts);
	assert_findings(&facts, "fault no-route 10.1.1.51: ip route get 10.1.1.51\n");
}

static void a_way_without_carrier(void **state)
{
	struct doctor_facts facts = make_facts();

	(void)state;
	add_web(&facts, "");
	link_of(&facts, ETH0)->carrier = false;
	route_all(&facts);
	assert_findings(&facts, "fault no-carrier eth0: ip link show dev eth0\n");
}

static void addresses_of_this_machine(void **state)
{
	struct doctor_facts own = make_facts();
	struct doctor_facts local = make_facts();
	struct doctor_facts good = make_facts();

	(void)state;
	add_web(&own, "method ipip");
	add_addr(&own, ETH0, "10.1.1.51", 24);
	route_all(&own);
	backend_route(&own)->type = RTN_LOCAL;
	assert_findings(&own,
			"fault own-address 10.1.1.51: ip address del 10.1.1.51/24 dev eth0\n");

	add_web(&local, "method local");
	route_all(&local);
	assert_findings(&local,
			"fault not-own-address 10.1.1.51: ip address add 10.1.1.51/32 dev lo\n"
			"fault vip-not-local 192.0.2.80: ip address add 192.0.2.80/32 dev lo\n");

	add_web(&good, "method local");
	route_all(&good);
	backend_route(&good)->type = RTN_LOCAL;
	vip_of(&good)->route.type = RTN_LOCAL;
	vip_of(&good)->ifindex = LO;
	assert_findings(&good, "");
}

/* Assert which MTU the note about a method has, and which MTU cures it. */
static void assert_mtu(const char *method, const char *backend, const char *text, const char *cure)
{
	char line[256];
	struct doctor_facts facts = make_facts();

	snprintf(line, sizeof(line), "tcp 192.0.2.80:80 %s", method);
	add_service(&facts, line);
	snprintf(line, sizeof(line), "tcp 192.0.2.80:80 %s", backend);
	add_backend(&facts, line, SERVING);
	route_all(&facts);
	snprintf(line, sizeof(line),
		 "clients' packets of more than %s: they are fragmented, or with DF refused by an ICMP error",
		 text);
	assert_text(&facts, line);
	snprintf(line, sizeof(line), "note mtu %s eth0 %.4s: ip link set dev eth0 mtu %s\n",
		 strtok(strdupa(method + 7), " "), text, cure);
	assert_findings(&facts, line);
}

static void each_header_takes_room(void **state)
{
	(void)state;
	assert_mtu("method ipip", "10.1.1.51",
		   "1480 bytes do not fit to 10.1.1.51 (MTU 1500 with headers of ipip)",
		   "1520");
	assert_mtu("method ipip", "2001:db8:1::51",
		   "1460 bytes do not fit to 2001:db8:1::51 (MTU 1500 with headers of ipip)",
		   "1540");
	assert_mtu("method gre", "10.1.1.51",
		   "1476 bytes do not fit to 10.1.1.51 (MTU 1500 with headers of gre)",
		   "1524");
	assert_mtu("method gre gre-key 1 outer-checksum on", "2001:db8:1::51",
		   "1448 bytes do not fit to 2001:db8:1::51 (MTU 1500 with headers of gre)",
		   "1552");
	assert_mtu("method gue", "10.1.1.51",
		   "1468 bytes do not fit to 10.1.1.51 (MTU 1500 with headers of gue)",
		   "1532");
	assert_mtu("method gue gue-variant 1", "2001:db8:1::51",
		   "1452 bytes do not fit to 2001:db8:1::51 (MTU 1500 with headers of gue)",
		   "1548");
}

static void a_learned_mtu_counts_but_not_for_the_clients_source(void **state)
{
	struct dsr_drop drop = { .name = "too_big", .packets = 3 };
	struct doctor_facts facts = make_facts();
	struct doctor_facts client = make_facts();

	(void)state;
	link_of(&facts, ETH0)->mtu = 1600;
	add_web(&facts, "method ipip");
	route_all(&facts);
	backend_route(&facts)->mtu = 1400;
	facts.stats.drops = &drop;
	facts.stats.n_drops = 1;
	assert_text(&facts,
		    "clients' packets of more than 1380 bytes do not fit to 10.1.1.51 (learned path MTU 1400 with headers of ipip): they are fragmented, or with DF refused by an ICMP error");
	facts.stats.n_drops = 0;
	facts.stats.drops = NULL;
	assert_findings(&facts,
			"note mtu ipip 10.1.1.51: ssh 10.1.1.51 ip route change default via GATEWAY advmss 1340\n");

	link_of(&client, ETH0)->mtu = 1600;
	add_web(&client, "method ipip outer-source client");
	route_all(&client);
	backend_route(&client)->mtu = 1400;
	assert_findings(&client, "");
}

static void an_ipv6_client_may_always_send_1280(void **state)
{
	struct doctor_facts facts = make_facts();

	(void)state;
	link_of(&facts, ETH0)->mtu = 1280;
	add_service(&facts, "tcp [2001:db8:80::80]:80 method ipip");
	add_backend(&facts, "tcp [2001:db8:80::80]:80 2001:db8:1::51", SERVING);
	route_all(&facts);
	assert_findings(&facts, "");
}

static void an_outer_source_has_to_hear_of_errors(void **state)
{
	struct doctor_facts facts = make_facts();

	(void)state;
	link_of(&facts, ETH0)->mtu = 1600;
	add_web(&facts, "method ipip outer-source 203.0.113.9");
	route_all(&facts);
	assert_findings(&facts,
			"note outer-source 203.0.113.9: ip address add 203.0.113.9/32 dev lo\n");
}

static void a_service_needs_backends(void **state)
{
	struct doctor_facts none = make_facts();
	struct doctor_facts accept = make_facts();

	(void)state;
	add_service(&none, "tcp 192.0.2.80:80");
	route_all(&none);
	assert_text(&none, "tcp 192.0.2.80:80 has no backends: new clients' packets are dropped");
	assert_findings(&none,
			"fault no-backends tcp 192.0.2.80:80: dsrctl backend add tcp 192.0.2.80:80 ADDRESS\n");
	add_service(&accept, "tcp 192.0.2.80:80 no-backend accept");
	route_all(&accept);
	assert_findings(&accept,
			"warning no-backends tcp 192.0.2.80:80: dsrctl backend add tcp 192.0.2.80:80 ADDRESS\n");
}

static void a_backend_has_to_take_new_flows(void **state)
{
	static const struct {
		int effective;
		const char *expected;
	} states[] = {
		{ NF_DSR_EFFECTIVE_STATE_DRAINING, "all-drained ... state active" },
		{ NF_DSR_EFFECTIVE_STATE_DRAINED, "all-drained ... state active" },
		{ NF_DSR_EFFECTIVE_STATE_NO_WEIGHT, "no-active-backend ... weight 1" },
		{ NF_DSR_EFFECTIVE_STATE_LIMITED, "no-active-backend ... unset max-flows" },
		{ NF_DSR_EFFECTIVE_STATE_HEALTH_DOWN, "no-active-backend ... health up" },
		{ NF_DSR_EFFECTIVE_STATE_DOWN, "no-active-backend ... state active" },
	};
	char line[256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(states) / sizeof(*states); i++) {
		const char *dots = strstr(states[i].expected, " ... ");
		struct doctor_facts facts = make_facts();

		add_service(&facts, "tcp 192.0.2.80:80");
		add_backend(&facts, "tcp 192.0.2.80:80 10.1.1.51", states[i].effective);
		route_all(&facts);
		snprintf(line, sizeof(line),
			 "fault %.*s tcp 192.0.2.80:80: dsrctl backend change tcp 192.0.2.80:80 10.1.1.51 %s\n",
				(int)(dots - states[i].expected),
			 states[i].expected, dots + 5);
		assert_findings(&facts, line);
	}
}

static void a_service_that_ignores_health_is_found(void **state)
{
	struct doctor_facts facts = make_facts();
	struct dsr_conf *conf;

	(void)state;
	add_service(&facts, "tcp 192.0.2.80:80");
	add_backend(&facts, "tcp 192.0.2.80:80 10.1.1.51", NF_DSR_EFFECTIVE_STATE_SERVING);
	route_all(&facts);
	conf = &((struct dsr_service *)list_at(&facts.services, 0))->conf;
	conf->fail_open = 1;
	conf->candidates = 1;
	assert_findings(&facts,
			"warning fail-open tcp 192.0.2.80:80: dsrctl backend show tcp 192.0.2.80:80\n");
}

/* That packets do not reach the last backend is the finding, not that it takes no flows. */
static void a_cut_way_is_found_once(void **state)
{
	struct doctor_facts facts = make_facts();

	(void)state;
	add_service(&facts, "tcp 192.0.2.80:80");
	add_backend(&facts, "tcp 192.0.2.80:80 10.1.1.51", NF_DSR_EFFECTIVE_STATE_DRAINING);
	add_backend(&facts, "tcp 192.0.2.80:80 10.1.1.52", NF_DSR_EFFECTIVE_STATE_NO_NEIGHBOUR);
	route_all(&facts);
	assert_findings(&facts, "fault no-neighbour 10.1.1.52: ping -c 1 -I eth0 10.1.1.52\n");
}

static void states_are_counted(void **state)
{
	struct doctor_facts facts = make_facts();

	(void)state;
	add_service(&facts, "tcp 192.0.2.80:80 no-backend reject");
	add_service(&facts, "tcp 192.0.2.80:81");
	add_backend(&facts, "tcp 192.0.2.80:81 10.1.1.51", SERVING);
	add_backend(&facts, "tcp 192.0.2.80:80 10.1.1.51", NF_DSR_EFFECTIVE_STATE_DOWN);
	add_backend(&facts, "tcp 192.0.2.80:80 10.1.1.52", NF_DSR_EFFECTIVE_STATE_DRAINING);
	add_backend(&facts, "tcp 192.0.2.80:80 10.1.1.53", NF_DSR_EFFECTIVE_STATE_DRAINING);
	route_all(&facts);
	assert_text(&facts,
		    "no backend of tcp 192.0.2.80:80 takes new flows (2 draining, 1 down): new clients are refused");
	assert_findings(&facts,
			"fault no-active-backend tcp 192.0.2.80:80: dsrctl backend change tcp 192.0.2.80:80 10.1.1.52 state active\n");
}

static void what_a_service_matches_by_exists(void **state)
{
	struct doctor_facts facts = make_facts();

	(void)state;
	add_service(&facts, "tcp 192.0.2.80%red:80");
	add_backend(&facts, "tcp 192.0.2.80%red:80 10.1.1.51", SERVING);
	add_service(&facts, "tcp 192.0.2.80:81 dev eth7");
	add_backend(&facts, "tcp 192.0.2.80:81 10.1.1.51", SERVING);
	route_all(&facts);
	assert_findings(&facts,
			"fault no-device eth7: dsrctl service change tcp 192.0.2.80:81 unset dev\n"
			"fault no-vrf red: ip link add red up type vrf table TABLE\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_found_where_nothing_is_wrong),
		cmocka_unit_test(a_backend_needs_a_route),
		cmocka_unit_test(a_device_that_is_down_is_named),
		cmocka_unit_test(a_route_that_refuses_is_named),
		cmocka_unit_test(a_backend_that_is_down_needs_nothing),
		cmocka_unit_test(method_l2_crosses_no_router),
		cmocka_unit_test(method_l2_needs_ethernet),
		cmocka_unit_test(routes_with_an_encapsulation_are_not_used),
		cmocka_unit_test(the_way_is_not_a_tunnel_of_the_vip),
		cmocka_unit_test(a_next_hop_has_to_answer),
		cmocka_unit_test(the_module_knows_best_whether_there_is_a_way),
		cmocka_unit_test(a_way_without_carrier),
		cmocka_unit_test(addresses_of_this_machine),
		cmocka_unit_test(each_header_takes_room),
		cmocka_unit_test(a_learned_mtu_counts_but_not_for_the_clients_source),
		cmocka_unit_test(an_ipv6_client_may_always_send_1280),
		cmocka_unit_test(an_outer_source_has_to_hear_of_errors),
		cmocka_unit_test(a_service_needs_backends),
		cmocka_unit_test(a_backend_has_to_take_new_flows),
		cmocka_unit_test(a_service_that_ignores_health_is_found),
		cmocka_unit_test(a_cut_way_is_found_once),
		cmocka_unit_test(states_are_counted),
		cmocka_unit_test(what_a_service_matches_by_exists),
	};

	return cmocka_run_group_tests_name("doctor_way", tests, NULL, NULL);
}
