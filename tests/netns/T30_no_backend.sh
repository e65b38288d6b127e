#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# T30: a VIP without a backend, or without a matching service: the errors that clients get.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

topology l2
# The packets must have the checksums that a client receives, so disable the offload.
must on director ethtool -K eth0 tx off
packets refuse.py 4
packets refuse.py 6
