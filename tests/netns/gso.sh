# shellcheck shell=bash disable=SC2154 # for what lib.sh, topology.sh and http.sh set
# SPDX-License-Identifier: GPL-2.0-or-later
# Large sends: packets arrive at the director before they are segmented and have their
# checksums. They leave it so or, if its device has no offloads, as segments.

# Succeed if as many packets left the director as the service counted, which counts a large
# packet as its segments. A packet that could not be segmented would be lost, and TCP would
# send its data again in smaller packets.
left_in_segments()
{
	prints "$(service_sum packets)" counter out director request packets
}

# upload on|off METHOD 4|6 4|6 [KEYWORD VALUE]...: check an upload. on|off are the offloads
# of the director's device, the numbers the families of VIP and backends, the keywords the
# service's options of the method.
upload()
{
	local vip=vip$3 service left came segments text="$2, IPv$3 by IPv$4, offloads $1"

	[ $# -lt 5 ] || text="$2 ${*:5}, IPv$3 by IPv$4, offloads $1"
	vip=${!vip}
	service=$(host "$vip"):80
	# Reset the counters before the service exists: a late packet of the last service's
	# connections must not be in only one of the sums.
	reset_counters
	must dsr service add tcp "$service" method "$2" "${@:5}"
	backends_add "$4" tcp "$service"
	# The first upload detects the path's MTU. Without offloads, its segments are checked.
	if [ "$1" = on ]; then
		must get up/first -T "$work/first"
	else
		packets checksums.py "$text" "http://$(host "$vip")/up/first" "$work/first"
	fi
	check_upload "$text"
	# Read the counters in this order, as late packets may still arrive.
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

# offloads on|off [NODE]: switch the offloads of the node's device, by default the
# director's.
offloads()
{
	must on "${2-director}" ethtool -K eth0 tso "$1" gso "$1" tx "$1"
}

# Create the file of the small upload by which a connection detects the path's MTU.
first_upload()
{
	head -c 200000 "$work/big" >"$work/first"
}
