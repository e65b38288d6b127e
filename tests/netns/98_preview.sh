#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A preview says what a change means for new and for remembered flows, and changes nothing.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
b1=$(address b1 4)
service=(tcp "$vip4:80")

# leaving WORDS...: print how many flows would leave their backends.
leaving()
{
	dsr -j preview "$@" | jq '.[0].leaving'
}

active()
{
	dsr -j -s backend show "${service[@]}" "$b1" | jq .[0].active
}

# kept WORDS...: make the change, and print how many streams stay on their backends.
kept()
{
	must dsr "$@"
	tell talk | jq .kept
}

# file WEIGHT: write a file in which b1 has the weight, and without the others' seed.
file()
{
	dsr export | sed "s/^\( *\)- address: $b1\$/&\n\1  weight: $1/" >"$work/file.yaml"
}

check_flows()
{
	local n

	crowd_start "$vip4" 80
	tell open 40 >/dev/null
	n=$(active)
	check_that "backend b1 has some of 40 flows" "$n > 0 && $n < 40"
	dsr save >"$work/before"
	monitor_start "$work/events"
	check_eq "none leaves a backend that drains" 0 \
		"$(leaving backend change "${service[@]}" "$b1" state drain)"
	check_eq "those of a backend that goes down leave it" "$n" \
		"$(leaving backend change "${service[@]}" "$b1" health down)"
	check_eq "so do those of a deleted one" "$n" "$(leaving backend del "${service[@]}" "$b1")"
	check_eq "and all of a deleted service" 40 "$(leaving service del "${service[@]}")"
	file 9
	check_eq "a file says the same as the command" \
		"$(dsr preview backend change "${service[@]}" "$b1" weight 9)" \
		"$(dsr preview "$work/file.yaml")"
	check_eq "a sentence says that nothing moves" \
		"no share of new flows changes, and no flow leaves its backend" \
		"$(dsr preview service change "${service[@]}" timeout tcp 77)"
	check_eq "previews change nothing" "$(cat "$work/before")" "$(dsr save)"
	monitor_stop
	check_eq "nor are there events" 1 "$(wc -l <"$work/events")"
	check_eq "flows stay that a preview says to stay" 40 \
		"$(kept backend change "${service[@]}" "$b1" state drain)"
	check_eq "others do not" $((40 - n)) \
		"$(kept backend change "${service[@]}" "$b1" health down)"
	crowd_stop
}

# Packets that are scheduled one by one have no flows.
check_one_packet()
{
	local udp=(udp "$vip4:53")

	must dsr service add "${udp[@]}"
	backends_add 4 "${udp[@]}"
	crowd "$vip4" 53 "udp 20" >/dev/null
	check_eq "there are flows of datagrams" 20 "$(dsr flow count "${udp[@]}")"
	check_eq "all end with one-packet" 20 \
		"$(leaving service change "${udp[@]}" one-packet on scheduler wrr)"
	must dsr service change "${udp[@]}" one-packet on scheduler wrr
	wait_eq "and so they do" 0 dsr flow count "${udp[@]}"
}

topology l2
packets preview.py "$(often 60 20)"
backends_setup l2 "$vip4" 4
echo_start 80 "$vip4"
must dsr service add "${service[@]}" seed 7
backends_add 4 "${service[@]}"
check_flows
echo_start 53 "$vip4"
check_one_packet
