#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A DSCP or a range of ports, which only one service can have, moves to another service in
# one transaction, in any order of its lines. A conflict at the end of the transaction is
# refused.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
other4=192.0.2.81
b1=$(address b1 4)

codes()
{
	dsr -j service show | jq -r 'map("\(.vip) \(.dscp)") | sort | join(", ")'
}

topology l2
route_to_director "$other4"
web=(udp "$vip4:80") more=(udp "$other4:81")
clash="a service of another VIP has this dscp and this backend, which could not tell the VIPs apart"
must on b1 nft -f - <<-END
	table ip codes {
		chain raw {
			type filter hook prerouting priority raw
			udp dport 80 ip dscp 13 counter comment "80 by 13"
			udp dport 81 ip dscp 12 counter comment "81 by 12"
		}
	}
END

must dsr service add "${web[@]}" method dscp dscp 12
must dsr service add "${more[@]}" method dscp dscp 13
must dsr backend add "${web[@]}" "$b1"
must dsr backend add "${more[@]}" "$b1"
check_eq "one code for both is refused, with its line" "lines:2: $clash" \
	"$(commit "service change ${web[*]} seed 1" "service change ${more[*]} dscp 12")"
check_eq "alone, too" "Error: $clash" \
	"$(dsr service change "${more[@]}" dscp 12 2>&1 | head -n 1)"
check_eq "a code that is given up and taken back is refused, with its line" \
	"lines:1: $clash" \
	"$(commit "service change ${more[*]} dscp 12" "service change ${web[*]} dscp 14" \
		"service change ${web[*]} dscp 12" "service change ${more[*]} seed 3")"
check_eq "nothing of that is done" "$vip4 12, $other4 13" "$(codes)"
check_eq "two services swap their codes" "" \
	"$(commit "service change ${web[*]} dscp 13" "service change ${more[*]} dscp 12")"
check_eq "they have" "$vip4 13, $other4 12" "$(codes)"
on client bash -c "echo >/dev/udp/$vip4/80; echo >/dev/udp/$other4/81"
wait_eq "packets have the new codes" "[1,1]" rule_counts b1 ip codes raw
must dsr flush

must dsr service add tcp "$vip4:8000-8099"
must dsr service add tcp "$vip4:8100-8199"
overlap="port range overlaps another service of this VIP"
check_eq "a range that is added before it is free" "" \
	"$(commit "service add tcp $vip4:8050-8149 seed 5" "service del tcp $vip4:8000-8099" \
		"service del tcp $vip4:8100-8199")"
check_eq "has the ports" 8050 \
	"$(dsr -j trace tcp 198.51.100.1:1 "$vip4:8149" | jq '.[0].service.port')"
check_eq "one that is hidden from another by a third, which goes: refused, with its line" \
	"lines:2: $overlap" \
	"$(commit "service add tcp $vip4:8060-8070" "service add tcp $vip4:8080-8090" \
		"service del tcp $vip4:8060-8070")"
check_eq "a range of ports alone" "Error: $overlap" \
	"$(dsr service add tcp "$vip4:8100-8200" 2>&1 | head -n 1)"
check_eq "nothing of that is done" 1 "$(service_count)"
