#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The commands of the documentation succeed, and have the effects that it describes.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/netns/http.sh
. "$here/http.sh"
# shellcheck source=tests/netns/docs.sh
. "$here/docs.sh"
# shellcheck source=tests/netns/ipvs.sh
. "$here/ipvs.sh"

# run_document FILE: run a document from its beginning to its end, in one network.
run_document()
{
	local place language block nodes node

	grep -q "^$1:" "$work/commands" || return 0
	topology l2
	# The documents' own commands add devices.
	ingress_hook off
	[[ "README.md docs/tutorial.md" != *"$1"* ]] || start_http
	while read -r place language block nodes; do
		[ "${place%:*}" = "$1" ] || continue
		[ "$nodes" = "${nodes% endless}" ] || language=endless nodes=${nodes% endless}
		for node in $nodes; do
			check "$place: the commands succeed on $node" \
				as_printed "$node" "${block##*/}" "$language"
		done
	done <"$work/commands"
	[ "$1" != README.md ] ||
		check_that "README.md: the director has forwarded" "$(service_sum packets) > 8"
	remove_topology
	must wait_for unload
}

# fetch 4|6 PORT [OPTION...]: fetch a page from the VIP of this family, as the client. Print
# curl's exit status and output.
fetch()
{
	local vip=vip$1 status=0 body

	body=$(on client curl -sS "${@:3}" "http://$(host "${!vip}"):$2/" 2>/dev/null) || status=$?
	echo "$status ${body%%[0-9]}"
}

served()
{
	fetch "$1" 80 --max-time "$patience"
}

# Succeed if no backend serves. The time is short, as no answer would ever arrive.
unserved()
{
	fetch "$1" "${2-80}" --max-time 2
}

serve_both()
{
	local family vip

	for family in 4 6; do
		vip=vip$family
		backends_setup l2 "${!vip}" $family
		must dsr service add tcp "$(host "${!vip}"):80"
		backends_add $family tcp "$(host "${!vip}"):80"
	done
}

# Make backends answer through the director, which has the VIPs.
set_up_gateway()
{
	local backend

	must on director sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 \
		net.ipv4.conf.all.send_redirects=0 net.ipv4.conf.eth0.send_redirects=0
	for backend in $backends; do
		must ip -n "$backend" route replace default via "$(address director 4)"
		must ip -n "$backend" route replace default via "$(address director 6)"
	done
	must ip -n director address add "$vip4/32" dev lo
	must ip -n director address add "$vip6/128" dev lo nodad
}

check_gateway()
{
	set_up_gateway
	check_eq "a gateway that has the VIP drops the answers" "28 " "$(unserved 4)"
	check_eq "but not those from an IPv6 VIP" "0 b" "$(served 6)"
	check "the settings for a gateway are taken" as_printed director gateway
	reset_counters
	check_eq "with them the answers pass" "0 b" "$(served 4)"
	check_that "through the director" "$(counter in director reply packets) > 0"
	must on director sysctl -qw net.ipv4.conf.eth0.rp_filter=1
	check_eq "a strict reverse path filter drops them where lo has the VIP" "28 " "$(unserved 4)"
	must ip -n director address del "$vip4/32" dev lo
	must ip -n director address add "$vip4/32" dev eth0
	check_eq "but not where the device has it that they come in by" "0 b" "$(served 4)"
	must ip -n director address del "$vip4/32" dev eth0
	must on director sysctl -qw net.ipv4.conf.eth0.accept_local=0
	check_eq "without the VIP a gateway needs no accept_local" "0 b" "$(served 4)"
	must ip -n director route add blackhole "$vip4"
	check_eq "a blackhole route to the VIP drops the answers" "28 " "$(unserved 4)"
	must ip -n director route del blackhole "$vip4"
	must ip -n director address del "$vip6/128" dev lo
}

# probe MARK: print which backend answers a connection of the director to the VIP that has
# this mark.
probe()
{
	on director /usr/bin/python3 - "$vip4" "$1" "$patience" <<-'END'
		import socket, sys
		probe = socket.socket()
		probe.settimeout(float(sys.argv[3]))
		probe.setsockopt(socket.SOL_SOCKET, 36, int(sys.argv[2]))
		probe.connect((sys.argv[1], 80))
		probe.sendall(b"GET / HTTP/1.0\r\n\r\n")
		print(b"".join(iter(lambda: probe.recv(4096), b"")).decode().split()[-1])
	END
}

# filtered: print how many packets b1's reverse path filter dropped.
filtered()
{
	on b1 nstat -asz TcpExtIPReversePathFilter | awk '/^Tcp/ { print $2 }'
}

check_backend_filter()
{
	local before

	must dsr backend change tcp "$vip4:80" "$(address b1 4)" method ipip
	must on b1 sysctl -qw net.ipv4.conf.tunl0.rp_filter=1
	before=$(filtered)
	check_not "a backend's reverse path filter drops what its tunnel device takes" 		on director ping -c 1 -W 2 -m 101 "$vip4"
	check_that "and counts it" "$(filtered) > $before"
	must on b1 sysctl -qw net.ipv4.conf.tunl0.rp_filter=0
	must dsr backend change tcp "$vip4:80" "$(address b1 4)" unset method
}

# Check a director that forwards packets, as the one of check_gateway does.
check_unmatched()
{
	reset_counters
	check_eq "a packet that no service takes goes back and forth" "7 " "$(fetch 4 81)"
	check_that "and comes to the director again and again" \
		"$(counter in director request packets) > 10"
	check "unmatched drop is taken" as_printed director unmatched
	reset_counters
	check_eq "with it such packets are gone" "28  28 " "$(unserved 4 81) $(unserved 6 81)"
	# Clients may also refuse late answers of connections that failed before.
	check_that "and none comes again and again" \
		"$(counter in director request packets) < 20"
	backends_setup ipip "$vip4" 4
	check "the director's marked ping is answered" as_printed director health-checks
	check_eq "the director's own check gets out and its answer in" b2 "$(probe 102)"
	check_backend_filter
	check_eq "clients are served" "0 b 0 b" "$(served 4) $(served 6)"
	must ip -n director route add blackhole "$vip4"
	check_not "a blackhole route refuses the check" probe 102
	must ip -n director route del blackhole "$vip4"
}

check_weight()
{
	topology l2
	packets weight.py
	remove_topology
	reload max_flows=0
	topology l2
	packets weight.py full
	remove_topology
	must wait_for unload
}

topology l2
start_http
serve_both
take_commands >"$work/commands"
check_gateway
check_unmatched
packets error_source.py "$work/docs/error-source"
stop_backends
remove_topology
check_weight
check "each command of the documentation is run by a test" take_commands
as_ip_vs
for document in $documents; do
	run_document "$document"
done
as_before
