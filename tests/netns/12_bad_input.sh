#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Invalid requests. dsrctl must refuse them, and so must the kernel, for any client.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
vip6_80="[$vip6]:80"

everything()
{
	dsr -j service show
	dsr -j backend show
}

# refuses STATUS TEXT COMMAND...: assert that dsrctl refuses the command for this reason,
# and that the configuration does not change.
refuses()
{
	local want="$1" text=$2 status=0 output after

	shift 2
	output=$(dsr "$@" 2>&1) || status=$?
	after=$(everything)
	if [ $status -eq "$want" ] && [[ $output == *"$text"* ]] && [ "$after" = "$before" ]; then
		ok "refused: dsrctl $*"
	else
		not_ok "refused: dsrctl $*" "status $status, expected $want
$output
expected text: $text
$(diff <(echo "$before") <(echo "$after"))"
	fi
}

topology l2
must dsr service add tcp "$vip4:80"
must dsr backend add tcp "$vip4:80" "$(address b1 4)"
must dsr service add tcp "$vip4:8000-8099"
must dsr service add tcp "$vip6_80" method ipip
must dsr backend add tcp "$vip6_80" "$(address b1 6)"
before=$(everything)

# invalid words
refuses 1 'expected tcp, udp, sctp, any or mark' service add icmp "$vip4"
refuses 1 'port "0"' service add tcp "$vip4:0"
refuses 1 'port "65536"' service add tcp "$vip4:65536"
refuses 1 '192.0.2.256' service add tcp 192.0.2.256:80
refuses 1 'expected 192.0.2.0/28' service add tcp 192.0.2.1/28:80
refuses 1 'weight "65536"' backend change tcp "$vip4:80" "$(address b1 4)" weight 65536
refuses 1 'outer-ttl "256"' backend change tcp "$vip4:80" "$(address b1 4)" outer-ttl 256
refuses 1 'method "nat"' service add tcp "$vip4:81" method nat
refuses 1 'colour' service add tcp "$vip4:81" colour red
refuses 1 'BACKEND' backend add tcp "$vip4:80"

# objects that exist already or do not exist
refuses 2 'service exists already' service add tcp "$vip4:80"
refuses 2 'backend exists already' backend add tcp "$vip4:80" "$(address b1 4)"
refuses 2 'no such service' service change tcp "$vip4:81" method ipip
refuses 2 'no such service' service del tcp "$vip4:81"
refuses 2 'no such service' backend add tcp "$vip4:81" "$(address b1 4)"
refuses 2 'no such backend' backend del tcp "$vip4:80" "$(address b2 4)"
refuses 2 'no such backend' backend change tcp "$vip4:80" "$(address b2 4)" weight 2
refuses 2 'overlaps' service add tcp "$vip4:8050-8200"
refuses 2 'overlaps' service add tcp "$vip4:7000-9000"
refuses 2 'backend is the VIP itself' backend add tcp "$vip4:80" "$vip4" method ipip
refuses 2 'unicast' backend add tcp "$vip4:80" 224.0.0.1 method ipip
refuses 2 'unicast' backend add tcp "$vip4:80" 127.0.0.1 method ipip
refuses 2 'unicast' backend add tcp "$vip4:80" 255.255.255.255 method ipip
refuses 2 'unicast' backend add tcp "$vip4:80" 0.0.0.0 method ipip
refuses 2 'unicast' backend add tcp "$vip6_80" ff02::1 method ipip
refuses 2 'unicast' backend add tcp "$vip6_80" ::1 method ipip
refuses 2 'another machine' backend add tcp "$vip4:80" "$(address director 4)" method ipip
refuses 2 'unicast' service add tcp 224.0.0.5:80
refuses 2 'unicast' service add tcp 127.0.0.1:80
refuses 2 'unicast' service add udp '[ff02::1]:53'
refuses 2 'another machine' backend add tcp "$vip4:80" "$(address director 4)" method l2
refuses 2 'another machine' backend add tcp "$vip6_80" "$(address director 6)" method l2
refuses 2 "service's family" backend add tcp "$vip4:80" "$(address b2 6)" method l2
refuses 2 'outer-source client' backend add tcp "$vip4:80" "$(address b2 6)" \
	method ipip outer-source client
refuses 1 'expected maglev' service change tcp "$vip4:80" scheduler best

packets bad_netlink.py
check_eq "nothing was configured by that" "$before" "$(everything)"
