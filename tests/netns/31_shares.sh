#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Priorities, slow start, the schedulers that count flows, and scheduling of single UDP packets.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

topology l2
packets shares.py 4
packets shares.py 6
