#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# T14: ICMP errors about packets from a VIP go, unchanged, to the backend that sent the
# packet. If there is no flow, the hash selects this backend.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

# errors_through METHOD 4|6: check a service of this method and family.
errors_through()
{
	local vip=vip$2 service

	vip=${!vip}
	service=$(host "$vip"):80
	# The backends take turns, so the consistent hash alone would select the wrong one
	# for most errors.
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
