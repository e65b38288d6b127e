#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# T14: ICMP errors about what a VIP sent go to the backend that sent it, as they come.
# Where no flow is known, the hash finds it.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

# errors_through METHOD 4|6
errors_through()
{
	local vip=vip$2 service

	vip=${!vip}
	service=$(host "$vip"):80
	# By turns, so that the consistent hash alone would find most of them wrong.
	must dsr service add tcp "$service" method "$1" scheduler wrr
	backends_add "$2" tcp "$service"
	packets icmp.py "$1" "$2"
	must dsr service change tcp "$service" scheduler maglev seed 0
	must dsr flow flush
	packets icmp_stateless.py "$1" "$2"
	must dsr flush
}

topology l2
errors_through l2 4
errors_through l2 6
check_no_drops
remove_topology
topology l3
errors_through ipip 4
errors_through ipip 6
errors_through gre 4
errors_through gre 6
check_no_drops
