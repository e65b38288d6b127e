#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Clients with link-local addresses: their packets stay on their link, or they get an error.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

topology l2
must sysctls director net.ipv6.icmp.ratelimit=0
# Add another link to the director, with a backend on it.
must ip -n director link add far0 type dummy
must ip -n director link set far0 up
must ip -n director address add 2001:db8:7::2/64 dev far0 nodad
must ip -n director neigh add 2001:db8:7::51 dev far0 lladdr 02:00:00:00:00:51
packets link_local.py
