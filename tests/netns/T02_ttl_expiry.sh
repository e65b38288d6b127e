#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# T2: if a TTL or hop limit expires at the director, the client gets an ICMP error.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

# through METHOD 4|6: check a service of this method and family.
through()
{
	serve_any "$1" "$2"
	packets ttl.py "$1" "$2"
	must dsr flush
}

topology l2
unlimit_icmp
through l2 4
through l2 6
remove_topology
topology l3
unlimit_icmp
through ipip 4
through gre 6
