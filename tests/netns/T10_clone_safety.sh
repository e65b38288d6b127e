#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# T10: a clone of a packet that a packet socket, such as tcpdump's, got before the director's
# hook must stay unchanged.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

# through METHOD 4|6 4|6: check a service, for the families of VIP and backends.
through()
{
	serve_any "$1" "$2" "$3"
	packets clones.py "$1" "$2"
	must dsr flush
}

topology l3
through ipip 4 4
through ipip 6 6
through gre 4 6
through gre 6 4
remove_topology
topology l2
through l2 4 4
through l2 6 6
check_no_drops
