#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# T19: packets that are too short, or whose headers are wrong.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

# Set large MTUs, for packets of more than a page.
jumbo_frames()
{
	local device

	for device in "router lan" "director eth0" "switch router" "switch director" "switch bridge" \
			"switch b1" "switch b2" "switch b3" "b1 eth0" "b2 eth0" "b3 eth0"; do
		must ip -n "${device% *}" link set "${device#* }" mtu 9000
	done
}

topology l2
jumbo_frames
serve_any l2 4
serve_any l2 6
must dsr service add udp 192.0.2.81:53
must dsr backend add udp 192.0.2.81:53 "$(address b1 4)"
must ip -n router route add 192.0.2.81 via "$(address director 4)"
packets odd_packets.py
