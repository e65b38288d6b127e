#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Services that match only some sources, or one device.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

topology l2
packets source.py 4
packets source.py 6
