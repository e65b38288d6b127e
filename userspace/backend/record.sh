# shellcheck shell=bash disable=SC2004,SC2034,SC2154 # head.sh has the variables of all parts
# SPDX-License-Identifier: GPL-2.0-or-later
# The record of what was changed, and changes that are recorded.

# set_boot: set boot to what is different at each boot.
set_boot()
{
	read -r boot </proc/sys/kernel/random/boot_id
}

# read_state: set entries and changes. The record of an earlier boot is void. Each network
# namespace has a record of its own.
read_state()
{
	local kind rest boot

	entries=()
	changes=()
	state=$(readlink /proc/self/ns/net)
	state=$state_dir/state-${state//[!0-9]/}
	set_boot
	[ -r "$state" ] && read -r rest <"$state" && [ "$rest" = "boot $boot" ] || return 0
	while IFS=$'\t' read -r kind rest; do
		case $kind in
		entry) entries[${rest%%$'\t'*}]=${rest#*$'\t'} ;;
		change) changes+=("$rest") ;;
		undone) forget_change "$rest" ;;
		esac
	done <"$state"
}

# forget_change CHANGE: remove the last such change from changes.
forget_change()
{
	local i

	for ((i = ${#changes[@]} - 1; i >= 0; i--)); do
		[ "${changes[i]}" = "$1" ] || continue
		unset "changes[i]"
		changes=(${changes[@]+"${changes[@]}"})
		return
	done
}

print_state()
{
	local id change boot

	set_boot
	echo "boot $boot"
	for id in "${!entries[@]}"; do
		printf 'entry\t%s\t%s\n' "$id" "${entries[$id]}"
	done
	for change in ${changes[@]+"${changes[@]}"}; do
		printf 'change\t%s\n' "$change"
	done
}

write_state()
{
	if [ ${#entries[@]} -eq 0 ] && [ ${#changes[@]} -eq 0 ]; then
		rm -f "$state"
		return
	fi
	if ! print_state >"$state.new" || ! mv "$state.new" "$state"; then
		refuse "cannot write $state"
	fi
}

# add_to_state KIND TEXT: add a line to the record, with one system call.
add_to_state()
{
	printf '%s\t%s\n' "$1" "$2" >>"$state" || refuse "cannot write $state"
}

# Let one command at a time change the machine.
take_lock()
{
	if ! { [ -d "$state_dir" ] || mkdir -p "$state_dir" 2>/dev/null; } || [ ! -w "$state_dir" ]; then
		refuse "cannot write to $state_dir; this command needs root"
	fi
	exec {lock}>"$state_dir/lock"
	flock -w 60 "$lock" || refuse "another dsr-backend has run for a minute"
	forget
	read_state
}

# recorded ITEM [UNDO]: succeed if a change of this item is recorded.
recorded()
{
	local change

	for change in ${changes[@]+"${changes[@]}"}; do
		[[ $# -eq 1 && $change = "$1"$'\t'* || $change = "$1"$'\t'${2-} ]] && return 0
	done
	return 1
}

# change ITEM UNDO COMMAND...: record a change, then make it.
change()
{
	local output spelled

	if ! recorded "$1" "$2"; then
		changes+=("$1"$'\t'"$2")
		add_to_state change "$1"$'\t'"$2"
	fi
	shift 2
	set_spelled "$@"
	plain "$spelled"
	forget "$@"
	output=$("$@" 2>&1) || refuse "$spelled: $output"
}

# write_sysctl PATH VALUE
write_sysctl()
{
	echo "$2" >"/proc/sys/$1"
}

# set_sysctl_name PATH: set word to the path as sysctl(8) takes it. Slashes are for names with
# dots.
set_sysctl_name()
{
	case $1 in
	*.*) set_word "$1" ;;
	*) set_word "${1//\//.}" ;;
	esac
}

sysctl_name()
{
	local word

	set_sysctl_name "$1"
	echo "$word"
}

# set_spelled COMMAND...: set spelled to a command as it could be typed.
set_spelled()
{
	local part word

	case $1 in
	write_sysctl)
		set_sysctl_name "$2"
		spelled="sysctl -w $word=$3"
		;;
	write_rules) spelled="nft: table $2 dsr-backend" ;;
	*)
		spelled=
		for part in "$@"; do
			set_word "$part"
			spelled+=" $word"
		done
		spelled=${spelled# }
		;;
	esac
}

# set_sysctl ITEM PATH VALUE
set_sysctl()
{
	local old

	read -r old <"/proc/sys/$2" || refuse "cannot read /proc/sys/$2"
	[ "$old" = "$3" ] || change "$1" "sysctl $old $3 $2" write_sysctl "$2" "$3"
}
