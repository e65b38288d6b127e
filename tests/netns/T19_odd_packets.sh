#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# T19: packets that are too short, or not what they say.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

topology l2
serve_any l2 4
serve_any l2 6
must dsr service add udp 192.0.2.81:53
must dsr backend add udp 192.0.2.81:53 "$(address b1 4)"
must ip -n router route add 192.0.2.81 via "$(address director 4)"
packets odd_packets.py
