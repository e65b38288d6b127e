#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Persistence: clients of the same prefix keep their backend.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

topology l2
packets persist.py 4
packets persist.py 6
