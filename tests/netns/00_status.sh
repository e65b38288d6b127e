#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# dsrd's metrics and status page: they say what the kernel has and what is wrong, and nothing that a
# peer sends does harm.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/netns/http.sh
. "$here/http.sh"

vip=$vip4
port=14780
web=(tcp "$vip4:80")
# A VRF may have such a name.
hostile="\"><b>&'"
repository=$here/../..

# write_file [LINE]...: write the configuration file, with further lines.
write_file()
{
	local backend

	{
		cat <<-END
			version: 1
			checks:
			  - {name: page, type: http, expect: b, tries: 5,
			     interval: 1.5, fast-interval: 0.5, max-interval: 3}
			services:
			  - match: tcp $vip4:80
			    name: shop
			    method: ipip
			    seed: 7
			    checks: page
			    backends:
		END
		for backend in $backends; do
			echo "      - {address: $(address "$backend" 4), name: $backend, check-mark: 10${backend#b}}"
		done
		printf '%s\n' "$@"
	} >"$work/file.yaml"
}

# ask PATH [OPTION...]: fetch a path from dsrd with curl.
ask()
{
	on director curl -sS --max-time "$patience" "${@:2}" "http://127.0.0.1:$port/$1"
}

# code PATH [OPTION...]: print the status, and the methods that are allowed, if dsrd says so.
code()
{
	ask "$1" -o /dev/null -w '%{http_code} %header{allow}\n' "${@:2}" | sed 's/ $//'
}

# metric NAME [LABEL]: print the sum of the samples of a metric whose labels have this text.
metric()
{
	ask metrics | awk -v name="nf_dsr_$1" -v label="${2-}" \
		'index($1, name) == 1 && substr($1, length(name) + 1) ~ /^({|$)/ && index($1, label) { n += $2 }
		 END { printf "%.0f\n", n }'
}

# findings: print what is wrong, with the commands, without reasons, and without that dsrd was late:
# it is on a slow machine.
findings()
{
	ask status.json | jq -r '.findings[] | select(.text | startswith("dsrd was late") | not) |
		"\(.level): \(.text | sub(" The check .*"; "")) \(.command)"'
}

state()
{
	ask status.json | jq -r --arg name "$1" \
		'.services[] | select(.name == "shop").backends[] | select(.name == $name) | "\(.health) \(.path) \(.host)"'
}

states()
{
	ask status.json | jq -r '[.services[] | select(.name == "shop").backends[].path] | join(" ")'
}

check_page()
{
	wait_eq "dsrd serves a page by default, at the loopback address" 200 code ""
	wait_eq "the checks succeed" "up up up" states
	wait_eq "nothing is wrong" "" findings
	ask "" >"$work/page"
	check "the page needs no script to say what is wrong" grep -q '<h2>What is wrong now</h2>' "$work/page"
	check "nor that a service is well" grep -qE '>shop</a>.*<span class="state good">.* ok</span>' "$work/page"
	check_eq "the policy for contents permits nothing inline" \
		"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'" \
		"$(ask "" -o /dev/null -w '%header{content-security-policy}')"
	check_eq "the style sheet, the script, the log and a service are there" "200 200 200 200 404 404" \
		"$(for path in style.css script.js log "service?match=tcp%20$vip4:80" "service?match=x" x; do
			code "$path"; done | xargs)"
	check_eq "what does not change is not sent again" 304 \
		"$(ask style.css -o /dev/null -w '%{http_code}' \
			-H "If-None-Match: $(ask style.css -o /dev/null -w '%header{etag}')")"
}

# counters: print what the kernel has counted of the service.
counters()
{
	echo "$(service_sum flows) $(service_sum packets) $(service_sum bytes)"
}

metrics_counters()
{
	echo "$(metric service_new_flows_total) $(metric service_packets_total) $(metric service_bytes_total)"
}

check_metrics()
{
	names 30 >"$work/names"
	wait_eq "metrics of the service are the kernel's counters" "$(counters)" metrics_counters
	check_eq "there was traffic" 30 "$(metric service_new_flows_total)"
	check_eq "those of backends are, too" "$(backend_counts flows)" \
		"$(for backend in $backends; do metric backend_new_flows_total "backend=\"$backend\""; done | xargs)"
	check_eq "a backend's packets of checks are counted apart" 1 \
		"$(($(metric backend_check_packets_total 'backend="b1"') > 0))"
	check_eq "checks have durations, of which each bucket has those below" 1 \
		"$(($(metric check_duration_seconds_count 'target="path"') > 0))"
	check_eq "failures that did not happen are 0" "0 8" \
		"$(metric check_failures_total 'target="path",reason="tls"') $(ask metrics | grep -c '^nf_dsr_check_failures_total.*path')"
	ask metrics >"$work/metrics"
	check "promtool has nothing to say about them" promtool check metrics <"$work/metrics"
	check "the alerts are valid" promtool check rules "$repository/packaging/prometheus/nf_dsr.rules.yml"
	check "and fire when they should" promtool test rules "$repository/tests/status/rules_test.yml"
	check "alerts and dashboard ask for nothing else" \
		/usr/bin/python3 "$repository/tests/status/dashboard_test.py" "$work/metrics"
	check_eq "a scrape may ask for OpenMetrics" \
		"# EOF application/openmetrics-text; version=1.0.0; charset=utf-8" \
		"$(ask metrics -w ' %header{content-type}' -H 'Accept: application/openmetrics-text' |
			tail -n 2 | xargs)"
	check_eq "and have it compressed" gzip \
		"$(ask metrics -o "$work/gz" -w '%header{content-encoding}' -H 'Accept-Encoding: gzip')"
	check "which is the same in less" same_families
	check_eq "and for services only" "0 1" \
		"$(ask 'metrics?scope=service' | awk '/^nf_dsr_backend/ { n++ } /^nf_dsr_service_flows/ { m++ }
			END { print n + 0, m + 0 }')"
	check_eq "clients are not in them" "" \
		"$(cat "$work/metrics" <(ask "") <(ask status.json) | grep -F "$(address client 4)")"
}

same_families()
{
	zcat "$work/gz" | grep '^# TYPE' | diff - <(grep '^# TYPE' "$work/metrics") &&
		[ "$(wc -c <"$work/gz")" -lt $(($(wc -c <"$work/metrics") / 3)) ]
}

# The host answers, the path does not.
check_path_broken()
{
	must ip -n b2 link set tunl0 down
	wait_eq "a broken tunnel is found by the path only" "down down up" state b2
	wait_eq "the page says what that means, and what to run" \
		"fault: shop: b2 answers at its own address, but not by the path to the VIP. See VIP, tunnel, rp_filter or MTU at the backend. dsr-backend check $vip4" findings
	ask "" >"$work/page"
	check "the HTML says the same" grep -q 'Run at the backend: <code>dsr-backend check' "$work/page"
	check "and shows both verdicts" grep -qE 'data-t="Path"><span class="state bad">.* down</span></td><td data-t="Host"><span class="state good">.* up<' "$work/page"
	check "the log has the change" grep -qE 'shop: b2</td><td data-t="Event">down<' "$work/page"
	check_eq "a change is counted" 1 "$(metric check_transitions_total 'target="path"')"
	# The backend answers that it knows no such protocol.
	check_that "and so are failures, by their reasons" "$(metric check_failures_total 'target="path",reason="unreachable"') >= 3"
	must ip -n b2 link set tunl0 up
	wait_eq "what is repaired is not mentioned any more" "" findings
}

# What somebody changes by hand.
check_drift()
{
	must dsr service change "${web[@]}" on-delete drop
	wait_eq "a change by hand is named" "warning: The kernel differs from the configuration file in 1 place. dsrctl -n director diff" findings
	check_eq "and is a metric" 1 "$(metric config_drift)"
	must dsr apply "$work/file.yaml"
	wait_eq "until it is undone" "" findings
}

check_hostile()
{
	must dsr service add tcp "192.0.2.90%$hostile:80"
	wait_eq "a name that is no HTML stays text" 1 escaped
	check_eq "it is a part of no tag" 0 "$(ask "" | grep -c '<b>&')"
	check_eq "JSON has it as it is" "192.0.2.90%$hostile:80" \
		"$(ask status.json | jq -r '.services[1].match | sub("tcp "; "")')"
	ask metrics >"$work/metrics"
	check "metrics stay valid" promtool check metrics <"$work/metrics"
	must dsr service del tcp "192.0.2.90%$hostile:80"
}

escaped()
{
	ask "" | grep -c '<th scope="row"><a href="[^"<>]*">tcp 192.0.2.90%&quot;&gt;&lt;b&gt;&amp;&#39;:80</a>'
}

check_deleted()
{
	must dsr backend del "${web[@]}" "$(address b3 4)"
	check_eq "what was deleted has no series any more" 0 "$(ask metrics | grep -c "$(address b3 4)\|\"b3\"")"
	must dsr apply "$work/file.yaml"
	wait_eq "what is added again has" 1 deleted_is_back
}

deleted_is_back()
{
	ask metrics | grep -c '^nf_dsr_backend_weight.*"b3"'
}

# raw TEXT: send these bytes, and print the answer without carriage returns.
raw()
{
	# shellcheck disable=SC2059 # it has escapes
	printf "$1" | on director socat -t "$patience" - "TCP:127.0.0.1:$port" | tr -d '\r'
}

check_peers()
{
	check_eq "HEAD has the headers only" "HTTP/1.1 200 OK 0" \
		"$(raw 'HEAD / HTTP/1.0\r\nHost: localhost\r\n\r\n' |
			awk 'NR == 1 { line = $0 } body { n++ } /^$/ { body = 1 } END { print line, n + 0 }')"
	check_eq "other methods are refused" "405 GET, HEAD 405 GET, HEAD 405 GET, HEAD" \
		"$( (code "" -d x; code metrics -X DELETE; code "" -X PUT -d x) | xargs)"
	check_eq "a name that leads here by chance is refused" "421 421 421" \
		"$( (code "" -H 'Host: evil.example'; code metrics -H 'Host: evil.example:14780'; code status.json -H 'Host: 10.0.0.1') | xargs)"
	check_eq "local names are not" "200 200 200" \
		"$( (code "" -H 'Host: localhost:8080'; code "" -H 'Host: [::1]:14780'; code "" -H 'Host: 127.0.0.2') | xargs)"
	check_eq "large headers are refused" 431 \
		"$(ask "" -o /dev/null -w '%{http_code}' -H "X: $(head -c 20000 /dev/zero | tr '\0' x)")"
	check_eq "so are large URLs" 414 "$(ask "$(head -c 20000 /dev/zero | tr '\0' x)" -o /dev/null -w '%{http_code}')"
	check_eq "a request without a host is refused" "HTTP/1.1 421 Misdirected Request" \
		"$(raw 'GET / HTTP/1.0\r\n\r\n' | head -n 1)"
	check_eq "random bytes do no harm" 0 \
		"$(head -c 5000 /dev/urandom | on director socat -t 1 - "TCP:127.0.0.1:$port" | grep -ac '<table')"
	check_eq "it goes on" 200 "$(code "")"
}

# queued: print how many connections dsrd has not accepted yet.
queued()
{
	on director ss -Hltn "sport = :$port" | awk '{ print $2 }'
}

# hold MORE: have clients that send a byte from time to time hold all 64 connections, and MORE clients
# wait for one.
hold()
{
	serve director "$tools/loris.py" 127.0.0.1 $port $((64 + $1))
	must wait_for grep -q held "$work/director.log"
	must wait_for prints "$1" queued
}

# check_slow: dsrd ends connections that take too long. The second time it is stopped for longer than
# they may take, so that it ends all of them at once.
check_slow()
{
	hold 0
	check_eq "clients that never end do not keep others away for ever" 200 "$(code "")"
	check "the checks go on meanwhile" test "$(states)" = "up up up"
	wait_eq "all of them are sent away" "held 64" xargs -a "$work/director.log"
	hold 1
	kill -STOP $dsrd
	read -rt 16 -u "$nothing"	# they may take 15 seconds
	kill -CONT $dsrd
	check_eq "nor does dsrd forget others when it sends all away at once" 200 "$(code "")"
	kill "${servers[-1]}"
}

check_configuration()
{
	write_file "status: {listen: 127.0.0.1:80}"
	check_eq "a port that dsrd may not bind is refused" \
		"listen \"127.0.0.1:80\": expected a port from 1024 on, because dsrd has no privilege for others" \
		"$(dsr apply "$work/file.yaml" 2>&1 | sed -n 's/.*\(listen "\)/\1/p' | head -n 1)"
	write_file "status: {listen: /run/nf_dsr/status.sock, host: lb.example}"
	must dsr apply "$work/file.yaml"
	check "another file moves the page to a socket" wait_for on_socket
	check_not "the port is free" ask ""
	check_eq "it has a name there, too" "200 421" \
		"$(for host in lb.example other.example; do
			curl -sS --unix-socket /run/nf_dsr/status.sock -o /dev/null -w '%{http_code}\n' "http://$host/"
		done | xargs)"
	write_file "status: {listen: off}"
	must dsr apply "$work/file.yaml"
	check "and another one closes it" wait_for no_socket
	write_file
	must dsr apply "$work/file.yaml"
	wait_eq "without the key it is where it was" 200 code ""
}

on_socket()
{
	curl -sSf --max-time "$patience" --unix-socket /run/nf_dsr/status.sock http://localhost/ | grep -q shop
}

no_socket()
{
	[ ! -e /run/nf_dsr/status.sock ]
}

topology l2
backends_setup ipip "$vip" 4
start_http
write_file
must dsr apply "$work/file.yaml"
dsrd -n director >"$work/dsrd.log" 2>&1 &
dsrd=$!
must wait_for dsr health show
check_page
check_metrics
check_path_broken
check_drift
check_hostile
check_deleted
check_peers
check_slow
check_configuration
kill -TERM $dsrd
check "it ends" wait $dsrd
