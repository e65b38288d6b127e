#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# T20: connection tracking never sees the packets that the director forwards, even if rules
# use it. Rules that come before the director's hook, in raw and at the device's ingress,
# are effective.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

tracked()
{
	on director cat /proc/sys/net/netfilter/nf_conntrack_count
}

rules()
{
	must on director nft -f - <<-END
		table inet t20 {
		counter seen { }
		chain zone {
			type filter hook prerouting priority raw;
			ct zone set 5
		}
		# Right behind connection tracking.
		chain state {
			type filter hook prerouting priority -199;
			ct state new counter
			ip daddr $vip4 counter name seen
			ip6 daddr $vip6 counter name seen
		}
		}
	END
}

# dropped TEXT FAMILY CHAIN: assert that a chain drops packets, and that they leave the
# director again without it.
dropped()
{
	must on director nft add table "$2" drops
	must on director nft "add chain $2 drops first { $3; }"
	must on director nft "add rule $2 drops first ip saddr ${client4}201 drop"
	must on director nft "add rule $2 drops first ip6 saddr ${client6}201 drop"
	packets firewalled.py "$1" dropped
	must on director nft delete table "$2" drops
	packets firewalled.py "$1, gone again" passes
}

topology l2
serve_any l2 4
serve_any l2 6
rules
must on router ping -q -c 1 "$(address director 4)"
check_that "connection tracking works in the director's namespace" "$(tracked) > 0"
must on director nft flush chain inet t20 zone
must sysctls director net.netfilter.nf_conntrack_icmp_timeout=1 \
	net.netfilter.nf_conntrack_icmpv6_timeout=1 net.netfilter.nf_conntrack_generic_timeout=1 \
	net.netfilter.nf_conntrack_udp_timeout=1
must on director nft add rule inet t20 zone ct zone set 5
packets untracked.py
check_eq "nobody tracks a flow of the VIP" 0 "$(on director cat /proc/net/nf_conntrack 2>/dev/null |
	grep -cE "$vip4|2001:0db8:0080:")"
check_eq "connection tracking has not seen one of its packets" 0 \
	"$(take_count inet t20 seen)"
dropped "a drop at ingress" netdev "type filter hook ingress device eth0 priority 0"
# With the ingress hook, packets would not reach raw.
ingress_hook off
dropped "a drop in raw" inet "type filter hook prerouting priority raw"
check_no_drops
