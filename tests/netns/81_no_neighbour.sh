#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A backend that does not answer, what is lost for that, and when it comes.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/netns/effective.sh
. "$here/effective.sh"

# How soon a neighbour counts as one that does not answer.
quick_neighbours()
{
	local family

	for family in ipv4 ipv6; do
		must on director sysctl -qw net.$family.neigh.eth0.mcast_solicit=1 \
			net.$family.neigh.eth0.ucast_solicit=1 \
			net.$family.neigh.eth0.retrans_time_ms=300
	done
}

# check_neighbour 4|6: one that is not there, and comes.
check_neighbour()
{
	local lan=lan$1 vip=vip$1 addr

	addr=${!lan}9
	[ "$1" = 4 ] || addr=${lan6}99
	must dsr service add udp "$(host "${!vip}"):53" method l2
	must dsr backend add udp "$(host "${!vip}"):53" "$addr"
	wait_for datagrams_until "$1" prints no-neighbour effective "$addr"
	check_eq "IPv$1: the neighbour that does not answer is named" no-neighbour "$(effective "$addr")"
	tells no-neighbour "$addr"
	wait_for datagrams_until "$1" at_least 5 counted unreachable "$addr"
	check_that "IPv$1: what was lost for that is counted" \
		"$(counted unreachable "$addr") >= 5"
	must ip -n b3 address add "$addr/${2}" dev eth0 nodad
	wait_for datagrams_until "$1" prints serving effective "$addr"
	check_eq "IPv$1: when it answers it serves again" serving "$(effective "$addr")"
	wait_eq "IPv$1: one event told of each, however often it was asked for" \
		"serving no-neighbour serving" told "$addr"
	must ip -n b3 address del "$addr/${2}" dev eth0
	must dsr flush
}

topology l2
quick_neighbours
monitor_start
check_neighbour 4 24
check_neighbour 6 64
monitor_stop
