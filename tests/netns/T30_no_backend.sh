#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# No backend, no service of a VIP

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

topology l2
packets  what clients are told.:refuse.py 4
packets  what clients are told.:refuse.py 6
