# shellcheck shell=bash disable=SC2004,SC2034,SC2154 # head.sh has the variables of all parts
# SPDX-License-Identifier: GPL-2.0-or-later
# Undo changes.

revert_sysctl()
{
	local path now

	path="/proc/sys/${*:3}"
	[ -e "$path" ] || return 0
	read -r now <"$path"
	if [ "$now" != "$2" ]; then
		note "${*:3} is no longer $2, and stays as it is"
		return
	fi
	quietly write_sysctl "${*:3}" "$1"
}

# revert_route 4|6 MSS ROUTE: give a route its MSS back, if it still has ours.
revert_route()
{
	local route routes bare before

	set_bare "${*:3}"
	before=${bare[*]}
	set_default_routes "$1"
	for route in ${routes[@]+"${routes[@]}"}; do
		[[ $route =~ \ advmss\ $2( |$) ]] || continue
		set_bare "$route"
		[ "${bare[*]}" = "$before" ] || continue
		quietly ip "-$1" route change "${@:3}"
	done
}

# quietly COMMAND...: run a command that undoes something which may be gone.
quietly()
{
	set_spelled "$@"
	plain "$spelled"
	forget "$@"
	"$@" 2>/dev/null
}

# revert UNDO: undo one change. What is gone needs no undoing.
revert()
{
	local words

	read -r -a words <<<"$1"
	set -- "${words[@]}"
	case $1 in
	sysctl) revert_sysctl "${@:2}" ;;
	address) quietly ip address del "$2" dev lo ;;
	down) quietly ip link set "$2" down ;;
	link) quietly ip link del "$2" ;;
	fou) quietly ip "-$3" fou del port "$2" ;;
	rule) quietly write_rules "$2" ;;
	route) revert_route "${@:2}" ;;
	esac
	return 0
}

# revert_changes FIRST ITEMS: revert the changes from this number on, except those of the items.
# What is undone is added to the record, so that a killed undo can be repeated.
revert_changes()
{
	local i change

	for ((i = ${#changes[@]} - 1; i >= $1; i--)); do
		change=${changes[i]}
		[[ $'\n'$2$'\n' != *$'\n'"${change%%$'\t'*}"$'\n'* ]] || continue
		unset "changes[i]"
		changes=(${changes[@]+"${changes[@]}"})
		revert "${change#*$'\t'}"
		add_to_state undone "$change"
	done
}

# needed: print the items that the entries need.
needed()
{
	local entry

	for entry in ${entries[@]+"${entries[@]}"}; do
		load_entry "$entry"
		need
	done
}

# settle_advmss: after entries went or changed, announce the MSS that those left need.
settle_advmss()
{
	local version mss change last

	for version in 4 6; do
		last=
		for change in ${changes[@]+"${changes[@]}"}; do
			[[ $change != "advmss $version"$'\t'* ]] || last=$change
		done
		[ -n "$last" ] || continue
		mss=$(smallest_mss $version)
		[[ $last != *$'\t'"route $version $mss "* ]] || continue
		revert_changes 0 "$(printf '%s\n' "${changes[@]%%$'\t'*}" | grep -vx "advmss $version")"
		apply_advmss $version
	done
}

# settle: after entries went or changed, keep only what those left need.
settle()
{
	revert_changes 0 "$(needed)"
	set_mtus
	settle_advmss
	write_state
}
