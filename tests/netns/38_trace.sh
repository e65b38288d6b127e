#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The kernel's answer to a trace is what happens to the packet that follows, and the trace
# itself changes nothing.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

# These limits of ICMP errors are common to all namespaces on older kernels.
sysctl -qw net.ipv4.icmp_msgs_per_sec=1000000 net.ipv4.icmp_msgs_burst=1000000
# shellcheck disable=SC2034 # used in topology.sh
backends=b1
topology l2
unlimit_icmp
! on director sysctl -q net.ipv4.icmp_msgs_per_sec >/dev/null 2>&1 ||
	sysctls director net.ipv4.icmp_msgs_per_sec=1000000 net.ipv4.icmp_msgs_burst=1000000
# Routes with other MTUs, and an unreachable one.
must ip -n director route add 10.9.9.0/24 via 10.1.1.1 mtu 1400
must ip -n director route add 2001:db8:9::/64 via 2001:db8:1::1 mtu 1380
must ip -n director route add unreachable 10.8.8.0/24
must on director nft -f - <<-END
	table ip marks {
		chain raw {
			type filter hook prerouting priority raw
			ip daddr 203.0.113.7 meta mark set 7
		}
	}
END
packets trace.py "$(often 12000 3000)"
