#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Other protocols: SCTP by its ports, and ESP, AH, GRE and the like by their addresses.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

topology l2
packets protocols.py 4
packets protocols.py 6
