#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Uploads by every method, in large and in small packets. After half of an upload, the MTU
# of the path to the backends decreases: a router accepts only 1400 bytes. The backends must
# receive the data that the client sent.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/netns/http.sh
. "$here/http.sh"
# shellcheck source=tests/netns/gso.sh
. "$here/gso.sh"

# Uploads from IPv4 to IPv4 are large, except in software emulation, where each packet is
# slow.
whole=10000000 part=4000000
! grep -q TCG /proc/cpuinfo || whole=2000000 part=1000000

# Decrease the MTU. With method dscp, the router's ICMP errors have no effect: they go to
# the client, which does not know the backend's address. So the director's routes get the
# MTU, too.
narrow()
{
	must ip -n router link set lan mtu 1400
	[ "$1" = dscp ] || return 0
	must ip -n director route add "${lan4}0/24" via "${link4}1" mtu 1400
	must ip -n director route add "$lan6/64" via "${link6}1" mtu 1400
}

# Restore the MTU, and flush the MTUs that client and director learned.
widen()
{
	local node

	must ip -n router link set lan mtu 1500
	[ "$1" != dscp ] || {
		must ip -n director route del "${lan4}0/24"
		must ip -n director route del "$lan6/64"
	}
	for node in client director; do
		forget_mtus "$node"
	done
}

# Succeed if the first half crossed the director, without the last 64 KiB at most, which
# curl still buffers.
half_is_through()
{
	(($(service_sum bytes) >= half - 65536))
}

# send_halves: upload a file. The second half follows after a line in $work/go.
send_halves()
{
	{
		head -c $half "$work/big"
		read -r <"$work/go"
		tail -c +$((half + 1)) "$work/big"
	} | get up/big -T - --max-time $((patience * 2))
}

# client_mtu: print the MTU that the client learned for its path to the VIP.
client_mtu()
{
	ip -n client -j route get "$vip" | jq '.[0].metrics[0].mtu // 1500'
}

# Count the large packets that arrive at the director.
count_large()
{
	must on director nft add counter netdev in large
	must on director nft add rule netdev in packets meta length \> 1500 counter name large
}

# upload_through METHOD 4|6 4|6 MTU [KEYWORD VALUE]...: check an upload. The numbers are the
# families of VIP and backends, and the MTU that remains for the client.
upload_through()
{
	local vip=vip$2 service uploading large text="$1, IPv$2 by IPv$3, $offloads"

	vip=${!vip}
	service=$(host "$vip"):80
	big_size=$part
	[ "$2$3" != 44 ] || big_size=$whole
	half=$((big_size / 2))
	head -c $big_size "$work/whole" >"$work/big"
	reset_counters
	must dsr service add tcp "$service" method "$1" "${@:5}"
	backends_add "$3" tcp "$service"
	send_halves &
	uploading=$!
	check "$text: half of $big_size bytes is through" wait_for half_is_through
	[ "$1" = l2 ] || narrow "$1"
	# Write in the background: after a failure, no process may read the FIFO.
	echo >"$work/go" &
	wait $uploading
	check_uploaded "$text"
	check_eq "$text: the client knows what the way takes" "$4" "$(client_mtu)"
	large=$(counter in director large packets)
	check_that "$text: large packets came, or none ($large)" \
		"$([ "$client" = on ] && echo "large > 0" || echo "large == 0")"
	[ "$1" = l2 ] || widen "$1"
	must dsr service del tcp "$service"
}

# segments CLIENT DIRECTOR: switch segmentation offload of both nodes on or off.
segments()
{
	client=$1
	offloads="offloads $1 at the client, $2 at the director"
	offloads "$1" client
	offloads "$2" director
}

routed()
{
	segments "$@"
	upload_through ipip 4 4 1380
	upload_through ipip 6 6 1360
	upload_through gre 4 4 1376
	upload_through gre 6 4 1376
	upload_through gue 4 4 1368
	upload_through gue 4 6 1348
	upload_through dscp 4 4 1400 dscp 42
	upload_through dscp 6 6 1400 dscp 42
}

on_link()
{
	segments "$@"
	upload_through l2 4 4 1500
	upload_through l2 6 6 1500
}

topology l3
count_large
mkfifo "$work/go"
start_http
backends_setup ipip "$vip4" 4
backends_setup ipip "$vip6" 6
backends_setup gre "$vip4" 4
backends_setup gre "$vip6" 4
backends_setup gue "$vip4" 4
backends_setup gue "$vip4" 6
backends_setup dscp "$vip4" 4 dscp 42
backends_setup dscp "$vip6" 6 dscp 42
head -c $whole /dev/urandom >"$work/whole"
routed on on
routed off off
segments on off
upload_through gre 6 4 1376
segments off on
upload_through gue 4 6 1348
check_drops_only too_big
stop_backends
remove_topology

topology l2
count_large
start_http
backends_setup l2 "$vip4" 4
backends_setup l2 "$vip6" 6
on_link on on
on_link off off
check_no_drops
