#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# T2: a TTL or hop limit that runs out at the director is told to the client.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

# through METHOD 4|6
through()
{
	serve_any "$1" "$2"
	packets ttl.py "$1" "$2"
	must dsr flush
}

topology l2
must on director sysctl -qw net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0
through l2 4
through l2 6
remove_topology
topology l3
must on director sysctl -qw net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0
through ipip 4
through gre 6
