#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The kernel refuses requests that are ambiguous or that contain something unknown to it,
# and it notifies a listener that missed an event.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

topology l2
packets netlink_strict.py
must dsr flush
