#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The doctor finds nothing wrong with a director that serves, by any method and family, and
# names what limits the size of packets in tunnels.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/netns/doctor.sh
. "$here/doctor.sh"

# serves METHOD 4|6 4|6 [OPTION...]: check a service that answers, for the families of VIP and
# backends.
serves()
{
	local vip=vip$2 text="$1, IPv$2 by IPv$3${4:+, ${*:4}}"

	vip=${!vip}
	backends_setup "$1" "$vip" "$3" "${@:4}"
	must dsr service add udp "$(host "$vip"):9" method "$1" "${@:4}"
	backends_add "$3" udp "$(host "$vip"):9"
	check_eq "$text: clients are answered" 6 "$(crowd "$vip" 9 "udp 6" | jq 'add')"
	check_healthy "$text"
	check_that "$text: through the director" "$(service_sum packets) >= 6"
	must dsr service del udp "$(host "$vip"):9"
}

# check_mtu METHOD 4|6 OVERHEAD: check the note about packets that do not fit, and its cure.
check_mtu()
{
	local addr

	addr=$(address b1 "$2")
	must ip -n director link set eth0 mtu 1500
	must dsr service add tcp "$vip4:9" method "$1"
	must dsr backend add tcp "$vip4:9" "$addr"
	check "$1 by IPv$2: the largest packet that fits" \
		grep -q "of more than $((1500 - $3)) bytes" <(dsr doctor)
	cured "note mtu $1 eth0 $((1500 - $3))"
	check_eq "$1 by IPv$2: the MTU that is needed" "$((1500 + $3))" \
		"$(ip -n director -j link show eth0 | jq '.[0].mtu')"
	must dsr service del tcp "$vip4:9"
}

# Have the director learn the MTU of a hop on the way to a backend, by hand.
check_set_mtu()
{
	must dsr service add tcp "$vip4:9" method ipip
	must dsr backend add tcp "$vip4:9" "${lan4}51"
	must ip -n director route add "${lan4}51" dev eth0 mtu 1400
	check_eq "the MTU of a route" "note mtu ipip ${lan4}51" "$(findings)"
	check "in words" grep -q "of more than 1380 bytes" <(dsr doctor)
	check "the backend's MSS is the cure" grep -q "advmss 1340" <(dsr doctor)
	must ip -n director route del "${lan4}51"
	must dsr service change tcp "$vip4:9" outer-source 203.0.113.9
	cured "note outer-source 203.0.113.9"
	must dsr service del tcp "$vip4:9"
}

# A route with an encapsulation that the module would bypass.
check_encap()
{
	must dsr service add tcp "$vip4:9" method ipip
	must dsr backend add tcp "$vip4:9" "${lan4}51"
	modprobe -q mpls_iptunnel
	must ip -n director route add "${lan4}51" encap mpls 100 via inet "${lan4}51" dev eth0
	cured "fault encap-route ${lan4}51"
	must ip -n director -6 route add "${lan6}51" encap seg6 mode encap segs fc00::1 dev eth0
	must dsr backend add tcp "$vip4:9" "${lan6}51"
	cured "fault encap-route ${lan6}51"
	must dsr service del tcp "$vip4:9"
}

topology l2
backends_add_vips
echo_start 9 "$vip4" "$vip6"
must ip -n director link set eth0 mtu 1600
for family in 4 6; do
	serves l2 $family $family
	serves ipip $family 4
	serves ipip $family 6
	serves gre $family 4 gre-key 7 outer-checksum on
	serves gue $family 6
done
backends_setup dscp "$vip4" 4 dscp 7
must dsr service add udp "$vip4:9" method dscp dscp 7
backends_add 4 udp "$vip4:9"
check_eq "dscp: clients are answered" 6 "$(crowd "$vip4" 9 "udp 6" | jq 'add')"
check_healthy dscp
must dsr service del udp "$vip4:9"
check_set_mtu
check_encap
check_mtu ipip 4 20
check_mtu ipip 6 40
check_mtu gre 4 24
check_mtu gue 6 52
