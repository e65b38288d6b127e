#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Events and generations: each change has its event, and there are no others.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

topology l2
packets events.py
