#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# T8: large sends arrive at the director before they are segmented and have their checksums,
# and leave it so. The director compares the length of their segments with the MTU, so it
# sends no error if only the whole packet is longer.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/netns/http.sh
. "$here/http.sh"

# upload METHOD 4|6 4|6: check an upload, for the families of VIP and backends.
upload()
{
	local vip=vip$2 service came left segments before told text="$1, IPv$2 by IPv$3"

	vip=${!vip}
	service=$(host "$vip"):80
	must dsr service add tcp "$service" method "$1"
	backends_add "$3" tcp "$service"
	forget_mtus client
	before=$(mtu_errors)
	must get up/first -T "$work/first"
	told=$(($(mtu_errors) - before))
	if [ "$1" = l2 ]; then
		check_eq "$text: segments fit, so nobody is told" 0 $told
	else
		# At most one error for each packet that was on its way when the first error
		# arrived.
		check_that "$text: the client is told the MTU, a few times at most ($told)" \
			"told >= 1 && told <= 10"
	fi
	before=$(mtu_errors)
	reset_counters
	check_upload "$text"
	check_eq "$text: the client is not told what it knows" "$before" "$(mtu_errors)"
	segments=$(service_sum packets)
	came=$(counter in director request packets)
	left=$(counter out director request packets)
	check_that "$text: large packets came ($came), and count as their segments ($segments)" \
		"came < big_size / 1460 && segments > big_size / 1460"
	check_eq "$text: they left as they came" "$came" "$left"
	check_that "$text: every byte left the director" \
		"$(counter out director request bytes) > big_size"
	must dsr service del tcp "$service"
}

topology l2
start_http
head -c 200000 "$work/big" >"$work/first"
for method in l2 ipip gre; do
	backends_setup $method "$vip4" 4
	backends_setup $method "$vip6" 6
done
upload l2 4 4
upload l2 6 6
upload ipip 4 4
upload ipip 6 6
upload gre 4 4
upload gre 6 6
