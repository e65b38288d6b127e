#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# An attacker, not on the path between client and director, forges segments of live
# connections. No connection ends or moves.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

streams=$(often 200 40)

# forge FAMILY FLAGS...: send a forged segment of each kind for each stream.
forge()
{
	packets forge.py "$1" "${@:2}"
}

states()
{
	dsr -j flow show | jq -r "map(select(.protocol == \"tcp\") | .state) | unique | join(\" \")"
}

# Succeed if all streams are idle for a second longer than the timeout tcp-closing.
silent()
{
	dsr -j flow show | jq -e "length == $streams and all(.idle > 4)"
}

# Check one family. The backends take turns, so a stream that lost its flow would soon get
# another backend.
forged()
{
	local vip=vip$1 text="IPv$1" service

	vip=${!vip}
	service=$(host "$vip"):80
	must dsr service add tcp "$service" method l2 scheduler wrr timeout tcp-closing 4
	for backend in b1 b2 b3; do
		must dsr backend add tcp "$service" "$(address $backend "$1")"
	done
	crowd_start "$vip" 80
	check_eq "$text: $streams streams are open" "$streams b1 b2 b3" \
		"$(tell open "$streams" | jq -r '"\(add) \(keys | join(" "))"')"
	for backend in b1 b2 b3; do
		must dsr backend change tcp "$service" "$(address $backend "$1")" state drain
	done
	must dsr backend add tcp "$service" "$(address b4 "$1")"
	for flags in RST FIN "RST SYN" "FIN RST SYN"; do
		# shellcheck disable=SC2086 # several words
		forge "$1" $flags
		check_eq "$text: after forged $flags all streams go on where they were" \
			"{\"kept\": $streams}" "$(tell end 2)"
		check_eq "$text: after forged $flags and going on they are established" \
			established "$(states)"
	done
	forge "$1" RST SYN
	tell talk >/dev/null
	check "$text: they are silent for longer than closing flows are remembered" wait_for silent
	check_eq "$text: and go on" \
		"{\"kept\": $streams}" "$(tell end 2)"
	crowd_stop
	must dsr flush
}

backends="b1 b2 b3 b4"
topology l2
backends_add_vips
echo_start 80 "$vip4" "$vip6"
forged 4
forged 6
check_no_drops
