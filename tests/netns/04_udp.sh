#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# UDP requests and responses, IPv4 and IPv6.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

# through 4|6: check the family of VIP and backends.
through()
{
	local vip=vip$1 service answers

	vip=${!vip}
	service=$(host "$vip"):53
	must dsr service add udp "$service" method l2 timeout udp 30
	backends_add "$1" udp "$service"
	answers=$(crowd "$vip" 53 "udp 60")
	check_eq "IPv$1: 60 clients are answered twice by the same backend, all backends serve" \
		'["b1","b2","b3"] 60' "$(jq -r '"\(keys) \(add)"' <<<"$answers")"
	check_eq "IPv$1: the backends' flows are who answered" "$(jq -r 'map(tostring) | join(" ")' \
		<<<"$answers")" "$(backend_counts active)"
	check_eq "IPv$1: flows are remembered for the service's timeout" "60 udp" \
		"$(dsr -j flow show | jq -r 'map(select(.expires > 0 and .expires <= 30)) |
			"\(length) \(map(.state) | unique | join(" "))"')"
	check_eq "IPv$1: 120 packets crossed the director" "120 120" \
		"$(service_sum packets) $(counter out director request packets)"
	check_eq "IPv$1: no reply crossed the director" 0 "$(counter in director reply packets)"
	must dsr service del udp "$service"
	reset_counters
}

topology l2
backends_setup l2 "$vip4" 4
backends_setup l2 "$vip6" 6
echo_start 53 "$vip4" "$vip6"
through 4
through 6
check_no_drops
