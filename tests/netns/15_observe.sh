#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What operators and tools observe: tracepoints report every packet, and flows that begin and
# end; and a dump that a change interrupted is marked so.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
tracing=/sys/kernel/tracing
udp=(udp "$vip4:53")

# traced EVENT TEXT: print the number of trace events with this text.
traced()
{
	grep -c " $1: .*$2" $tracing/trace
}

check_forward()
{
	local backend seen=""

	crowd "$vip4" 53 "udp 20" >/dev/null
	for backend in $backends; do
		seen+=" $(traced dsr_forward \
			"proto=17 src=::ffff:$(address client 4) .*dst=::ffff:$vip4 dport=53 backend=::ffff:$(address "$backend" 4)\$")"
	done
	check_eq "each packet forwarded is traced, with its backend" "$(backend_counts packets)" \
		"${seen# }"
	check_eq "none was traced as dropped" 0 "$(traced dsr_drop "")"
}

check_drop()
{
	local backend

	for backend in $backends; do
		must dsr backend change "${udp[@]}" "$(address "$backend" 4)" state down
	done
	echo >$tracing/trace
	on client /usr/bin/python3 -c \
		"import socket; socket.socket(2, 2).sendto(b'lost', ('$vip4', 53))"
	wait_eq "a packet dropped is counted" 1 drops no_backend
	check_eq "and traced, with its reason" "1 0" \
		"$(traced dsr_drop "reason=no_backend\$") $(traced dsr_forward "")"
}

# follow EVENT WORD...: run a command that follows tracepoints; EVENT is the last it enables.
follow()
{
	dsrctl -n director -j "${@:2}" >"$work/live" 2>"$work/warnings" &
	live=$!
	must wait_for test -d "$tracing/instances/dsrctl-$live/events/nf_dsr"
	must wait_for grep -q 1 "$tracing/instances/dsrctl-$live/events/nf_dsr/$1/enable"
}

# live_start [CONDITION]...: follow packets.
live_start()
{
	follow dsr_forward trace --live "$@"
}

live_stop()
{
	kill $live
	wait $live
}

# follows NUMBER FILTER: succeed if at least so many packets were followed that the filter selects.
follows()
{
	[ "$(followed "$2")" -ge "$1" ]
}

# followed FILTER: print how many of the packets that were followed the filter of jq selects.
followed()
{
	jq -s "map(select($1)) | length" "$work/live"
}

check_live()
{
	local backend b1 before counts=""

	b1=$(address b1 4)
	live_start client "$(address client 4)" vip "$vip4" protocol udp
	crowd "$vip4" 53 "udp 20" >/dev/null
	check "each packet is followed" wait_for follows 40 ".port == 53"
	live_stop
	for backend in $backends; do
		counts+=" $(followed ".verdict == \"forward\" and .protocol == \"udp\" and
			.client == \"$(address client 4)\" and .vip == \"$vip4\" and
			.backend == \"$(address "$backend" 4)\"")"
	done
	check_eq "with its backend, and no other one" 40 "$((${counts// / + }))"
	check "its instance is gone" test ! -e "$tracing/instances/dsrctl-$live"

	before=$(service_sum packets)
	live_start client 203.0.113.0/24
	# An answer to a socket that is closed would bring an ICMP error, a second packet.
	must on client /usr/bin/python3 -c "import socket
sock = socket.socket(2, 2)
sock.settimeout($patience)
sock.sendto(b'other', ('$vip4', 53))
sock.recv(1024)"
	wait_eq "another packet came" $((before + 1)) service_sum packets
	live_stop
	check_eq "packets of other clients are not followed" 0 "$(followed true)"

	live_start backend "$b1"
	crowd "$vip4" 53 "udp 20" >/dev/null
	check "one backend is followed" wait_for follows 1 true
	live_stop
	check_eq "alone" "$(followed true)" "$(followed ".backend == \"$b1\"")"
}

# A packet that is dropped is followed, with the reason.
check_live_drop()
{
	live_start vip "$vip4"
	on client /usr/bin/python3 -c \
		"import socket; socket.socket(2, 2).sendto(b'lost', ('$vip4', 53))"
	check "a packet that is dropped is followed" wait_for test -s "$work/live"
	live_stop
	check_eq "with its ends and the reason" \
		"drop udp $(address client 4) $vip4 53 no_backend 32" \
		"$(jq -r '"\(.verdict) \(.protocol) \(.client) \(.vip) \(.port) \(.reason) \(.length)"' \
			"$work/live")"
	mkdir "$tracing/instances/dsrctl-4194303"
	live_start vip "$vip4"
	check "what a killed one has left behind is removed" \
		test ! -e "$tracing/instances/dsrctl-4194303"
	live_stop
}

# flow_ends NEW END: succeed if so many flows have begun and ended.
flow_ends()
{
	[ "$(jq -r .event "$work/live" | sort | uniq -c | xargs)" = "$2 flow_end $1 flow_new" ]
}

# flow_events FILTER: print what the filter of jq makes of each event, sorted.
flow_events()
{
	jq -r "$1" "$work/live" | sort
}

check_flow_events()
{
	local flow='"\(.client) \(.client_port) \(.vip) \(.port) \(.protocol) \(.backend)"'

	must dsr flow flush
	follow dsr_flow_new monitor flow protocol udp
	crowd "$vip4" 53 "udp 20" >/dev/null
	must dsr flow flush
	check "each flow is reported, its beginning and its end" wait_for flow_ends 20 20
	check_eq "with the same ends and backend" \
		"$(flow_events "select(.event == \"flow_new\") | $flow")" \
		"$(flow_events "select(.event == \"flow_end\") | $flow")"
	check_eq "which are those of the datagrams" \
		"$(address client 4) $vip4 53 udp" \
		"$(flow_events '"\(.client) \(.vip) \(.port) \(.protocol)"' | uniq)"
	check_eq "and of all backends" "$(address b1 4) $(address b2 4) $(address b3 4)" \
		"$(flow_events .backend | uniq | xargs)"
	check_eq "and why it ended" "removed" \
		"$(flow_events 'select(.event == "flow_end").reason' | uniq)"
	crowd "$vip4" 53 "udp 20" >/dev/null
	must dsr service change "${udp[@]}" timeout udp 1
	check "flows that expire end, too" wait_for flow_ends 40 40
	check_eq "for another reason" "expired removed" \
		"$(flow_events 'select(.event == "flow_end").reason' | uniq | xargs)"
	live_stop
	must dsr service change "${udp[@]}" timeout udp 120

	follow dsr_flow_new monitor flow sample 4
	crowd "$vip4" 53 "udp 200" >/dev/null
	must dsr flow flush
	check "a sample has as many ends as beginnings" wait_for sampled_ends
	check_that "of about a quarter of the flows" "$(followed '.event == "flow_new"') > 10"
	check_that "and no more" "$(followed '.event == "flow_new"') < 110"
	live_stop
}

sampled_ends()
{
	local new

	new=$(followed '.event == "flow_new"')
	[ "$new" -gt 0 ] && flow_ends "$new" "$new"
}

topology l2
backends_setup l2 "$vip4" 4
echo_start 53 "$vip4"
must dsr service add "${udp[@]}" method l2
backends_add 4 "${udp[@]}"
must tee $tracing/events/nf_dsr/enable <<<1
check_forward
check_live
check_flow_events
check_drop
check_live_drop
must tee $tracing/events/nf_dsr/enable <<<0
must dsr flush
packets dumps.py
