#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The types of dsrd's checks, but for those of 25_dsrd_logins.sh: what succeeds and what fails, by the
# path and at the backend's own address, for IPv4 and IPv6. The name of a check says what it must
# find.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/netns/checks.sh
. "$here/checks.sh"

backends=b1
# More VIPs, because a service has at most 8 checks.
vip4b=192.0.2.81
vip6b=2001:db8:80::81

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
		up-icmp-size icmp size: 1480
		up-icmp-mtu icmp size: mtu
		up-tcp-sweep tcp port: 7001, sweep: 8
		down-udp-sweep udp port: 7004, send: ping, sweep: 4
	END
}

write_file()
{
	write_checks "s|EXEC|$work/exec|"
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
		  - match: any $vip6b
		    checks: [$(names 28 31)]
		    backends: [{address: $(address b1 6), check-mark: 4}]
	END
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
must ip -n b1 address add $vip6b/128 dev lo nodad
must openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=shop.example -days 2 -keyout "$work/key" -out "$work/crt"
cat "$work/key" "$work/crt" >"$work/pem"
serve b1 "$tools/check_servers.py" "$work/pem" "$vip6" "$vip6b" "$(address b1 6)"
must wait_for listens b1 7007
write_exec
write_file >"$work/file.yaml"
start_dsrd
wait_eq "each check finds what its name says" "" wrong
# By both ways; programs have no path. IPv4 and IPv6 have pings and HTTP both.
check_eq "checks of the path and of the backend are made" "32 35" "$(made)"
wait_eq "a refusal is named" "connection: Connection refused" reason down-tcp-refused
wait_eq "a datagram, too" "datagram: Connection refused" reason down-udp-refused
wait_eq "silence" "no answer within 900 ms" reason down-udp-silent
wait_eq "a wrong answer" "answer of 8 bytes without what was expected" reason down-udp
wait_eq "a status" "status 404" reason down-http-host
wait_eq "a response code" "answer: NXDOMAIN" reason down-dns
wait_eq "a large packet" "echo reply to 1,500 bytes" reason up-icmp-mtu
wait_eq "a sweep" "8 ways: connected" reason up-tcp-sweep
wait_eq "one that is lost" "4 of 4 ways lost: no answer within 900 ms" reason down-udp-sweep
wait_eq "a certificate" "certificate: self-signed certificate" reason down-tls-verify
wait_eq "the end of a program" "status 3" reason down-exec
check_eq "a program knows its target" "NF_DSR_BACKEND=$(address b1 4) NF_DSR_CHECK=up-exec NF_DSR_VIP=$vip4b" \
	"$(grep NF_DSR "$work/env.0" | sort | xargs)"
check_eq "it has no capabilities" "0000000000000000" "$(grep -v NF_DSR "$work/env.0" | sort -u)"
check_that "the certificate's end is known" \
	"$(dsr -j health checks | jq 'map(select(.check == "up-tls"))[0].certificate_expires') > $(date +%s)"
