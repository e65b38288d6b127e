#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# dsrd's checks by RADIUS, with freeradius of Debian, and by TACACS+, with a stand-in, because Debian
# has no server: right and wrong secrets and passwords, and answers that are not from the server.
# The name of a check says what it must find.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/netns/checks.sh
. "$here/checks.sh"

backends=b1
# The servers take their time in emulation.
times="interval: 4, fast-interval: 2, timeout: 1.9"
# More VIPs, because a service has at most 8 checks.
vip4b=192.0.2.82 vip4c=192.0.2.83

# checks: print the checks, with what they must find at the beginning of their names.
checks()
{
	cat <<-'END'
		up-radius radius port: 1812, SECRET, USER, PASSWORD
		up-radius-status radius port: 1812, SECRET
		down-radius-secret radius port: 1812, secret-file: SECRETS/wrong
		down-radius-password radius port: 1812, SECRET, USER, password-file: SECRETS/wrong
		up-radius-reject radius port: 1812, SECRET, USER, password-file: SECRETS/wrong, answer: reject
		up-radius-any radius port: 1812, SECRET, USER, password-file: SECRETS/wrong, answer: any
		down-radius-forged radius port: 1821, SECRET, USER, PASSWORD
		down-radius-number radius port: 1822, SECRET, USER, PASSWORD
		down-radius-elsewhere radius port: 1823, SECRET, USER, PASSWORD
		down-radius-unsigned radius port: 1824, SECRET, USER, PASSWORD
		up-radius-unsigned radius port: 1824, SECRET, USER, PASSWORD, message-authenticator: no
		down-radius-signature radius port: 1825, SECRET, USER, PASSWORD, message-authenticator: no
		up-tacacs tacacs port: 4900, SECRET, USER, PASSWORD
		up-tacacs-ascii tacacs port: 4900, login: ascii, SECRET, USER, PASSWORD
		up-tacacs-prompt tacacs port: 4900, login: ascii, SECRET
		up-tacacs-question tacacs port: 4900, login: ascii, SECRET, USER
		down-tacacs-secret tacacs port: 4900, secret-file: SECRETS/wrong, USER, PASSWORD
		down-tacacs-password tacacs port: 4900, SECRET, USER, password-file: SECRETS/wrong
		down-tacacs-ascii tacacs port: 4900, login: ascii, SECRET, USER, password-file: SECRETS/wrong
		up-tacacs-reject tacacs port: 4900, SECRET, USER, password-file: SECRETS/wrong, answer: reject
		down-tacacs-plain tacacs port: 4901, SECRET, USER, PASSWORD
		down-tacacs-session tacacs port: 4902, SECRET, USER, PASSWORD
		up-tacacs-parts tacacs port: 4903, SECRET, USER, PASSWORD
	END
}

# words: print what the words in capitals stand for, as a script for sed.
words()
{
	cat <<-END
		s|SECRETS|$work|
		s|SECRET|secret-file: $work/secret|
		s|USER|user: probe|
		s|PASSWORD|password-file: $work/password|
	END
}

# The shared secret of the servers, the password, and what is neither. The last lines are those
# that a file has in practice.
write_secrets()
{
	printf 's3cret\n' >"$work/secret"
	printf 'arctangent' >"$work/password"
	printf 'guess\n' >"$work/wrong"
	chmod 600 "$work/secret" "$work/password" "$work/wrong"
}

# write_radius DIR: write the configuration of freeradius, which is in this directory: it has one
# user, and signs its answers, which the version of Debian 12 does only if it is told to.
write_radius()
{
	mkdir "$work/radius"
	cat >"$work/radius/radiusd.conf" <<-END
		prefix = /usr
		logdir = $work/radius
		run_dir = $work/radius
		libdir = $1/usr/lib/freeradius
		proxy_requests = no
		security {
			status_server = yes
			reject_delay = 0
			allow_vulnerable_openssl = yes
		}
		client ipv4 {
			ipaddr = 0.0.0.0/0
			secret = s3cret
		}
		client ipv6 {
			ipv6addr = ::/0
			secret = s3cret
		}
		modules {
			pap { }
			always ok {
				rcode = ok
			}
		}
		server default {
			listen {
				type = auth
				ipaddr = *
				port = 1812
			}
			listen {
				type = auth
				ipv6addr = ::
				port = 1812
			}
			authorize {
				if (&User-Name == "probe") {
					update control {
						Cleartext-Password := "arctangent"
					}
				}
				pap
				Autz-Type Status-Server {
					update reply {
						Message-Authenticator := 0x00
					}
					ok
				}
			}
			authenticate {
				pap
			}
			post-auth {
				update reply {
					Message-Authenticator := 0x00
				}
				Post-Auth-Type REJECT {
					update reply {
						Message-Authenticator := 0x00
					}
				}
			}
		}
	END
}

write_file()
{
	write_checks "$(words)"
	cat <<-END
		services:
		  - match: any $vip4
		    checks: [$(names 1 8)]
		    backends: [{address: $(address b1 4), check-mark: 1}]
		  - match: any $vip4b
		    checks: [$(names 9 16)]
		    backends: [{address: $(address b1 4), check-mark: 2}]
		  - match: any $vip4c
		    checks: [$(names 17 23)]
		    backends: [{address: $(address b1 4), check-mark: 3}]
		  - match: any $vip6
		    checks: [$(names 1 3), $(names 9 10), $(names 13 15)]
		    backends: [{address: $(address b1 6), check-mark: 4}]
	END
}

topology l2
backends_add_vips
must ip -n b1 address add $vip4b/32 dev lo
must ip -n b1 address add $vip4c/32 dev lo
write_secrets
serve b1 "$tools/login_servers.py" s3cret probe arctangent \
	"$vip4" "$vip4b" "$vip4c" "$vip6" "$(address b1 4)" "$(address b1 6)"
freeradius=$(host_cache)/tools/freeradius
write_radius "$freeradius"
serve b1 freeradius -f -l stdout -d "$work/radius" -D "$freeradius/usr/share/freeradius"
must wait_for listens b1 1825
must wait_for listens b1 4903
must wait_for listens b1 1812
write_file >"$work/file.yaml"
start_dsrd
wait_eq "each check finds what its name says" "" wrong
check_eq "checks of the path and of the backend are made" "31 31" "$(made)"
wait_eq "an answer of RADIUS" "answer: Access-Reject" reason down-radius-password
wait_eq "one that is forged, or was made with another secret" \
	"answer with a wrong authenticator: forged, or the secret is wrong" reason down-radius-forged
wait_eq "one that lacks what makes it hard to forge" "answer without Message-Authenticator" \
	reason down-radius-unsigned
wait_eq "an answer from another port is none" "no answer within 1900 ms" reason down-radius-elsewhere
wait_eq "nor is one to another request" "no answer within 1900 ms" reason down-radius-number
wait_eq "a question for the status" "answer: the server serves" reason up-radius-status
wait_eq "a reply of TACACS+" "reply: FAIL" reason down-tacacs-password
wait_eq "another secret" "a reply that makes no sense: is the secret right?" \
	reason down-tacacs-secret
wait_eq "a reply that is not hidden" "a reply that is not one to the request" reason down-tacacs-plain
wait_eq "a prompt" "reply: GETUSER" reason up-tacacs-prompt
check_eq "no secret is shown" "" "$({ dsr -j health checks; dsr -j health show; cat "$work/dsrd.log"; } |
	grep -E 's3cret|arctangent|guess')"
# A secret that others could read is not read, and the health stays as it is.
chmod 644 "$work/secret"
kill -HUP "$dsrd"
wait_eq "an open file of a secret is refused" "$work/secret: mode 0644: other users have access" \
	reason up-radius
check_eq "its checks say nothing" up \
	"$(dsr -j health checks | jq -r 'map(select(.check == "up-radius" and .target == "path"))[0].state')"
printf 'other\n' >"$work/secret"
chmod 600 "$work/secret"
kill -HUP "$dsrd"
wait_eq "a reload takes another secret, which the server does not know" "no answer within 1900 ms" \
	reason up-radius
