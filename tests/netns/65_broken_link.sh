#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Configuration while links, addresses and routes are missing: existing objects can be
# changed, new ones are accepted with a warning, and both work when the link returns.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

configuration()
{
	local family vip backend

	echo flush
	for family in 4 6; do
		vip=vip$family
		vip=$(host "${!vip}")
		echo "service add udp $vip:53"
		for backend in $backends; do
			echo "backend add udp $vip:53 $(address "$backend" $family)"
		done
	done
}

link_down()
{
	must ip -n director link set eth0 down
}

link_up()
{
	must ip -n director link set eth0 up
	must ip -n director address replace "$(address director 6)/64" dev eth0 nodad
}

# outcome COMMAND...: print the command's output, without the directory of its file, and its
# exit status.
outcome()
{
	local status=0 output

	output=$("$@" 2>&1) || status=$?
	echo "${output//"$work/"/} $status"
}

# quietly WORD...: assert that dsrctl makes the change and prints nothing.
quietly()
{
	check_eq "$situation: $*" " 0" "$(outcome dsr "$@")"
}

# changes SITUATION 4|6: check changes of existing objects that are unreachable.
changes()
{
	local situation="$1, IPv$2" vip=vip$2 b1 b2 b3

	vip=$(host "${!vip}"):53
	b1=$(address b1 "$2") b2=$(address b2 "$2") b3=$(address b3 "$2")
	quietly backend change udp "$vip" "$b1" health down
	quietly backend change udp "$vip" "$b2" state down
	quietly backend change udp "$vip" "$b2" state drain drain-timeout 900
	quietly backend change udp "$vip" "$b3" weight 7 max-flows 5000
	quietly backend replace udp "$vip" "$b3" method l2
	quietly service change udp "$vip" timeout udp 77 scheduler wrr
	quietly service change udp "$vip" method l2 outer-ttl 3
	quietly -a -b "$work/configuration"
	quietly backend change udp "$vip" "$b1" health up
	quietly backend del udp "$vip" "$b3"
	must dsr backend add udp "$vip" "$b3"
}

no_route="warning: no route to the backend: packets are dropped until there is one"

# additions: check that new objects are accepted, with a warning.
additions()
{
	local b1

	b1=$(address b1 4)
	must dsr service add udp "$vip4:54" method ipip
	check_eq "link down: a new backend is a warning" "$no_route 0" \
		"$(outcome dsr backend add udp "$vip4:54" "$b1")"
	check_eq "link down: another method, too" "$no_route 0" \
		"$(outcome dsr service change udp "$vip4:54" method l2)"
	check_eq "link down: what is told is told once" " 0" \
		"$(outcome dsr backend change udp "$vip4:54" "$b1" weight 2)"
	check_eq "link down: JSON" "{\"warning\":\"${no_route#warning: }\"} 0" \
		"$(outcome dsr -j backend add udp "$vip4:54" "$(address b2 4)")"
	check_eq "link down: no address of this machine" \
		"warning: backend is not an address of this machine: method local needs one 0" \
		"$(outcome dsr backend change udp "$vip4:54" "$b1" method local)"
	must dsr service add udp "$vip4%nowhere:54"
	check_eq "no VRF device" \
		"warning: the service's VRF does not exist: packets are dropped until it does 0" \
		"$(outcome dsr backend add udp "$vip4%nowhere:54" "$b1")"
	must dsr flush
}

# starts OPTION...: load the file, as a director does at its start, before its link is up.
starts()
{
	must dsr flush
	check_eq "link down: a director starts, $*: all lines are done, those of backends warn" \
		"$(sed -n "/backend/{=;}" "$work/configuration" |
			sed "s/.*/configuration:&: $no_route/"; echo " 0")" \
		"$(outcome dsr "$@" "$work/configuration" | sed 's/ 0$/\n 0/')"
	check_eq "link down: a director starts, $*: all of that is there" 6 \
		"$(dsr -j backend show | jq length)"
}

# served TEXT BACKENDS: assert that these backends answer a crowd, over IPv4 and IPv6.
served()
{
	check_eq "$1" "$2 $2" "$(crowd "$vip4" 53 "udp 30" | jq -c keys) $(
		crowd "$vip6" 53 "udp 30" | jq -c keys)"
}

topology l2
backends_setup l2 "$vip4" 4
backends_setup l2 "$vip6" 6
echo_start 53 "$vip4" "$vip6"
configuration >"$work/configuration"
check_eq "with the link: nothing to warn of" " 0" "$(outcome dsr -a -b "$work/configuration")"
served "with the link: all serve" '["b1","b2","b3"]'

link_down
changes "link down" 4
changes "link down" 6
for family in 4 6; do
	vip=vip$family
	must dsr backend change udp "$(host "${!vip}"):53" "$(address b1 $family)" health down
	must dsr backend change udp "$(host "${!vip}"):53" "$(address b2 $family)" state drain
done
link_up
must dsr flow flush
served "with the link again: what was changed meanwhile holds" '["b3"]'

must ip -n director address del "$(address director 4)/24" dev eth0
must ip -n director address del "$(address director 6)/64" dev eth0
changes "no address" 4
changes "no address" 6

link_down
additions
starts -b
starts -a -b
link_up
must ip -n director address add "$(address director 4)/24" dev eth0
served "with the link at last: all serve" '["b1","b2","b3"]'

must ip -n director route add "$(address b1 4)" via "${lan4}1"
check_eq "a backend that a route has put behind a router can be taken out of service" " 0" \
	"$(outcome dsr backend change udp "$vip4:53" "$(address b1 4)" state down)"
