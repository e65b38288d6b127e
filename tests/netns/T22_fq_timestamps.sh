#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# T22: the fq scheduler must not mistake the time of a packet's arrival for the time of its
# departure.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

# fq FIELD: print a counter of the scheduler.
fq()
{
	on director tc -s -j qdisc show dev eth0 | jq "map(select(.kind == \"fq\"))[0].$1 // 0"
}

topology l2
must on director tc qdisc replace dev eth0 root fq
serve_any l2 4
serve_any l2 6
packets burst.py l2 4
packets burst.py l2 6
must dsr flush
serve_any ipip 4
serve_any ipip 6
packets burst.py ipip 4
packets burst.py ipip 6
check_that "all packets went through fq" "$(fq packets) >= 800"
check_eq "it held none back and dropped none" "0 0 0" \
	"$(fq drops) $(fq horizon_drops) $(fq throttled)"
check_no_drops
