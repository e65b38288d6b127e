#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A rule of the raw table sends copies of a service's packets to another host. That host
# must receive the copies, and the backends the packets.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

# rules FAMILY ADDRESS MIRROR: add rules that copy packets to ADDRESS to the host MIRROR.
rules()
{
	must on director nft -f - <<-END
		table $1 mirror {
			chain prerouting {
				type filter hook prerouting priority raw
				$1 daddr $2 udp dport 9 dup to $3 device eth0
			}
			chain output {
				type filter hook output priority raw
				$1 daddr $2 udp dport 9 dup to $3 device eth0
			}
		}
	END
}

# serve_two 4|6: add a service with all backends except the mirror.
serve_two()
{
	local backends="b1 b2"

	serve_any l2 "$1"
}

topology l2
serve_two 4
serve_two 6
# Packets that the ingress hook forwards do not reach the raw table.
ingress_hook off
rules ip "$vip4" "$(address b3 4)"
rules ip6 "$vip6" "$(address b3 6)"
packets duplicate.py 4
packets duplicate.py 6
# For each family: ten packets of a client and ten of the director, and a marker with each
# ten.
check_eq "each is counted once" 44 "$(service_sum packets)"
check_no_drops
