#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Requests that are ambiguous, or that mean what the kernel does not know, are refused;
# and a listener learns of the event that it missed.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

topology l2
packets netlink_strict.py
must dsr flush
