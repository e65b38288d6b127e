#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# T1: method l2 changes the MAC addresses, the TTL and IPv4's header checksum, and nothing
# else.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

topology l2
serve_any l2 4
packets l2_rewrite.py 4
serve_any l2 6
packets l2_rewrite.py 6
check_no_drops
