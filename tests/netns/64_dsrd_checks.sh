#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Each type of dsrd's checks: what succeeds and what fails, by the path and at the backend's own
# address, for IPv4 and IPv6. The name of a check says what it must find.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

backends=b1
# Another VIP, because a service has at most 8 checks.
vip4b=192.0.2.81

# checks: print the checks, with what they must find at the beginning of their names.
checks()
{
	cat <<-'END'
		up-tcp tcp port: 7001
		down-tcp-refused tcp port: 7999
		up-tcp-dialogue tcp port: 7001, send: 'EHLO\r\n', expect: 250 hello
		down-tcp-dialogue tcp port: 7001, send: 'HELO\r\n', expect: 250 hello
		up-icmp icmp
		up-http http port: 7007, host: shop.example
		down-http-host http port: 7007
		up-http-status http port: 7007, status: 404
		up-http-body http port: 7007, host: shop.example, expect: xend
		down-http-body http port: 7007, host: shop.example, expect: nothing
		up-https https port: 7006, host: shop.example
		down-https-verify https port: 7006, host: shop.example, verify: yes
		up-tls tls port: 7006
		down-tls-plain tls port: 7007
		down-tls-verify tls port: 7006, host: shop.example, verify: yes
		down-https-plain https port: 7007, host: shop.example
		up-udp udp port: 7003, send: ping, expect: got ping
		down-udp udp port: 7003, send: ping, expect: pong
		down-udp-silent udp port: 7004, send: ping
		up-udp-silent udp port: 7004, send: ping, reply: no
		down-udp-refused udp port: 7998, send: ping, reply: no
		up-dns dns port: 7005, query: ok.example
		down-dns dns port: 7005, query: no.example
		up-dns-none dns port: 7005, query: no.example., rcode: nxdomain
		up-exec exec command: EXEC 0
		down-exec exec command: EXEC 3
		down-exec-slow exec command: /bin/sleep 60
	END
}

# names FROM TO: print the names of these checks, as a list in YAML.
names()
{
	checks | sed -n "$1,$2s/ .*//p" | paste -sd,
}

write_file()
{
	local check type options

	cat <<-END
		version: 1
		checks:
	END
	checks | sed "s|EXEC|$work/exec|" | while read -r check type options; do
		echo "  - {name: $check, type: $type${options:+, $options}," \
			"interval: 1, fast-interval: 0.5, timeout: 0.9, rise: 2, fall: 2}"
	done
	cat <<-END
		services:
		  - match: any $vip4
		    checks: [$(names 1 8)]
		    backends: [{address: $(address b1 4), check-mark: 1}]
		  - match: any $vip4b
		    checks: [$(names 9 16)]
		    backends: [{address: $(address b1 4), check-mark: 2, checks: [$(names 25 27)]}]
		  - match: any $vip6
		    checks: [$(names 17 24)]
		    backends: [{address: $(address b1 6), check-mark: 3, checks: [$(names 5 8)]}]
	END
}

# wrong: print the checks that do not find what their names say.
wrong()
{
	dsr -j health checks |
		jq -r '.[] | select((.check | split("-")[0]) != .state) | "\(.check) \(.target): \(.state): \(.reason)"'
}

# reason CHECK: print the reason that a check of the path gives, or one at the own address.
reason()
{
	dsr -j health checks | jq -r --arg check "$1" 'map(select(.check == $check)) | sort_by(.target) | last.reason'
}

# Programs have only the target in their environment, and no capabilities.
write_exec()
{
	cat >"$work/exec" <<-'END'
		#!/bin/sh
		{ env | grep NF_DSR; sed -n 's/^Cap\(Prm\|Eff\|Amb\):\t//p' /proc/self/status; } >"${0%/*}/env.$1"
		exit "$1"
	END
	chmod 755 "$work/exec" "$work"
	: >"$work/env.0"
	: >"$work/env.3"
}

topology l2
backends_add_vips
must ip -n b1 address add $vip4b/32 dev lo
must openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=shop.example -days 2 -keyout "$work/key" -out "$work/crt"
cat "$work/key" "$work/crt" >"$work/pem"
serve b1 /usr/bin/python3 "$tools/check_servers.py" "$work/pem" "$vip6" "$(address b1 6)"
must wait_for listens b1 7007
write_exec
write_file >"$work/file.yaml"
check "the file is applied" dsr apply "$work/file.yaml"
dsrd -n director -f "$work/file.yaml" >"$work/dsrd.log" 2>&1 &
must wait_for dsr health show
wait_eq "each check finds what its name says" "" wrong
# By both ways; programs have no path. IPv4 and IPv6 have pings and HTTP both.
check_eq "checks of the path and of the backend are made" "28 31" \
	"$(dsr -j health checks | jq -r 'map(.target) | "\(map(select(. == "path")) | length) \(map(select(. == "host")) | length)"')"
check_eq "a refusal is named" "connection: Connection refused" "$(reason down-tcp-refused)"
check_eq "a datagram, too" "datagram: Connection refused" "$(reason down-udp-refused)"
check_eq "silence" "no answer within 900 ms" "$(reason down-udp-silent)"
check_eq "a wrong answer" "answer of 8 bytes without what was expected" "$(reason down-udp)"
check_eq "a status" "status 404" "$(reason down-http-host)"
check_eq "a response code" "answer: NXDOMAIN" "$(reason down-dns)"
check_eq "a certificate" "certificate: self-signed certificate" "$(reason down-tls-verify)"
check_eq "the end of a program" "status 3" "$(reason down-exec)"
check_eq "a program knows its target" "NF_DSR_BACKEND=$(address b1 4) NF_DSR_CHECK=up-exec NF_DSR_VIP=$vip4b" \
	"$(grep NF_DSR "$work/env.0" | sort | xargs)"
check_eq "it has no capabilities" "0000000000000000" "$(grep -v NF_DSR "$work/env.0" | sort -u)"
check_that "the certificate's end is known" \
	"$(dsr -j health checks | jq 'map(select(.check == "up-tls"))[0].certificate_expires') > $(date +%s)"
