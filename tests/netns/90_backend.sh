#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# HTTP by each method, with a backend that only dsr-backend has set up: all methods on one
# machine at once. Undo takes back what setup did, and nothing else.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/netns/http.sh
. "$here/http.sh"
# shellcheck source=tests/netns/backend.sh
. "$here/backend.sh"

backends=b1

# methods: print each method and pairing: METHOD, families of VIP and backend, the device that
# takes the packets, options.
methods()
{
	cat <<-'END'
		l2 4 4 eth0
		l2 6 6 eth0
		ipip 4 4 dsr-ipip0
		ipip 6 4 dsr-sit0
		ipip 4 6 dsr-ip6tnl0
		ipip 6 6 dsr-ip6tnl0
		gre 4 4 dsr-gre0
		gre 6 4 dsr-gre0
		gre 4 6 dsr-ip6gre0
		gre 6 6 dsr-ip6gre0
		gre 4 4 dsr-gre1 gre-key 7 outer-checksum on
		gre 6 6 dsr-ip6gre1 gre-key 7 outer-checksum on
		gue 4 4 dsr-ipip0
		gue 6 4 dsr-sit0
		gue 4 6 dsr-ip6tnl0
		gue 6 6 dsr-ip6tnl0 gue-variant 1
		dscp 4 4 eth0 dscp 12
		dscp 6 6 eth0 dscp 12
	END
}

# arguments METHOD 4|6 4|6 [KEYWORD VALUE]...: print the arguments of dsr-backend.
arguments()
{
	local vip=vip$2 text

	text="${!vip} --method $1"
	[ "$1" = l2 ] || text+=" --backend $(address b1 "$3")"
	shift 3
	while [ $# -gt 0 ]; do
		text+=" --$1 $2"
		shift 2
	done
	echo "$text"
}

# for_all COMMAND [ARGUMENT...]: run dsr-backend for each method.
for_all()
{
	local method vip backend device options

	while read -r method vip backend device options; do
		# shellcheck disable=SC2046,SC2086 # several words
		backend b1 "$1" $(arguments "$method" "$vip" "$backend" $options) "${@:2}" || return
	done < <(methods)
}

# set_taken DEVICE: set taken to how many packets b1 received by the device.
set_taken()
{
	local device

	while read -r device _ taken _; do
		[ "$device" != "$1:" ] || return 0
	done < <(on b1 cat /proc/net/dev)
}

# check_http METHOD 4|6 4|6 DEVICE [OPTION...]: check that b1 answers by this method.
check_http()
{
	local vip=vip$2 text="$1, IPv$2 VIP, IPv$3 backend${5:+, ${*:5}}" taken before

	serve_by "$1" "${!vip}" "$3" "${@:5}"
	reset_counters
	set_taken "$4"
	before=$taken
	check_eq "$text: b1 answers" b1 "$(fetch "$(host "${!vip}"):80")"
	check_that "$text: by the director" "$(counter in director request packets) > 3"
	set_taken "$4"
	check_that "$text: $4 took the packets" "$taken > $before + 3"
	check_eq "$text: no answer crossed the director" 0 "$(counter in director reply packets)"
}

check_methods()
{
	local line

	while read -r line; do
		# shellcheck disable=SC2086 # several words
		check_http $line
	done < <(methods)
}

# upload: print curl's status for an upload in segments as large as the client may send.
upload()
{
	serve_by gue "$vip4" 6
	on client curl -sS --max-time "$patience" -T "$work/big" "http://$vip4/up/big" && cmp "$work/big" "$work/b1/up/big"
	echo $?
}

check_mss()
{
	check_eq "clients are told what fits into the longest tunnel" "advmss 1408 advmss 1388" \
		"$({ ip -n b1 route show default; ip -n b1 -6 route show default; } | grep -o 'advmss [0-9]*' | xargs)"
	check_eq "no segment of an upload is too big for it" "0 0" "$(upload) $(drops too_big)"
}

# check_fine TEXT COUNT: assert that so many methods are set up, without faults.
check_fine()
{
	check_eq "$1" "$2 no faults" "$(backend b1 check | sed 's/.*: \(no faults\)$/\1/' | sort | uniq -c | xargs)"
}

check_undo_some()
{
	check "one entry is undone" backend b1 undo "$vip4" --method gre --gre-key 7
	check_not "its device is gone" ip -n b1 link show dsr-gre1
	check "another entry keeps its own" ip -n b1 link show dsr-ip6gre1
	check_http gre 4 4 dsr-gre0
	check "all of one VIP are undone" backend b1 undo "$vip4"
	check_eq "the VIP and its filters are gone" "" \
		"$(ip -n b1 address show to "$vip4"; on b1 nft list ruleset | grep "$vip4" | grep daddr\ set)"
	check_eq "its sysctls are as before" "0 0 1" \
		"$(on b1 cat /proc/sys/net/ipv4/conf/all/{arp_ignore,arp_announce,rp_filter} | xargs)"
	check_http gue 6 4 dsr-sit0
	check_http dscp 6 6 eth0 dscp 12
}

# check_boot: what is in files comes back, as at boot, also if one file is wrong.
check_boot()
{
	must backend b1 undo --all --runtime
	check_same "without its files, the machine is as before" "$work/before" b1
	check_eq "the files are still there" 9 "$(find "$work/b1.d" -name '*.conf' | wc -l)"
	echo method=ipip >"$work/b1.d/a.conf"
	check_eq "a wrong file is named" "Error: $work/b1.d/a.conf: vip=ADDRESS is missing" \
		"$(backend b1 setup --all 2>&1 >/dev/null)"
	rm "$work/b1.d/a.conf"
	check_fine "all others are set up" 9
	check_http ipip 6 4 dsr-sit0
}

# check_refused TEXT STATUS ARGUMENT...: assert that setup fails, and leaves nothing behind.
check_refused()
{
	local text=$1 status=$2 output

	shift 2
	output=$(backend b1 setup "$@" 2>&1 >/dev/null)
	check_eq "refused: $text" "$status Error: $text" "$? $(head -n 1 <<<"$output")"
	[ "$status" = 1 ] || check_same "and the machine is as before" "$work/before" b1
}

check_errors()
{
	check_refused '--method is "ipp", but one of these is expected: l2 ipip gre gue dscp' 1 "$vip4" --method ipp
	check_refused 'vip is "192.0.2.300", but a unicast address is expected, as 192.0.2.80 or 2001:db8::80' \
		1 192.0.2.300 --method l2
	check_refused "--dscp is needed with method dscp" 1 "$vip4" --method dscp
	check_refused "--gre-key has no meaning with method ipip, only with: gre" 1 "$vip4" --method ipip --gre-key 1
	check_refused "10.1.1.99 is not an address of this machine" 2 "$vip4" --method ipip --backend 10.1.1.99
	serve b1 socat -u UDP4-RECV:6081 -
	must wait_for listens b1 6081
	check_refused "ip -4 fou add port 6081 gue: RTNETLINK answers: Address already in use" \
		2 "$vip4" --method gue --outer-port 6081
	must ip -n b1 address add "$vip4/24" dev eth0
	dump b1 >"$work/before"
	check_refused "eth0 has $vip4 and tells the network so: ip address del $vip4/24 dev eth0" \
		2 "$vip4" --method ipip
	must ip -n b1 address del "$vip4/24" dev eth0
	dump b1 >"$work/before"
}

# halt SIGNAL: send a signal to a setup that has changed half of the machine.
halt()
{
	local pid

	mkdir -p "$work/bin"
	cat >"$work/bin/ip" <<-END
		#!/bin/bash
		[[ "\$*" != "link set dsr-"* ]] || { touch "$work/reached"; exec sleep 1000; }
		exec $(command -v ip) "\$@"
	END
	chmod +x "$work/bin/ip"
	rm -f "$work/reached"
	PATH=$work/bin:$PATH DSR_BACKEND_STATE=$work/b1.run DSR_BACKEND_CONF=$work/b1.d \
		setsid nsenter --net=/run/netns/b1 -- dsr-backend setup "$vip4" --method gue >"$work/halted" 2>&1 &
	pid=$!
	must wait_for test -e "$work/reached"
	kill "-$1" -- "-$pid"
	wait "$pid"
}

check_signals()
{
	halt TERM
	check_same "a setup that is told to stop has undone its half" "$work/before" b1
	halt KILL
	check "a setup that is killed is finished by another" backend b1 setup "$vip4" --method gue
	check_http gue 4 4 dsr-ipip0
	must backend b1 undo "$vip4"
	halt KILL
	check "or undone" backend b1 undo "$vip4"
	check_same "and nothing is left" "$work/before" b1
}

# check_foreign: what was there before setup stays, and what others changed since stays as well.
check_foreign()
{
	must ip -n b1 link add mine type ipip local "$(address b1 4)" remote any
	must ip -n b1 address add "$vip4/32" dev lo
	must sysctls b1 net.ipv4.conf.all.arp_ignore=2 net.ipv4.conf.eth0.rp_filter=2
	must ip -n b1 route change default via "${lan4}1" advmss 1460
	dump b1 >"$work/foreign"
	check "a device, an address and sysctls of others are used" backend b1 setup "$vip4" --method ipip
	check_not "no device is added" ip -n b1 link show dsr-ipip0
	check_eq "the filter of eth0 stays loose" "0 2 0" \
		"$(on b1 cat /proc/sys/net/ipv4/conf/{all,eth0,mine}/rp_filter | xargs)"
	check_http ipip 4 4 mine
	must backend b1 undo "$vip4"
	check_same "undo leaves them as they were" "$work/foreign" b1
	must backend b1 setup "$vip4" --method ipip
	must sysctls b1 net.ipv4.conf.all.arp_announce=1
	check_eq "a setting that changed since stays" \
		"Note: net/ipv4/conf/all/arp_announce is no longer 2, and stays as it is 1" \
		"$(backend b1 undo "$vip4" 2>&1 >/dev/null) $(on b1 cat /proc/sys/net/ipv4/conf/all/arp_announce)"
}

# check_systemd: with systemd, setup enables the unit and undo of the last file disables it.
check_systemd()
{
	mkdir -p /run/systemd/system
	cat >"$work/bin/systemctl" <<-END
		#!/bin/sh
		echo "\$*" >>"$work/systemctl"
		[ "\$1" != is-enabled ]
	END
	chmod +x "$work/bin/systemctl"
	rm "$work/bin/ip"
	PATH=$work/bin:$PATH backend b1 setup "$vip6" --method l2 >/dev/null
	PATH=$work/bin:$PATH backend b1 undo "$vip6" >/dev/null
	rmdir /run/systemd/system
	check_eq "systemd is told what to do at boot" \
		"is-enabled --quiet dsr-backend.service;enable --now dsr-backend.service;--quiet disable dsr-backend.service" \
		"$(paste -sd ';' "$work/systemctl")"
}

# check_bare: a machine has no tunnel device before the first one is needed. The other nodes have those
# that come with the kernel's modules.
check_bare()
{
	local before

	before=$(sysctl -n net.core.fb_tunnels_only_for_init_net)
	must sysctl -qw net.core.fb_tunnels_only_for_init_net=1
	must ip netns add bare
	must sysctl -qw net.core.fb_tunnels_only_for_init_net="$before"
	must ip -n bare link add eth0 type dummy
	must ip -n bare address add "${lan4}77/24" dev eth0
	must ip -n bare link set eth0 up
	check_eq "a bare machine has no tunnel devices" "lo eth0" \
		"$(ip -n bare -j link show | jq -r '[.[].ifname] | join(" ")')"
	check_eq "that is what its check says" "vip-missing lo-down tunnel-missing no-route" \
		"$(backend bare check "$vip4" --method ipip --json | jq -r '[.[].fault] | join(" ")')"
	check "it is set up" backend bare setup "$vip4" --method ipip
	check "and has one" ip -n bare link show dsr-ipip0
	must backend bare undo "$vip4"
	must ip netns del bare
}

# check_manual: the commands of the manual page succeed.
check_manual()
{
	sed -n '/^\.Bd -literal/,/^\.Ed/{//!p}' "$here/../../userspace/man/dsr-backend.8" >"$work/manual"
	check "the manual page has examples" test "$(grep -c dsr-backend "$work/manual")" -gt 4
	check "and they succeed" env DSR_BACKEND_STATE="$work/b1.run" DSR_BACKEND_CONF="$work/b1.d" \
		nsenter --net=/run/netns/b1 -- bash -e "$work/manual"
	check_eq "another way to write an address is the same VIP" "2001:db8:80::80 l2: nothing to do" \
		"$(backend b1 setup 2001:db8:80::80 --method l2 >/dev/null 2>&1
		   backend b1 setup 2001:DB8:0080:0:0:0::80 --method l2 2>/dev/null)"
	must backend b1 undo --all
	check_same "undo takes all of it back" "$work/before" b1
}

topology l2
start_http
dump b1 >"$work/before"
check "all methods are set up on one machine" for_all setup
dump b1 >"$work/after"
check_eq "a second time there is nothing to do" "18 of 18" \
	"$(backend b1 setup --all 2>/dev/null | grep -c 'nothing to do') of $(methods | wc -l)"
check_same "and nothing changes" "$work/after" b1
check_fine "check has no faults to report" 18
check_methods
check_mss
check_undo_some
check_boot
check "all is undone" backend b1 undo --all
check_same "and the machine is as before" "$work/before" b1
check_eq "no file is left" "" "$(ls "$work/b1.d")"
check_manual
check_errors
check_signals
check_systemd
check_foreign
check_bare
check_no_drops
