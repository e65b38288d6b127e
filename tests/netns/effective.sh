# shellcheck shell=bash disable=SC2154 # work is of lib.sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The effective states of backends: from dsrctl backend show, and from events.

effective()
{
	dsr -j backend show | jq -r --arg address "$1" \
		'.[] | select(.address == $address) | .effective_state'
}

# counted KEY ADDRESS: print a counter of a backend, summed over all services.
counted()
{
	dsr -j -s backend show | jq --arg address "$2" --arg key "$1" \
		'[.[] | select(.address == $address)[$key]] | add'
}

# at_least NUMBER COMMAND...: succeed if the command prints at least this number.
at_least()
{
	(($("${@:2}") >= $1))
}

# datagram 4|6 [PORT]: send a datagram from PORT, by default from a new port, so that it
# begins a flow.
datagram()
{
	local vip=vip$1

	on client /usr/bin/python3 -c "import socket
s = socket.socket(socket.AF_INET6 if $1 == 6 else socket.AF_INET, socket.SOCK_DGRAM)
s.bind(('', ${2-0}))
s.sendto(b'lost', ('${!vip}', 53))"
}

# flow_until COMMAND...: send a datagram, and run the command. For wait_for: all datagrams
# have the same flow, and confirm it.
flow_until()
{
	datagram 4 4000 && "$@"
}

# datagrams_until 4|6 COMMAND...: send a datagram of a new flow, and run the command. For
# wait_for.
datagrams_until()
{
	datagram "$1" && "${@:2}"
}

# event_states ADDRESS: print the backend's states in events so far, without repetitions of
# the same state.
event_states()
{
	jq -r --arg address "$1" 'select(.address == $address and .event == "backend_new") |
		.effective_state' "$work/monitor" | uniq | xargs
}

# await_event_state STATE ADDRESS: wait until the backend's last event has this state. The
# kernel checks states once a second, so a state that is shorter may have no event.
await_event_state()
{
	wait_for has_event_state "$1" "$2"
}

has_event_state()
{
	[ "$(event_states "$2" | sed 's/.* //')" = "$1" ]
}
