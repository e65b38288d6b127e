#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The doctor names each fault of the director, and only that, and its cure cures it.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/netns/doctor.sh
. "$here/doctor.sh"

director()
{
	must ip -n director "$@"
}

add_service()
{
	local protocol=$1 address=$2

	must dsr service add "$protocol" "$address" "${@:3}"
}

# Add a device with a subnet and nobody in it.
add_other_device()
{
	director link add other type dummy
	director address add 10.77.0.1/24 dev other
	director link set other up
}

check_routes()
{
	director route add blackhole 10.1.1.48/29
	cured $'fault no-route 10.1.1.51\nfault no-route 10.1.1.52\nfault no-route 10.1.1.53' "2,\$d"
	director -6 route add unreachable "${lan6}52"
	cured "fault no-route ${lan6}52"
	director route add "${lan4}51" via "${lan4}1"
	cured "fault l2-routed ${lan4}51"
	director link add tunnel type ipip local "${lan4}2" remote "$vip4"
	director link set tunnel up
	director route add "${lan4}52" dev tunnel
	cured "fault tunnel-route ${lan4}52"
	director link del tunnel
	director address add "${lan4}53/32" dev lo
	cured "fault own-address ${lan4}53"
	add_other_device
	add_service udp "$vip4:54"
	must dsr backend add udp "$vip4:54" 10.77.0.9
	director link set other down
	cured "fault l2-routed 10.77.0.9"
	must dsr service del udp "$vip4:54"
	director link del other
}

check_neighbours()
{
	director neigh replace "${lan4}51" dev eth0 nud failed
	cured "fault no-neighbour ${lan4}51"
	director neigh replace "${lan6}51" dev eth0 nud failed
	cured "fault no-neighbour ${lan6}51"
}

check_services()
{
	local backend

	for backend in $backends; do
		must dsr backend change tcp "$vip4:80" "$(address "$backend" 4)" state drain
	done
	cured "fault all-drained tcp $vip4:80"
	for backend in $backends; do
		must dsr backend change tcp "$vip4:80" "$(address "$backend" 4)" state active
	done
	must dsr backend change tcp "$vip4:80" "${lan4}51" weight 0
	must dsr backend change tcp "$vip4:80" "${lan4}52" health down
	must dsr backend change tcp "$vip4:80" "${lan4}53" state down
	check_eq "that health is ignored" "warning fail-open tcp $vip4:80" "$(findings)"
	must dsr service change tcp "$vip4:80" fail-open-below off
	check_eq "states are counted" "fault no-active-backend tcp $vip4:80" "$(findings)"
	check "in words" grep -q '(1 no-weight, 1 health-down, 1 down)' <(dsr -j doctor)
	must dsr backend change tcp "$vip4:80" "${lan4}51" weight 1
	must dsr backend change tcp "$vip4:80" "${lan4}52" health up
	must dsr backend change tcp "$vip4:80" "${lan4}53" state active
	must dsr service change tcp "$vip4:80" unset fail-open-below
	add_service sctp "$vip4:81"
	cured "fault no-backends sctp $vip4:81" "s/ADDRESS/${lan4}51/"
	must dsr service change sctp "$vip4:81" dev eth7
	cured "fault no-device eth7"
	must dsr service del sctp "$vip4:81"
	must dsr device add eth9
	cured "warning ingress-detached eth9"
}

check_vips()
{
	add_service tcp "${lan4}80:80"
	must dsr backend add tcp "${lan4}80:80" "${lan4}51"
	cured "warning vip-unanswered ${lan4}80"
	must dsr service del tcp "${lan4}80:80"
	director address del "${lan4}80/32" dev eth0
	add_service udp "$vip4:53" method local
	must dsr backend add udp "$vip4:53" "$(address director 4)"
	cured "fault vip-not-local $vip4"
	must dsr service del udp "$vip4:53"
	director address del "$vip4/32" dev lo
	must on director sysctl -qw net.ipv4.ip_forward=1
	cured "warning loop $vip4"
	must on director sysctl -qw net.ipv4.ip_forward=0
}

check_checks()
{
	add_service mark 101
	must dsr backend add mark 101 "${lan4}51"
	check_healthy "a service for checks"
	director route add blackhole "$vip4"
	cured "fault vip-blackhole $vip4"
	director address add "$vip4/32" dev lo
	must on director sysctl -qw net.ipv4.conf.eth0.rp_filter=2
	cured "warning accept-local eth0"
	must on director sysctl -qw net.ipv4.conf.eth0.rp_filter=1
	cured "warning rp-filter eth0"
	director address del "$vip4/32" dev lo
	must dsr service del mark 101
}

# check_rule FINDING HOOK PRIORITY STATEMENT...: add a rule about the VIP, and check that it is
# found in its place.
check_rule()
{
	must on director nft "add chain inet fw rules { type filter hook $2 priority $3 ; }"
	must on director nft "add rule inet fw rules ${*:4}"
	if [ -n "$1" ]; then
		cured "$1 $(on director nft -j -a list chain inet fw rules |
			jq -r '[.nftables[].rule.handle // empty][0]')"
	else
		check_healthy "a rule in $2 at $3: ${*:4}"
	fi
	must on director nft delete chain inet fw rules
}

check_firewall()
{
	must on director nft add table inet fw
	check_rule "warning firewall inet fw rules" input 0 ip daddr "$vip4" drop
	check_rule "warning firewall inet fw rules" forward 0 ip6 daddr "$vip6" tcp dport 80 drop
	check_rule "note firewall inet fw rules" prerouting -150 ip daddr "{ 192.0.2.1, $vip4 }" counter
	check_rule "" input 0 ip daddr "$vip4" tcp dport 22 drop
	check_rule "" forward 0 ip saddr "$vip4" drop
	ingress_hook off
	check_rule "" prerouting -300 ip daddr "$vip4" drop
	ingress_hook on
	check_rule "warning firewall-ingress inet fw rules" prerouting -300 ip daddr "$vip4" drop
	must on director nft delete table inet fw
}

# send_datagrams COUNT PORT: send datagrams to the VIP, each by a socket of its own.
send_datagrams()
{
	on client bash -c "for ((n = 0; n < $1; n++)); do echo >/dev/udp/$vip4/$2; done"
}

at_least_flows()
{
	[ "$(dsr -j stats show | jq '.[0].flows')" -ge "$1" ]
}

check_drops()
{
	add_service udp "$vip4:53"
	send_datagrams 1 53
	must wait_for prints 1 drops no_backend
	check_eq "what was dropped is told, with the reason" \
		"warning 1 packets were dropped: the service has no active backend with a weight above 0" \
		"$(dsr -j doctor | jq -r '.[] | select(.id == "drop-no_backend") | "\(.severity) \(.text)"')"
	must dsr service del udp "$vip4:53"
}

check_flow_table()
{
	reload max_flows=256
	add_service udp "$vip4:9"
	backends_add 4 udp "$vip4:9"
	# Each of the 256 parts of the table has room for one.
	send_datagrams 1000 9
	must wait_for at_least_flows 231
	check_eq "a table that is nearly full" "warning flow-table flows" "$(findings)"
	check "its cure is for the host" grep -q 'cure: echo options nf_dsr max_flows=512 ' \
		<(dsr doctor)
	must dsr flush
}

check_module()
{
	local helper

	check_eq "without services" "note no-services " "$(findings)"
	check_eq "a note is no fault" 0 "$(diagnosis)"
	check_eq "without privileges the module refuses" "fault module-refuses nf_dsr" \
		"$(setpriv --reuid 65534 --clear-groups --inh-caps=-all dsrctl -j doctor |
			jq -r '.[] | select(.id != "not-checked") | "\(.severity) \(.id) \(.about)"')"
	helper=$(sysctl -n kernel.modprobe)
	must sysctl -qw kernel.modprobe=/bin/false
	must wait_for unload
	check_eq "without the module" "fault module-not-loaded nf_dsr" "$(findings)"
	check_eq "the status says so" 2 "$(diagnosis)"
	check "its cure runs" bash -c "$(cure)"
	check_eq "then there are no services" "note no-services " "$(findings)"
	must sysctl -qw kernel.modprobe="$helper"
}

# What is printed: a fault in lines that fit, its status, and no more than the last line
# without one.
check_output()
{
	check_eq "without a fault, the status is 0" 0 "$(diagnosis)"
	check_eq "and the last line is all" "0 faults, 0 warnings, 0 notes" "$(cat "$work/diagnosis")"
	check_eq "in JSON, an empty array" "[]" "$(dsr -j doctor)"
	director route add blackhole "${lan4}51"
	check_eq "with a fault, the status is 3" 3 "$(diagnosis)"
	check_eq "the fault in words" "fault no-route
    10.1.1.51 has a route of type blackhole: packets of tcp 192.0.2.80:80 to it
    are lost
    cure: ip netns exec director ip route del blackhole 10.1.1.51
1 fault, 0 warnings, 0 notes" "$(cat "$work/diagnosis")"
	check_that "lines fit" "$(widest "$work/diagnosis") <= 80"
	check_eq "inside the namespace, without it" "    cure: ip route del blackhole ${lan4}51" \
		"$(on director dsrctl doctor | grep cure)"
	director route del blackhole "${lan4}51"
}

topology l2
for family in 4 6; do
	vip=vip$family
	add_service tcp "$(host "${!vip}"):80"
	backends_add $family tcp "$(host "${!vip}"):80"
done
check_output
check_routes
check_neighbours
check_services
check_vips
check_checks
check_firewall
check_drops
ingress_hook off
must dsr flush
check_flow_table
check_module
