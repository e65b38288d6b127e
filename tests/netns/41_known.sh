#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The fast path for packets of known flows: it applies the same checks as the full path, and
# packets of both paths keep their order.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

# known METHOD 4|6 [WORD]...: check a service of this method, with these options.
known()
{
	serve_any "$1" "$2" "$2" "${@:3}"
	packets known.py "$1" "$2"
	must dsr flush
}

topology l2
unlimit_icmp
known l2 4
known l2 6
ingress_hook on
known l2 4
known l2 6
remove_topology
topology l3
unlimit_icmp
known ipip 4
known gue 6
known dscp 4 dscp 10
