#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# HTTP by method gre with a key and with a checksum, which the backends insist on.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/netns/http.sh
. "$here/http.sh"

# fresh_requests 4|6 4|6 KEYWORD VALUE...: in a network of its own.
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

# That there is a key at all tells IPv4 its 0 from none; IPv6 takes them for the same.
fresh_requests 4 4 gre-key 0 outer-checksum on
fresh_requests 6 6 gre-key 3735928559 outer-checksum on
fresh_requests 6 4 outer-checksum on
fresh_requests 4 6 gre-key 7
