#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The contents of outer headers, and the options that set them.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

topology l3
must dsr service add udp "$vip4:9"
must dsr service add udp "[$vip6]:9"
packets outer.py
check_no_drops
