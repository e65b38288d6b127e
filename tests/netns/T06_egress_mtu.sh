#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# T6: method l2 when the path to the backends has a smaller MTU than the path to the
# director.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

# narrow_routes MTU: set the MTU of the routes to all backends.
narrow_routes()
{
	local backend family

	for backend in $backends; do
		for family in 4 6; do
			ip -n director route add "$(address "$backend" $family)" dev eth0 mtu "$1"
		done
	done
}

# oversize MTU: check packets that are longer than this MTU.
oversize()
{
	serve_any l2 4
	packets mtu.py l2 4 "$1"
	serve_any l2 6
	packets mtu.py l2 6 "$1"
	must dsr flush
}

topology l2
unlimit_icmp
narrow_routes 1400
oversize 1400
