#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# T13: method l2 wants its backends on the link: when they are configured, and when
# routes change later.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

# refused 4|6: a machine behind the router.
refused()
{
	local vip=vip$1 address output

	vip=${!vip}
	address=$(address client "$1")
	must dsr service add any "$vip" method l2
	if output=$(dsr backend add any "$vip" "$address" 2>&1); then
		not_ok "IPv$1: a backend behind a router is refused"
	else
		check "IPv$1: a backend behind a router is refused, with the reason" \
			grep -q 'not on-link: method l2 needs a connected Ethernet' <<<"$output"
	fi
	check "IPv$1: another method takes it" dsr backend add any "$vip" "$address" method ipip
	check_not "IPv$1: and cannot be changed to l2" \
		dsr backend change any "$vip" "$address" method l2
	must dsr flush
}

topology l2
refused 4
refused 6
serve_any l2 4
packets off_link.py 4
serve_any l2 6
packets off_link.py 6
