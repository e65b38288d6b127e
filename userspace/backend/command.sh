# shellcheck shell=bash disable=SC2004,SC2034,SC2154 # head.sh has the variables of all parts
# SPDX-License-Identifier: GPL-2.0-or-later
# The commands that change the machine.

# Run when setup_entry fails: undo the changes from number $1 on, and give entry $2 its former
# text $3.
roll_back()
{
	local status=$?

	trap '' INT TERM HUP
	echo "Nothing is set up. This is undone:" >&2
	if [ -n "$3" ]; then
		entries[$2]=$3
	else
		unset "entries[$2]"
	fi
	revert_changes "$1" "" >&2
	write_state
	exit $status
}

# apply_items: apply what the entry in o needs.
apply_items()
{
	local item

	while read -r -a item <&3; do
		"apply_${item[0]}" "${item[@]:1}"
	done 3< <(need)
}

# setup_entry [runtime [later]]: set up the entry in o. With "later", the caller calls settle.
setup_entry()
{
	local id before entry count=${#changes[@]}

	set_entry 6
	id=$entry
	set_entry ${#fields[@]}
	before=${entries[$id]-}
	[ -z "${o[backend]-}" ] || holds "${o[backend]}" ||
		refuse "${o[backend]} is not an address of this machine"
	# shellcheck disable=SC2064 # with the values of now
	trap "roll_back $count ${id@Q} ${before@Q}" EXIT
	trap 'exit 2' INT TERM HUP
	entries[$id]=$entry
	[ "$before" = "$entry" ] || write_state
	apply_items
	[ "${1-}" = runtime ] || write_file || refuse "cannot write a file in $conf_dir"
	trap - EXIT INT TERM HUP
	# Other options than before may need less.
	[ "${2-}" = later ] || settle
	[[ ${#changes[@]} -ne $count || $before != "$entry" ]] ||
		echo "${o[vip]} ${o[method]}: nothing to do"
}

# Have systemd set up at boot what is in files, if there is systemd.
enable_unit()
{
	exec {lock}>&-
	if [ ! -d /run/systemd/system ]; then
		note "systemd does not run here; have \"dsr-backend setup --all\" run at boot"
	elif ! systemctl is-enabled --quiet dsr-backend.service 2>/dev/null; then
		systemctl enable --now dsr-backend.service ||
			note "the service dsr-backend.service could not be enabled: it will be missing at boot"
	fi
}

# disable_unit: if there are no more files, have systemd do nothing at boot.
disable_unit()
{
	if [ -d /run/systemd/system ] && ! compgen -G "$conf_dir/*.conf" >/dev/null; then
		systemctl --quiet disable dsr-backend.service 2>/dev/null
	fi
	return 0
}

cmd_setup()
{
	local status=0 file entry list

	if [ -z "${flag[all]-}" ]; then
		check_entry
		take_lock
		setup_entry "${flag[runtime]-}"
		[ -n "${flag[runtime]-}" ] || enable_unit
		return
	fi
	list=$(files) || status=2
	set_mtus
	while IFS=$'\t' read -r file entry; do
		[ -n "$file" ] || continue
		load_entry "$entry"
		# One that fails keeps none of the others away.
		(take_lock; setup_entry runtime later) || { note "$file is not set up"; status=2; }
	done <<<"$list"
	(take_lock; settle) || status=2
	return $status
}

cmd_undo()
{
	local asked list file entry id count=0

	canonize vip backend
	set_entry ${#fields[@]}
	asked=$entry
	list=
	[ -n "${flag[runtime]-}" ] || list=$(files)
	take_lock
	while IFS=$'\t' read -r file entry; do
		[ -n "$file" ] || continue
		matches "$entry" "$asked" || continue
		rm -f "$file" || refuse "cannot remove $file"
		count=1
	done <<<"$list"
	for id in "${!entries[@]}"; do
		matches "${entries[$id]}" "$asked" || continue
		unset "entries[$id]"
		count=1
	done
	[[ $count -ne 0 || -n ${flag[all]-} ]] ||
		refuse "nothing such is set up; \"dsr-backend show\" lists what is"
	write_state
	settle
	[ -n "${flag[runtime]-}" ] || disable_unit
}

# known: print the entries that are set up or in files.
known()
{
	local list entry

	list=$(files)
	read_state
	{
		cut -sf 2 <<<"$list"
		printf '%s\n' ${entries[@]+"${entries[@]}"}
	} | grep . | sort -u
}

cmd_show()
{
	local list entry

	list=$(known)
	while read -r entry; do
		[ -n "$entry" ] || continue
		load_entry "$entry"
		options
	done <<<"$list"
}
