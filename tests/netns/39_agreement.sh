#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Two directors with the same configuration, entered in different order, select the same
# backends: by traces of many flows and as many ICMP errors about them, and on the wire
# for some of these. The second director is b2.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

# shellcheck disable=SC2034 # used in topology.sh
backends="b1 b2"
topology l2
packets agreement.py "$(often 30000 5000)" "$(often 1000 300)"
