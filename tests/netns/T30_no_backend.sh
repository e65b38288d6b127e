#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# No backend, no service of a VIP: what clients are told.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

topology l2
# Checksums shall be on the wire as a client sees them, not left to a device.
must on director ethtool -K eth0 tx off
packets refuse.py 4
packets refuse.py 6
