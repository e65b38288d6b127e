# shellcheck shell=bash disable=SC2154 # for what lib.sh, topology.sh and http.sh set
# SPDX-License-Identifier: GPL-2.0-or-later
# Large sends: packets come to the director before they were cut up and got their
# checksums. They leave it so, or, where its device has no offloads, in segments.

# The service counts a large packet as its segments. One that could not be cut up
# would be lost, and sent again in smaller ones.
left_in_segments()
{
	prints "$(service_sum packets)" counter out director request packets
}

# upload on|off METHOD 4|6 4|6 [KEYWORD VALUE]...: offloads of the director's device,
# families of VIP and backends, what the director is told of the method.
upload()
{
	local vip=vip$3 service left came segments text="$2, IPv$3 by IPv$4, offloads $1"

	[ $# -lt 5 ] || text="$2 ${*:5}, IPv$3 by IPv$4, offloads $1"
	vip=${!vip}
	service=$(host "$vip"):80
	# Before there is a service: what comes late of the last one's connections must not
	# be in one of the sums only.
	reset_counters
	must dsr service add tcp "$service" method "$2" "${@:5}"
	backends_add "$4" tcp "$service"
	# The first one finds out the path's MTU, and is looked at where it leaves in segments.
	if [ "$1" = on ]; then
		must get up/first -T "$work/first"
	else
		packets checksums.py "$text" "http://$(host "$vip")/up/first" "$work/first"
	fi
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

# offloads on|off [NODE]: of its device, the director's if none is named.
offloads()
{
	must on "${2-director}" ethtool -K eth0 tso "$1" gso "$1" tx "$1"
}

# A small upload for each connection to find out the path's MTU by.
first_upload()
{
	head -c 200000 "$work/big" >"$work/first"
}
