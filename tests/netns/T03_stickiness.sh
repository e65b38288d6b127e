#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Flows keep their backends while backends are added, removed and changed.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

topology l2
packets stick.py 4
packets stick.py 6
