#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A TACACS connection through an F5 by "L3 DSR", captured on the load balancer and on the
# server. Send the same packets to the director, and expect the same packets from it.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

# shellcheck disable=SC2034 # for topology.sh
client4=192.168.11.
vip4=172.16.4.99
service=(tcp "$vip4:49")

topology l3
backends_setup ipip "$vip4" 4
must dsr service add "${service[@]}"
for member in 10.1.1.51 10.1.1.52 10.1.1.53; do
	must dsr backend add "${service[@]}" "$member" method ipip \
		outer-source client outer-ttl 255
done
packets f5.py
check_eq "the connection is one flow, closed by the client's RST" "1 reset" \
	"$(dsr -j flow show | jq -r '"\(length) \(.[0].state)"')"
check_eq "its 6 packets are counted" 6 "$(service_sum packets)"
check_no_drops
