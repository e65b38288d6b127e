#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# dsrctl top on a terminal and as text.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
udp=(udp "$vip4:53")

topology l2
backends_setup l2 "$vip4" 4
echo_start 53 "$vip4"
must dsr service add "${udp[@]}" scheduler wrr
backends_add 4 "${udp[@]}"
must dsr backend change "${udp[@]}" "$(address b3 4)" weight 2
# shellcheck disable=SC2046 # several words
packets top.py "$vip4" $(for backend in $backends; do address "$backend" 4; done)
