#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# HTTP by method gue, for all pairs of families, with and without a GUE header. The backends
# are one routed hop away from the director.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/netns/http.sh
. "$here/http.sh"

# requests TEXT 4|6 OPTION...: check a few requests, to a service with these options.
requests()
{
	vip=vip$2
	vip=${!vip}
	must dsr service add tcp "$(host "$vip"):80" method gue "${@:3}"
	backends_add "$2" tcp "$(host "$vip"):80"
	check_requests "$1"
	must dsr service del tcp "$(host "$vip"):80"
}

topology l3
start_http
check_director
for families in "4 4" "6 6" "6 4" "4 6"; do
	# shellcheck disable=SC2086 # two words
	http_through gue $families
done
requests "gue, a port for GUE takes packets without its header" 4 gue-variant 1
requests "gue, without UDP checksum" 4 outer-checksum off
requests "gue, each flow of another source" 4 outer-source 10.9.0.0/16
stop_backends
remove_topology

# Ports that receive only IPv4 or only IPv6.
topology l3
start_http
backends_setup gue "$vip4" 4 gue-variant 1
backends_setup gue "$vip6" 6 gue-variant 1
requests "gue, a port for IPv4 in UDP, IPv4" 4 gue-variant 1 outer-checksum off
requests "gue, a port for IPv6 in UDP, IPv6" 6 gue-variant 1
