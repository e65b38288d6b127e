#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Add and remove many services that share a backend at once, under traffic. The cost of a
# service must not grow with their number: otherwise, on the kernel with the large number,
# the flush would take minutes, and the kernel's watchdog would report it.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
many=$(often_on_stock 10000 1000)
live=(udp "$vip4:53")

# services FROM TO [STEP]: print a batch that adds these services, all with the same
# backend.
services()
{
	seq "$1" "${3-1}" "$2" | awk -v backend="$(address b1 4)" '{
		key = "tcp 192.0.2." int($1 / 16384) ":" $1 % 16384 + 1
		print "service add " key " table-size 251\nbackend add " key " " backend
	}'
}

# Assert that the only backend answers each client twice.
check_answers()
{
	check_eq "$1" '{"b1":20}' "$(crowd "$vip4" 53 "udp 20" | jq -c .)"
}

topology l2
backends_setup l2 "$vip4" 4
echo_start 53 "$vip4"
live_lines="service add ${live[*]}
backend add ${live[*]} $(address b1 4)"
services 1 "$many" >"$work/up"
services "$many" 1 -1 >"$work/down"
check "$many services that share a backend are added at once" \
	dsr -a -b - < <(echo "$live_lines"; cat "$work/up")
check_eq "all are there" $((many + 1)) "$(dsr -j stats show | jq '.[0].services')"
check_answers "a client of one of them is answered"
check "all are replaced at once by the same in the opposite order" \
	dsr -a -b - < <(echo flush; cat "$work/down"; echo "$live_lines")
read -r count sorted < <(dsr -j service show | jq -r "map(select(.protocol == \"tcp\") |
	[(.vip | split(\".\") | map(tonumber)), .port]) | \"\(length) \(. == sort)\"")
check_eq "all are there again" "$many" "$count"
check_eq "in the order of their keys, as before" true "$sorted"
check_eq "flows stayed" 20 "$(dsr flow count)"
check_answers "a client of one of them is still answered"
check "all but one are deleted at once" dsr -a -b - < <(echo flush; echo "$live_lines")
check_eq "one is left" 1 "$(service_count)"
check_answers "and its clients are answered"
check "the last one can be flushed" dsr flush
check_eq "nothing is left" "[]" "$(dsr -j backend show)"
wait_eq "nor any flow" 0 dsr flow count
check_no_drops
