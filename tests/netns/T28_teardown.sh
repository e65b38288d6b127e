#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# T28: remove a device, the module or a namespace under traffic, and check what is left.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

# Add services by method l2, by a tunnel, and with a backend that is not there: packets wait
# for its neighbour.
services_up()
{
	must dsr service add any "$vip4" method l2
	must dsr service add any "$vip6" method l2
	backends_add 4 any "$vip4"
	backends_add 6 any "$vip6"
	must dsr backend add any "$vip4" "${lan4}99"
	must dsr backend add any "$vip6" "${lan6}99"
	must dsr service add udp "$vip4:9" method ipip
	must dsr service add udp "$(host "$vip6"):9" method gre
	backends_add 4 udp "$vip4:9"
	backends_add 6 udp "$(host "$vip6"):9"
	must dsr backend add udp "$vip4:9" "${lan4}99"
	must dsr backend add udp "$(host "$vip6"):9" "${lan6}99"
}

above()
{
	local limit=$1

	shift
	[ "$("$@")" -gt "$limit" ]
}

# check_forwards TEXT: assert that the director forwards further packets.
check_forwards()
{
	check "$1" wait_for above "$(service_sum packets)" service_sum packets
}

# Succeed if at least 50 packets arrive at the director and none leaves it. On a busy machine,
# packets that were sent before may still be in queues, so the caller may repeat this.
nothing_leaves()
{
	reset_counters
	wait_for above 50 counter in director request packets
	[ "$(counter out director request packets)" -eq 0 ]
}

pin=/sys/module/nf_dsr/parameters/pin

check_pin()
{
	check_eq "the module cannot be unloaded while there are services" \
		"rmmod: ERROR: Module nf_dsr is in use" "$(rmmod nf_dsr 2>&1)"
	check_not "nor by modprobe" modprobe -r nf_dsr
	check_forwards "traffic goes on"
	must dsr flush
	check "without services it can" wait_for unload
	must modprobe nf_dsr pin=N
	services_up
	must bash -c "echo Y >$pin"
	check_not "the word pin has it stay with the services that there are" rmmod nf_dsr
	must bash -c "echo N >$pin"
	check_forwards "traffic flows through that"
}

check_unload()
{
	check "the module can be unloaded under traffic" wait_for unload
	check "packets to the VIP then go nowhere" wait_for nothing_leaves
	check "the module can be loaded again" dsr service show
	check_eq "nothing is left of what was configured" "[]" "$(dsr -j service show)"
}

topology l2
services_up
on client ping -q -f "$vip4" >"$work/ping" 2>&1 &
on client ping -q -f "$vip6" >"$work/ping6" 2>&1 &
on client /usr/bin/python3 "$tools/noise.py" 9 "$vip4" "$vip6" >"$work/noise" 2>&1 &
check_forwards "traffic flows"
ip -n director link set eth0 down
ip -n director link set eth0 up
ip -n director address replace "$(address director 6)/64" dev eth0 nodad
check_forwards "it flows again after the director's device was down"
check_pin
check_unload
services_up
check_forwards "traffic flows through the new one"

must ip -n director link del eth0
check_that "the director's device is gone, flows are still there" "$(dsr flow count) > 0"
ip netns del director
check "the module can be unloaded when the namespace is gone with its flows" wait_for unload
