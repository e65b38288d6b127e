#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# T7: ICMP errors of routers between director and backends about packets in tunnels. If a
# packet is too big, the director learns the path's MTU, even from 8 quoted bytes, and sends
# clients an error with the MTU for their packets.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/netns/http.sh
. "$here/http.sh"

# check_errors METHOD 4|6 4|6: check the errors, for the families of VIP and backends.
check_errors()
{
	local vip=vip$2 service

	vip=${!vip}
	service=$(host "$vip"):9
	must dsr service add udp "$service" method "$1"
	backends_add "$3" udp "$service"
	packets tunnel_pmtu.py "$1" "$2" "$3"
	must dsr service del udp "$service"
	forget_mtus director
}

# upload METHOD 4|6 4|6: check an upload over TCP, which adapts to the router's MTU.
upload()
{
	local vip=vip$2 service before

	vip=${!vip}
	service=$(host "$vip"):80
	backends_setup "$1" "$vip" "$3"
	must dsr service add tcp "$service" method "$1"
	backends_add "$3" tcp "$service"
	forget_mtus client
	before=$(mtu_errors)
	check_upload "$1, IPv$2 by IPv$3: through a router with an MTU of 1400"
	check_that "$1, IPv$2 by IPv$3: the director told the client" \
		"$(mtu_errors) > $before"
	must dsr service del tcp "$service"
}

topology l3
unlimit_icmp
check_errors ipip 4 4
check_errors ipip 6 4
check_errors ipip 4 6
check_errors ipip 6 6
check_errors gre 4 4
check_errors gre 6 6
check_errors gue 4 4
check_errors gue 6 6
start_http
must ip -n router link set lan mtu 1400
# Of the uploads over IPv6, the second one has the smaller MTU. So a late error about the
# first one, which the client accepts, does not replace the error about the second one.
upload ipip 4 4
upload gre 6 4
upload ipip 6 6
