#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# VIPs that dsrd announces by routes: what becomes of a route when health changes, when dsrd starts
# and ends, and when an operator or another program interferes. "ip monitor" says what happened to
# routes, in which order.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

web=("tcp" "$vip4:7")

# write_file [KEY: VALUE]...: write the configuration file, with these keys of the announcements.
write_file()
{
	local backend

	{
		cat <<-END
			version: 1
			announce:
			  settle: 1
			  drain: 2
		END
		[ $# -eq 0 ] || printf '  %s\n' "$@"
		cat <<-END
			checks:
			  - {name: echo, type: tcp, tries: 5, fall: 2,
			     interval: 1.5, fast-interval: 0.5, max-interval: 3}
			services:
			  - match: tcp $vip4:7
			    name: shop
			    checks: echo
			    withdraw-below: 2
			    backends:
		END
		for backend in $backends; do
			echo "      - {address: $(address "$backend" 4), name: $backend}"
		done
		cat <<-END
			  - match: any $vip6
			    name: plain
			    announce: yes
			    backends:
			      - {address: $(address b1 6)}
			      - {address: $(address b2 6)}
			  - match: udp $vip4b:53
			    backends:
			      - {address: $(address b1 4)}
		END
	} >"$work/file.yaml"
}

# This VIP has no checks, so it is not announced.
vip4b=192.0.2.81

# start_dsrd: start it with the file.
start_dsrd()
{
	dsrd -n director -f "$work/file.yaml" >>"$work/dsrd.log" 2>&1 &
	dsrd=$!
}

answers()
{
	dsr announce show
}

# ends TEXT: wait for the end of dsrd, and assert that it is in order.
ends()
{
	local status=0

	wait "$dsrd" || status=$?
	check_eq "$1" 0 $status
}

# routes 4|6: print the VIPs of a family that have a route, each with its metric.
routes()
{
	ip -n director -"$1" -j route show table 173 | jq -r '.[] | "\(.dst) \(.metric)"'
}

# states: print the VIPs with their states.
states()
{
	dsr -j announce show | jq -r '[.[] | "\(.vip) \(.state)"] | join(", ")'
}

reason()
{
	dsr -j announce show "$1" | jq -r '.[].reason'
}

# logged VIP: print the last entry of the log about a VIP.
logged()
{
	dsr -j health log | jq -r --arg vip "$1" \
		'map(select(.service_name == $vip)) | last | "\(.event): \(.reason)"'
}

# events: print what has happened to routes since the last call: + or - for each, with its metric.
events()
{
	local line sign

	while read -r line; do
		sign=+
		[ "${line#Deleted }" = "$line" ] || sign=-
		[[ ! $line =~ table\ 173 ]] || sed -E "s/^(Deleted )?([^ ]+) .* metric ([0-9]+).*/$sign\2 \3/" <<<"$line"
	done < <(tail -n +$((seen_events + 1)) "$work/events") | paste -sd' '
}

# forget_events: begin anew, when all that happened has arrived.
forget_events()
{
	local mark=$((++marks))

	ip -n director route add "198.18.0.$mark" dev lo table 99
	must wait_for grep -q "198.18.0.$mark " "$work/events"
	seen_events=$(wc -l <"$work/events")
}

# happened TEXT EXPECTED: assert what has happened since, and forget it.
happened()
{
	ip -n director route add "198.18.0.$((++marks))" dev lo table 99
	must wait_for grep -q "198.18.0.$marks " "$work/events"
	check_eq "$1" "$2" "$(events)"
	seen_events=$(wc -l <"$work/events")
}

marks=0
seen_events=0

watch_routes()
{
	nsenter --net=/run/netns/director ip monitor route >"$work/events" &
	monitor=$!
	must wait_for marked
	forget_events
}

# marked: succeed if the monitor has seen a change.
marked()
{
	ip -n director route add "198.18.0.$((++marks))" dev lo table 99
	grep -q 198.18 "$work/events"
}

# set_health BACKEND HEALTH: set that of a backend of the VIP without checks.
set_health()
{
	must dsr backend change any "$vip6" "$(address "$1" 6)" health "$2"
}

kill_echo()
{
	kill "${echo_of[$1]}"
	must wait_for not_listening "$1"
}

not_listening()
{
	! listens "$1" 7
}

declare -A echo_of

start_echo()
{
	serve "$1" "$tools/echo.py" 7 "$vip4" "$(address "$1" 4)" "$1"
	echo_of[$1]=${servers[-1]}
	must wait_for listens "$1" 7
}

# is_old BACKEND: succeed if its health has been so for longer than an interval, so that it is no
# part of a mass failure.
is_old()
{
	[ "$(dsr -j health show "${web[@]}" "$(address "$1" 4)" | jq '.[].since')" -ge 3 ]
}

check_start()
{
	must dsr apply "$work/file.yaml"
	watch_routes
	start_dsrd
	must wait_for answers
	wait_eq "both VIPs are announced" "$vip4 announced, $vip6 announced" states
	happened "each by one route" "+$vip6 100 +$vip4 100"
	check_eq "the route is dsrd's, and leads nowhere" \
		"$vip4 dev lo proto 173 scope link metric 100" \
		"$(ip -n director route show table 173 | xargs)"
	check_eq "the same for IPv6" "$vip6 dev lo proto 173 metric 100" \
		"$(ip -n director -6 route show table 173 | sed 's/ pref medium//; s/^unreachable //; s/ error.*//' | xargs)"
	check_eq "no packet uses it" "$vip4 via ${lan4}1" \
		"$(ip -n director route get "$vip4" | head -n 1 | cut -d' ' -f1-3)"
}

check_health()
{
	set_health b1 down
	wait_eq "a VIP without a backend is degraded" "$vip4 100
$vip6 200" all_routes
	happened "the new route is there before the old one goes" "+$vip6 200 -$vip6 100"
	check_eq "dsrctl says why" "plain has 1 of 2 healthy backends" "$(reason "$vip6")"
	set_health b2 down
	wait_eq "one without any is withdrawn" "$vip4 100" all_routes
	check_eq "the log says why" "withdrawn: plain has 0 of 2 healthy backends, withdraw-below is 1" \
		"$(logged "$vip6")"
	set_health b2 up
	wait_eq "and comes back" "$vip4 100
$vip6 200" all_routes
	set_health b1 up
	wait_eq "with all of them, with the best metric" "$vip4 100
$vip6 100" all_routes
	happened "that was all" "-$vip6 200 +$vip6 200 +$vip6 100 -$vip6 200"
}

all_routes()
{
	routes 4
	routes 6
}

check_checks()
{
	kill_echo b1
	wait_eq "a server fails its check" "$vip4 200" routes 4
	must wait_for is_old b1
	kill_echo b2
	wait_eq "with two of them, too few are left" "" routes 4
	check_eq "the log says why" "withdrawn: shop has 1 of 3 healthy backends, withdraw-below is 2" \
		"$(logged "$vip4")"
	start_echo b1
	start_echo b2
	wait_eq "they come back" "$vip4 100" routes 4
	forget_events
}

check_crash()
{
	kill -KILL "$dsrd"
	wait "$dsrd" 2>/dev/null
	start_dsrd
	must wait_for answers
	wait_eq "dsrd starts again" "$vip4 announced, $vip6 announced" states
	must dsr health run >/dev/null
	happened "a crash leaves the routes, and a start changes nothing" ""
	kill -HUP "$dsrd"
	check "dsrd reads its file" wait_for grep -q "reload: 3 backends" "$work/dsrd.log"
	must dsr health run >/dev/null
	happened "that changes nothing either" ""
}

check_interference()
{
	must ip -n director route del "$vip4" table 173 metric 100
	wait_eq "a route that is deleted comes back" "$vip4 100" routes 4
	check_eq "the log says so" "restored: another program has deleted its route" "$(logged "$vip4")"
	happened "at once" "-$vip4 100 +$vip4 100"
	must ip -n director route flush table 173
	wait_eq "and so do all" "$vip4 100
$vip6 100" all_routes
	forget_events
}

check_leftovers()
{
	kill -KILL "$dsrd"
	wait "$dsrd" 2>/dev/null
	must ip -n director -batch - <<-END
		route add 192.0.2.99/32 dev lo table 173 proto 173 metric 100
		route add 192.0.2.98/32 dev lo table 173 proto static metric 100
		route add $vip4 dev lo table 173 proto 173 metric 300
	END
	forget_events
	start_dsrd
	must wait_for answers
	wait_eq "what the file does not have goes" "$vip4 announced, $vip6 announced" states
	check_eq "but not the route of another program" "192.0.2.80 100
192.0.2.98 100" "$(routes 4 | sort)"
	happened "with a worse metric before" \
		"-$vip4 300 +192.0.2.99 300 -192.0.2.99 100 -192.0.2.99 300"
	must ip -n director route del 192.0.2.98 table 173
	forget_events
}

check_drain()
{
	must dsr announce drain "$vip4"
	check_eq "a VIP is drained by a command" "$vip4 300" "$(routes 4)"
	wait_eq "and withdrawn" "" routes 4
	check_eq "dsrctl says why" "by a command" "$(reason "$vip4")"
	kill -HUP "$dsrd"
	must dsr health run >/dev/null
	check_eq "a reload does not end that" "$vip4 withdrawn, $vip6 announced" "$(states)"
	must dsr announce resume "$vip4"
	check_eq "another command does, at once" "$vip4 100" "$(routes 4)"
	check_eq "a VIP that is none is refused" "Error: no service announces this VIP" \
		"$(dsr announce drain 192.0.2.7 2>&1)"
	happened "that was all" "+$vip4 300 -$vip4 100 -$vip4 300 +$vip4 100"
}

braked()
{
	[ "$(dsr -j health log | jq 'map(select(.event == "brake")) | length')" -gt 0 ]
}

check_brake()
{
	local backend

	for backend in $backends; do
		kill "${echo_of[$backend]}"
	done
	check "a mass failure is found" wait_for braked
	must dsr health run >/dev/null
	must dsr health run >/dev/null
	check_eq "it withdraws nothing" "$vip4 announced, $vip6 announced" "$(states)"
	for backend in $backends; do
		start_echo "$backend"
	done
	must wait_for prints "up up up" health
	wait_eq "afterwards all is well" "$vip4 announced, $vip6 announced" states
	forget_events
}

health()
{
	dsr -j health show "${web[@]}" | jq -r '[.[].verdict] | join(" ")'
}

# The end, as systemd sees it, too.
check_end()
{
	socat -u "UNIX-RECV:$work/notify" STDOUT >"$work/notified" &
	local socat=$!

	must wait_for test -S "$work/notify"
	export NOTIFY_SOCKET=$work/notify
	kill -KILL "$dsrd"
	wait "$dsrd" 2>/dev/null
	start_dsrd
	must wait_for prints "$vip4 announced, $vip6 announced" states
	forget_events
	kill "$dsrd"
	ends "SIGTERM ends dsrd"
	check_eq "it says what it waits for" "STATUS=VIPs are drained, and withdrawn in 2 seconds" \
		"$(sed -n '/STOPPING=1$/{n;s/seconds.*/seconds/p}' "$work/notified")"
	happened "VIPs are drained and withdrawn in order" \
		"+$vip4 300 -$vip4 100 +$vip6 300 -$vip6 100 -$vip4 300 -$vip6 300"
	unset NOTIFY_SOCKET
	kill $socat
}

check_hurry()
{
	write_file "drain: 600"
	sed -i '/^  drain: 2$/d' "$work/file.yaml"
	start_dsrd
	wait_eq "they come back" "$vip4 100
$vip6 100" all_routes
	kill "$dsrd"
	wait_eq "a long time to drain begins" "$vip4 300
$vip6 300" all_routes
	kill "$dsrd"
	ends "a second signal ends it"
	check_eq "its routes are withdrawn now" "" "$(all_routes)"
}

check_keep()
{
	write_file "on-stop: keep"
	start_dsrd
	wait_eq "they come back" "$vip4 100
$vip6 100" all_routes
	forget_events
	kill "$dsrd"
	ends "dsrd ends at once"
	happened "routes are kept if the file says so" ""
}

topology l2
backends_setup l2 "$vip4" 4
for backend in $backends; do
	start_echo "$backend"
done
write_file
check_start
check_health
check_checks
check_crash
check_interference
check_leftovers
check_drain
check_brake
check_end
check_hurry
check_keep
