#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Make this Linux machine a backend:
# backend-setup.sh l2|ipip|gre|gue|dscp VIP BACKEND [KEYWORD VALUE]...
# BACKEND is its own address, the one that the director knows it by. The keywords
# are those that dsrctl has for the method.
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

family()
{
	case $1 in
	*:*) echo 6 ;;
	*) echo 4 ;;
	esac
}

# The machine accepts packets to the VIP, and tells nobody that it has it. IPv6
# answers neighbour solicitations for an interface's own addresses only.
add_vip()
{
	if [ "$(family "$vip")" = 4 ]; then
		sysctl -qw net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2
		ip address replace "$vip/32" dev lo
	else
		ip address replace "$vip/128" dev lo
	fi
}

# up MODULE DEVICE: tunl0, sit0, gre0 and ip6gre0 take what no other tunnel is for.
# What comes out is from clients that are reached another way, which strict and,
# on a device without an address, loose source validation refuses; "all" is its
# minimum for every device.
up()
{
	[ -e "/proc/sys/net/ipv4/conf/$2" ] || modprobe "$1"
	sysctl -qw net.ipv4.conf.all.rp_filter=0 "net.ipv4.conf.$2.rp_filter=0"
	ip link set "$2" up
}

# Of the forms of GRE that have a key or a checksum, gre0 and ip6gre0 take none.
add_gre()
{
	local kind=gre remote=any words=()

	[ "$(family "$backend")" = 4 ] || kind=ip6gre remote=::
	[ "${option[gre-key]}" = none ] || words+=(key "${option[gre-key]}")
	[ "${option[outer-checksum]}" != on ] || words+=(csum)
	[ ${#words[@]} -gt 0 ] || return 0
	[ -e /proc/sys/net/ipv4/conf/dsrgre ] ||
		ip link add dsrgre type "$kind" local "$backend" remote "$remote" "${words[@]}"
	up - dsrgre
}

# What comes out of UDP is then the tunnel's of method ipip. Without a GUE header
# the port stands for the protocol, unless it is one for GUE, which takes both.
add_fou()
{
	local port=${option[outer-port]} form=(gue) options=() shown

	[ "$(family "$backend")" = 4 ] || options=(-6)
	if [ "${option[gue-variant]}" = 1 ]; then
		form=(ipproto 4)
		[ "$(family "$vip")" = 4 ] || form=(ipproto 41)
	fi
	modprobe -q fou || [ -e /sys/module/fou ]
	# Ports of both families are shown, whichever is asked for.
	shown=$(ip fou show | sed -n "s/^port $port .*\(-6\).*/\1/p; s/^port $port .*/-4/p" | xargs)
	[[ " $shown " = *" ${options[*]:--4} "* ]] ||
		ip "${options[@]}" fou add port "$port" "${form[@]}"
}

# What comes to the backend's own address with the VIP's code was for the VIP. Raw,
# so that connection tracking sees it so; nft adjusts the checksums.
add_dscp()
{
	local ip=ip

	[ "$(family "$vip")" = 4 ] || ip=ip6
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
	case "$method $(family "$vip") $(family "$backend")" in
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
