#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A backend that is not there: its state, the packets that are lost, and its appearance.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/netns/effective.sh
. "$here/effective.sh"

# Make the kernel give up a neighbour soon.
quick_neighbours()
{
	local family

	for family in ipv4 ipv6; do
		must sysctls director net.$family.neigh.eth0.mcast_solicit=1 \
			net.$family.neigh.eth0.ucast_solicit=1 \
			net.$family.neigh.eth0.retrans_time_ms=300
	done
}

# asks_for ADDRESS: succeed if the kernel is resolving this neighbour.
# shellcheck disable=SC2317 # by datagrams_until
asks_for()
{
	ip -n director neigh show "$1" dev eth0 | grep -q INCOMPLETE
}

# check_asked 4|6 ADDRESS: check that a backend stays in state no-neighbour while the kernel
# takes a long time to resolve it again. Another backend loses its link in the meantime; its
# event shows that the kernel has checked the states.
check_asked()
{
	local retrans=net.ipv4.neigh.eth0.retrans_time_ms

	[ "$1" = 4 ] || retrans=net.ipv6.neigh.eth0.retrans_time_ms
	must dsr service add udp "$vip4:54" method l2
	must dsr backend add udp "$vip4:54" 10.77.0.9
	await_event_state serving 10.77.0.9
	must sysctls director "$retrans=600000"
	check "IPv$1: the kernel asks for it again" wait_for datagrams_until "$1" asks_for "$2"
	must ip -n director link set other down
	await_event_state no-route 10.77.0.9
	check "IPv$1: and still does when backends have been looked at" asks_for "$2"
	check_eq "IPv$1: meanwhile the neighbour is what it was" no-neighbour "$(effective "$2")"
	must sysctls director "$retrans=300"
	must ip -n director neigh del "$2" dev eth0
	must ip -n director link set other up
	must dsr service del udp "$vip4:54"
}

# check_neighbour 4|6 LENGTH: check a neighbour that is not there, and that appears later
# with an address of this prefix length.
check_neighbour()
{
	local lan=lan$1 vip=vip$1 addr

	addr=${!lan}9
	[ "$1" = 4 ] || addr=${lan6}99
	must dsr service add udp "$(host "${!vip}"):53" method l2
	must dsr backend add udp "$(host "${!vip}"):53" "$addr"
	wait_for datagrams_until "$1" prints no-neighbour effective "$addr"
	check_eq "IPv$1: the neighbour that does not answer is named" no-neighbour "$(effective "$addr")"
	await_event_state no-neighbour "$addr"
	wait_for datagrams_until "$1" at_least 5 counted unreachable "$addr"
	check_that "IPv$1: what was lost for that is counted" \
		"$(counted unreachable "$addr") >= 5"
	check_asked "$1" "$addr"
	must ip -n b3 address add "$addr/${2}" dev eth0 nodad
	wait_for datagrams_until "$1" prints serving effective "$addr"
	check_eq "IPv$1: when it answers it serves again" serving "$(effective "$addr")"
	wait_eq "IPv$1: one event told of each, however often it was asked for" \
		"serving no-neighbour serving" event_states "$addr"
	must ip -n b3 address del "$addr/${2}" dev eth0
	must dsr flush
}

topology l2
must ip -n director link add other type dummy
must ip -n director address add 10.77.0.1/24 dev other
must ip -n director link set other up
quick_neighbours
monitor_start "$work/monitor"
check_neighbour 4 24
check_neighbour 6 64
monitor_stop
