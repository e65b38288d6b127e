#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Who may configure what: namespaces, capabilities, loading by name. And what is
# left when a device, the module or a namespace goes away under traffic.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
service=(tcp "$vip4:80")
tracing=/sys/kernel/tracing

unload()
{
	rmmod nf_dsr 2>/dev/null || [ ! -e /sys/module/nf_dsr ]
}

# Not every kernel can list hooks, so count the calls of the module's.
probe_hook()
{
	echo 'p:dsr_hook nf_dsr:dsr_hook' >>"$tracing/kprobe_events" &&
		echo 1 >"$tracing/events/kprobes/dsr_hook/enable"
}

unprobe_hook()
{
	echo 0 >"$tracing/events/kprobes/dsr_hook/enable" &&
		echo '-:dsr_hook' >>"$tracing/kprobe_events"
}

calls()
{
	awk '$1 == "dsr_hook" { print $2 }' "$tracing/kprobe_profile"
}

# hook_calls NODE 4|6: how many are made while the node gets 50 packets.
hook_calls()
{
	local before

	before=$(calls)
	on router ping -q -f -c 50 "$(address "$1" "$2")" >/dev/null
	echo $(($(calls) - before))
}

services_up()
{
	must dsr service add any "$vip4" method l2
	must dsr service add any "$vip6" method l2
	backends_add 4 any "$vip4"
	backends_add 6 any "$vip6"
}

above()
{
	local limit=$1

	shift
	[ "$("$@")" -gt "$limit" ]
}

# check_forwards TEXT: more than until now.
check_forwards()
{
	check "$1" wait_for above "$(service_sum packets)" service_sum packets
}

not_permitted()
{
	"$@" 2>&1 | grep -q 'not permitted'
}

unshare_user()
{
	unshare --user --map-root-user "$@"
}

powerless=(setpriv --bounding-set -net_admin --inh-caps -net_admin)

check_namespaces()
{
	must wait_for unload
	check "dsrctl loads the module by its family's name" dsr service show
	check "its hook can be watched" probe_hook
	check_eq "no hook is called without a service" "0 0" \
		"$(hook_calls director 4) $(hook_calls director 6)"
	must dsr service add "${service[@]}"
	check_that "with one, hooks of both families see its namespace's packets" \
		"$(hook_calls director 4) >= 50 && $(hook_calls director 6) >= 50"
	# Neighbour discovery reaches the director, too.
	check_that "and not those of another one" \
		"$(hook_calls client 4) < 25 && $(hook_calls client 6) < 25"
	check_eq "another namespace does not see it" "[]" "$(dsrctl -n client -j service show)"
	check "and may have its own of that name" dsrctl -n client service add "${service[@]}"
	must dsrctl -n client flush
	must dsr service del "${service[@]}"
	check_eq "no hook is called after the last one" "0 0" \
		"$(hook_calls director 4) $(hook_calls director 6)"
	must unprobe_hook
}

check_capabilities()
{
	check "the root of a user namespace configures its network namespace" \
		unshare_user --net dsrctl service add "${service[@]}"
	check "but no other one" not_permitted unshare_user dsrctl service add "${service[@]}"
	check "without CAP_NET_ADMIN nobody configures" not_permitted \
		unshare_user --net "${powerless[@]}" dsrctl service add "${service[@]}"
	check "nor sees what is there" not_permitted \
		unshare_user --net "${powerless[@]}" dsrctl service show
}

# Packets that were sent before may still lie in queues on a busy machine.
nothing_leaves()
{
	reset_counters
	wait_for above 50 counter in director request packets
	[ "$(counter out director request packets)" -eq 0 ]
}

check_unload()
{
	check "the module can be unloaded under traffic" wait_for unload
	check "packets to the VIP then go nowhere" wait_for nothing_leaves
	check "the module can be loaded again" dsr service show
	check_eq "nothing is left of what was configured" "[]" "$(dsr -j service show)"
}

topology l2
check_namespaces
check_capabilities

services_up
on client ping -q -f "$vip4" >"$work/ping" 2>&1 &
on client ping -q -f "$vip6" >"$work/ping6" 2>&1 &
on client /usr/bin/python3 "$tools/noise.py" 9 "$vip4" "$vip6" >"$work/noise" 2>&1 &
check_forwards "traffic flows"
ip -n director link set eth0 down
ip -n director link set eth0 up
ip -n director address replace "$(address director 6)/64" dev eth0 nodad
check_forwards "it flows again after the director's device was down"
check_unload
services_up
check_forwards "traffic flows through the new one"

must ip -n director link del eth0
check_that "the director's device is gone, flows are still there" "$(dsr flow count) > 0"
ip netns del director
check "the module can be unloaded when the namespace is gone with its flows" wait_for unload
