#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# T26: a SYN of a flow that is closing, was reset or is established, and further packets.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

topology l2
packets syn.py 4
packets syn.py 6
