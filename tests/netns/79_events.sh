#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Events and generations: what has changed is told, what has not is not.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

topology l2
packets events.py
