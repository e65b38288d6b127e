#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What becomes of the flows of a backend whose health goes down, with each policy.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

topology l2
# The resets must have the checksums that a client receives, so disable the offload.
must on director ethtool -K eth0 tx off
packets on_down.py 4
packets on_down.py 6
