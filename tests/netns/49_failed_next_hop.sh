#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A next hop that no longer answers: packets take the other one if routing does so, too.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

topology l3
must sysctls director net.ipv4.fib_multipath_use_neigh=1
packets failed_next_hop.py 4
packets failed_next_hop.py 6
