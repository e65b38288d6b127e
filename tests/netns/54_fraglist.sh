#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Fraglist GRO (rx-gro-list) passes packets to the director in lists. Each packet of a list
# must leave as it would leave alone.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/netns/http.sh
. "$here/http.sh"
# shellcheck source=tests/netns/gso.sh
. "$here/gso.sh"

# burst METHOD 4|6 [WORD...]: check a service of this method, with these options, by ten
# datagrams of a new flow, and ten more.
burst()
{
	local text="$1, IPv$2"

	serve_any "$1" "$2" "$2" "${@:3}"
	reset_counters
	packets fraglist.py "$1" "$2"
	check_eq "$text: each ten came as one packet" 2 "$(counter in director request packets)"
	check_eq "$text: and left as ten" 20 "$(counter out director request packets)"
	check_eq "$text: and count as ten" 20 "$(service_sum packets)"
	must dsr flush
}

topology l2
# The director receives segments with checksums, as from a wire, and its device has no
# offloads for them.
must on switch ethtool -K director tso off gso off tx off
must on director ethtool -K eth0 gro on rx-gro-list on
offloads off
burst l2 4
burst l2 6
burst dscp 4 dscp 42
burst dscp 6 dscp 42
burst ipip 4
burst gre 6 outer-checksum on
burst gue 4
start_http
first_upload
backends_setup dscp "$vip4" 4 dscp 42
backends_setup dscp "$vip6" 6 dscp 42
upload off dscp 4 4 dscp 42
upload off dscp 6 6 dscp 42
