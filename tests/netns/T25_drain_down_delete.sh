#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Drain, down, delete and re-add of backends with live flows, by every policy.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

topology l2
packets states.py 4
packets states.py 6
