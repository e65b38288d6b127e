#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# T24: two directors of the same service are each other's backend. A packet circulates until
# its TTL expires, but never multiplies.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

# pair METHOD 4|6: check this with the director and b1.
pair()
{
	local vip=vip$2

	vip=${!vip}
	must dsr service add any "$vip" method "$1"
	must dsr backend add any "$vip" "$(address b1 "$2")"
	must dsrctl -n b1 service add any "$vip" method "$1"
	must dsrctl -n b1 backend add any "$vip" "$(address director "$2")"
	packets loop.py "$1" "$2"
	must dsr flush
	must dsrctl -n b1 flush
}

topology l2
unlimit_icmp
pair l2 4
pair l2 6
# A packet in a tunnel is for the director itself, not for the VIP.
pair ipip 4
pair ipip 6
