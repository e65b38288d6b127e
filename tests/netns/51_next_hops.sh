#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Flows to one backend spread over the next hops of its route, and each keeps its next hop.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

topology l3
unlimit_icmp
packets next_hops.py 4
packets next_hops.py 6
