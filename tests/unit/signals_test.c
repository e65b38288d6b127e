// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of what dsrd reads from the kernel's messages and from ICMP errors. */
#include <linux/if.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "dsrd/signals.h"
#include "unit.h"

static struct signal signal_;

/* Make a message with a header of its type. */
static struct nlmsghdr *message(int type, const void *header, size_t size)
{
	static union {
		struct nlmsghdr hdr;
		char bytes[256];
	} buffer;
	struct nlmsghdr *hdr = &buffer.hdr;

	memset(&buffer, 0, sizeof(buffer));
	*hdr = (struct nlmsghdr){ .nlmsg_len = NLMSG_LENGTH(size), .nlmsg_type = type };
	memcpy(nlmsg_data(hdr), header, size);
	return hdr;
}

static void add(struct nlmsghdr *hdr, int type, const void *value, size_t size)
{
	struct nlattr *attr = (struct nlattr *)((char *)hdr + NLMSG_ALIGN(hdr->nlmsg_len));

	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + size;
	memcpy(nla_data(attr), value, size);
	hdr->nlmsg_len = NLMSG_ALIGN(hdr->nlmsg_len) + NLA_ALIGN(attr->nla_len);
}

static bool neighbour(int family, __u16 state, size_t size)
{
	const struct ndmsg ndm = { .ndm_family = family, .ndm_ifindex = 7, .ndm_state = state };
	static const __u8 addr[16] = { 10, 0, 0, 1 };
	struct nlmsghdr *hdr = message(RTM_NEWNEIGH, &ndm, sizeof(ndm));

	add(hdr, NDA_DST, addr, size);
	return signal_from_rtnl(&signal_, hdr);
}

static void a_neighbour_that_failed_is_a_signal(void **state)
{
	(void)state;
	assert_true(neighbour(AF_INET, NUD_FAILED, 4));
	assert_int_equal(signal_.kind, SIGNAL_NEIGHBOUR);
	assert_int_equal(signal_.ifindex, 7);
	assert_int_equal(signal_.addr.family, AF_INET);
	assert_int_equal(signal_.addr.bytes[0], 10);
	assert_true(neighbour(AF_INET6, NUD_FAILED, 16));
	/* Others, and those of bridges, are none. */
	assert_false(neighbour(AF_INET, NUD_REACHABLE, 4));
	assert_false(neighbour(AF_INET, NUD_FAILED, 6));
	assert_false(neighbour(AF_BRIDGE, NUD_FAILED, 6));
}

static bool is_up(int type, int family, unsigned int flags)
{
	const struct ifinfomsg ifi = {
		.ifi_family = family, .ifi_index = 3, .ifi_flags = flags
	};

	assert_true(signal_from_rtnl(&signal_, message(type, &ifi, sizeof(ifi))));
	assert_int_equal(signal_.kind, SIGNAL_LINK);
	assert_int_equal(signal_.ifindex, 3);
	return signal_.up;
}

static void a_device_is_up_with_its_carrier(void **state)
{
	const struct ifinfomsg of_bridge = { .ifi_family = AF_BRIDGE, .ifi_index = 3 };

	(void)state;
	assert_true(is_up(RTM_NEWLINK, AF_UNSPEC, IFF_UP | IFF_LOWER_UP));
	assert_false(is_up(RTM_NEWLINK, AF_UNSPEC, IFF_UP));
	assert_false(is_up(RTM_NEWLINK, AF_UNSPEC, IFF_LOWER_UP));
	assert_false(signal_.gone);
	assert_false(is_up(RTM_DELLINK, AF_UNSPEC, IFF_UP | IFF_LOWER_UP));
	assert_true(signal_.gone);
	assert_false(signal_from_rtnl(&signal_, message(RTM_NEWLINK, &of_bridge,
							sizeof(of_bridge))));
}

static void routes_that_change_are_a_signal(void **state)
{
	static const int types[] = {
		RTM_NEWROUTE, RTM_DELROUTE, RTM_NEWRULE, RTM_DELRULE, RTM_NEWNEXTHOP,
		RTM_DELNEXTHOP
	};
	struct rtmsg rtm = { .rtm_family = AF_INET };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(types) / sizeof(*types); i++) {
		assert_true(signal_from_rtnl(&signal_, message(types[i], &rtm, sizeof(rtm))));
		assert_int_equal(signal_.kind, SIGNAL_ROUTES);
	}
	rtm.rtm_flags = RTM_F_CLONED;
	assert_false(signal_from_rtnl(&signal_, message(RTM_NEWROUTE, &rtm, sizeof(rtm))));
	assert_false(signal_from_rtnl(&signal_, message(RTM_NEWADDR, &rtm, sizeof(rtm))));
}

static void short_messages_are_none(void **state)
{
	static const int types[] = { RTM_NEWNEIGH, RTM_NEWLINK, RTM_NEWROUTE };
	const __u8 nothing[4] = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(types) / sizeof(*types); i++)
		assert_false(signal_from_rtnl(&signal_, message(types[i], nothing, 4)));
}

/* An ICMP error about a tunnel packet to 10.1.1.51, with its own IP header. */
static const __u8 error4[] =
	"\x45\x00\x00\x38\x00\x00\x00\x00\x40\x01\x00\x00\x0a\x02\x02\x01\x0a\x02\x02\x02"
	"\x03\x01\x00\x00\x00\x00\x00\x00"
	"\x45\x00\x00\x50\x00\x00\x40\x00\x40\x04\x00\x00\x0a\x02\x02\x02\x0a\x01\x01\x33"
	"\x45\x00\x00\x3c\x00\x01\x17\xb0";
static const __u8 error6[] =
	"\x01\x03\x00\x00\x00\x00\x00\x00"
	"\x60\x00\x00\x00\x00\x28\x29\x40"
	"\x20\x01\x0d\xb8\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02"
	"\x20\x01\x0d\xb8\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x51"
	"\x60\x00\x00\x00\x00\x00\x17\xb0";

#define SIZE(bytes) (sizeof(bytes) - 1)

static bool changed(int family, size_t at, __u8 byte)
{
	__u8 bytes[128];

	memcpy(bytes, family == AF_INET ? error4 : error6,
	       family == AF_INET ? SIZE(error4) : SIZE(error6));
	bytes[at] = byte;
	return signal_from_icmp(&signal_, family, bytes,
				family == AF_INET ? SIZE(error4) : SIZE(error6));
}

static void an_error_names_where_the_packet_was_to_go(void **state)
{
	(void)state;
	assert_true(signal_from_icmp(&signal_, AF_INET, error4, SIZE(error4)));
	assert_int_equal(signal_.kind, SIGNAL_UNREACHABLE);
	assert_memory_equal(signal_.addr.bytes, "\x0a\x01\x01\x33", 4);
	assert_int_equal(signal_.port, 0);
	assert_true(signal_from_icmp(&signal_, AF_INET6, error6, SIZE(error6)));
	assert_int_equal(signal_.addr.bytes[15], 0x51);
	assert_int_equal(signal_.addr.family, AF_INET6);
}

static void only_failures_are_signals(void **state)
{
	(void)state;
	/* An echo reply; fragmentation needed; a redirect; packet too big. */
	assert_false(changed(AF_INET, 20, 0));
	assert_false(changed(AF_INET, 21, 4));
	assert_false(changed(AF_INET, 20, 5));
	assert_false(changed(AF_INET6, 0, 2));
	/* Time exceeded. */
	assert_true(changed(AF_INET, 20, 11));
	assert_true(changed(AF_INET6, 0, 3));
	/* What is quoted is of the other family. */
	assert_false(changed(AF_INET, 28, 0x65));
	assert_false(changed(AF_INET6, 8, 0x40));
}

static void a_port_that_is_unreachable_is_named(void **state)
{
	__u8 bytes[SIZE(error4)];

	(void)state;
	memcpy(bytes, error4, sizeof(bytes));
	bytes[21] = 3;
	assert_true(signal_from_icmp(&signal_, AF_INET, bytes, sizeof(bytes)));
	assert_int_equal(signal_.port, 0);
	bytes[28 + 9] = 17;
	assert_true(signal_from_icmp(&signal_, AF_INET, bytes, sizeof(bytes)));
	assert_int_equal(signal_.port, 0x003c);
	bytes[21] = 1;
	assert_true(signal_from_icmp(&signal_, AF_INET, bytes, sizeof(bytes)));
	assert_int_equal(signal_.port, 0);
}

static void short_errors_are_none(void **state)
{
	__u8 *bytes;
	size_t i;

	(void)state;
	/* In memory of their own, so that the sanitizer sees what is read behind them. */
	for (i = 0; i < 48; i++) {
		bytes = malloc(i);
		memcpy(bytes, error4, i);
		assert_false(signal_from_icmp(&signal_, AF_INET, bytes, i));
		memcpy(bytes, error6, i);
		assert_false(signal_from_icmp(&signal_, AF_INET6, bytes, i));
		free(bytes);
	}
	assert_false(changed(AF_INET, 0, 0x41));
	assert_false(changed(AF_INET, 0, 0x4f));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_neighbour_that_failed_is_a_signal),
		cmocka_unit_test(a_device_is_up_with_its_carrier),
		cmocka_unit_test(routes_that_change_are_a_signal),
		cmocka_unit_test(short_messages_are_none),
		cmocka_unit_test(an_error_names_where_the_packet_was_to_go),
		cmocka_unit_test(only_failures_are_signals),
		cmocka_unit_test(a_port_that_is_unreachable_is_named),
		cmocka_unit_test(short_errors_are_none),
	};

	return cmocka_run_group_tests_name("signals", tests, NULL, NULL);
}
