// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of what doctor reads of firewalls and of IPVS, and of its judgements about them. */
#include <stdlib.h>
#include <string.h>

#include "doctor_facts.h"
#include "unit.h"

#define CHAIN(name, hook, prio) "{\"chain\":{\"family\":\"inet\",\"table\":\"fw\",\"name\":\"" \
	name "\",\"handle\":1,\"type\":\"filter\",\"hook\":\"" hook "\",\"prio\":" #prio \
	",\"policy\":\"accept\"}}"
#define PLAIN_CHAIN(name) "{\"chain\":{\"family\":\"inet\",\"table\":\"fw\",\"name\":\"" name \
	"\",\"handle\":2}}"
#define RULE(chain, handle, statements) "{\"rule\":{\"family\":\"inet\",\"table\":\"fw\"," \
	"\"chain\":\"" chain "\",\"handle\":" #handle ",\"expr\":[" statements "]}}"
#define TO(right) "{\"match\":{\"op\":\"==\",\"left\":{\"payload\":{\"protocol\":\"ip\"," \
	"\"field\":\"daddr\"}},\"right\":" right "}}"
#define NOT_TO(right) "{\"match\":{\"op\":\"!=\",\"left\":{\"payload\":{\"protocol\":\"ip\"," \
	"\"field\":\"daddr\"}},\"right\":" right "}}"
#define DPORT(right) "{\"match\":{\"op\":\"==\",\"left\":{\"payload\":{\"protocol\":\"tcp\"," \
	"\"field\":\"dport\"}},\"right\":" right "}}"
#define DROP "{\"drop\":null}"
#define NETWORK "{\"prefix\":{\"addr\":\"192.0.0.0\",\"len\":8}}"
#define VIPS "{\"set\":{\"family\":\"inet\",\"table\":\"fw\",\"name\":\"vips\",\"elem\":[" \
	"\"192.0.2.7\",{\"elem\":{\"val\":\"192.0.2.80\",\"timeout\":9}}]}}"
#define VMAP "{\"vmap\":{\"key\":{\"payload\":{\"protocol\":\"ip\",\"field\":\"daddr\"}}," \
	"\"data\":{\"set\":[[\"192.0.2.80\"," DROP "]]}}}"
#define VIP TO("\"192.0.2.80\"")

/* Assert the findings about a ruleset on a director with a service of port 80. */
static void assert_rules(const char *objects, bool ingress, const char *expected)
{
	char text[4096];
	struct dsr_device *device;
	struct doctor_facts facts = make_facts();

	add_web(&facts, "");
	if (ingress) {
		device = list_new(&facts.devices);
		*device = (struct dsr_device){ .name = "eth0", .attached = 1 };
	}
	route_all(&facts);
	snprintf(text, sizeof(text),
		 "{\"nftables\":[{\"metainfo\":{\"version\":\"1\"}},%s]}", objects);
	assert_int_equal(doctor_parse_nft(&facts.rules, text), 0);
	assert_findings(&facts, expected);
}

/* Return the line of a finding about a rule. */
static const char *about(const char *finding, const char *chain, int handle)
{
	static char line[256];

	snprintf(line, sizeof(line),
		 "%s inet fw %s %d: nft delete rule inet fw %s handle %d\n", finding, chain,
		 handle, chain, handle);
	return line;
}

static void rules_are_where_packets_are_seen(void **state)
{
	(void)state;
	assert_rules(CHAIN("in", "input", 0) "," RULE("in", 5, VIP "," DROP), false,
		     about("warning firewall", "in", 5));
	assert_rules(CHAIN("f", "forward", 0) "," RULE("f", 6, VIP ",{\"accept\":null}"), false,
		     about("note firewall", "f", 6));
	assert_rules(CHAIN("nat", "prerouting", -100) "," RULE("nat", 7, VIP ",{\"dnat\":{}}"),
		     false,
		     about("warning firewall", "nat", 7));
	assert_rules(CHAIN("raw", "prerouting", -300) "," RULE("raw", 8, VIP "," DROP), false, "");
	assert_rules(CHAIN("raw", "prerouting", -300) "," RULE("raw", 8, VIP "," DROP), true,
		     about("warning firewall-ingress", "raw", 8));
	assert_rules(CHAIN("out", "output", 0) "," RULE("out", 9, VIP "," DROP), false,
		     about("warning firewall", "out", 9));
	assert_rules(CHAIN("dev", "ingress", 0) "," RULE("dev", 9, VIP "," DROP), true, "");
}

static void rules_about_others_are_no_concern(void **state)
{
	(void)state;
	assert_rules(CHAIN("in", "input", 0) ","
		     RULE("in", 1, TO("\"192.0.2.81\"") "," DROP) ","
		     RULE("in", 2, TO(NETWORK) "," DROP) ","
		     RULE("in", 3, VIP "," DPORT("22") "," DROP) ","
		     RULE("in", 4, NOT_TO("\"192.0.2.80\"") "," DROP) ","
		     RULE("in", 5, DROP), false, "");
	assert_rules(CHAIN("in", "input", 0) ","
		     RULE("in", 3, VIP "," DPORT("{\"set\":[22,{\"range\":[79,81]}]}") "," DROP),
		     false, about("warning firewall", "in", 3));
}

static void sets_maps_and_jumps_are_followed(void **state)
{
	(void)state;
	assert_rules(VIPS "," CHAIN("in", "input", 0) ","
		     RULE("in", 4, TO("\"@vips\"") "," DROP), false,
		     about("warning firewall", "in", 4));
	assert_rules(CHAIN("in", "input", 0) "," RULE("in", 5, VMAP), false,
		     about("warning firewall", "in", 5));
	assert_rules(CHAIN("in", "input", 0) "," PLAIN_CHAIN("a") "," PLAIN_CHAIN("b") ","
		     RULE("b", 6, VIP "," DROP) ","
		     RULE("a", 7, "{\"goto\":{\"target\":\"b\"}}") ","
		     RULE("in", 8, "{\"jump\":{\"target\":\"a\"}}"), false,
		     about("warning firewall", "b", 6));
	assert_rules(CHAIN("in", "input", 0) "," CHAIN("raw", "prerouting", -300) ","
		     PLAIN_CHAIN("a") "," RULE("a", 6, VIP "," DROP) ","
		     RULE("in", 7, "{\"jump\":{\"target\":\"a\"}}") ","
		     RULE("raw", 8, "{\"jump\":{\"target\":\"a\"}}"), false, "");
	assert_rules(PLAIN_CHAIN("a") "," RULE("a", 6, VIP "," DROP), false, "");
}

#define ODD_RULES "{\"nftables\":[7,{\"rule\":{\"chain\":1,\"expr\":[" \
	"{\"match\":{\"left\":7,\"right\":[]}}]}}]}"

static void text_that_is_no_ruleset(void **state)
{
	struct list rules = LIST_OF(struct doctor_rule);

	(void)state;
	assert_int_equal(doctor_parse_nft(&rules, "Error: syntax"), -1);
	assert_int_equal(doctor_parse_nft(&rules, "{\"nftables\":7}"), -1);
	assert_int_equal(rules.n, 0);
	assert_int_equal(doctor_parse_nft(&rules, ODD_RULES), 0);
	list_free(&rules);
}

/* A service that leaves packets to the stack has rules that see them. */
static void rules_of_services_that_leave_packets_to_the_stack(void **state)
{
	static const char objects[] = CHAIN("in", "input", 0) "," RULE("in", 5, VIP "," DROP);
	char text[2048];
	struct doctor_facts facts = make_facts();

	(void)state;
	add_web(&facts, "no-backend accept");
	route_all(&facts);
	snprintf(text, sizeof(text), "{\"nftables\":[%s]}", objects);
	assert_int_equal(doctor_parse_nft(&facts.rules, text), 0);
	assert_findings(&facts, "");
}

static void rules_of_iptables_legacy(void **state)
{
	char text[] = "# Generated\n*nat\n:PREROUTING ACCEPT [0:0]\n"
		"-A PREROUTING -d 192.0.2.9/32 -j DROP\n"
		"-A PREROUTING -d 192.0.2.80/32 -p tcp -m tcp --dport 80 -j DNAT --to 10.0.0.1\n"
		"COMMIT\n*filter\n:INPUT ACCEPT [0:0]\n"
		"-A INPUT -d 192.0.2.80/32 -p udp -j DROP\n-A INPUT ! -d 192.0.2.80/32 -j DROP\n"
		"-A INPUT -d 192.0.2.80/32 -j ACCEPT\nCOMMIT\n"
		"*raw\n-A PREROUTING -d 192.0.2.80/32 -j DROP\nCOMMIT\n";
	struct doctor_facts facts = make_facts();

	(void)state;
	add_web(&facts, "");
	route_all(&facts);
	doctor_parse_iptables(&facts.rules, "ip", text);
	assert_findings(&facts,
			"warning firewall legacy-ip nat PREROUTING 2: iptables-legacy -t nat -D PREROUTING 2\n"
			"note firewall legacy-ip filter INPUT 3: iptables-legacy -t filter -D INPUT 3\n");
}

static void virtual_servers_of_ipvs(void **state)
{
	char text[] = "IP Virtual Server version 1.2.1 (size=4096)\n"
		"Prot LocalAddress:Port Scheduler Flags\n"
		"  -> RemoteAddress:Port Forward Weight ActiveConn InActConn\n"
		"TCP  C0000250:0050 wlc\n"
		"  -> 0A010133:0050      Route   1      0          0\n"
		"UDP  C0000250:0050 rr\n"
		"TCP  [2001:0db8:0080:0000:0000:0000:0000:0080]:0050 wlc\n"
		"FWM  00000065 wlc\n";
	struct doctor_facts facts = make_facts();

	(void)state;
	add_web(&facts, "");
	add_service(&facts, "mark 101");
	add_backend(&facts, "mark 101 10.1.1.51", SERVING);
	add_service(&facts, "tcp [2001:db8:80::80]:80");
	add_backend(&facts, "tcp [2001:db8:80::80]:80 2001:db8:1::51", SERVING);
	route_all(&facts);
	doctor_parse_ipvs(&facts.ipvs, text);
	assert_int_equal(facts.ipvs.n, 4);
	assert_findings(&facts, "warning ip-vs mark 101: ipvsadm -D -f 101\n"
			"warning ip-vs tcp 192.0.2.80:80: ipvsadm -D -t 192.0.2.80:80\n"
			"warning ip-vs tcp [2001:db8:80::80]:80: ipvsadm -D -t [2001:db8:80::80]:80\n");
}

static void connections_that_are_older_than_the_service(void **state)
{
	static const char *const lines[] = {
		"ipv4     2 tcp      6 431999 ESTABLISHED src=198.51.100.7 dst=192.0.2.80 sport=4 dport=80 src=10.0.0.1 dst=198.51.100.7 sport=80 dport=4 [ASSURED] use=2",
		"ipv4     2 tcp      6 9 SYN_SENT src=198.51.100.8 dst=192.0.2.80 sport=5 dport=80 [UNREPLIED] src=192.0.2.80 dst=198.51.100.8 sport=80 dport=5 use=2",
		"ipv4     2 tcp      6 9 ESTABLISHED src=198.51.100.8 dst=192.0.2.80 sport=5 dport=22 src=192.0.2.80 dst=198.51.100.8 sport=22 dport=5 use=2",
		"ipv4     2 tcp      6 9 ESTABLISHED src=192.0.2.80 dst=10.1.1.9 sport=5 dport=80 src=10.1.1.9 dst=192.0.2.80 sport=80 dport=5 use=2",
		"ipv6     10 udp      17 9 src=2001:db8::7 dst=2001:db8:80::80 sport=5 dport=80 src=2001:db8:80::80 dst=2001:db8::7 sport=80 dport=5 use=2",
		"ipv4     2 icmp     1 29 src=10.1.1.1 dst=192.0.2.80 type=8 code=0 id=1 src=192.0.2.80 dst=10.1.1.1 type=0 code=0 id=1 use=2",
	};
	struct doctor_facts facts = make_facts();
	struct doctor_tracked tracked;
	size_t i;

	(void)state;
	add_web(&facts, "");
	route_all(&facts);
	for (i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		if (!doctor_parse_tracked(&tracked, lines[i]))
			doctor_add_tracked(&facts, &tracked);
	assert_int_equal(facts.tracked.n, 2);
	assert_text(&facts,
		    "connection tracking knows 2 connections to tcp 192.0.2.80:80 that are older than the service: no backend knows them");
	assert_findings(&facts,
			"note conntrack tcp 192.0.2.80:80: conntrack -D -d 192.0.2.80\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_are_where_packets_are_seen),
		cmocka_unit_test(rules_about_others_are_no_concern),
		cmocka_unit_test(sets_maps_and_jumps_are_followed),
		cmocka_unit_test(text_that_is_no_ruleset),
		cmocka_unit_test(rules_of_services_that_leave_packets_to_the_stack),
		cmocka_unit_test(rules_of_iptables_legacy),
		cmocka_unit_test(virtual_servers_of_ipvs),
		cmocka_unit_test(connections_that_are_older_than_the_service),
	};

	return cmocka_run_group_tests_name("doctor_firewall", tests, NULL, NULL);
}
