#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# HTTP and UDP by method dscp, and the configurations of it that are refused.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/netns/http.sh
. "$here/http.sh"

# datagrams 4|6: check many datagrams to another port, and fragments of large datagrams.
datagrams()
{
	local vip=vip$1 service size

	vip=${!vip}
	service=$(host "$vip"):53
	must dsr service add udp "$service" method dscp dscp 42
	backends_add "$1" udp "$service"
	for size in 100 3000; do
		check_eq "IPv$1: datagrams of $size bytes come whole, all backends serve" \
			'["b1","b2","b3"] 30' "$(crowd "$vip" 53 "udp 30 $size" |
				jq -r '"\(keys) \(add)"')"
	done
	must dsr service del udp "$service"
}

# refused TEXT WORD...: assert that dsrctl refuses a command with this text.
refused()
{
	local text=$1

	shift
	check_eq "refused: $text" "Error: $text" "$(dsr "$@" 2>&1 | head -n 1)"
}

# clash: check that configurations are refused in which the codes of a backend are ambiguous
# or missing.
clash()
{
	local b1=10.1.1.51 other="a service of another VIP has this dscp and this backend,"

	other+=" which could not tell the VIPs apart"
	must dsr service add tcp 192.0.2.1:80 method dscp dscp 7
	must dsr backend add tcp 192.0.2.1:80 $b1
	must dsr service add tcp 192.0.2.1:443 method dscp dscp 7
	check "services of one VIP may share a code" dsr backend add tcp 192.0.2.1:443 $b1
	must dsr service add tcp 192.0.2.2:80 method dscp dscp 7
	refused "$other" backend add tcp 192.0.2.2:80 $b1
	check "another backend may have the code" dsr backend add tcp 192.0.2.2:80 10.1.1.52
	check "another method needs none" dsr backend add tcp 192.0.2.2:80 $b1 method ipip
	refused "$other" backend change tcp 192.0.2.2:80 $b1 method dscp
	must dsr service change tcp 192.0.2.2:80 dscp 8
	must dsr backend change tcp 192.0.2.2:80 $b1 method dscp
	refused "$other" service change tcp 192.0.2.2:80 dscp 7
	must dsr backend del tcp 192.0.2.1:80 $b1
	must dsr backend del tcp 192.0.2.1:443 $b1
	check "a code is free when its backends are gone" \
		dsr service change tcp 192.0.2.2:80 dscp 7
	must dsr service add tcp 192.0.2.3:80
	refused "method dscp needs the service's option dscp, 1 to 63" \
		backend add tcp 192.0.2.3:80 $b1 method dscp
	must dsr service add tcp 192.0.2.8/29:80 dscp 9
	refused "method dscp needs a single VIP: one code cannot distinguish the VIPs of a prefix" \
		backend add tcp 192.0.2.8/29:80 $b1 method dscp
	refused "the method needs a backend of the service's family" \
		backend add tcp 192.0.2.2:80 2001:db8:1::51
	must dsr flush
}

topology l3
start_http
http_through dscp 4 4 dscp 42
http_through dscp 6 6 dscp 42
echo_start 53 "$vip4" "$vip6"
datagrams 4
datagrams 6
clash
check_no_drops
