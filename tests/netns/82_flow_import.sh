#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Flows are exported and imported: connections go on while the module is replaced, under traffic,
# and what does not belong to a service is refused.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
service=(tcp "$vip4:80")
client=198.51.100.201

# added WORD...: print what "flow add" says, or nothing.
added()
{
	dsr flow add "$@" 2>&1 | head -n 1
}

check_refusals()
{
	local b1 key from to

	b1=$(address b1 4)
	key=("${service[@]}" "$b1")
	from=(from "$client:1000") to=(to "$vip4:80")
	must dsr service add "${service[@]}" timeout tcp 100
	must dsr backend add "${key[@]}"
	must dsr backend add "${service[@]}" "$(address b2 4)"
	check_eq "a flow needs its ends" 'Error: a flow needs "from" and "to"' \
		"$(added "${key[@]}" "${from[@]}" state established)"
	check_eq "of one family" 'Error: "from" and "to": expected addresses of one family' \
		"$(added "${key[@]}" from "[2001:db8::1]:5" "${to[@]}" state established)"
	check_eq "another VIP is refused" \
		"Error: the flow's destination is no VIP of the service" \
		"$(added "${key[@]}" "${from[@]}" to 192.0.2.1:80 state established)"
	check_eq "so is another port" "Error: the flow's protocol or port is not the service's" \
		"$(added "${key[@]}" "${from[@]}" to "$vip4:81" state established)"
	check_eq "another protocol" "Error: the flow's protocol or port is not the service's" \
		"$(added "${key[@]}" "${from[@]}" "${to[@]}" protocol udp state udp)"
	check_eq "the state of another protocol" \
		"Error: no flow of this protocol has that state" \
		"$(added "${key[@]}" "${from[@]}" "${to[@]}" state udp)"
	check_eq "another family" "Error: the flow is not of the service's address family" \
		"$(added "${key[@]}" from "[2001:db8::1]:5" to "[$vip6]:80" state established)"
	check_eq "a backend that the service does not have" \
		"Error: no such backend in this service" \
		"$(added "${service[@]}" "$(address b3 4)" "${from[@]}" "${to[@]}" state syn)"
	check_eq "and a flow that is over" \
		"Error: the flow has been silent for longer than its timeout" \
		"$(added "${key[@]}" "${from[@]}" "${to[@]}" state established idle 100)"
	check_eq "nothing was remembered" 0 "$(dsr flow count)"
	check "a flow is remembered" \
		dsr flow add "${key[@]}" "${from[@]}" "${to[@]}" state established idle 40
	check "and once more" \
		dsr flow add "${key[@]}" "${from[@]}" "${to[@]}" state established idle 40
	check_eq "but not with another backend" "Error: the flow has another backend already" \
		"$(added "${service[@]}" "$(address b2 4)" "${from[@]}" "${to[@]}" state syn)"
	check_eq "it is as it was" "flow add ${key[*]} ${from[*]} ${to[*]} protocol tcp state established" \
		"$(dsr flow export | sed 's/ idle 4[0-9]$//')"
	check_eq "the backend's counters have it" "1 1" \
		"$(dsr -s -j backend show "${key[@]}" | jq -r '.[0] | "\(.flows) \(.active)"')"
	check_eq "a file with another command is refused" \
		"$work/bad:2: \"flush\": expected \"flow add\"" "$(
		printf 'flow add %s %s %s state established\nflush\n' "${key[*]}" "${from[*]}" \
			"${to[*]}" >"$work/bad"
		dsr flow import "$work/bad" 2>&1 >/dev/null | head -n 1)"
	must dsr flush
}

# A client's prefix keeps its backend.
check_persistence()
{
	must dsr service add "${service[@]}" scheduler wrr persist 600 persist-prefix4 24
	must dsr backend add "${service[@]}" "$(address b1 4)"
	must dsr backend add "${service[@]}" "$(address b2 4)"
	check "the entry of a prefix is added" dsr flow add "${service[@]}" "$(address b2 4)" \
		from 198.51.100.77 to "$vip4:80" protocol tcp state persist idle 5
	check_eq "a client of the prefix is traced to its backend" "persist $(address b2 4)" \
		"$(dsr -j trace tcp "$client:5000" "$vip4:80" flags syn |
			jq -r '.[0] | "\(.chosen_by) \(.backend)"')"
	must dsr flush
}

file()
{
	cat >"$work/file.yaml" <<-END
		version: 1
		services:
		  - match: ${service[*]}
		    seed: 7
		    backends:
		      - {address: $(address b1 4), state: ${1-active}}
		      - {address: $(address b2 4)}
		      - {address: $(address b3 4)${2-}}
	END
}

# Replace the module. With "flows", keep them.
replace()
{
	dsr export >"$work/running.yaml"
	# Without new flows, none is missing in the list.
	[ "${1-}" != flows ] || must dsr apply "$work/running.yaml" --drained
	dsr flow export >"$work/flows"
	must dsr flush
	must wait_for modprobe -r nf_dsr
	must modprobe nf_dsr
	if [ "${1-}" = flows ]; then
		must dsr apply "$work/running.yaml" --drained
		check_eq "until then packets of unknown flows wait" '["drain"]' \
			"$(dsr -j backend show | jq -c 'map(.state) | unique')"
		dsr -j flow import "$work/flows" >"$work/imported"
	fi
	must dsr apply "$work/running.yaml" --unrecorded
}

# Connections whose backend the hash would no longer choose: those of b1, which is drained, and
# some of b2, because b3 came later.
check_streams()
{
	local opened kept history

	file active ', weight: 0'
	must dsr apply "$work/file.yaml"
	crowd_start "$vip4" 80
	opened=$(tell open 500)
	file drain ', weight: 5'
	must dsr apply "$work/file.yaml" --reset-overrides
	check_eq "each stream has a flow" 500 "$(dsr flow count state established)"
	must tell begin
	history=$(dsr -j history)
	replace flows
	check_eq "all flows are imported" '{"added":500}' \
		"$(jq -c 'map(select(.flows > 0) | {(.result): .flows}) | add' "$work/imported")"
	kept=$(tell end 2)
	check_eq "500 streams go on with their backends" '{"kept": 500}' "$kept"
	check_eq "the rest of the configuration is as before" "" \
		"$(dsr diff "$work/file.yaml")"
	check_eq "so is the record of files" "$history" "$(dsr -j history)"
	replace
	check_that "without the flows, some streams break ($opened, then $(tell talk))" \
		"$(tell names | jq 'add // 0') < 500"
	crowd_stop
}

topology l2
check_refusals
check_persistence
backends_setup l2 "$vip4" 4
echo_start 80 "$vip4"
check_streams
