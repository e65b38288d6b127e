#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A service whose backends have different methods and families.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/netns/http.sh
. "$here/http.sh"

backends="b1 b2 b3 b4 b5"

# backend_by NODE 4|6 METHOD [KEYWORD VALUE]...: add a backend, by its address of this
# family, with this method.
backend_by()
{
	local node=$1 address

	address=$(address "$1" "$2")
	backend_setup "$node" "$3" "$vip" "$address" "${@:4}"
	must dsr backend add tcp "$service" "$address" method "$3" "${options[@]}"
}

# uploads NODE: check an upload to each backend in turn.
uploads()
{
	local node found

	for node in $backends; do
		get up/big -T "$work/big"
	done
	found=$(cd "$work" && for node in b?; do
		! cmp -s big "$node/up/big" || echo "$node"
	done)
	check_eq "IPv$1: an upload to each arrives as it is" "$backends" "$(xargs <<<"$found")"
	rm -f "$work"/b?/up/big
}

# through 4|6: check a service with a VIP of this family.
through()
{
	local options=() other=$((10 - $1))

	vip=vip$1
	vip=${!vip}
	service=$(host "$vip"):80
	must dsr service add tcp "$service" scheduler wrr dscp 42
	backend_by b1 "$1" l2
	backend_by b2 $other ipip
	options=(outer-checksum on gre-key 5)
	backend_by b3 "$1" gre "${options[@]}"
	options=(gue-variant 1 outer-source route)
	backend_by b4 $other gue gue-variant 1
	options=()
	backend_by b5 "$1" dscp dscp 42
	reset_counters
	check_eq "IPv$1: each of five methods serves its share" "6 b1 6 b2 6 b3 6 b4 6 b5" \
		"$(names 30 | sort | uniq -c | xargs)"
	uploads "$1"
	check_eq "IPv$1: no reply crossed the director" 0 "$(counter in director reply packets)"
	must dsr service del tcp "$service"
}

topology l2
start_http
through 4
stop_backends
remove_topology
topology l2
start_http
through 6
# Clients learn the MTU from packets that are too big.
check_drops_only too_big
