#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Events, and the lifetime of flows: idle timeouts, flush, and a full table.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
udp=(udp "$vip4:53")

events()
{
	jq -r '"\(.event) \(.address // .vip)"' "$work/monitor"
}

check_monitor()
{
	local expected

	monitor_start "$work/monitor"
	must dsr service add "${udp[@]}" method l2
	must dsr backend add "${udp[@]}" "$(address b1 4)"
	must dsr backend change "${udp[@]}" "$(address b1 4)" state drain
	must dsr service change "${udp[@]}" timeout udp 5
	must dsr backend del "${udp[@]}" "$(address b1 4)"
	must dsr service del "${udp[@]}"
	expected="service_new $vip4
backend_new $(address b1 4)
backend_new $(address b1 4)
service_new $vip4
backend_del $(address b1 4)
service_del $vip4"
	wait_for grep -q "service_del.*$vip4" "$work/monitor"
	check_eq "monitor tells every change in order" "$expected" \
		"$(events | grep -v '^ready')"
	check_eq "and what has changed" '"drain"' \
		"$(jq -c 'select(.event == "backend_new") | .state' "$work/monitor" | tail -n 1)"
	monitor_stop
}

ever_and_now()
{
	dsr -j -s service show | jq -r '.[0] | "\(.flows) \(.active)"'
}

check_expiry()
{
	must dsr service add "${udp[@]}" method l2
	backends_add 4 "${udp[@]}"
	crowd "$vip4" 53 "udp 20" >/dev/null
	# Set the timeout only now: on a slow machine, flows would expire during the test.
	must dsr service change "${udp[@]}" timeout udp 2
	wait_eq "idle flows are forgotten, and counted among those there were" "20 0" ever_and_now
	must dsr service change "${udp[@]}" timeout udp 1000
	crowd "$vip4" 53 "udp 20" >/dev/null
	check_eq "a changed timeout holds" 20 \
		"$(dsr -j flow show | jq 'map(select(.expires > 500)) | length')"
	check "a backend's flows can be flushed" dsr flow flush "${udp[@]}" "$(address b1 4)"
	check_eq "those alone" '["10.1.1.52","10.1.1.53"]' \
		"$(dsr -j flow show | jq -c 'map(.backend) | unique')"
	check "all flows can be flushed" dsr flow flush
	check_eq "none is left" 0 "$(dsr flow count)"
	must dsr flush
}

# Check a small table with 200 clients. The same backend must answer a client twice.
check_bound()
{
	local answers

	reload max_flows=1
	must dsr service add "${udp[@]}" method l2
	backends_add 4 "${udp[@]}"
	answers=$(crowd "$vip4" 53 "udp 200")
	check_eq "with the table full the consistent hash answers for all" '["b1","b2","b3"] 200' \
		"$(jq -r '"\(keys) \(add)"' <<<"$answers")"
	check_that "fewer flows than these are remembered, no more than may be" \
		"$(dsr flow count) < 200 && $(dsr flow count) <= $(dsr -j stats show | jq '.[0].flows_max')"
	check_no_drops
	must dsr flush
	must wait_for unload
}

topology l2
backends_setup l2 "$vip4" 4
echo_start 53 "$vip4"
check_monitor
check_expiry
check_bound
