#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Many changes as one: all or nothing, for operators and for packets.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

topology l2
packets transaction.py 4
packets transaction.py 6
