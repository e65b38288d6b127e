#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# T16: the director ignores frames to other hosts, and broadcasts and multicasts, also when
# it is a bridge whose frames pass netfilter.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

# Make the director a bridge of its port and of another one, which leads to a second
# interface of b3. The bridge gets the MAC address and the IP addresses of the port.
bridge_director()
{
	local mac

	mac=$(ip -n director -j link show eth0 | jq -r '.[0].address')
	modprobe br_netfilter
	must ip -n director link add behind type veth peer name eth1 netns b3
	must ip -n director -batch - <<-END
		link add br0 address $mac type bridge
		link set behind up
		link set eth0 promisc off
		address flush dev eth0
		link set eth0 master br0
		link set behind master br0
		link set br0 up
		address add $(address director 4)/24 dev br0
		address add $(address director 6)/64 dev br0 nodad
	END
	must ip -n b3 link set eth1 up
	must sysctls director net.bridge.bridge-nf-call-iptables=1 \
		net.bridge.bridge-nf-call-ip6tables=1
}

topology l2
serve_any l2 4
serve_any l2 6
must ip -n director link set eth0 promisc on
packets frames.py eth0
bridge_director
packets frames.py br0
check_no_drops
