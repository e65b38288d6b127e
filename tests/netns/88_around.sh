#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Other software around nf_dsr, by the commands of the documentation: NAT on backends,
# containers on the director, keepalived, IPVS. Only stock kernels have what these need.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/netns/http.sh
. "$here/http.sh"
# shellcheck source=tests/netns/docs.sh
. "$here/docs.sh"
# shellcheck source=tests/netns/ipvs.sh
. "$here/ipvs.sh"
# shellcheck source=tests/netns/keepalived.sh
. "$here/keepalived.sh"

vip=$vip4
# The port of a server that returns the address of its peer.
peer_port=8080

# printed NODE NAME [LANGUAGE]: assert that the documentation's commands succeed on the node.
printed()
{
	check "the documentation's commands succeed: $2 on $1" as_printed "$@"
}

# fetch NODE: print which backend answers a connection from the node to the VIP.
fetch()
{
	on "$1" curl -sS --max-time "$patience" "http://$vip/" 2>&1
}

# Fetch a page from the VIP without success. The time is short, as no answer would ever
# arrive.
fetch_in_vain()
{
	on "$1" curl -sS --max-time 2 "http://$vip/" >/dev/null 2>&1 || echo "status $?"
}

serve_vip()
{
	must dsr service add tcp "$vip:80" scheduler wrr
	backends_add 4 tcp "$vip:80"
}

# peer NODE [OPTION]: print the source address that the client sees of a connection from the
# node.
peer()
{
	on "$1" socat -T "$patience" - "TCP:$(address client 4):$peer_port${2-}" </dev/null 2>&1
}

check_outgoing()
{
	local own

	own=$(address b1 4)
	serve client socat "TCP-LISTEN:$peer_port,fork,reuseaddr" "SYSTEM:echo \$SOCAT_PEERADDR"
	wait_for listens client $peer_port
	check_eq "a backend connects from its own address" "$own" "$(peer b1)"
	check_not "not from the VIP: the answers go to the director" \
		peer b1 ",bind=$vip,connect-timeout=2"
	printed b1 outgoing-snat nft
	check_eq "with source NAT it does, as itself" "$own" "$(peer b1 ",bind=$vip")"
	check_eq "clients are answered from the VIP, as before" "2 b1 2 b2 2 b3" \
		"$(names 6 | sort | uniq -c | xargs)"
	must on b1 nft delete table inet outgoing
	must ip -n director address add "$vip/32" dev lo
	check_eq "a director that has the VIP connects from it" "$vip" \
		"$(peer director ",bind=$vip")"
	must dsr service add tcp "$vip"
	backends_add 4 tcp "$vip"
	check_not "not where a service takes all ports" \
		peer director ",bind=$vip,connect-timeout=2"
	must dsr service del tcp "$vip"
	must ip -n director address del "$vip/32" dev lo
}

# Set up the network as Docker does. The container is a node of the topology, which removes
# it at the end.
add_container()
{
	ip -batch - <<-END
		netns add box
		link add docker0 netns director type bridge
		link add eth0 netns box type veth peer name box netns director
	END
	ip -n director -batch - <<-END
		link set docker0 up
		link set box master docker0 up
		address add 172.17.0.1/16 dev docker0
	END
	ip -n box -batch - <<-END
		link set lo up
		link set eth0 up
		address add 172.17.0.2/16 dev eth0
		route add default via 172.17.0.1
	END
	must sysctls director net.ipv4.ip_forward=1
	must on director nft -f - <<-END
		table ip docker {
			chain prerouting {
				type nat hook prerouting priority dstnat
				fib daddr type local tcp dport 80 dnat to 172.17.0.2
			}
			chain postrouting {
				type nat hook postrouting priority srcnat
				ip saddr 172.17.0.0/16 oifname != "docker0" masquerade
			}
			chain forward {
				type filter hook forward priority filter; policy drop
				oifname "docker0" ct state established,related accept
				oifname "docker0" ct status dnat accept
				iifname "docker0" accept
			}
		}
	END
}

check_container_client()
{
	local node

	serve_vip
	check_eq "a container's packets reach backends, which cannot answer" "status 28" \
		"$(fetch_in_vain box)"
	for node in router $backends; do
		printed "$node" container-route
	done
	check_eq "with a route to it the firewall drops the answers" "status 28" \
		"$(fetch_in_vain box)"
	printed director container-accept
	check_eq "without that they come" b "$(fetch box | tr -d 1-3)"
	for node in router $backends; do
		must ip -n "$node" route del 172.17.0.0/16
	done
	must dsr service del tcp "$vip:80"
	printed director container-device
	backends_add 4 tcp "$vip:80"
	reset_counters
	check_eq "a service of one device leaves a container to the router" b "$(fetch box | tr -d 1-3)"
	check_that "from which its packets come back, and the answers" \
		"$(counter in director request packets) > 3 && $(counter in director reply packets) > 3"
	must sysctls director net.ipv4.conf.eth0.accept_local=0
	check_eq "not without accept_local" "status 28" "$(fetch_in_vain box)"
	check_that "they are martians then" "$(drops martian) > 0"
	must dsr service del tcp "$vip:80"
	serve_vip
	check_eq "the host's own connections need nothing" b "$(fetch director | tr -d 1-3)"
	must dsr service del tcp "$vip:80"
}

check_container_backend()
{
	mkdir -p "$work/box/up"
	nginx_conf box >"$work/box/conf"
	serve box nginx -e stderr -c "$work/box/conf"
	wait_for listens box 80
	printed director container-published
	check_eq "a published port serves clients by method local" box "$(fetch client)"
	must ip -n director address del "$vip/32" dev lo
	must dsr service del tcp "$vip:80"
	backend_setup box l2 "$vip" 172.17.0.2
	must dsr service add tcp "$vip:80"
	must dsr backend add tcp "$vip:80" 172.17.0.2
	check_eq "the reverse path filter drops what a container answers" "status 28" \
		"$(fetch_in_vain client)"
	must dsr backend del tcp "$vip:80" 172.17.0.2
	printed director container-backend
	check_eq "without that a container is a backend" box "$(fetch client)"
	must on director nft insert rule ip docker forward ct state invalid drop
	check_eq "not where invalid packets are dropped" "status 28" "$(fetch_in_vain client)"
	must dsr service del tcp "$vip:80"
}

# keepalived_start NODE [SED-SCRIPT]: start keepalived with the documentation's
# configuration, edited by the sed script.
keepalived_start()
{
	sed "${2-}" "$work/docs/keepalived-conf" >"$work/$1.conf"
	keepalived_run "$1" "$work/$1.conf"
}

has_next_hop()
{
	ip -n "$1" address show dev eth0 | grep -qF 10.1.1.9/32
}

health()
{
	dsr -j backend show tcp "$vip:80" | jq -r 'map(.health) | join(" ")'
}

# Print which backends answer twelve connections of the client.
who()
{
	names 12 2>&1 | sort -u | xargs
}

refused()
{
	[ "$(fetch_in_vain client)" = "status 7" ]
}

# server NODE: start the node's nginx again.
server()
{
	serve "$1" nginx -e stderr -c "$work/$1/conf"
}

# server_stop NODE: stop the node's nginx.
server_stop()
{
	kill "$(cat "$work/$1/pid")"
}

# Check keepalived with two directors. b3 is the second one.
check_keepalived()
{
	must cp "$(command -v dsrctl)" /usr/sbin/dsrctl
	printed director keepalived-services
	printed b3 keepalived-services
	must ip -n router route replace "$vip" via 10.1.1.9
	ip -n b3 address del "$vip/32" dev lo
	server_stop b3
	keepalived_start director
	keepalived_start b3 "s/priority 150/priority 100/"
	check "the first director takes the next hop" wait_for has_next_hop director
	check_eq "clients are served" "b1 b2" "$(who)"
	server_stop b2
	wait_eq "a backend that is dead is told to nf_dsr" "up down" health
	check_eq "and gets no more clients" b1 "$(who)"
	server_stop b1
	check "without any, clients are refused" wait_for refused
	server b1
	server b2
	wait_eq "backends that live again are told to nf_dsr" "up up" health
	check_eq "and serve" "b1 b2" "$(who)"
	check_eq "IPVS has had no packet" 0 \
		"$(on director ipvsadm -L -n --stats | awk '/^FWM/ { print $4 }')"
	reset_counters
	kill "$(cat "$work/director.pid")"
	check "when it ends, the other director takes the next hop" wait_for has_next_hop b3
	check_eq "clients are served" "b1 b2" "$(who)"
	check_eq "by the other director" 0 "$(counter in director request packets)"
	printed director keepalived-start
	kill "$(cat "$work/b3.pid")"
}

# Check keepalived with a director that has the VIP as an address.
check_keepalived_vip()
{
	must ip -n director address add "$vip/32" dev eth0
	must sysctls director net.ipv4.conf.eth0.accept_local=0
	wait_for no_keepalived director
	keepalived_start director "s/connect_port 80/&\n bindto $(address director 4)/"
	wait_eq "checks by a director that has the VIP get no answers" "down down" health
	must sysctls director net.ipv4.conf.eth0.accept_local=1
	wait_eq "with accept_local and an address of its own they do" "up up" health
	kill "$(cat "$work/director.pid")"
}

fill_ipvs()
{
	on director ipvsadm -R <<-END
		-A -t $vip:80 -s rr
		-a -t $vip:80 -r $(address b1 4) -g
		-a -t $vip:80 -r $(address b2 4) -g
	END
}

# Check the commands that move the rules of IPVS to nf_dsr_ipvs, and back.
check_rules()
{
	fill_ipvs
	install_example
	printed director rules-to-nf-dsr-ipvs
	check_eq "nf_dsr serves clients by the rules of IPVS" "b1 b2" "$(who)"
	check_that "and counts them" "$(service_sum packets) > 0"
	printed director rules-back-to-ipvs
	check_eq "IPVS serves clients again" "b1 b2" "$(who)"
	check_eq "and nf_dsr has no service" 0 "$(service_count)"
	flush_ipvs director
}

# Check IPVS and nf_dsr. The director has the VIP as an address, as IPVS requires.
check_ipvs()
{
	must ip -n director address add "$vip/32" dev lo
	must modprobe ip_vs
	fill_ipvs
	check_eq "IPVS serves clients" "b1 b2" "$(who)"
	check_eq "with nf_dsr's services of other ports beside it" 0 "$(service_sum packets)"
	printed director from-ipvs
	check_eq "nf_dsr serves clients in its place" "b1 b2" "$(who)"
	check_that "and counts them" "$(service_sum packets) > 0"
	check_eq "IPVS has no service any more" "" "$(on director ipvsadm -S -n)"
	must dsr flush
	fill_ipvs
	must mkdir -p /etc/nf_dsr
	printed director import-ipvs
	check_eq "what IPVS had is imported" "$vip:80 b1 b2" \
		"$(dsr -j service show | jq -r '.[] | "\(.vip):\(.port)"') $(who)"
	check_that "and nf_dsr counts its packets" "$(service_sum packets) > 0"
	check_eq "which IPVS does not have any more" "" "$(on director ipvsadm -S -n)"
	must dsr flush
	check_rules
	must ip -n director address del "$vip/32" dev lo
}

topology l2
take_commands >/dev/null
start_http
backends_setup l2 "$vip" 4
serve_vip
check_outgoing
must dsr service del tcp "$vip:80"
add_container
check_container_client
check_container_backend
must ip netns del box
must on director nft delete table ip docker
must dsr service add tcp "$vip:81"
check_ipvs
check_keepalived
check_keepalived_vip
