#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A new service must not match an address of the director itself unless the operator gives
# "force". An existing service stays when the director gets such an address.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

# said COMMAND...: print the first line of dsrctl's output on the node $node.
node=director
said()
{
	dsrctl -n "$node" "$@" 2>&1 | head -n 1
}

# refusal ADDRESS: print the text of the refusal. Old kernels cannot format the address.
refusal()
{
	case $(uname -r) in
	6.1.*) echo "service takes an address of the director: add force" ;;
	*) echo "service takes the director's $1: add force" ;;
	esac
}

# refused ADDRESS SERVICE...: assert that the service is refused, because it includes this
# address of the director.
refused()
{
	check_eq "refused: ${*:2}" "Error: $(refusal "$1")" "$(said service add "${@:2}")"
}

# taken SERVICE...: assert that the service is accepted, and delete it.
taken()
{
	check_eq "taken: $*" "" "$(said service add "$@"; said service del "$1" "$2")"
}

topology l2
own4=$(address director 4) own6=$(address director 6)
refused "$own4" any "$own4"
refused "$own4" udp "$own4"
refused "$own4" any 10.1.1.0/24
refused "$own4" tcp 10.1.1.0/30:80
refused "$own6" any "$own6"
refused "$own6" tcp "[2001:db8::]/32:80"
check_eq "refused: link-local addresses in a prefix" "Error: $(refusal LINK-LOCAL)" \
	"$(said service add any f000::/4 | sed -E 's/fe80:[0-9a-f:]+[0-9a-f]/LINK-LOCAL/')"
all="Error: service takes all addresses, the director's own included: add force"
check_eq "refused: all of IPv4, whatever the port" "$all" "$(said service add tcp 0.0.0.0/0:80)"
check_eq "refused: all of IPv6" "$all" "$(said service add any ::/0)"
check_eq "programs are told of it" "EADDRINUSE addr4 $own4" \
	"$(dsr -j service replace any "$own4" 2>&1 | jq -r '"\(.errno_name) \(.at)"')"
check_eq "in a transaction, with the line, and nothing of it is done" "lines:2: $(refusal "$own4")" \
	"$(commit "service add tcp $vip4:80" "service add any $own4")"
check_eq "there is no service" "[]" "$(dsr -j service show | jq -c .)"

taken tcp "$own4:80"
taken tcp "[$own6]:8000-8099"
taken mark 7
taken any 10.2.0.0/16
taken any 64.0.0.0/2
for vip in "$vip4/32" "$vip6/128" 10.1.1.80/24; do
	must ip -n director address add "$vip" dev eth0
done
taken any "$vip4"
taken any 192.0.2.0/24
taken any "$vip6"
taken any 10.1.1.80
must ip -n director address add 192.0.2.81/32 dev eth0 valid_lft 3000 preferred_lft 3000
refused 192.0.2.81 any 192.0.2.81
refused 192.0.2.81 any 192.0.2.0/24

must ip -n director -batch - <<-END
	link add red type vrf table 77
	link add in_red type dummy
	link set in_red master red
	address add 10.77.0.2/24 dev in_red
END
refused 10.77.0.2 any 10.77.0.2%red
taken any 10.77.0.2
taken any "$own4%red"
taken any "$own4%blue"

# The only address of this node has the full prefix length.
node=b3
must ip -n b3 address flush dev eth0
must ip -n b3 address add 10.9.9.9/32 dev eth0
must ip -n b3 address add 2001:db8:9::9/128 dev eth0 nodad
refused 10.9.9.9 any 10.9.9.9
refused 2001:db8:9::9 tcp 2001:db8:9::9
must ip -n b3 address add 10.9.8.9/24 dev eth0
taken any 10.9.9.9
node=director

check "pings reach the director" on client ping -qc 1 -W "$patience" "$own4"
check_eq "force does it" "" "$(said service add any "$own4" force)"
on client ping -qc 1 -W 1 "$own4" >"$work/ping"
check_eq "and the service takes them" 1 "$(drops no_backend)"
must dsr flush

# The director gets this address after the services exist.
must dsr service add any 10.5.0.9 seed 5
must dsr service add tcp 10.5.0.9:80 seed 5
must ip -n director address add 10.5.0.9/24 dev eth0
check_eq "a service that there is already can be replaced" "" \
	"$(said service replace any 10.5.0.9 seed 5)"
check_eq "and changed" "" "$(said service change any 10.5.0.9 echo pass)"
check_eq "a file that is loaded again is taken" "" \
	"$(commit flush "service add any 10.5.0.9 seed 5" "service add tcp 10.5.0.9:80 seed 5")"
dsr save >"$work/saved"
check_eq "what is saved insists where that may matter" "1" "$(grep -c "force$" "$work/saved")"
must dsr flush
check_eq "and is taken again from nothing" "" "$(said -b "$work/saved")"
check_eq "which is saved as the same" "$(cat "$work/saved")" "$(dsr save)"
must dsr service del any 10.5.0.9
refused 10.5.0.9 any 10.5.0.9
must dsr flush

# Configurations with a misleading option: one-packet with maglev, and method dscp without a
# code.
dns=(udp "$vip4:53")
warning="warning: one-packet with scheduler"
idle="wlc leaves it no flows to count: use wrr"
check_eq "single packets do not spread by maglev" \
	"$warning maglev sends all packets of a port to one backend: use wrr" \
	"$(said service add "${dns[@]}" one-packet on)"
check_eq "nothing is said again of what was said" "" "$(said service change "${dns[@]}" seed 1)"
check_eq "nor where it is replaced by the same" "" \
	"$(said service replace "${dns[@]}" one-packet on)"
check_eq "nor of wrr" "" "$(said service change "${dns[@]}" scheduler wrr)"
check_eq "nor by wlc" "$warning $idle" \
	"$(said service change "${dns[@]}" scheduler wlc)"
check_eq "the service is as it was said" "wlc on" \
	"$(dsr -j service show "${dns[@]}" | jq -r '.[0] | "\(.scheduler) \(.one_packet)"')"
check_eq "in a transaction, with its line" \
	"lines:3: $warning $idle" \
	"$(commit flush "service add udp $vip4:54 one-packet on scheduler wrr" \
		"service add udp $vip4:55 one-packet on scheduler wlc")"
must dsr flush

code="Error: method dscp needs the service's option dscp, 1 to 63"
check_eq "method dscp without a code" "$code" "$(said service add "${dns[@]}" method dscp)"
must dsr service add "${dns[@]}" method dscp dscp 9
check_eq "a code that is taken away" "$code" "$(said service change "${dns[@]}" unset dscp)"
check_eq "programs are told the method" "EINVAL method dscp" \
	"$(dsr -j service replace "${dns[@]}" method dscp 2>&1 | jq -r '"\(.errno_name) \(.at)"')"
check_eq "method dscp of a prefix" \
	"Error: method dscp needs a single VIP: one code cannot distinguish the VIPs of a prefix" \
	"$(said service add udp 192.0.2.0/28:53 method dscp dscp 8)"
check_eq "both can be taken away" "" "$(said service change "${dns[@]}" unset dscp unset method)"
must dsr backend add "${dns[@]}" "$(address b1 4)" method ipip
check_eq "a backend's method dscp without a code" "$code" \
	"$(said backend change "${dns[@]}" "$(address b1 4)" method dscp)"
must dsr flush
packets unloading.py
