#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# T17, T18, T19: invalid sources, IP options and extension headers, and truncated packets.
# Also large sends of more than 64 KiB, which have their length in an extension header.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/netns/http.sh
. "$here/http.sh"

# Allow all devices to send 180,000 bytes at once, which TCP over IPv6 does (BIG TCP).
allow_big_tcp()
{
	local device

	for device in "client eth0" "router lan" "switch director" "director eth0" \
			"switch b1" "switch b2" "switch b3"; do
		must ip -n "${device% *}" link set "${device#* }" gso_max_size 180000 \
			gro_max_size 180000
	done
	# A router counts the extension header as a part of each segment.
	must ip -n router link set lan mtu 1520
	# Send large packets at any round-trip time. Servers have the receive buffers for
	# these from the start.
	must sysctls client net.ipv4.tcp_tso_rtt_log=20
	for device in $backends; do
		must sysctls "$device" net.ipv4.tcp_rmem="4096 4000000 8000000"
	done
}

# Count the big packets that arrive at the director, and those that leave it.
count_big()
{
	must on director nft add counter netdev in big
	must on director nft add rule netdev in packets meta length \> 65575 counter name big
	must on switch nft add counter netdev out big
	must on switch nft add rule netdev out packets meta length \> 65575 counter name big
}

# Upload a file, and succeed if it had big packets. If an acknowledgement is late, TCP
# restarts with small packets, so an upload may have none.
upload_big()
{
	rm -f "$work"/b?/up/big
	warm client "$tools/put.py" "$vip6" up/big "$work/big" &&
		[ "$(counter in director big packets)" -gt 0 ]
}

# Print how many TCP packets of backends were invalid, or caused a reset.
damaged()
{
	local backend

	for backend in $backends; do
		on "$backend" nstat -asz TcpInErrs TcpOutRsts
	done | awk '/^Tcp/ { sum += $2 } END { print sum + 0 }'
}

# big METHOD: check big packets over IPv6. A packet that is too long for the tunnel's packet
# is segmented.
big()
{
	local vip=$vip6 service

	service=$(host "$vip"):80
	backends_setup "$1" "$vip" 6
	must dsr service add tcp "$service" method "$1"
	backends_add 6 tcp "$service"
	reset_counters
	check "$1, BIG TCP: packets of more than 64 KiB came" wait_for upload_big
	check_uploaded "$1, BIG TCP"
	check_eq "$1, BIG TCP: no packet came damaged" 0 "$(damaged)"
	if [ "$1" = l2 ]; then
		check_that "$1, BIG TCP: and left so" "$(counter out director big packets) > 0"
	else
		check_eq "$1, BIG TCP: and left in pieces" 0 "$(counter out director big packets)"
	fi
	must dsr service del tcp "$service"
}

topology l2
# The networks of clients would not forward packets with these sources, but the director
# must handle them.
packets options.py 4
packets options.py 6
allow_big_tcp
start_http
count_big
big l2
big ipip
big gue
check_drops_only "malformed martian source_route too_big"
