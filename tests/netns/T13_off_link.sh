#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# T13: method l2 requires backends on the link. The operator gets a warning when one is
# configured that is not, and the director sends it no packets while its route has a
# gateway.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

off_link="warning: backend is not on-link: method l2 needs a directly connected Ethernet"

# warned 4|6: assert the warning for a backend behind the router, and that no packet for it
# goes to the router's MAC address.
warned()
{
	local vip=vip$1 address before

	vip=${!vip}
	address=$(address client "$1")
	before=$(drops no_route)
	must dsr service add any "$vip" method l2
	check_eq "IPv$1: of a backend behind a router the operator is warned" "$off_link" \
		"$(dsr backend add any "$vip" "$address" 2>&1)"
	# Nobody answers, so ping need not wait for an answer.
	on client ping -q -c 3 -i 0.2 -W 0.1 "$vip" >/dev/null
	wait_eq "IPv$1: it is sent nothing" $((before + 3)) drops no_route
	check_eq "IPv$1: another method has nothing against it" "" \
		"$(dsr backend change any "$vip" "$address" method ipip 2>&1)"
	check_eq "IPv$1: of a change to l2 the operator is warned" "$off_link" \
		"$(dsr backend change any "$vip" "$address" method l2 2>&1)"
	must dsr flush
}

topology l2
warned 4
warned 6
serve_any l2 4
packets off_link.py 4
serve_any l2 6
packets off_link.py 6
