#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Backends with a limit of flows.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

topology l2
packets limits.py 4
packets limits.py 6
