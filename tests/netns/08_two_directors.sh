#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Two directors announce a VIP to a router, which spreads streams over both: with BIRD, BFD and the
# configurations of docs/examples. One director is stopped in order, one lacks a backend, one dies;
# and one has FRR. b3 is the second director.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

streams=$(often 200 100)
examples=$here/../../docs/examples
second4=${lan4}3 second6=${lan6}3
declare -A dsrd_of bird_of

# write_file: write the configuration file, which both directors have. A director keeps flows on a
# backend that only it finds unhealthy, until the router has the other way.
write_file()
{
	cat >"$work/file.yaml" <<-END
		version: 1
		announce: {settle: 1, drain: 8}
		checks:
		  - {name: echo, type: tcp, target: host, tries: 5, fall: 2,
		     interval: 1.5, fast-interval: 0.5, max-interval: 3}
		services:
		  - match: tcp $vip4:7
		    name: shop
		    seed: 7
		    checks: echo
		    on-down: keep
		    withdraw-below: 2
		    backends:
		      - {address: $(address b1 4)}
		      - {address: $(address b2 4)}
		  - match: tcp [$vip6]:7
		    seed: 7
		    checks: echo
		    backends:
		      - {address: $(address b1 6)}
		      - {address: $(address b2 6)}
	END
}

# start_director NODE: have dsrd announce the VIPs.
start_director()
{
	must dsrctl -n "$1" apply "$work/file.yaml"
	dsrd -n "$1" -f "$work/file.yaml" >>"$work/dsrd-$1.log" 2>&1 &
	dsrd_of[$1]=$!
}

# bird_conf NODE: print the configuration of BIRD on a node. The addresses of the first director
# become those of the second one. BFD has patience with emulated machines.
bird_conf()
{
	case $1 in
	router) cat "$examples/bird-router.conf" ;;
	director) cat "$examples/bird-director.conf" ;;
	b3) sed "s/local ${lan4}2/local $second4/; s/local ${lan6}2/local $second6/; s/^router id .*/router id $second4;/" \
		"$examples/bird-director.conf" ;;
	esac | sed 's/300 ms/1 s/; s/multiplier 3/multiplier 5/'
}

start_bird()
{
	bird_conf "$1" >"$work/bird-$1.conf"
	nsenter --net="/run/netns/$1" -- bird -f -c "$work/bird-$1.conf" -s "$work/bird-$1.ctl" \
		>"$work/bird-$1.log" 2>&1 &
	bird_of[$1]=$!
	must wait_for test -S "$work/bird-$1.ctl"
}

# ask_bird NODE COMMAND...: print the answer of a node's BIRD.
ask_bird()
{
	birdc -s "$work/bird-$1.ctl" "${@:2}"
}

# ways 4|6: print the next hops of the router's route to the VIP.
ways()
{
	local vip=vip$1

	ip -n router -"$1" -j route show "${!vip}" |
		jq -r '[.[] | .gateway // (.nexthops[].gateway)] | sort | join(" ")'
}

both4="${lan4}2 ${lan4}3"
both6="${lan6}2 ${lan6}3"

# carried NODE: print how many packets a director has forwarded.
carried()
{
	dsrctl -n "$1" -j -s service show | jq '[.[].packets] | add'
}

# uses TEXT NODE...: assert that streams, which go on, pass these directors and no other one.
uses()
{
	local before=() node seen=()

	for node in director b3; do
		before+=("$(carried $node)")
	done
	check_eq "$1: no stream loses a byte" "{\"kept\": $streams}" "$(tell end 2)"
	[ "$(carried director)" = "${before[0]}" ] || seen+=(director)
	[ "$(carried b3)" = "${before[1]}" ] || seen+=(b3)
	check_eq "$1: they pass the right directors" "${*:2}" "${seen[*]}"
}

communities()
{
	ask_bird router "show route all $vip4/32" | sed -n 's/.*BGP.community: //p' | xargs
}

check_both()
{
	wait_eq "the router has two ways to the VIP" "$both4" ways 4
	wait_eq "for IPv6, too" "$both6" ways 6
	crowd_start "$vip4" 7
	check_that "streams are open" "$(tell open "$streams" | jq add) == $streams"
	uses "both directors" director b3
}

# The first director is stopped, and starts again, while streams go on.
check_stop()
{
	tell begin >/dev/null
	kill "${dsrd_of[director]}"
	wait_eq "a director that stops asks for a graceful shutdown" "(65535,0)" communities
	wait_eq "the router prefers the other one, which has the VIP as before" "$second4" ways 4
	check "meanwhile it is still announced" grep -q 'draining: dsrd ends' "$work/dsrd-director.log"
	check "dsrd ends" wait "${dsrd_of[director]}"
	check_eq "it has withdrawn its VIPs" "" "$(ip -n director route show table 173)"
	uses "one director" b3
	tell begin >/dev/null
	start_director director
	wait_eq "it comes back" "$both4" ways 4
	uses "both again" director b3
}

# The first director cannot reach a backend, the second one can.
check_lack()
{
	tell begin >/dev/null
	on director nft -f - <<-END
		table ip lack {
			chain output {
				type filter hook output priority 0;
				ip daddr $(address b1 4) drop
			}
		}
	END
	wait_eq "a director with too few backends withdraws its VIP" "$second4" ways 4
	check_eq "but only that" "$both6" "$(ways 6)"
	uses "the other director" b3
	tell begin >/dev/null
	must on director nft delete table ip lack
	wait_eq "it comes back with them" "$both4" ways 4
	uses "both once more" director b3
}

# The second director dies. Only BFD notices that in time: the hold time of BGP is 240 seconds.
check_death()
{
	tell begin >/dev/null
	must ip -n b3 link set eth0 down
	kill -KILL "${dsrd_of[b3]}" "${bird_of[b3]}"
	wait_eq "a dead director loses its routes" "${lan4}2" ways 4
	check "by BFD" wait_for bfd_says_down
	uses "the one that is left" director
	crowd_stop
}

bfd_says_down()
{
	ask_bird router show protocols all second4 | grep -q 'BFD session down'
}

# start_frr: start FRR on the first director, of a release that has what the example needs. The
# example has the configurations of all daemons, of which each takes its own.
start_frr()
{
	local daemon lib

	frr_tree=$(NF_DSR_CACHE=$(host_cache) "$here/../setup/tool-of" trixie frr) || exit
	lib=$frr_tree/usr/lib/x86_64-linux-gnu
	frr=("$frr_tree/usr/lib64/ld-linux-x86-64.so.2" --library-path "$lib:$lib/frr")
	# Its programs look for this group.
	grep -q ^frrvty: /etc/group || echo "frrvty:x:990:root" >>/etc/group
	sed 's/interval 300/interval 1000/; s/multiplier 3/multiplier 5/' \
		"$examples/frr-director.conf" >"$work/frr.conf"
	for daemon in zebra bfdd bgpd; do
		nsenter --net=/run/netns/director -- "${frr[@]}" "$frr_tree/usr/lib/frr/$daemon" \
			-u root -g root -f "$work/frr.conf" -i "$work/$daemon.pid" \
			--vty_socket "$work" -z "$work/zserv.api" >"$work/$daemon.log" 2>&1 &
	done
}

# The first director has FRR instead.
check_frr()
{
	kill "${bird_of[director]}"
	wait_eq "without its routing daemon, a director announces nothing" "" ways 4
	start_frr
	check "FRR finds no error in the example" \
		"${frr[@]}" "$frr_tree/usr/bin/vtysh" -C -f "$work/frr.conf"
	wait_eq "FRR announces the VIP" "${lan4}2" ways 4
	wait_eq "for IPv6, too" "${lan6}2" ways 6
	check_eq "no route is in the table for packets" "" \
		"$(ip -n director route show "$vip4")$(ip -n director -6 route show "$vip6")"
	must dsr announce drain "$vip4"
	wait_eq "a VIP that is drained asks for a graceful shutdown" "(65535,0)" communities
	wait_eq "and is withdrawn" "" ways 4
	must dsr announce resume
	wait_eq "until it is resumed" "${lan4}2" ways 4
	check_eq "its metric is the best again" "100" "$(meds)"
}

meds()
{
	ask_bird router "show route all $vip4/32" | sed -n 's/.*BGP.med: //p' | xargs
}

topology l2
must ip -n b3 -batch - <<-END
	address add $second4/24 dev eth0
	address add $second6/64 dev eth0 nodad
END
must ip -n router route del "$vip4"
must ip -n router -6 route del "$vip6"
sysctls router net.ipv4.fib_multipath_hash_policy=1 net.ipv6.fib_multipath_hash_policy=1
backends="b1 b2"
backends_setup_ways "l2 4 4" "l2 6 6"
for node in $backends; do
	serve "$node" "$tools/echo.py" 7 "$vip4" "$vip6" \
		"$(address "$node" 4)" "$(address "$node" 6)" "$node"
done
await_backends 7
write_file
for node in router director b3; do
	start_bird $node
done
start_director director
start_director b3
check_both
check_stop
check_lack
check_death
check_frr
