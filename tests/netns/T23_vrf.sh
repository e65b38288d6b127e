#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# T23: VRFs with the same addresses, VLANs, and one arm for clients and backends.
#
#   red ------ red0: vrf-red                  each node acts as clients and as
#   blue ----- blue0: vrf-blue    director    backends 10.1.1.51..53, all with
#   green ---- green0, green0.100             the same addresses

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

nodes()
{
	echo director red blue green
}

# Add the director's neighbours, as no host there answers.
add_neighbours()
{
	local dev=$1 prefix=$2 host

	for host in 1 3 51 52 53; do
		echo "neighbour add ${prefix}$host dev $dev lladdr 02:00:00:00:00:$host nud permanent"
	done
}

add_arm()
{
	local dev=$1 vrf=$2

	[ -z "$vrf" ] || {
		echo "link set $dev master vrf-$vrf"
	}
	cat <<-END
		link set $dev up
		address add 10.1.1.2/24 dev $dev
		address add 2001:db8:1::2/64 dev $dev nodad
		route add default via 10.1.1.1 ${vrf:+vrf vrf-$vrf}
		route add default via 2001:db8:1::1 ${vrf:+vrf vrf-$vrf}
	END
	add_neighbours "$dev" 10.1.1.
	add_neighbours "$dev" 2001:db8:1::
}

for node in $(nodes); do
	echo "netns add $node"
done | ip -batch -
for node in red blue green; do
	echo "link add ${node}0 netns director type veth peer name lan netns $node"
	ip -n "$node" link set lo up
done | ip -batch -
for node in red blue green; do
	ip -n "$node" link set lan up
done
sysctls director net.ipv4.conf.all.send_redirects=1 net.ipv4.conf.default.send_redirects=1
{
	cat <<-END
		link set lo up
		link add vrf-red type vrf table 100
		link add vrf-blue type vrf table 200
		link set vrf-red up
		link set vrf-blue up
	END
	add_arm red0 red
	add_arm blue0 blue
	add_arm green0 ""
	cat <<-END
		route add 10.9.9.0/24 via 10.1.1.1 vrf vrf-red
		route add 10.9.9.0/24 via 10.1.1.3 vrf vrf-blue
		link add link green0 name green0.100 type vlan id 100
		link set green0.100 up
		address add 10.2.2.2/24 dev green0.100
		neighbour add 10.2.2.51 dev green0.100 lladdr 02:00:00:00:00:51 nud permanent
	END
} >"$work/arms"
must ip -n director -batch "$work/arms"
ip -n green link add link lan name lan.100 type vlan id 100
ip -n green link set lan.100 up
must on director nft -f - <<-END
	table ip marks {
	chain raw {
		type filter hook prerouting priority raw
		tcp dport 82 meta mark set 7
	}
	}
END
ingress_hook_debug red0 blue0 green0 green0.100
packets vrf.py
