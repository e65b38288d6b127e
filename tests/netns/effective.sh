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

# datagram 4|6 [PORT]: from a port of its own, so that it begins a flow, or that one.
datagram()
{
	local vip=vip$1

	on client /usr/bin/python3 -c "import socket
s = socket.socket(socket.AF_INET6 if $1 == 6 else socket.AF_INET, socket.SOCK_DGRAM)
s.bind(('', ${2-0}))
s.sendto(b'lost', ('${!vip}', 53))"
}

# flow_until COMMAND...: datagrams of one flow, which confirm it.
flow_until()
{
	datagram 4 4000 && "$@"
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

# tells STATE ADDRESS: waits until the last event of the backend is about that state. The
# kernel looks once a second, so a state that does not last has no event.
tells()
{
	wait_for told_last "$1" "$2"
}

told_last()
{
	[ "$(told "$2" | sed 's/.* //')" = "$1" ]
}

# monitor_start: until monitor_stop.
monitor_start()
{
	dsrctl -n director -j monitor >"$work/monitor" &
	monitor=$!
	wait_for grep -q '"ready"' "$work/monitor"
}

monitor_stop()
{
	kill "$monitor"
	wait "$monitor" 2>/dev/null || true
}
