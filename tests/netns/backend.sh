# shellcheck shell=bash disable=SC2154 # for what lib.sh and topology.sh set
# SPDX-License-Identifier: GPL-2.0-or-later
# Backends that dsr-backend sets up. Each node has a record and files of its own.

# backend NODE ARGUMENT...: run dsr-backend on a node.
backend()
{
	DSR_BACKEND_STATE="$work/$1.run" DSR_BACKEND_CONF="$work/$1.d" on "$1" dsr-backend "${@:2}"
}

# setup NODE ARGUMENT...: set up a backend for this boot.
setup()
{
	must backend "$1" setup "${@:2}" --runtime
}

# dump NODE: print all that dsr-backend may change, without counters.
dump()
{
	on "$1" sh -c '
		ip -o address show
		ip -d -o link show
		ip route show table all
		ip -6 route show table all | sort
		ip fou show
		nft -s list ruleset
		grep -r . /proc/sys/net/ipv4/conf /proc/sys/net/ipv6/conf 2>/dev/null | grep -v stable_secret | sort' |
		sed 's/ state [A-Z]* / /; s/ qdisc [a-z]* / /; s/expires [0-9]*sec//'
}

# check_same TEXT FILE NODE: assert that the node is as it was when the file was written.
check_same()
{
	dump "$3" >"$work/now"
	check "$1" diff "$2" "$work/now"
}

# serve_by METHOD VIP 4|6 [OPTION...]: have the director serve the VIP by b1, and nothing else.
serve_by()
{
	local service

	service=$(host "$2"):80
	printf '%s\n' flush "service add tcp $service method $1 ${*:4}" \
		"backend add tcp $service $(address b1 "$3")" >"$work/served"
	must dsr -b "$work/served"
}

# fetch SERVICE [OPTION...]: fetch a page from a service, as the client.
fetch()
{
	on client curl -sS --max-time "$patience" "${@:2}" "http://$1/" 2>&1
}
