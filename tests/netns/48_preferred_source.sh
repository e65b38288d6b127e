#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Outer headers have the preferred source of the route to the backend, also while other
# addresses are added and removed.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

topology l3
packets preferred_source.py 4
packets preferred_source.py 6
check_no_drops
