#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Packets in, packets out, compared byte for byte with what another program makes of
# them: each method, each pair of families.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

topology l2
# What is to be seen are checksums as they are on a wire.
must on director ethtool -K eth0 tx off
packets bytes.py
check_no_drops
