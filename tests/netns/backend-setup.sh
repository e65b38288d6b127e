#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Make this Linux machine a backend:
# backend-setup.sh l2|ipip|gre|gue|dscp VIP BACKEND [KEYWORD VALUE]...
# BACKEND is the address of this machine in the director's configuration. The keywords are
# those that dsrctl has for the method.
set -euo pipefail

method=$1
vip=$2
backend=$3
shift 3
declare -A option=([gue-variant]=0 [outer-port]=6080 [outer-checksum]=auto [gre-key]=none)
while [ $# -ge 2 ]; do
	option[$1]=$2
	shift 2
done

# The families of the VIP and of the backend.
families=4
[[ $vip != *:* ]] || families=6
if [[ $backend = *:* ]]; then
	families+=" 6"
else
	families+=" 4"
fi

# Make the machine accept packets to the VIP, but not answer or announce it by ARP. IPv6
# needs no setting: it answers neighbour solicitations for an interface's own addresses
# only.
add_vip()
{
	if [[ $families = 4* ]]; then
		sysctl -qw net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2
		ip address replace "$vip/32" dev lo
	else
		ip address replace "$vip/128" dev lo
	fi
}

# up MODULE DEVICE: bring a tunnel device up. tunl0, sit0, gre0 and ip6gre0 receive all
# packets that belong to no other tunnel. The decapsulated packets come from clients whose
# routes use another device, which strict source validation refuses, and on a device without
# an address also the loose one; the setting of "all" is the minimum for every device.
up()
{
	[ -e "/proc/sys/net/ipv4/conf/$2" ] || modprobe "$1"
	sysctl -qw net.ipv4.conf.all.rp_filter=0 "net.ipv4.conf.$2.rp_filter=0"
	ip link set "$2" up
}

# Add a tunnel for GRE with a key or a checksum: gre0 and ip6gre0 do not receive these forms.
add_gre()
{
	local kind=gre remote=any words=()

	[[ $families = *4 ]] || kind=ip6gre remote=::
	[ "${option[gre-key]}" = none ] || words+=(key "${option[gre-key]}")
	[ "${option[outer-checksum]}" != on ] || words+=(csum)
	[ ${#words[@]} -gt 0 ] || return 0
	[ -e /proc/sys/net/ipv4/conf/dsrgre ] ||
		ip link add dsrgre type "$kind" local "$backend" remote "$remote" "${words[@]}"
	up - dsrgre
}

# Add a UDP port for method gue. The packets in UDP then belong to the tunnel of method
# ipip. Without a GUE header, the port implies the protocol, unless it is a port for GUE,
# which receives both forms.
add_fou()
{
	local port=${option[outer-port]} form=(gue) options=() shown

	[[ $families = *4 ]] || options=(-6)
	if [ "${option[gue-variant]}" = 1 ]; then
		form=(ipproto 4)
		[[ $families = 4* ]] || form=(ipproto 41)
	fi
	modprobe -q fou || [ -e /sys/module/fou ]
	# "ip fou show" prints the ports of both families.
	shown=$(ip fou show | sed -n "s/^port $port .*\(-6\).*/\1/p; s/^port $port .*/-4/p" | xargs)
	[[ " $shown " = *" ${options[*]:--4} "* ]] ||
		ip "${options[@]}" fou add port "$port" "${form[@]}"
}

# Change the destination of packets that arrive at the backend's own address with the VIP's
# code to the VIP. The priority is "raw", so that connection tracking sees the VIP; nft
# adjusts the checksums.
add_dscp()
{
	local ip=ip

	[[ $families = 4* ]] || ip=ip6
	nft -f - <<-END
		table $ip dsr {
		chain prerouting {
			type filter hook prerouting priority raw
			$ip daddr $backend $ip dscp ${option[dscp]} $ip daddr set $vip
		}
		}
	END
}

add_tunnel()
{
	case "$method $families" in
	"ipip 4 4") up ipip tunl0 ;;
	"ipip 6 4") up sit sit0 ;;
	"ipip"*" 6")
		[ -e /proc/sys/net/ipv6/conf/dsr6 ] ||
			ip link add dsr6 type ip6tnl mode any local "$backend" remote ::
		up ip6_tunnel dsr6
		;;
	"gre"*" 4") up ip_gre gre0; add_gre ;;
	"gre"*" 6") up ip6_gre ip6gre0; add_gre ;;
	"gue"*) add_fou; method=ipip; add_tunnel ;;
	"dscp"*) add_dscp ;;
	*) echo "no such method: $method" >&2; exit 1 ;;
	esac
}

add_vip
[ "$method" = l2 ] || add_tunnel
