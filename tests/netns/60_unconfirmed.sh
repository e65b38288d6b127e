#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Forged first packets fill neither the limit of a backend nor the table: unconfirmed flows
# do not count, and make room for others. Real streams that are picked up are confirmed.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

streams=40

# serve_all KEYWORD VALUE...: add a service for any protocol, whose backends have these
# options. They take turns, so a stream that lost its flow would get another backend.
serve_all()
{
	must dsr service add "${service[@]}" method l2 scheduler wrr
	backends_add "$family" "${service[@]}" "$@"
}

all_are_established()
{
	dsr -j flow show | jq -e "length == $streams and
		all(.state == \"established\" and .expires > 3500)"
}

open_streams()
{
	check_eq "$text: $1" "$streams" "$(tell open "$streams" | jq add)"
}

keep_streams()
{
	check_eq "$text: $1" "{\"kept\": $streams}" "$(tell end 2)"
}

forged_flows()
{
	dsr -j flow show | jq -r "\"\(length) \(map(.state) | unique | join(\" \"))\" +
		\" \(all(.expires <= 120))\""
}

check_limits()
{
	serve_all max-flows 50
	crowd_start "$vip" 80
	packets flood.py "$family" 100
	check_eq "$text: they are remembered as what they are, and for how long" \
		"300 syn udp unconfirmed true" "$(forged_flows)"
	open_streams "with 300 forged flows, streams open in spite of limits of 50"
	keep_streams "and go on"
	check_drops_only no_backend
	end_streams
}

# Check streams that lost their flows. The next segment gets the backend of the hash; with
# the scheduler maglev this is the backend that the stream has.
check_pick_up()
{
	serve_all
	must dsr service change "${service[@]}" scheduler maglev
	crowd_start "$vip" 80
	open_streams "streams open by maglev"
	must dsr flow flush
	tell talk >/dev/null
	check "$text: they are silent for a second" wait_for silent
	keep_streams "they go on"
	check "$text: and are established, for as long as any" all_are_established
	end_streams
}

silent()
{
	dsr -j flow show | jq -e "all(.idle > 1)"
}

all_streams_are_known()
{
	dsr -j flow show | jq -e "map(select(.state == \"established\")) | length == $streams"
}

check_full()
{
	local max

	serve_all
	must dsr service change "${service[@]}" timeout tcp-syn 600 timeout tcp-unconfirmed 600 \
		timeout udp 600
	max=$(dsr -j stats show | jq '.[0].flows_max')
	packets flood.py "$family" $((max * 2 / 3))
	check_that "$text: forged packets fill the table" "$(dsr flow count) > max * 9 / 10"
	check "$text: they are a second old" wait_for silent
	crowd_start "$vip" 80
	open_streams "streams open with the table full"
	check "$text: each is remembered" all_streams_are_known
	packets flood.py "$family" $((max / 3))
	check_that "$text: the table is full all the while" "$(dsr flow count) > max * 9 / 10"
	keep_streams "more forged packets move none"
	check "$text: each is still remembered" all_streams_are_known
	end_streams
}

end_streams()
{
	crowd_stop
	must dsr flush
}

# run_with 4|6 COMMAND: run a check for this family.
run_with()
{
	family=$1 text="IPv$1" vip=vip$1
	vip=${!vip} service=(any "$vip")
	"$2"
}

topology l2
backends_add_vips
echo_start 80 "$vip4" "$vip6"
run_with 4 check_limits
run_with 6 check_limits
run_with 6 check_pick_up
reload max_flows=1024
ingress_hook_debug eth0
run_with 4 check_full
check_drops_only no_backend
must wait_for unload
