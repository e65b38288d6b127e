#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Make this Linux machine a backend: backend-setup.sh l2|ipip|gre VIP BACKEND
# BACKEND is its own address, the one that the director knows it by.
set -euo pipefail

method=$1
vip=$2
backend=$3

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
	"gre"*" 4") up ip_gre gre0 ;;
	"gre"*" 6") up ip6_gre ip6gre0 ;;
	*) echo "no such method: $method" >&2; exit 1 ;;
	esac
}

add_vip
[ "$method" = l2 ] || add_tunnel
