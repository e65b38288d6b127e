#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# dsrd: what its checks find, and what becomes of the traffic. One backend loses its server, one its
# tunnel, one a part of the packets of the checks. dsrd itself ends, is stopped and starts again, and
# nothing happens. RESTARTS is how often.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/netns/http.sh
. "$here/http.sh"

restarts=${RESTARTS-$(often 25 3)}
streams=50
vip=$vip4
web=("tcp" "$vip4:80")

# backends_of MARK [KEY: VALUE]: print the backends of a service, each with its mark.
backends_of()
{
	local backend

	for backend in $backends; do
		echo "      - {address: $(address "$backend" 4), name: $backend, check-mark: $1${backend#b}}"
	done
}

# write_file [PATH]: write the configuration file. The checks get this URL.
write_file()
{
	cat >"$work/file.yaml" <<-END
		version: 1
		defaults:
		  service: {seed: 7, method: ipip}
		checks:
		  - {name: page, type: http, path: ${1-/}, expect: b, tries: 5,
		     interval: 1.5, fast-interval: 0.5, max-interval: 3}
		  - {name: ping, type: icmp, target: path, tries: 5,
		     interval: 1.5, fast-interval: 0.5, max-interval: 3}
		services:
		  - match: tcp $vip4:80
		    name: shop
		    checks: page
		    backends:
		$(backends_of 10)
		  - match: tcp $vip4:7
		    checks: ping
		    backends:
		$(backends_of 20)
	END
}

# start_dsrd: start it. It reads the file that was applied.
start_dsrd()
{
	dsrd -n director >>"$work/dsrd.log" 2>&1 &
	dsrd=$!
}

answers()
{
	dsr health show
}

# end_dsrd SIGNAL: end it.
end_dsrd()
{
	kill "-$1" "$dsrd"
	wait "$dsrd" 2>/dev/null
}

# state BACKEND: print the kernel's health of a backend of the shop, and both verdicts.
state()
{
	dsr -j health show "${web[@]}" "$(address "$1" 4)" | jq -r '.[] | "\(.health) \(.path) \(.host)"'
}

states()
{
	dsr -j health show "${web[@]}" | jq -r '[.[] | "\(.health)/\(.path)/\(.host)"] | join(" ")'
}

field()
{
	dsr -j health show "${web[@]}" "$(address "$1" 4)" | jq -r ".[].$2"
}

# logged: print the events of the log about backends of the shop, without their times.
logged()
{
	dsr -j health log | jq -r '.[] | select(.service_name == "shop") | "\(.name) \(.event)"'
}

# visitors: print how many of 30 requests are answered, and by whom.
visitors()
{
	names 30 >"$work/names"
	echo "$(wc -l <"$work/names") $(sort -u "$work/names" | xargs)"
}

kill_web()
{
	kill "$(cat "$work/$1/pid")"
	must wait_for not_listening "$1"
}

not_listening()
{
	! listens "$1" 80
}

start_web()
{
	serve "$1" nginx -e stderr -c "$work/$1/conf"
	must wait_for listens "$1" 80
}

check_start()
{
	must dsr apply "$work/file.yaml"
	start_dsrd
	must wait_for answers
	wait_eq "all backends are up, by both ways" "up/up/up up/up/up up/up/up" states
	check_eq "all serve" "30 b1 b2 b3" "$(visitors)"
	check_eq "the checks make no flows" 0 \
		"$(dsr -j flow show | jq --arg me "$(address director 4)" 'map(select(.client == $me)) | length')"
	check_eq "a second dsrd is refused" "Error: /run/nf_dsr/dsrd-director.sock: another dsrd has it" \
		"$(dsrd -n director 2>&1 | head -n 1)"
}

check_service_killed()
{
	kill_web b1
	wait_eq "a server that is gone is found by both ways" "down down down" state b1
	check_eq "the reason is the answer" "page: Failed to connect to $(address b1 4) port 80" \
		"$(field b1 reason | sed 's/ after.*//; s/'"$vip4"'/'"$(address b1 4)"'/')"
	check_eq "traffic goes to the others" "30 b2 b3" "$(visitors)"
}

check_path_broken()
{
	must ip -n b2 link set tunl0 down
	wait_eq "a broken tunnel is found by the path only" "down down up" state b2
	check_eq "dsrctl says what that means" \
		"the host answers: see VIP, tunnel, rp_filter or MTU at the backend" "$(field b2 hint)"
	check_eq "traffic goes to the last one" "30 b3" "$(visitors)"
}

dropped()
{
	[ "$(rule_counts b3 ip lossy prerouting | jq add)" -ge "$1" ]
}

# 30 of 100 packets of the checks to b3 are lost.
check_lossy()
{
	on b3 nft -f - <<-END
		table ip lossy {
			chain prerouting {
				type filter hook prerouting priority -200;
				iif tunl0 ip saddr $(address director 4) numgen random mod 10 < 3 counter drop
			}
		}
	END
	check "packets of the checks are lost" wait_for dropped "$(often 60 10)"
	check_eq "that changes nothing" "up up up" "$(state b3)"
	check_eq "nor does the log say so" "b1 down b1 host-down b2 down" \
		"$(logged | sort | xargs)"
	must on b3 nft delete table ip lossy
}

check_recovery()
{
	start_web b1
	must ip -n b2 link set tunl0 up
	wait_eq "what is repaired comes back" "up/up/up up/up/up up/up/up" states
	check_eq "all serve again" "30 b1 b2 b3" "$(visitors)"
}

# once_more: end dsrd by one of the ways, stop it, and have it read its file again. A backend of
# the shop is down meanwhile.
once_more()
{
	local signals=(KILL TERM)

	end_dsrd "${signals[$1 % 2]}"
	start_dsrd
	must wait_for answers
	kill -HUP "$dsrd"
	kill -STOP "$dsrd"
	sleep 0.7	# longer than the timeout would permit an answer to come
	kill -CONT "$dsrd"
	must wait_for answers
}

check_restarts()
{
	local before n

	kill_web b1
	wait_eq "one backend is down" "down/down/down up/up/up up/up/up" states
	crowd_start "$vip4" 7
	check_that "streams are open" "$(tell open "$streams" | jq add) == $streams"
	before=$(generation)
	monitor_start "$work/events"
	for ((n = 0; n < restarts; n++)); do
		tell begin >/dev/null
		once_more $n
		check_eq "restart $((n + 1)): no stream loses a byte" "{\"kept\": $streams}" "$(tell end)"
	done
	wait_eq "the states are adopted" "down/down/down up/up/up up/up/up" states
	must dsr health run >/dev/null
	monitor_stop
	crowd_stop
	check_eq "the kernel was told nothing" "0 $before" \
		"$(jq -s 'map(select(.event != "ready")) | length' "$work/events") $(generation)"
	start_web b1
	wait_eq "and checks go on" "up/up/up up/up/up up/up/up" states
}

# One check changes, another stays.
check_reload()
{
	write_file /none
	must dsr apply "$work/file.yaml"
	check "another file that was applied is read" wait_for grep -q "reload: 6 backends" "$work/dsrd.log"
	check_eq "a check that did not change keeps its results" 0 \
		"$(dsr -j health checks | jq 'map(select(.check == "ping" and .successes == 0)) | length')"
	check "another status fails" wait_for failing b1
	write_file
	must dsr apply "$work/file.yaml"
	wait_eq "the old file is right again" "up/up/up up/up/up up/up/up" states
}

failing()
{
	[ "$(field "$1" reason)" = "page: status 404" ]
}

# brakes: print how often a mass failure was found.
brakes()
{
	dsr -j health log | jq 'map(select(.event == "brake")) | length'
}

more_brakes()
{
	[ "$(brakes)" -gt "$1" ]
}

# released: succeed if no mass failure holds the kernel's health.
released()
{
	[ "$(field b1 hold)" = null ]
}

# All servers go at the same time: more likely the fault of the director. The reload before made all
# checks fail, too, which may have been found as such.
check_brake()
{
	local backend before

	must wait_for released
	before=$(brakes)
	for backend in $backends; do
		kill "$(cat "$work/$backend/pid")"
	done
	check "a mass failure is found" wait_for more_brakes "$before"
	wait_eq "the kernel keeps what it had" "up/down/down up/down/down up/down/down" states
	check_eq "dsrctl says why" brake "$(field b1 hold)"
	for backend in $backends; do
		start_web "$backend"
	done
	wait_eq "it ends by itself" "up/up/up up/up/up up/up/up" states
	check_eq "traffic goes on" "30 b1 b2 b3" "$(visitors)"
}

check_pause()
{
	must dsr health pause "${web[@]}" "$(address b1 4)"
	kill_web b1
	check_eq "what is paused is not asked" "paused" "$(field b1 hold)"
	must dsr health run "${web[@]}"
	check_eq "or at least not believed" up "$(field b1 health)"
	must dsr health resume "${web[@]}"
	wait_eq "then it is" "down down down" state b1
	start_web b1
	wait_eq "and comes back" "up up up" state b1
}

topology l2
backends_setup ipip "$vip4" 4
start_http
echo_start 7 "$vip4"
write_file
check_start
check_service_killed
check_path_broken
check_lossy
check_recovery
check_restarts
check_reload
check_brake
check_pause
end_dsrd TERM
check_not "dsrd has ended" answers
check_eq "the kernel keeps the health" "up up up" \
	"$(dsr -j backend show "${web[@]}" | jq -r '[.[].health] | join(" ")')"
