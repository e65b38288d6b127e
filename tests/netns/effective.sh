# shellcheck shell=bash disable=SC2154 # work is of lib.sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What backends do in effect: asked for, and as events tell of it.

effective()
{
	dsr -j backend show | jq -r --arg address "$1" \
		'.[] | select(.address == $address) | .effective_state'
}

# counted KEY ADDRESS
counted()
{
	dsr -j -s backend show | jq --arg address "$2" --arg key "$1" \
		'[.[] | select(.address == $address)[$key]] | add'
}

# at_least NUMBER COMMAND...
at_least()
{
	(($("${@:2}") >= $1))
}

# datagram 4|6: from a port of its own, so that it begins a flow.
datagram()
{
	local vip=vip$1

	on client /usr/bin/python3 -c "import socket
socket.socket(socket.AF_INET6 if $1 == 6 else socket.AF_INET, socket.SOCK_DGRAM).sendto(b'lost', ('${!vip}', 53))"
}

# datagrams_until 4|6 COMMAND...
datagrams_until()
{
	datagram "$1" && "${@:2}"
}

# told ADDRESS: the states that events were about, without those that repeat the last.
told()
{
	jq -r --arg address "$1" 'select(.address == $address and .event == "backend_new") |
		.effective_state' "$work/monitor" | uniq | xargs
}

monitor_sees()
{
	dsr service add udp 192.0.2.1:1 && dsr service del udp 192.0.2.1:1
	[ -s "$work/monitor" ]
}

# monitor_start: until monitor_stop.
monitor_start()
{
	dsrctl -n director -j monitor >"$work/monitor" &
	monitor=$!
	wait_for monitor_sees
}

monitor_stop()
{
	kill "$monitor"
	wait "$monitor" 2>/dev/null
}
