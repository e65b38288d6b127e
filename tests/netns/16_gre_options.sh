#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# HTTP by method gre with a key and with a checksum, which the backends require.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/netns/http.sh
. "$here/http.sh"

# fresh_requests 4|6 4|6 KEYWORD VALUE...: check requests in a new network.
fresh_requests()
{
	local service

	topology l3
	start_http
	vip=vip$1
	vip=${!vip}
	service=$(host "$vip"):80
	backends_setup gre "$vip" "$2" "${@:3}"
	must dsr service add tcp "$service" method gre "${@:3}"
	backends_add "$2" tcp "$service"
	check_requests "gre ${*:3}, IPv$1 by IPv$2"
	stop_backends
	remove_topology
}

# IPv4 distinguishes a key of 0 from no key; for IPv6 both are the same.
fresh_requests 4 4 gre-key 0 outer-checksum on
fresh_requests 6 6 gre-key 3735928559 outer-checksum on
fresh_requests 6 4 outer-checksum on
fresh_requests 4 6 gre-key 7
