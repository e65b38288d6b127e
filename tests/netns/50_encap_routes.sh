#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Routes to a backend with an encapsulation of their own (lightweight tunnels): no packet
# leaves without it.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

must modprobe mpls_iptunnel
topology l3
packets encap_routes.py 4
packets encap_routes.py 6
