#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The fast path and the whole way compared, packet by packet: the same bytes leave, the same
# errors come back, the same counters count. A service that accepts what has no backend uses
# the whole way only.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
tracing=/sys/kernel/tracing

# count FUNCTION...: its calls.
count()
{
	local function

	for function; do
		echo "p:$function nf_dsr:$function" >>$tracing/kprobe_events &&
			echo 1 >"$tracing/events/kprobes/$function/enable" || return
	done
}

uncount()
{
	local function

	for function; do
		echo 0 >"$tracing/events/kprobes/$function/enable" &&
			echo "-:$function" >>$tracing/kprobe_events || return
	done
}

# two_ways METHOD 4|6 BACKENDS [WORD]...: of the service.
two_ways()
{
	serve_any "$@"
	packets two_ways.py "$1" "$2" $tracing/kprobe_profile
	must dsr flush
}

must modprobe nf_dsr
must count dsr_xmit_plain dsr_xmit
topology l2
unlimit_icmp
two_ways l2 4 4
two_ways l2 6 6
remove_topology
topology l3
unlimit_icmp
two_ways ipip 4 4
two_ways gue 4 6
two_ways dscp 6 6 dscp 10
must uncount dsr_xmit_plain dsr_xmit
