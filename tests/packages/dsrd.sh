# shellcheck shell=bash disable=SC2154 # vip4, work and others are of tests/netns/lib.sh
# SPDX-License-Identifier: GPL-2.0-or-later
# dsrd as a service of systemd: its own user and privileges, credentials, the watchdog, a crash,
# reload, upgrade and removal. The functions inside() and others are of install.sh.

# The program of a check, where the service can see it. It fails if it runs with privileges.
probe=/usr/local/lib/nf_dsr_probe
# What all checks find.
all_up="echo up, login up, ping up, program up"

# write_file ANSWER: write the configuration file. The server echoes "ping".
write_file()
{
	local check times="interval: 4, fast-interval: 2, timeout: 1.9, rise: 1, fall: 2"
	local account="user: probe, secret-file: shared, password-file: password"

	{
		printf 'version: 1\nchecks:\n'
		while read -r check; do
			echo "  - {$check, $times}"
		done <<-END
			name: echo, type: tcp, target: path, send: ping, expect: $1
			name: login, type: tacacs, target: host, port: 4900, $account
			name: ping, type: icmp, target: path
			name: program, type: exec, target: host, command: $probe
		END
		cat <<-END
			announce: {settle: 0.1, drain: 0}
			services:
			  - match: tcp $vip4:90
			    checks: [echo, login, ping, program]
			    backends: [{address: $(address b1 4), check-mark: 7}]
		END
	} >/etc/nf_dsr/nf_dsr.yaml
}

# write_unit: hand the service secrets of files that only root can read, and write the program.
# The watchdog's time is shorter than the unit's own, so that the test is.
write_unit()
{
	local drop_in=/etc/systemd/system/dsrd.service.d

	install -m 600 <(echo s3cret) "$work/shared"
	install -m 600 <(echo arctangent) "$work/password"
	mkdir -p $drop_in
	cat >$drop_in/checks.conf <<-END
		[Service]
		LoadCredential=shared:$work/shared
		LoadCredential=password:$work/password
		WatchdogSec=10
	END
	cat >$probe <<-'END'
		#!/bin/sh
		[ "$(id -u)" != 0 ] && [ -n "$NF_DSR_VIP" ] &&
			grep -q '^CapEff:[^1-9a-f]*$' /proc/self/status
	END
	chmod 755 $probe
	must inside systemctl daemon-reload
}

# property NAME: print a property of the unit.
property()
{
	inside systemctl show --property="$1" --value dsrd.service
}

# verdicts: print what each check finds.
verdicts()
{
	inside dsrctl -j health checks |
		jq -r 'sort_by(.check) | map("\(.check) \(.state)") | join(", ")'
}

kernel_health()
{
	inside dsrctl -j backend show tcp "$vip4:90" | jq -r '.[].health'
}

# announced: print the VIPs that have routes.
announced()
{
	inside ip -j route show table 173 | jq -r '.[].dst'
}

# process FIELD: print a field of /proc/PID/status of the service's process.
process()
{
	inside sed -n "s/^$1:[[:space:]]*//p" "/proc/$(property MainPID)/status"
}

# runs RESTARTS: succeed if the service is ready, and systemd restarted it that often.
runs()
{
	[ "$(property ActiveState) $(property NRestarts)" = "active $1" ]
}

# is_old: succeed if the service's process has lived for longer than the watchdog's time.
is_old()
{
	(($(inside ps -o etimes= -p "$(property MainPID)") > 12))
}

# seen: print how many changes of the configuration, and of the VIP's route, there were.
seen()
{
	echo "$(jq -s 'map(select(.event != "ready")) | length' "$work/changes")" \
		"$(grep -c "$vip4 .* table 173" "$work/routes")"
}

# check_again TEXT: assert that all checks succeed again, and nothing has changed meanwhile.
check_again()
{
	wait_eq "$1: all checks go on" "$all_up" verdicts
	check_eq "$1: the kernel's health and the route did not change" "$before" "$(seen)"
}

check_dsrd()
{
	local before routes

	serve b1 /usr/bin/python3 "$tools/login_servers.py" s3cret probe arctangent \
		"$vip4" "$(address b1 4)"
	must wait_for listens b1 4903
	write_unit
	check_eq "its package neither starts nor enables dsrd" "inactive disabled" \
		"$(property ActiveState) $(inside systemctl is-enabled dsrd.service)"
	write_file ping
	check "a file with checks is applied" inside systemctl reload nf_dsr.service
	monitor_start "$work/changes"
	inside ip monitor route >"$work/routes" &
	routes=$!
	check "dsrd starts, and says when it is ready" inside systemctl start dsrd.service
	wait_eq "checks work with its privileges and credentials" "$all_up" verdicts
	wait_eq "the VIP is announced" "$vip4" announced
	check_that "its user is not root" "$(process Uid | cut -f 1) > 0"
	check_eq "it may configure and use the network" "0000000000003000 0000000000003000" \
		"$(process CapEff) $(process CapBnd)"
	check_eq "the status page is there" ok \
		"$(inside curl -s http://127.0.0.1:14780/status.json | jq -r '.services[].state')"

	before=$(seen)
	check_eq "the route was made once, and no health changed" "0 1" "$before"
	check "it feeds the watchdog" wait_for is_old
	check "a process that hangs" inside kill -STOP "$(property MainPID)"
	check "is ended by the watchdog, and started again" wait_for runs 1
	check_again "watchdog"
	check "a process that crashes" inside kill -KILL "$(property MainPID)"
	check "is started again" wait_for runs 2
	check_again "crash"
	check "it can be reloaded" inside systemctl reload dsrd.service
	check "reload: it is the same process" runs 2
	check_again "reload"

	write_file pong
	check "another file is applied" inside systemctl reload nf_dsr.service
	wait_eq "dsrd finds that the server's answer is not right" down kernel_health
	wait_eq "the VIP is withdrawn" "" announced
	write_file ping
	check "the file before is applied" inside systemctl reload nf_dsr.service
	wait_eq "the server is up again" up kernel_health
	wait_eq "the VIP is announced again" "$vip4" announced
	check_that "such changes are seen" "$(seen | tr ' ' '*') > 1"
	monitor_stop
	kill $routes
	check "stopping dsrd" inside systemctl stop dsrd.service
	check_eq "succeeds, withdraws the VIP, and leaves the health" "success  up" \
		"$(property Result) $(announced) $(kernel_health)"
	check "dsrd starts again" inside systemctl start dsrd.service
}
