#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# ICMP errors and redirects about a backend's address, from any sender: methods l2 and dscp
# and tunnels in the client's name continue as configured, and a tunnel in the director's name
# learns the MTU of its path.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

topology l2
unlimit_icmp
packets forged.py 4
packets forged.py 6
