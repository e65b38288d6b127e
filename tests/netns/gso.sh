# shellcheck shell=bash disable=SC2154 # for what lib.sh, topology.sh and http.sh set
# SPDX-License-Identifier: GPL-2.0-or-later
# Large sends: packets come to the director before they were cut up and got their
# checksums. They leave it so, or, where its device has no offloads, in segments.

# upload on|off METHOD 4|6 4|6 [KEYWORD VALUE]...: offloads of the director's device,
# families of VIP and backends, what the director is told of the method.
upload()
{
	local vip=vip$3 service came left segments text="$2, IPv$3 by IPv$4, offloads $1"

	[ $# -lt 5 ] || text="$2 ${*:5}, IPv$3 by IPv$4, offloads $1"
	vip=${!vip}
	service=$(host "$vip"):80
	must dsr service add tcp "$service" method "$2" "${@:5}"
	backends_add "$4" tcp "$service"
	# The first one finds out the path's MTU.
	must get up/first -T "$work/first"
	reset_counters
	check_upload "$text"
	segments=$(service_sum packets)
	came=$(counter in director request packets)
	left=$(counter out director request packets)
	if [ "$1" = on ]; then
		check_that "$text: large packets came ($came, of $segments segments)" "came < segments"
		check_eq "$text: they left as they came" "$came" "$left"
	else
		check_that "$text: packets that leave are segments ($left)" "left > big_size / 1460"
	fi
	check_that "$text: every byte left the director" \
		"$(counter out director request bytes) > big_size"
	must dsr service del tcp "$service"
}

# offloads on|off: of the director's device.
offloads()
{
	must on director ethtool -K eth0 tso "$1" gso "$1" tx "$1"
}

# A small upload for each connection to find out the path's MTU by.
first_upload()
{
	head -c 200000 "$work/big" >"$work/first"
}
