#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What operators and tools observe: tracepoints report every packet, and a dump that a
# change interrupted is marked so.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
tracing=/sys/kernel/tracing
udp=(udp "$vip4:53")

# traced EVENT TEXT: print the number of trace events with this text.
traced()
{
	grep -c " $1: .*$2" $tracing/trace
}

check_forward()
{
	local backend seen=""

	crowd "$vip4" 53 "udp 20" >/dev/null
	for backend in $backends; do
		seen+=" $(traced dsr_forward \
			"proto=17 src=::ffff:$(address client 4) .*dst=::ffff:$vip4 dport=53 backend=::ffff:$(address "$backend" 4)\$")"
	done
	check_eq "each packet forwarded is traced, with its backend" "$(backend_counts packets)" \
		"${seen# }"
	check_eq "none was traced as dropped" 0 "$(traced dsr_drop "")"
}

check_drop()
{
	local backend

	for backend in $backends; do
		must dsr backend change "${udp[@]}" "$(address "$backend" 4)" state down
	done
	echo >$tracing/trace
	on client /usr/bin/python3 -c \
		"import socket; socket.socket(2, 2).sendto(b'lost', ('$vip4', 53))"
	wait_eq "a packet dropped is counted" 1 drops no_backend
	check_eq "and traced, with its reason" "1 0" \
		"$(traced dsr_drop "reason=no_backend\$") $(traced dsr_forward "")"
}

topology l2
backends_setup l2 "$vip4" 4
echo_start 53 "$vip4"
must dsr service add "${udp[@]}" method l2
backends_add 4 "${udp[@]}"
must tee $tracing/events/nf_dsr/enable <<<1
check_forward
check_drop
must tee $tracing/events/nf_dsr/enable <<<0
must dsr flush
packets dumps.py
