#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# T17, T18, T19: sources that nobody has, IP options and extension headers, and
# packets that end too early.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

topology l2
# Clients' own networks would not let these sources out; the director must stand
# them all the same.
packets options.py 4
packets options.py 6
