#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Compare the packets that leave the director, byte by byte, with packets that another
# program builds: for all methods and pairs of families.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

topology l2
# The packets must have the checksums that they have on a wire.
must on director ethtool -K eth0 tx off
packets bytes.py "$(often 8 2)"
check_no_drops
