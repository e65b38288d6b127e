#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# T12: a backend that is not there, has another MAC address than before, or has not
# been heard of for long.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

# Probes as few as can be, and short times: how long an entry holds must exceed the
# delay before it is probed, or else the kernel would probe it on and on.
quick_neighbours()
{
	local family

	for family in ipv4 ipv6; do
		must on director sysctl -qw net.$family.neigh.eth0.mcast_solicit=1 \
			net.$family.neigh.eth0.ucast_solicit=1 \
			net.$family.neigh.eth0.retrans_time_ms=300 \
			net.$family.neigh.eth0.base_reachable_time_ms=3000 \
			net.$family.neigh.eth0.delay_first_probe_time=1
	done
	must on director sysctl -qw net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0
}

# through METHOD 4|6
through()
{
	serve_any "$1" "$2"
	packets neighbours.py "$1" "$2"
	must dsr flush
}

topology l2
quick_neighbours
through l2 4
through l2 6
through ipip 4
through ipip 6
