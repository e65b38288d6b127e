#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Health is ignored while too few backends are healthy: when that begins and ends, what
# clients see of it, and who is told.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

topology l2
packets fail_open.py 4
packets fail_open.py 6
