#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Outer headers with the source that the route to the backend prefers, whatever
# addresses come and go beside it.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

topology l3
packets preferred_source.py 4
packets preferred_source.py 6
check_no_drops
