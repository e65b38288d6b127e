#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The effective states of backends, which follow from the configuration and from routes.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/netns/effective.sh
. "$here/effective.sh"

# set_eq STATE KEYWORD VALUE...: change b1, and assert its effective state.
set_eq()
{
	must dsr backend change "${udp[@]}" "$b1" "${@:2}"
	check_eq "${*:2}: it is $1 at once" "$1" "$(effective "$b1")"
}

check_words()
{
	udp=(udp "$vip4:53") b1=$(address b1 4) b2=$(address b2 4)
	must dsr service add "${udp[@]}" method l2
	must dsr backend add "${udp[@]}" "$b1"
	must dsr backend add "${udp[@]}" "$b2" priority 1
	check_eq "the better one serves, the other stands by" "serving standby" \
		"$(effective "$b1") $(effective "$b2")"
	set_eq no-weight weight 0
	wait_eq "then the other one serves" serving effective "$b2"
	set_eq serving weight 1
	set_eq draining state drain
	set_eq health-down health down
	set_eq down state down
	set_eq down health up
	set_eq draining state drain
	must dsr backend change "${udp[@]}" "$b1" drain-timeout 1
	wait_eq "over its deadline it is drained" drained effective "$b1"
	await_event_state drained "$b1"
	set_eq serving state active
	must dsr backend change "${udp[@]}" "$b1" max-flows 1
	wait_for flow_until prints limited effective "$b1"
	check_eq "with all flows it may have it is limited" limited "$(effective "$b1")"
	await_event_state limited "$b1"
	set_eq serving max-flows 0
	must dsr service change "${udp[@]}" slow-start 1000
	check_eq "slow-start 1000: who came up before that is slow-starting at once" slow-starting \
		"$(effective "$b1")"
	await_event_state slow-starting "$b1"
	set_eq health-down health down
	set_eq slow-starting health up
	await_event_state slow-starting "$b1"
	check_eq "events told of all of that" \
		"serving no-weight serving draining health-down down draining drained serving limited serving slow-starting health-down slow-starting" \
		"$(event_states "$b1")"
	must dsr flush
}

# check_route 4|6 ADDRESS: check the backend of a tunnel, with and without a route to it.
check_route()
{
	local vip=vip$1 before

	must dsr service add udp "$(host "${!vip}"):53" method ipip
	must ip -n director route add unreachable "$2"
	must dsr backend add udp "$(host "${!vip}"):53" "$2"
	check_eq "IPv$1: without a route it says so at once" no-route "$(effective "$2")"
	before=$(drops no_route)
	must datagram "$1"
	must datagram "$1"
	wait_eq "IPv$1: what was lost for that is counted" 2 counted unreachable "$2"
	check_eq "IPv$1: among the drops, too" 2 $(($(drops no_route) - before))
	check_eq "IPv$1: and nothing as forwarded" 0 "$(counted packets "$2")"
	must ip -n director route del unreachable "$2"
	wait_eq "IPv$1: with one, it serves" serving effective "$2"
	await_event_state serving "$2"
	wait_for datagrams_until "$1" at_least 1 counted icmp_errors "$2"
	check_that "IPv$1: a router's complaint is counted" "$(counted icmp_errors "$2") >= 1"
	check_eq "IPv$1: and is not called unreachable" 2 "$(counted unreachable "$2")"
	must ip -n director route add unreachable "$2"
	wait_eq "IPv$1: without a route, again" no-route effective "$2"
	wait_eq "IPv$1: events told of each" "no-route serving no-route" event_states "$2"
	must ip -n director route del unreachable "$2"
	must dsr flush
}

topology l2
monitor_start "$work/monitor"
check_words
check_route 4 203.0.113.9
check_route 6 2001:db8:ff::9
monitor_stop
