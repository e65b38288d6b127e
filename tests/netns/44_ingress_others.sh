#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Devices with the ingress hook: packets that the hook leaves to the stack and those that it
# forwards keep their order, and it does not forward packets that the stack refuses.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
tracing=/sys/kernel/tracing

# Enable GRO. The kernel receives packets that GRO could merge, but did not, as a list.
receive_lists()
{
	must on director ethtool -K eth0 gro on
	must on switch ethtool -K director tso off
	must tee $tracing/events/net/napi_gro_receive_entry/enable <<<1
	echo >$tracing/trace
}

check_order()
{
	topology l2
	ingress_hook on
	serve_any l2 4
	serve_any l2 6
	receive_lists
	packets ingress_order.py 4
	packets ingress_order.py 6
	check "the kernel has tried to merge packets" \
		grep -q napi_gro_receive_entry $tracing/trace
	must tee $tracing/events/net/napi_gro_receive_entry/enable <<<0
	check_no_drops
	remove_topology
}

check_order
topology l3
ingress_hook on
serve_any ipip 4 4
serve_any ipip 6 4
packets ingress_disabled.py
