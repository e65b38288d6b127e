#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# T31: dsrd asks at once when the kernel reports that something on the way to a backend fails: a
# neighbour, a route, a tunnel, the uplink. By themselves the checks would begin in ten minutes, so
# each failure that is found here was found by a signal. Then checks with large packets and from
# many source ports, which find what small packets on one way do not.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

# write_file INTERVAL CHECKS: write the configuration file: services with these checks.
write_file()
{
	local backend

	cat >"$work/file.yaml" <<-END
		version: 1
		checks:
		  - {name: echo, type: tcp, port: 7, target: path, interval: $1, fast-interval: 0.5, fall: 2}
		  - {name: ping, type: icmp, target: path, interval: $1, fast-interval: 0.5, fall: 2}
		  - {name: large, type: icmp, target: path, size: mtu, interval: $1, fast-interval: 0.5, fall: 2}
		  - {name: sweep, type: tcp, port: 7, sweep: 16, sweep-fall: 14, target: path, interval: $1,
		     fast-interval: 0.5, fall: 2}
		services:
		  - match: any $vip4
		    name: all
		    method: ipip
		    scheduler: rr
		    checks: [$2]
		    backends:
	END
	for backend in $backends; do
		echo "      - {address: $(address "$backend" 4), name: $backend, check-mark: 10${backend#b}}"
	done >>"$work/file.yaml"
	must dsr apply "$work/file.yaml"
}

healths()
{
	dsr -j backend show | jq -r '[sort_by(.address)[].health] | join(" ")'
}

answers()
{
	dsr health show
}

# finished: print how many checks have a result.
finished()
{
	dsr -j health checks | jq 'map(select(.ago != null)) | length'
}

logged()
{
	dsr -j health log
}

# first EVENT NAME: print the number of the first line of the log with this event, about this
# backend, or "" for none, since the last call of mark.
first()
{
	logged | jq --argjson seen "$seen" --arg event "$1" --arg name "$2" \
		'.[$seen:] | map(.event == $event and (.name // "") == $name) | index(true)'
}

# mark: look at what is logged from now on only.
mark()
{
	seen=$(logged | jq length)
}

# signals: print the signals since the last call of mark, without the numbers of checks.
signals()
{
	logged | jq -r --argjson seen "$seen" \
		'.[$seen:] | map(select(.event == "signal").reason | split(":")[0]) | unique[]'
}

has_signal()
{
	signals | grep -qF "$1"
}

# check_found TEXT SIGNAL NAME: assert that the signal came, and that the backend went down after it.
check_found()
{
	check "$1: the signal is logged" wait_for has_signal "$2"
	check_that "$1: it came before the backend was down" \
		"$(first signal "") < $(first down "$3")"
}

# Send datagrams from many ports, so that each backend gets some.
send_to_all()
{
	# shellcheck disable=SC2016 # of the inner shell
	on client bash -c 'for i in {1..30}; do echo >"/dev/udp/$1/7"; done' - "$vip4"
}

# The kernel has no entry for b1, and finds none.
check_neighbour()
{
	mark
	must ip -n switch link set b1 down
	must ip -n director neigh flush to "$(address b1 4)"
	send_to_all
	wait_eq "a neighbour that fails: found" "down up up" healths
	check_found "a neighbour that fails" "neighbour $(address b1 4) on eth0 does not answer" b1
	must ip -n switch link set b1 up
	must dsr health run any "$vip4" "$(address b1 4)"
	must dsr health run any "$vip4" "$(address b1 4)"
	wait_eq "a neighbour that is back" "up up up" healths
}

check_route()
{
	mark
	must ip -n director route add blackhole "$(address b2 4)"
	wait_eq "a route that is gone: found" "up down up" healths
	check_found "a route that is gone" "the route to $(address b2 4) is gone" b2
	check_eq "a route that is gone: a ping finds it, too" \
		"echo request: this machine drops it: no way to the backend, or a rule of a firewall" \
		"$(reason ping b2)"
	must ip -n director route del blackhole "$(address b2 4)"
	wait_eq "a route that is back: asked at once" "up up up" healths
}

# b3 has lost its tunnel, and says so in answer to a client's packet.
check_icmp()
{
	mark
	must ip -n b3 link set tunl0 down
	send_to_all
	wait_eq "a tunnel that is gone: found" "up up down" healths
	check_found "a tunnel that is gone" \
		"an ICMP error about a packet to $(address b3 4)" b3
	must ip -n b3 link set tunl0 up
	must dsr health run any "$vip4" "$(address b3 4)"
	must dsr health run any "$vip4" "$(address b3 4)"
	wait_eq "a tunnel that is back" "up up up" healths
}

braked()
{
	dsr -j health show | jq -r 'map(.hold // "") | unique | join(" ")'
}

# verdicts: print what the checks find, which the kernel need not know.
verdicts()
{
	dsr -j health show | jq -r 'map(.verdict) | join(" ")'
}

check_uplink()
{
	mark
	must ip -n switch link set director down
	wait_eq "the uplink is cut: the brake holds" brake braked
	wait_eq "the uplink is cut: all checks fail" "down down down" verdicts
	check_eq "the uplink is cut: the kernel keeps the health" "up up up" "$(healths)"
	check_that "the brake came before any failure was counted" "$(logged |
		jq --argjson seen "$seen" '.[$seen:] | map(select(.event == "brake" and
			(.reason | startswith("no device or route")))) | length') == 1"
	check_eq "the kernel was told nothing" null "$(first down b1)"
	must ip -n switch link set director up
	wait_eq "the uplink is back: all are asked at once" "up up up" verdicts
	wait_eq "the uplink is back: the brake is released" "" braked
	check_eq "the kernel keeps the health" "up up up" "$(healths)"
}

# echoes: print how many echo requests have come to b1.
echoes()
{
	on b1 nstat -asz IcmpInEchos | awk 'END { print $2 }'
}

# storm: send many signals, with breaks in which dsrd could begin checks.
storm()
{
	for _ in {1..100}; do
		ip -n director -batch "$work/storm" || return
	done
}

# However many signals come, no check begins more often than every 0.5 seconds, its fast-interval. A
# check asks three times if nothing answers. The log gets a line each second.
check_storm()
{
	local address state hardware before start seconds asked lines most

	mark
	address=$(address b1 4)
	hardware=$(ip -n b1 -j link show eth0 | jq -r '.[].address')
	for _ in {1..20}; do
		for state in failed reachable; do
			echo "neigh replace $address lladdr $hardware dev eth0 nud $state"
		done
	done >"$work/storm"
	before=$(echoes)
	start=$SECONDS
	check "a storm of signals" storm
	check "is logged" wait_for has_signal "neighbour $address on eth0 does not answer"
	wait_eq "leaves all backends up" "up up up" healths
	asked=$(($(echoes) - before))
	lines=$(logged |
		jq --argjson seen "$seen" '.[$seen:] | map(select(.event == "signal")) | length')
	# It took less than this number of seconds.
	seconds=$((SECONDS - start + 1))
	most=$((3 * (2 * seconds + 2)))
	check_that "it starts checks" "$asked > 0"
	check_that "but no more than it may" "$asked <= $most"
	check_that "which are fewer than the 2,000 signals" "$most < 2000"
	check_that "the log has a line each second at most" "$lines <= $seconds"
}

# reason CHECK BACKEND: print the last reason of a check.
reason()
{
	dsr -j health checks any "$vip4" "$(address "$2" 4)" |
		jq -r --arg check "$1" '.[] | select(.check == $check).reason'
}

# Something between director and backend drops what is longer than 1,300 bytes, and says nothing.
check_large()
{
	write_file 1 "ping, large"
	wait_eq "large packets arrive" "up up up" healths
	# The tunnel's header has 20 bytes.
	wait_eq "as large as clients can send them" "echo reply to 1,480 bytes" reason large b1
	must on b1 nft -f - <<-END
		table ip hole {
			chain prerouting {
				type filter hook prerouting priority -300;
				ip saddr $(address director 4) ip protocol 4 meta length > 1300 counter drop
			}
		}
	END
	wait_eq "a hole for large packets is found" "down up up" healths
	wait_eq "the reason is the size" \
		"1,480-byte packets are lost, small ones arrive: MTU on the way to the backend or back" \
		reason large b1
	wait_eq "small packets arrive" "echo reply" reason ping b1
	check_that "the hole took packets" "$(rule_counts b1 ip hole prerouting | jq add) > 0"
	must on b1 nft delete table ip hole
	wait_eq "without the hole it is up" "up up up" healths
	# A router that says what it can take is no fault.
	must ip -n director route add "$(address b2 4)" dev eth0 mtu 1400
	wait_eq "a smaller MTU that is known is used" "echo reply to 1,380 bytes" reason large b2
	check_eq "and is no failure" "up up up" "$(healths)"
	must ip -n director route del "$(address b2 4)"
}

# degraded BACKEND: print how many ways are lost, without the number of them.
degraded()
{
	dsr -j health show any "$vip4" "$(address "$1" 4)" | jq -r '.[].degraded // "" | sub("^[0-9]+"; "N")'
}

# One of four source ports is lost on the way to b2.
check_sweep()
{
	write_file 1 sweep
	wait_eq "all ways are asked" "16 ways: connected" reason sweep b2
	must on b2 nft -f - <<-END
		table ip lossy {
			chain prerouting {
				type filter hook prerouting priority -200;
				iif tunl0 ip saddr $(address director 4) jhash tcp sport mod 4 == 0 counter drop
			}
		}
	END
	wait_eq "some lost ways make it degraded" "N of 16 ways" degraded b2
	check_eq "and not down" "up up up" "$(healths)"
	check_eq "others are whole" "" "$(degraded b1)"
	check "the log says so" wait_for logs_degraded degraded
	must on b2 nft delete table ip lossy
	wait_eq "without loss it is whole again" "" degraded b2
	check "the log says that, too" wait_for logs_degraded whole
	must on b2 nft add table ip lossy
	must on b2 nft add chain ip lossy prerouting "{ type filter hook prerouting priority -200; }"
	must on b2 nft add rule ip lossy prerouting iif tunl0 ip saddr "$(address director 4)" drop
	wait_eq "all ways lost make it down" "up down up" healths
	wait_eq "the reason has the number" "16 of 16 ways lost: no answer within 1000 ms" \
		reason sweep b2
}

logs_degraded()
{
	logged | jq -e --arg event "$1" 'map(select(.event == $event and .name == "b2")) | length > 0'
}

topology l2
backends_setup ipip "$vip4" 4
echo_start 7 "$vip4"
seen=0
write_file 600 "echo, ping"
dsrd -n director >"$work/dsrd.log" 2>&1 &
must wait_for answers
must dsr health run
check_eq "all backends are up" "6 up up up" "$(finished) $(healths)"
check_neighbour
check_route
check_icmp
check_uplink
check_storm
check_large
check_sweep
