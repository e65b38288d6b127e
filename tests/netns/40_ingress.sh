#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Devices with the ingress hook, which runs before IP's input: the packets that it forwards,
# those that continue to PREROUTING, and adding and removing such devices.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/netns/http.sh
. "$here/http.sh"

# Count the VIPs' packets that reach PREROUTING, in the raw table.
count_prerouting()
{
	must on director nft -f - <<-END
		table inet ingress {
			counter seen { }
			chain raw {
				type filter hook prerouting priority raw
				ip daddr $vip4 counter name seen
				ip6 daddr $vip6 counter name seen
			}
		}
	END
}

# seen: print how many packets were counted since the last call.
seen()
{
	take_count inet ingress seen
}

attached()
{
	dsr -j device show | jq -c 'map([.device, .attached == "yes"])'
}

# plain METHOD 4|6 4|6: check plain packets, for the families of VIP and backends.
plain()
{
	must [ "$(seen)" -ge 0 ]
	http_through "$@"
	check_eq "$1, IPv$2 by IPv$3: nothing of that came to PREROUTING" 0 "$(seen)"
}

# prerouting TEXT COUNT ANSWERS COMMAND...: assert that the command's packets reach
# PREROUTING, COUNT of them, and get ANSWERS answers.
prerouting()
{
	local text=$1 packets=$2 answers=$3

	shift 3
	must [ "$(seen)" -ge 0 ]
	check_eq "$text: answered" "$answers" "$("$@" | jq -r '"\(add) \(has("bad"))"')"
	check_that "$text: that came to PREROUTING" "$(seen) $packets"
}

# Check packets that are not plain, of services whose plain packets the ingress hook
# forwards.
check_others()
{
	local udp=(udp "$vip4:9")

	backends_setup l2 "$vip4" 4
	echo_start 9 "$vip4"
	must dsr service add "${udp[@]}" method l2
	backends_add 4 "${udp[@]}"
	prerouting "whole datagrams" "== 0" "20 false" crowd "$vip4" 9 "udp 20"
	prerouting "fragments" "> 0" "12 false" crowd "$vip4" 9 "udp 12 4000"
	must dsr service change "${udp[@]}" no-backend accept
	prerouting "datagrams of a service that might leave them to the stack" ">= 40" "20 false" \
		crowd "$vip4" 9 "udp 20"
	must dsr service change "${udp[@]}" no-backend drop
	must dsr service add mark 7 method l2
	prerouting "datagrams that might get a service's mark" ">= 40" "20 false" \
		crowd "$vip4" 9 "udp 20"
	must dsr service del mark 7
	prerouting "whole datagrams again" "== 0" "20 false" crowd "$vip4" 9 "udp 20"
	must dsr device del eth0
	prerouting "datagrams by a device no longer named" ">= 40" "20 false" \
		crowd "$vip4" 9 "udp 20"
	must dsr device add eth0
	stop_backends
	must dsr flush
}

check_life()
{
	local link=(ip -n director link)

	check_eq "flush leaves devices alone" '[["eth0",true]]' "$(attached)"
	must dsr device add later
	check_eq "a device may come later" '[["eth0",true],["later",false]]' "$(attached)"
	must "${link[@]}" add later type dummy
	check_eq "it has come" '[["eth0",true],["later",true]]' "$(attached)"
	must "${link[@]}" set later name now
	check_eq "it has another name" '[["eth0",true],["later",false]]' "$(attached)"
	must "${link[@]}" set now name later
	check_eq "it has its name again" '[["eth0",true],["later",true]]' "$(attached)"
	must "${link[@]}" del later
	check_eq "it is gone" '[["eth0",true],["later",false]]' "$(attached)"
	must "${link[@]}" add other type dummy
	must "${link[@]}" property add dev other altname later
	check_eq "another one has the name besides its own" '[["eth0",true],["later",false]]' \
		"$(attached)"
	must dsr device del later
	check_eq "the name is deleted" '[["eth0",true]]' "$(attached)"
	check_not "one that is not there cannot be deleted" dsr device del later
	check_not "nor one added that is" dsr device add eth0
	check_eq "another namespace has none" "[]" "$(dsrctl -n client -j device show)"
}

topology l2
ingress_hook on
count_prerouting
start_http
plain l2 4 4
plain l2 6 6
plain ipip 4 6
plain gue 6 4
stop_backends
check_others
check_life
# Segments that are too long for a tunnel, about which the client got an error; see plain.
check_drops_only too_big
remove_topology
topology l3
ingress_hook on
serve_any ipip 4
serve_any ipip 6
count_prerouting
packets ingress.py
check_eq "nothing of that came to PREROUTING" 0 "$(seen)"
