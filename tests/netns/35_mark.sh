#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Services that match a firewall mark, for packets of any kind and to any destination.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

topology l2
# No host has these addresses, but the route to them leads to the director.
route_to_director 203.0.113.0/24 2001:db8:ff::/64
must on director nft -f - <<-END
	table inet marks {
	chain raw {
		type filter hook prerouting priority raw
		tcp dport { 80, 443 } meta mark set 7
		udp dport 53 meta mark set 0xffffffff
		icmp type echo-request meta mark set 7
		icmpv6 type echo-request meta mark set 7
		icmp type destination-unreachable icmp code port-unreachable meta mark set 7
		icmpv6 type destination-unreachable icmpv6 code port-unreachable meta mark set 7
		udp dport 54 meta mark set 8
	}
	}
END
packets mark.py 4
packets mark.py 6
