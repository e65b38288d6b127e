#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# T15: pings to a VIP, with each policy; ICMP errors about packets that no VIP sent.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

topology l2
packets echo.py 4
packets echo.py 6
