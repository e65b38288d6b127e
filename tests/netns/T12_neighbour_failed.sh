#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# T12: a backend that is not there, whose MAC address changes, or whose neighbour entry is
# old.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

# Set the fewest probes and short times. The reachable time must exceed the delay before the
# first probe, or the kernel would probe the neighbour without end.
quick_neighbours()
{
	local family

	for family in ipv4 ipv6; do
		must sysctls director net.$family.neigh.eth0.mcast_solicit=1 \
			net.$family.neigh.eth0.ucast_solicit=1 \
			net.$family.neigh.eth0.retrans_time_ms=300 \
			net.$family.neigh.eth0.base_reachable_time_ms=3000 \
			net.$family.neigh.eth0.delay_first_probe_time=1
	done
	unlimit_icmp
}

# through METHOD 4|6: check a service of this method and family.
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
