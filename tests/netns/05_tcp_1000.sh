#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A thousand connections at once: their shares by weight, and which of them keep their
# backend while backends are added and removed.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

# shellcheck disable=SC2034 # for topology.sh
backends="b1 b2 b3 b4"
service=(tcp "$vip4:80")

# share JSON BACKEND: print the number of connections of a backend.
share()
{
	jq ".$2 // 0" <<<"$1"
}

# check_share TEXT JSON BACKEND AROUND TOLERANCE: assert that the backend's share is about
# AROUND. The tolerances exceed 4 standard deviations of a random distribution.
check_share()
{
	local seen

	seen=$(share "$2" "$3")
	check_that "$1: $3 has about $4 ($seen)" "seen >= $4 - $5 && seen <= $4 + $5"
}

backend_add()
{
	must dsr backend add "${service[@]}" "$(address "$1" 4)" weight "$2"
}

topology l2
backends_setup l2 "$vip4" 4
echo_start 80 "$vip4"
must dsr service add "${service[@]}" method l2
backend_add b1 1
backend_add b2 1
backend_add b3 2
crowd_start "$vip4" 80

opened=$(tell open 1000)
check_share "1000 connections, weights 1 1 2" "$opened" b1 250 60
check_share "1000 connections, weights 1 1 2" "$opened" b2 250 60
check_share "1000 connections, weights 1 1 2" "$opened" b3 500 70
check_eq "each has a flow, with the backend that answered it" \
	"$(jq -r '"\(.b1) \(.b2) \(.b3)"' <<<"$opened")" "$(backend_counts active)"
check_eq "they go on with their backends" '{"kept": 1000}' "$(tell talk)"

backend_add b4 2
check_eq "a new backend moves none of them" '{"kept": 1000}' "$(tell talk)"
more=$(tell open 300)
check_share "300 more connections, weights 1 1 2 2" "$more" b4 100 40

must dsr backend change "${service[@]}" "$(address b1 4)" state drain
check_eq "a drained backend keeps its connections" \
	'{"kept": 1300}' "$(tell talk)"
drained=$(tell open 200)
check_eq "and gets no new one of 200" "0 200" "$(share "$drained" b1) $(jq add <<<"$drained")"

gone=$(($(share "$opened" b1) + $(share "$more" b1)))
must dsr backend del "${service[@]}" "$(address b1 4)"
check_eq "only a deleted backend's own connections end with it" \
	"{\"kept\": $((1500 - gone)), \"reset\": $gone}" "$(tell talk)"
check_eq "no reply crossed the director" 0 "$(counter in director reply packets)"
check_no_drops
