#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Checks of single backends by their check-marks: with each method, in each state, of TCP, UDP
# and pings; and which packets are none.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/netns/http.sh
. "$here/http.sh"

# refused TEXT WORD...: assert that dsrctl refuses a command with this text.
refused()
{
	local text=$1

	shift
	check_eq "refused: $text" "Error: $text" "$(dsr "$@" 2>&1 | head -n 1)"
}

# A mark belongs to one backend of the namespace.
uniqueness()
{
	local taken="another backend has this check-mark"
	local web=(tcp 192.0.2.1:80) dns=(udp 192.0.2.2:53)

	must dsr service add "${web[@]}"
	must dsr service add "${dns[@]}"
	must dsr service add mark 7
	must dsr backend add "${web[@]}" 10.1.1.51 check-mark 0xffffffff
	must dsr backend add "${web[@]}" 10.1.1.52 check-mark 2
	must dsr backend add "${dns[@]}" 10.1.1.51
	refused "$taken" backend change "${dns[@]}" 10.1.1.51 check-mark 2
	refused "$taken" backend add "${dns[@]}" 10.1.1.52 check-mark 4294967295
	refused "a service that matches a mark has no VIP for checks: no check-mark" \
		backend add mark 7 10.1.1.51 check-mark 3
	check_eq "what was refused is not half done" "4294967295 2 0" \
		"$(dsr -j backend show | jq -r '[.[].check_mark] | "\(.[0]) \(.[1]) \(.[2])"')"
	check "two backends swap their marks in a transaction" dsr -a -b - <<-END
		backend change ${web[*]} 10.1.1.51 check-mark 2
		backend change ${web[*]} 10.1.1.52 check-mark 0xffffffff
	END
	check "a mark goes to the backend that replaces another one" dsr -a -b - <<-END
		backend del ${web[*]} 10.1.1.51
		backend change ${dns[*]} 10.1.1.51 check-mark 2
	END
	must dsr backend change "${web[@]}" 10.1.1.52 unset check-mark
	check "a mark that was given back is free" \
		dsr backend add "${dns[@]}" 10.1.1.52 check-mark 0xffffffff
	must dsr service del "${dns[@]}"
	check "so are those of a deleted service" dsr backend add "${web[@]}" 10.1.1.51 check-mark 2
	must dsr flush
}

topology l2
copy_tunnelled
start_http
backends_setup_ways "l2 4 4" "l2 6 6" "ipip 4 4" "ipip 6 6" "gre 4 4 gre-key 42" "gue 4 6" \
	"dscp 4 4 dscp 42" "dscp 6 6 dscp 42"
# This is only needed while the VIP is an address of the director.
must sysctls director net.ipv4.conf.eth0.accept_local=1
uniqueness
packets check_mark.py
