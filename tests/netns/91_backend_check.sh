#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# dsr-backend check names each fault of a backend, and the command that it prints cures it.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/netns/http.sh
. "$here/http.sh"
# shellcheck source=tests/netns/backend.sh
. "$here/backend.sh"

backends="b1 b2"
export DSR_BACKEND_STATE=$work/b1.run DSR_BACKEND_CONF=$work/b1.d

# faults ARGUMENT...: print the exit status of a check, and the names of the faults.
faults()
{
	local status=0

	on b1 dsr-backend check "$@" --json >"$work/faults" || status=$?
	echo "$status $(jq -r '[.[].fault] | join(" ")' "$work/faults")"
}

# finds TEXT FAULT ARGUMENT...: assert that a check finds exactly this fault, and none after the
# command that it prints. Nobody edits that command.
finds()
{
	local text=$1 expected=$2 status=0

	shift 2
	on b1 dsr-backend check "$@" >"$work/found" || status=$?
	check_eq "$text: $expected" "3 $expected" \
		"$status $(sed -E 's/^[^ ]+ [^ ]+: ([a-z0-9-]+): .*/\1/' "$work/found" | xargs)"
	sed -n 's/.*; cure: //p' "$work/found" >"$work/cure"
	check "$text: the printed command succeeds" on b1 bash -e "$work/cure"
	check_eq "$text: and cures it" "0 " "$(faults "$@")"
}

# served METHOD VIP 4|6 [OPTION...]: succeed if a client is served.
served()
{
	serve_by "$@"
	# Without an answer this ends by itself: no packet will ever come.
	[ "$(on client curl -sS --max-time "${limit-$patience}" "http://$(host "$2")/")" = b1 ]
}

# breaks TEXT FAULT VIP METHOD 4|6 [OPTION...]: as finds, and clients are served after the cure
# only.
breaks()
{
	local text=$1 fault=$2 vip=$3

	shift 3
	limit=1 check_not "$text: no client is served" served "$1" "$vip" "${@:2}"
	finds "$text" "$fault" "$vip" --method "$1" --backend "$(address b1 "$2")" ${3+"--$3" "$4"}
	check "$text: clients are served again" served "$1" "$vip" "${@:2}"
}

do_b1()
{
	must on b1 "$@"
}

check_vips()
{
	do_b1 ip address del "$vip4/32" dev lo
	breaks "the VIP is missing" vip-missing "$vip4" ipip 4
	do_b1 ip address del "$vip6/128" dev lo
	finds "the IPv6 VIP is missing" vip-missing "$vip6"
	do_b1 ip address add "$vip4/24" dev eth0
	finds "the VIP is on eth0 as well" vip-answers "$vip4" --method l2
	do_b1 ip address add "$vip4" peer "${lan4}250" dev eth0
	finds "the VIP is there with a peer" vip-answers "$vip4" --method l2
	do_b1 ip link set lo down
	finds "lo is down" "lo-down" "$vip4" --method l2
	must backend b1 setup "$vip6" --method ipip --runtime
	must sysctls b1 net.ipv6.conf.dsr-ip6tnl0.disable_ipv6=1
	breaks "IPv6 is disabled on the tunnel device" ipv6-disabled "$vip6" ipip 6
	do_b1 ip address add "$vip4/32" dev dummy
	do_b1 ip address del "$vip4/32" dev lo
	check_eq "a dummy device may have the VIP" "0 " "$(faults "$vip4" --method l2)"
	do_b1 ip address add "$vip4/32" dev lo scope host
	do_b1 ip address del "$vip4/32" dev dummy
}

check_arp()
{
	must sysctls b1 net.ipv4.conf.all.arp_ignore=0
	finds "ARP is answered" arp-ignore "$vip4"
	must sysctls b1 net.ipv4.conf.all.arp_announce=0
	finds "ARP is announced" arp-announce "$vip4" --method l2
	must sysctls b1 net.ipv4.conf.eth0.arp_ignore=4
	finds "the device's own value is larger, and reserved" arp-ignore "$vip4" --method l2
	must sysctls b1 net.ipv4.conf.all.arp_ignore=3
	check_eq "arp_ignore 3 hides a VIP of scope host" "0 " "$(faults "$vip4" --method l2)"
	do_b1 ip address del "$vip4/32" dev lo
	do_b1 ip address add "$vip4/32" dev lo
	finds "but no other" arp-ignore "$vip4" --method l2
	do_b1 ip address del "$vip4/32" dev lo
	do_b1 ip address add "$vip4/32" dev lo scope host
	must sysctls b1 net.ipv4.conf.eth0.arp_ignore=0
}

check_tunnels()
{
	do_b1 ip link set dsr-ipip0 down
	breaks "the device is down" tunnel-down "$vip4" ipip 4
	do_b1 ip link del dsr-ipip0
	breaks "the device is gone" tunnel-missing "$vip4" ipip 4
	do_b1 ip link set dsr-ip6tnl0 type ip6tnl mode ip6ip6
	breaks "the device takes IPv6 only" tunnel-mode "$vip4" gue 6
	do_b1 ip link del dsr-gre0
	do_b1 ip link add dsr-gre0 type gre local "$(address b1 4)" remote any key 9 csum
	must sysctls b1 net.ipv4.conf.dsr-gre0.rp_filter=0
	do_b1 ip link set dsr-gre0 up
	finds "the device wants checksums" tunnel-mode "$vip4" --method gre --gre-key 9
	must sysctls b1 net.ipv4.conf.all.rp_filter=2
	breaks "the filter of all devices" rp-filter "$vip4" ipip 4
	must sysctls b1 net.ipv4.conf.dsr-ipip0.rp_filter=1
	breaks "the filter of the device" rp-filter "$vip4" ipip 4
	do_b1 ip -6 fou del port 6080
	breaks "the UDP port is gone" fou-missing "$vip4" gue 6
	do_b1 ip -6 fou del port 6080
	do_b1 ip -6 fou add port 6080 ipproto 41
	breaks "the UDP port takes something else" fou-form "$vip4" gue 6
}

check_rules()
{
	do_b1 nft delete table ip dsr-backend
	breaks "the rule is gone" dscp-rule "$vip4" dscp 4 dscp 12
	check_firewall
}

# check_firewall: debug kernels have no rules of this kind, so another nft lists the one of
# firewalld.
check_firewall()
{
	local PATH=$work/bin:$PATH

	cat >"$work/bin/nft" <<-END
		#!/bin/sh
		case "\$*" in
		"-a list ruleset") cat "$work/ruleset" ;;
		"delete rule inet firewalld filter_PREROUTING handle 66") : >"$work/ruleset" ;;
		esac
	END
	chmod +x "$work/bin/nft"
	cat >"$work/ruleset" <<-'END'
		table inet firewalld { # handle 5
			chain filter_PREROUTING { # handle 3
				type filter hook prerouting priority filter + 10; policy accept;
				icmpv6 type { nd-router-advert, nd-neighbor-solicit } accept # handle 65
				meta nfproto ipv6 fib saddr . mark . iif oif missing drop # handle 66
			}
		}
	END
	check_eq "a filter of IPv6 does not concern IPv4" "0 " \
		"$(faults "$vip4" --method ipip --backend "$(address b1 4)")"
	finds "a rule filters the way back" firewall "$vip6" --method ipip --backend "$(address b1 6)"
}

check_routes()
{
	do_b1 ip route change default via "${lan4}1"
	finds "clients send what does not fit" mss "$vip4" --method gue --backend "$(address b1 6)"
	do_b1 ip -6 route change default via "${lan6}1" dev eth0
	finds "IPv6 clients send what does not fit" mss "$vip6" --method ipip
	do_b1 ip route change default via "${lan4}1" src "$vip4" advmss 1400
	finds "connections come from the VIP" source "$vip4" --method l2
	do_b1 ip route replace default via "$(address director 4)"
	check_eq "answers leave by the director" "3 reply-route" \
		"$(faults "$vip4" --method l2 --director "$(address director 4)")"
	must ip -n director address add "${lan4}9/24" dev eth0
	do_b1 ip route replace default via "${lan4}9"
	check_eq "also by another address of it" "3 reply-route" \
		"$(faults "$vip4" --method l2 --director "$(address director 4)")"
	do_b1 ip route replace default dev dsr-ipip0
	check_eq "answers leave by the tunnel" "3 reply-route" "$(faults "$vip4" --method l2)"
	do_b1 ip route del default
	check_eq "no route leads to clients" "3 no-route" "$(faults "$vip4" --method l2)"
	check_eq "but to this one" "0 " "$(faults "$vip4" --method l2 --client "${lan4}1")"
	do_b1 ip route add default via "${lan4}1" advmss 1400
	do_b1 ip address del "$(address b1 4)/24" dev eth0
	check_eq "the backend's address is gone" "3 address no-route" \
		"$(faults "$vip4" --method dscp --dscp 12 --backend "$(address b1 4)")"
	do_b1 ip address add "$(address b1 4)/24" dev eth0
	do_b1 ip route add default via "${lan4}1" advmss 1400
}

check_listeners()
{
	check_eq "nginx listens" "0 " "$(faults "$vip4" --port 80)"
	check_eq "nobody listens" "3 no-listener" "$(faults "$vip4" --method l2 --port 81)"
	check_eq "or on another protocol" "3 no-listener" "$(faults "$vip6" --method l2 --port udp/80)"
	serve b1 socat -u "TCP4-LISTEN:82,bind=$(address b1 4)" -
	serve b1 socat -u "TCP4-LISTEN:83,bind=$vip4" -
	serve b1 socat -u TCP6-LISTEN:84,ipv6only=1 -
	serve b1 socat -u TCP4-LISTEN:85,so-bindtodevice=eth0 -
	await_backends_ports
	check_eq "a server on another address does not count" "3 no-listener" "$(faults "$vip4" --method l2 --port 82)"
	check_eq "one on the VIP does" "0 " "$(faults "$vip4" --method l2 --port 83)"
	check_eq "one for IPv6 only does not" "3 no-listener" "$(faults "$vip4" --method l2 --port 84)"
	check_eq "one for a device gets no packets from a tunnel" "3 no-listener" "$(faults "$vip4" --method ipip --port 85)"
	check_eq "but from the director's link" "0 " "$(faults "$vip4" --method l2 --port 85)"
}

await_backends_ports()
{
	local port

	for port in 82 83 84 85; do
		must wait_for listens b1 $port
	done
}

check_wire()
{
	local director

	director=$(address director 4)
	check_eq "nobody else answers for the VIP" "0 " "$(faults "$vip4" --method l2 --wire)"
	must ip -n director address add "$vip4/32" dev eth0
	check_eq "the director does" "3 duplicate" "$(faults "$vip4" --method l2 --wire)"
	check_eq "which is no fault if it is known" "0 " "$(faults "$vip4" --method l2 --wire --director "$director")"
	must ip -n director address del "$vip4/32" dev eth0
	must on b1 ping -c 1 -W "$patience" "$(address b2 4)"
	must ip -n b2 address add "$vip4/32" dev lo
	must ip -n b2 address add "$vip6/128" dev eth0 nodad
	check_eq "another backend does: its name is printed" \
		"$(ip -n b2 -j link show eth0 | jq -r '.[0].address') ($(address b2 4)) answers for $vip4 on eth0" \
		"$(on b1 dsr-backend check "$vip4" --method l2 --wire --director "$director" --json | jq -r '.[].text')"
	check_eq "also by IPv6" "3 duplicate" "$(faults "$vip6" --method l2 --wire --director "$(address director 6)")"
	must ip -n b2 address del "$vip6/128" dev eth0
	must ip -n b2 address del "$vip4/32" dev lo
}

# check_lro: veth devices have no LRO, so another ethtool reports it.
check_lro()
{
	cat >"$work/bin/ethtool" <<-END
		#!/bin/sh
		[ "\$1" != -k ] || echo "large-receive-offload: \$(cat "$work/lro")"
		[ "\$1" != -K ] || echo "\$4" >"$work/lro"
	END
	chmod +x "$work/bin/ethtool"
	echo on >"$work/lro"
	local PATH=$work/bin:$PATH
	check_eq "LRO does no harm on a machine that does not forward" "0 " "$(faults "$vip4" --method l2)"
	must sysctls b1 net.ipv4.ip_forward=1
	finds "LRO, where packets are forwarded" lro "$vip4" --method l2
	must sysctls b1 net.ipv4.ip_forward=0
}

# check_names: a device may have a name that is a command, or an escape sequence.
check_names()
{
	# shellcheck disable=SC1003,SC2016 # as it is
	local odd='$(id)"\'

	do_b1 ip link add "$odd" type veth peer name $'x\e[2J'
	do_b1 ip link set "$odd" up
	do_b1 ip address add "$vip4/25" dev "$odd"
	do_b1 ip address add "$vip4/26" dev $'x\e[2J'
	do_b1 ip link set $'x\e[2J' up
	check_eq "names are quoted for the shell" \
		"ip address del $vip4/26 dev \$'x\\E[2J'; ip address del $vip4/25 dev '\$(id)\"\\'" \
		"$(on b1 dsr-backend check "$vip4" --method l2 --json | jq -r '[.[].cure] | join("; ")')"
	check_eq "and no escape sequence gets to the terminal" "3 0" \
		"$(on b1 dsr-backend check "$vip4" --method l2 >"$work/found"; echo $? "$(grep -c $'\e' "$work/found")")"
	do_b1 ip link del "$odd"
}

check_usage()
{
	check_eq "a check needs to know the method" \
		"Error: --method is needed: 192.0.2.99 is not set up by dsr-backend 1" \
		"$({ on b1 dsr-backend check 192.0.2.99; echo $?; } 2>&1 | xargs)"
	check_eq "a fault has one line" \
		"$vip4 l2: no-listener: no server listens on tcp port 81 of $vip4; cure: start the server, on $vip4 or on all addresses and devices" \
		"$(on b1 dsr-backend check "$vip4" --method l2 --port 81)"
	check_eq "without a VIP, all that is set up is checked" "7 no faults" \
		"$(on b1 dsr-backend check | sed 's/.*: //' | sort | uniq -c | xargs)"
}

mkdir "$work/bin"
topology l2
start_http
must ip -n b1 link add dummy type dummy
must ip -n b1 link set dummy up
setup b1 "$vip4" --method ipip
setup b1 "$vip4" --method gue --backend "$(address b1 6)"
setup b1 "$vip4" --method gre --gre-key 9
setup b1 "$vip4" --method gre
setup b1 "$vip4" --method dscp --dscp 12
setup b1 "$vip6" --method ipip
setup b1 "$vip6" --method ipip --backend "$(address b1 4)"
check_usage
check_vips
check_arp
check_tunnels
check_rules
check_listeners
check_wire
check_lro
check_names
check_routes
