#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Packets too big for their way, fragments, and TTLs that run out.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

# oversize METHOD 4|6 4|6 MTU [KEYWORD VALUE]...: families of VIP and backends; what
# fits; what director and backends are told of the method.
oversize()
{
	local vip=vip$2 service answers

	vip=${!vip}
	service=$(host "$vip"):9
	backends_setup "$1" "$vip" "$3" "${@:5}"
	start_backends /usr/bin/python3 "$tools/echo.py" 9 "$vip"
	await_backends 9
	must dsr service add udp "$service" method "$1" "${@:5}"
	backends_add "$3" udp "$service"
	packets mtu.py "$1" "$2" "$4"
	answers=$(crowd "$vip" 9 "udp 12 4000")
	check_eq "$1, IPv$2 by IPv$3: datagrams in fragments arrive whole" "12 false" \
		"$(jq -r '"\(add) \(has("bad"))"' <<<"$answers")"
	[ "$2" = 6 ] || {
		answers=$(crowd "$vip" 9 "udp 12 1472")
		check_eq "$1, IPv$2 by IPv$3: oversize without DF is fragmented and arrives" \
			"12 false" "$(jq -r '"\(add) \(has("bad"))"' <<<"$answers")"
	}
	must dsr service del udp "$service"
	stop_backends
}

# Every way to a backend takes 1400 bytes.
narrow_l2()
{
	local backend

	for backend in $backends; do
		ip -n director route add "$(address "$backend" 4)" dev eth0 mtu 1400
		ip -n director route add "$(address "$backend" 6)" dev eth0 mtu 1400
	done
}

# Likewise, by a router.
narrow_l3()
{
	ip -n director route add "${lan4}0/24" via "${link4}1" mtu 1400
	ip -n director route add "$lan6/64" via "${link6}1" mtu 1400
}

topology l2
narrow_l2
oversize l2 4 4 1400
oversize l2 6 6 1400
remove_topology
topology l3
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
