#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# T25: drain, down, delete and re-add of backends with live flows, with every policy.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

topology l2
packets states.py 4
packets states.py 6
