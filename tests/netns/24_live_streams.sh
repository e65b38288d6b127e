#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Backends drain, disappear and return, while many streams send without a break and
# datagrams arrive from ever new ports. The streams of other backends must lose nothing; the
# service's options determine what happens to the streams of the changed backend.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

streams=$(often 500 200)

# meanwhile COMMAND...: run the command, while streams send before, during and after it.
meanwhile()
{
	tell begin >/dev/null
	must dsr "$@"
}

# keeps TEXT: assert that every stream continues without losing a byte.
keeps()
{
	check_eq "$text: $1" "{\"kept\": $count}" "$(tell end)"
}

# loses TEXT BACKEND FATE: assert that the $own streams of the backend have this fate, and
# that the others continue.
loses()
{
	local opened

	own=$(tell names | jq ".$2 // 0")
	check_that "$text: $2 has streams ($own)" "own > count / 10"
	check_eq "$text: $1, and streams of other backends go on" \
		"{\"kept\": $((count - own)), \"$3\": $own}" \
		"$(tell end 1 "$([ "$3" != silent ] || echo "$2")")"
	opened=$(tell open "$own" | jq -c)
	check_eq "$text: $own new ones go elsewhere" "$own null" "$(jq -r "\"\(add) \(.$2)\"" <<<"$opened")"
}

# comes_back BACKEND COMMAND...: return the backend by this command, so that streams use it
# again.
comes_back()
{
	meanwhile "${@:2}"
	keeps "$1 comes back"
	check_that "$text: new streams find it" "$(tell open 30 | jq ".$1 // 0") > 0"
	count=$((count + 30))
}

datagrams_came()
{
	(($(dsr -j flow show | jq 'map(select(.protocol == "udp")) | length') > 100))
}

# live METHOD 4|6 COUNT: check a service. 4|6 is the family of VIP and backends, COUNT the
# number of streams at the start.
live()
{
	local vip=vip$2 text="$1, IPv$2" count=$3

	vip=${!vip}
	local service=(any "$vip") b1 b2 b3 own gone

	b1=$(address b1 "$2") b2=$(address b2 "$2") b3=$(address b3 "$2")
	backends_setup "$1" "$vip" "$2"
	serve_any "$1" "$2"
	serve client nice -n 5 /usr/bin/python3 "$tools/noise.py" 80 "$vip"
	crowd_start "$vip" 80
	check_eq "$text: $count streams are open" "$count b1 b2 b3" \
		"$(tell open "$count" | jq -r '"\(add) \(keys | join(" "))"')"

	meanwhile backend change "${service[@]}" "$b1" state drain
	keeps "a drained backend keeps its streams"
	comes_back b1 backend change "${service[@]}" "$b1" state active

	meanwhile backend change "${service[@]}" "$b2" state down
	loses "a backend that is down leaves its streams to others, who do not know them" b2 reset
	comes_back b2 backend change "${service[@]}" "$b2" state active

	must dsr service change "${service[@]}" on-delete reject
	gone=$(drops backend_gone)
	meanwhile backend del "${service[@]}" "$b3"
	loses "reject: streams of a deleted backend are told" b3 reset
	check_that "$text: each by the director" "$(drops backend_gone) - $gone >= own"
	comes_back b3 backend add "${service[@]}" "$b3"

	must dsr service change "${service[@]}" on-delete drop
	meanwhile backend del "${service[@]}" "$b1"
	loses "drop: streams of a deleted backend are told nothing" b1 silent
	comes_back b1 backend add "${service[@]}" "$b1"

	check "$text: datagrams came meanwhile" wait_for datagrams_came
	kill "${servers[-1]}"
	crowd_stop
	must dsr flush
}

topology l2
backends_add_vips
echo_start 80 "$vip4" "$vip6"
live l2 4 "$streams"
live ipip 6 $((streams / 5))
check_eq "no reply crossed the director" 0 "$(counter in director reply packets)"
check_drops_only "backend_gone too_big"
