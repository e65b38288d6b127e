#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The set-up of Cisco's ACE in direct server return mode: two servers behind a VIP with any
# protocol. The router's static route to the VIP leads to the load balancer, and the VIP is
# outside of the servers' subnet.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

# shellcheck disable=SC2034 # for topology.sh
lan4=192.168.150. backends="b1 b2"
vip4=192.168.5.10

answers_itself()
{
	on client ping -n -c 3 -i 0.2 -W "$patience" "$vip4" | grep -c "bytes from $vip4:"
}

topology l2
backends_setup l2 "$vip4" 4
echo_start 8080 "$vip4"
must dsr service add any "$vip4" method l2
backends_add 4 any "$vip4"

check_eq "idle timeouts are ACE's: TCP 3600, UDP 120, ICMP 2 seconds" "3600 120 2" \
	"$(dsr -j service show | jq -r '.[0].timeouts | "\(.tcp) \(.udp) \(.icmp)"')"
check_eq "TCP is served, by both" '["b1","b2"] 30' \
	"$(crowd "$vip4" 8080 "open 30" | jq -r '"\(keys) \(add)"')"
check_eq "UDP is served, by both" '["b1","b2"] 30' \
	"$(crowd "$vip4" 8080 "udp 30" | jq -r '"\(keys) \(add)"')"
check_eq "ping is answered by the VIP, not by a server's own address" 3 "$(answers_itself)"
check_eq "no reply crossed the director" "0 0" \
	"$(counter in director reply packets) $(counter out director reply packets)"
packets midstream.py
check_no_drops
