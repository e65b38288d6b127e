#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# T4: the fragments of a datagram reach one backend, in any order of arrival.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

# through METHOD 4|6 4|6 MTU: check a service. The numbers are the families of VIP and
# backends, and the MTU for the encapsulated packet.
through()
{
	local vip=vip$2 answers

	vip=${!vip}
	serve_any "$1" "$2" "$3"
	packets fragments.py "$1" "$2" "$4"
	backends_setup "$1" "$vip" "$3"
	echo_start 9 "$vip"
	answers=$(crowd "$vip" 9 "udp 12 4000")
	check_eq "$1, IPv$2 by IPv$3: datagrams in fragments are answered" "12 false" \
		"$(jq -r '"\(add) \(has("bad"))"' <<<"$answers")"
	stop_backends
	must dsr flush
}

# Check that the kernel frees the fragments of datagrams that never become complete.
check_memory()
{
	must sysctls director net.ipv4.ipfrag_time=1 net.ipv6.ip6frag_time=1
	packets fragments_lost.py
	wait_eq "what never gets complete is forgotten" "FRAG: inuse 0 memory 0 FRAG6: inuse 0 memory 0" \
		fragment_memory
}

fragment_memory()
{
	on director cat /proc/net/sockstat /proc/net/sockstat6 | grep '^FRAG' | xargs
}

topology l2
through l2 4 4 1500
through l2 6 6 1500
serve_any l2 4
serve_any l2 6
check_memory
check_no_drops
remove_topology
topology l3
through ipip 4 4 1480
through ipip 6 4 1480
through gre 6 6 1456
