# shellcheck shell=bash disable=SC2154 # here and work are of lib.sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
#   client ---- router ---- switch ---- b1, b2, b3...
#                  |           |
#             director of l3   director of l2
#
# The director has one interface. In topology l2 it is on the backends' segment, in l3 it
# is one routed hop away from them. The default route of the director and the backends
# leads to the router; the router's route to a VIP leads to the director. So replies have a
# path that avoids the director, and only the director selects a backend.

backends="b1 b2 b3"
servers=()

# The networks, as addresses without their last part. A scenario may set its own.
client4=198.51.100. client6=2001:db8:c::
lan4=10.1.1. lan6=2001:db8:1::
link4=10.2.2. link6=2001:db8:2::
vip4=192.0.2.80 vip6=2001:db8:80::80

nodes()
{
	echo client router switch director "$backends"
}

# address NODE 4|6: print the node's address of this family.
address()
{
	local address

	find_address "$@"
	echo "$address"
}

# find_address NODE 4|6: set $address to the node's address of this family.
find_address()
{
	local net host

	case $1 in
	client) net=client host=201 ;;
	director) net=$director_net host=2 ;;
	b*) net=lan host=5${1#b} ;;
	esac
	net+=$2
	address=${!net}$host
}

# sysctls NODE KEY=VALUE...: set sysctls of a node.
sysctls()
{
	warm "" "$tools/sysctls.py" "$1" -- "${@:2}"
}

# add_node NODE: configure eth0 and the default route.
add_node()
{
	local net=lan net4 net6 address4 address

	case $1 in
	client) net=client ;;
	director) net=$director_net ;;
	esac
	net4=${net}4 net6=${net}6
	find_address "$1" 4
	address4=$address
	find_address "$1" 6
	ip -n "$1" -batch - <<-END
		link set lo up
		link set eth0 up
		address add $address4/24 dev eth0
		address add $address/64 dev eth0 nodad
		route add default via ${!net4}1
		route add default via ${!net6}1
	END
}

add_router()
{
	local link=

	[ "$director_net" = lan ] || link="
		link set director up
		address add ${link4}1/24 dev director
		address add ${link6}1/64 dev director nodad"
	ip -n router -batch - <<-END
		link set lo up
		link set client up
		link set lan up
		address add ${client4}1/24 dev client
		address add ${client6}1/64 dev client nodad
		address add ${lan4}1/24 dev lan
		address add ${lan6}1/64 dev lan nodad
		$link
	END
}

add_switch()
{
	local port ports="router $backends" commands=

	[ "$director_net" = link ] || ports+=" director"
	for port in $ports; do
		commands+="link set $port master bridge up"$'\n'
	done
	ip -n switch -batch - <<-END
		link add bridge type bridge
		link set bridge up
		$commands
	END
}

# set_sysctls: set the sysctls of all nodes. Source validation is strict, which shows that the
# set-up of backends is complete.
set_sysctls()
{
	# shellcheck disable=SC2086 # several words
	warm "" "$tools/sysctls.py" client director $backends -- \
		net.ipv4.conf.default.rp_filter=1 net.ipv4.conf.all.rp_filter=1
	sysctls router net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 \
		net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0
}

# ingress_hook_debug DEVICE...: register the director's ingress hook for these devices, on debug
# kernels only. There all scenarios use it; on other kernels only some do, by themselves.
ingress_hook_debug()
{
	local device

	[ -e /sys/kernel/debug/kmemleak ] || return 0
	for device in "$@"; do
		must dsr device add "$device"
	done
}

# topology l2|l3: create all nodes, and the route to the VIPs. To start a process takes long in
# emulation, so one process configures what it can.
topology()
{
	local node commands=

	director_net=lan out_at=switch
	[ "$1" = l2 ] || director_net=link out_at=router
	for node in client router switch director $backends; do
		commands+="netns add $node"$'\n'
	done
	for node in $backends; do
		commands+="link add eth0 netns $node type veth peer name $node netns switch"$'\n'
	done
	ip -batch - <<-END
		$commands
		link add eth0 netns client type veth peer name client netns router
		link add lan netns router type veth peer name router netns switch
		link add eth0 netns director type veth peer name director netns $out_at
	END
	set_sysctls
	add_router
	add_switch
	for node in client director $backends; do
		add_node "$node"
	done
	route_to_director "$vip4" "$vip6"
	count_packets
	ingress_hook_debug eth0
}

# route_to_director VIP...: route the VIPs, or prefixes of VIPs, to the director.
route_to_director()
{
	local vip family address commands=

	for vip in "$@"; do
		family=4
		[ "$vip" = "${vip#*:}" ] || family=6
		find_address director $family
		commands+="route replace $vip via $address"$'\n'
	done
	must ip -n router -batch - <<<"$commands"
}

# Count the packets that arrive at nodes, see tools/counters.py. The table "out", on the
# node that the director is connected to, counts the packets that left the director.
count_packets()
{
	local node places=()

	for node in director client $backends; do
		places+=("$node" in eth0)
	done
	warm "" "$tools/counters.py" add "$vip4" "$vip6" "${places[@]}" "$out_at" out director
}

# counter in|out NODE request|reply packets|bytes: print a counter of packets that arrived
# at a node, or left it. Only the director has the counters of "out".
counter()
{
	local node=$2

	[ "$1" = in ] || node=$out_at
	warm "" "$tools/counters.py" show "$3" "$4" "$node" "$1"
}

reset_counters()
{
	# shellcheck disable=SC2086 # several words
	warm "" "$tools/counters.py" reset director client $backends "$out_at"
}

# backend_setup NODE METHOD VIP BACKEND [KEYWORD VALUE]...: run backend-setup.sh on a node.
backend_setup()
{
	local node=$1

	shift
	must on "$node" "$here/backend-setup.sh" "$@"
}

# backends_setup METHOD VIP 4|6 [KEYWORD VALUE]...: set up all backends, by their addresses
# of the family.
backends_setup()
{
	local backend pids=()

	for backend in $backends; do
		backend_setup "$backend" "$1" "$2" "$(address "$backend" "$3")" "${@:4}" &
		pids+=($!)
	done
	wait "${pids[@]}"
}

# backends_setup_ways "METHOD 4|6 4|6 [KEYWORD VALUE]..."...: set up all backends in several ways.
# The numbers are the families of the VIP and of the backends.
backends_setup_ways()
{
	local words way vip

	for words in "$@"; do
		read -ra way <<<"$words"
		vip=vip${way[1]}
		backends_setup "${way[0]}" "${!vip}" "${way[@]:2}"
	done
}

# serve NODE COMMAND...: start a server, with its output in the scenario's directory. A command
# that begins with a Python program starts in a copy of a process, see warm.sh.
serve()
{
	if [[ $2 = *.py ]]; then
		warm_start "$@" >"$work/$1.log" 2>&1 </dev/null || { not_ok "set-up: $2 starts"; exit 1; }
		servers+=("$warm_pid")
		return
	fi
	# This does not use "on": $! would be a shell that waits for the server.
	in-node "$@" >"$work/$1.log" 2>&1 &
	servers+=($!)
}

# start_backends COMMAND...: start the command as a server on every backend, with the name
# of the backend as last argument.
start_backends()
{
	local backend

	for backend in $backends; do
		serve "$backend" "$@" "$backend"
	done
}

# stop_backends: end all servers, and wait for their end. Some are no children of this shell.
stop_backends()
{
	kill "${servers[@]}"
	wait "${servers[@]}" 2>/dev/null
	must wait_for ended "${servers[@]}"
	servers=()
}

# ended PROCESS...: succeed if none of these processes is left.
ended()
{
	! kill -0 "$@" 2>/dev/null
}

# listens NODE PORT: succeed if a server on the node listens on the port, of TCP or UDP.
listens()
{
	warm "" "$tools/listens.py" "$@"
}

# await_backends PORT: wait until a server listens on this port of each backend.
await_backends()
{
	local backend

	for backend in $backends; do
		wait_for listens "$backend" "$1" || not_ok "$backend listens on port $1"
	done
}

# echo_start PORT VIP...: start a server for TCP and UDP on every backend, see tools/echo.py.
echo_start()
{
	start_backends "$tools/echo.py" "$@"
	await_backends "$1"
}

# backends_add_vips: give both VIPs to all backends, for scenarios that need no other set-up.
backends_add_vips()
{
	local backend

	for backend in $backends; do
		must ip -n "$backend" -batch - <<-END
			address add $vip4/32 dev lo
			address add $vip6/128 dev lo nodad
		END
	done
}

# unlimit_icmp: let the director send ICMP errors without a limit of their rate.
unlimit_icmp()
{
	must sysctls director net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0
}

# forget_mtus NODE...: have the nodes forget the MTUs that they learned.
forget_mtus()
{
	local node

	for node in "$@"; do
		must ip -n "$node" -4 route flush cache
		must ip -n "$node" -6 route flush cache
	done
}

remove_topology()
{
	local node process

	for node in $(nodes); do
		[ -e "/run/netns/$node" ] || continue
		for process in /proc/[0-9]*; do
			[ ! "$process/ns/net" -ef "/run/netns/$node" ] ||
				kill -9 "${process#/proc/}" 2>/dev/null
		done
		echo "netns del $node"
	done | ip -force -batch -
}
