#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Large sends: packets come to the director before they were cut up and got their
# checksums. They leave it so, or, where its device has no offloads, in segments.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/netns/http.sh
. "$here/http.sh"

# The service counts a large packet as its segments. One that could not be cut up
# would be lost, and sent again in smaller ones.
left_in_segments()
{
	prints "$(service_sum packets)" counter out director request packets
}

# upload on|off METHOD 4|6 4|6: offloads of the director's device, families of VIP
# and backends.
upload()
{
	local vip=vip$3 service left came segments text="$2, IPv$3 by IPv$4, offloads $1"

	vip=${!vip}
	service=$(host "$vip"):80
	must dsr service add tcp "$service" method "$2"
	backends_add "$4" tcp "$service"
	reset_counters
	# The first one finds out the path's MTU.
	must get up/first -T "$work/first"
	check_upload "$text"
	# In this order, as late packets may still come.
	left=$(counter out director request packets)
	came=$(counter in director request packets)
	segments=$(service_sum packets)
	check_that "$text: large packets came ($came, of $segments segments)" "came < segments"
	if [ "$1" = on ]; then
		check_that "$text: they left as they came ($left)" "left <= came"
	else
		check "$text: they left in segments, all of them" wait_for left_in_segments
	fi
	check_that "$text: every byte left the director" \
		"$(counter out director request bytes) > big_size"
	must dsr service del tcp "$service"
}

# upload_all on|off
upload_all()
{
	must on director ethtool -K eth0 tso "$1" gso "$1" tx "$1"
	upload "$1" l2 4 4
	upload "$1" ipip 4 4
	upload "$1" ipip 6 6
	upload "$1" gre 4 4
	upload "$1" gre 6 6
}

topology l2
start_http
head -c 200000 "$work/big" >"$work/first"
for method in l2 ipip gre; do
	backends_setup $method "$vip4" 4
	backends_setup $method "$vip6" 6
done
upload_all on
upload_all off
