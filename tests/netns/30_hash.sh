#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The fields that the consistent hash uses, and the size of its table.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

topology l2
must ip -n router route replace 192.0.2.96/28 via "$(address director 4)"
packets hash.py 4
packets hash.py 6
