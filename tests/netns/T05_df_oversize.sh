#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# T5: packets that are too long once they are encapsulated. For packets that must not be
# fragmented, the sender gets an error with the MTU that remains; others are fragmented.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

# oversize METHOD 4|6 4|6 MTU [KEYWORD VALUE]...: check a service. The numbers are the
# families of VIP and backends, and the MTU that remains; the keywords are the options of
# the method for director and backends.
oversize()
{
	local vip=vip$2 answers

	vip=${!vip}
	serve_any "$1" "$2" "$3" "${@:5}"
	packets mtu.py "$1" "$2" "$4"
	[ "$2" = 6 ] || {
		backends_setup "$1" "$vip" "$3" "${@:5}"
		echo_start 9 "$vip"
		answers=$(crowd "$vip" 9 "udp 12 1472")
		check_eq "$1, IPv$2 by IPv$3: oversize without DF is fragmented and answered" \
			"12 false" "$(jq -r '"\(add) \(has("bad"))"' <<<"$answers")"
		stop_backends
	}
	must dsr flush
}

# Route to the backends with an MTU of 1400 bytes.
narrow_l3()
{
	ip -n director route add "${lan4}0/24" via "${link4}1" mtu 1400
	ip -n director route add "$lan6/64" via "${link6}1" mtu 1400
}

topology l3
unlimit_icmp
oversize ipip 4 4 1480
oversize ipip 6 4 1480
oversize ipip 4 6 1460
oversize ipip 6 6 1460
oversize gre 4 4 1476
oversize gre 6 6 1456
oversize gue 4 4 1468
oversize gue 6 6 1448
narrow_l3
oversize dscp 4 4 1400 dscp 42
oversize dscp 6 6 1400 dscp 42
