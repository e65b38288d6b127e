# shellcheck shell=bash disable=SC2004,SC2034,SC2154 # head.sh has the variables of all parts
# SPDX-License-Identifier: GPL-2.0-or-later
# Addresses: their form and family.

is6()
{
	[[ $1 = *:* ]]
}

# set_version ADDRESS: set version to 4 or 6.
set_version()
{
	version=4
	! is6 "$1" || version=6
}

same_family()
{
	local version first

	set_version "$1"
	first=$version
	set_version "$2"
	[ "$first" = "$version" ]
}

# canonical4 ADDRESS: set canonical to the address.
canonical4()
{
	local part parts

	[[ $1 =~ ^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+$ ]] || return 1
	IFS=. read -r -a parts <<<"$1"
	for part in "${parts[@]}"; do
		[[ $part =~ ^(0|[1-9][0-9]{0,2})$ ]] && [ "$part" -le 255 ] || return 1
	done
	canonical=$1
	[[ $1 != 0.* && $1 != 127.* ]] && [ "${parts[0]}" -lt 224 ]
}

# set_groups ADDRESS: set groups to the eight groups of an IPv6 address.
set_groups()
{
	local head=() tail=() group

	groups=''
	[[ $1 != *[!:]: && $1 != :[!:]* ]] || return 1
	if [[ $1 == *::* ]]; then
		[[ $1 != *::*::* && $1 != *:::* ]] || return 1
		IFS=: read -r -a head <<<"${1%%::*}"
		IFS=: read -r -a tail <<<"${1#*::}"
		[ $((${#head[@]} + ${#tail[@]})) -le 7 ] || return 1
		while [ $((${#head[@]} + ${#tail[@]})) -lt 8 ]; do
			head+=(0)
		done
	else
		IFS=: read -r -a head <<<"$1"
	fi
	head+=(${tail[@]+"${tail[@]}"})
	[ ${#head[@]} -eq 8 ] || return 1
	for group in "${head[@]}"; do
		[[ $group =~ ^[0-9a-fA-F]{1,4}$ ]] || return 1
		printf -v groups '%s %x' "$groups" "0x$group"
	done
}

# canonical6 ADDRESS: set canonical to the address as ip(8) prints it, with the longest row of
# zeros left out.
canonical6()
{
	local groups text zeros best=''

	set_groups "$1" || return 1
	groups+=" "
	for zeros in " 0 0" " 0 0 0" " 0 0 0 0" " 0 0 0 0 0" " 0 0 0 0 0 0" " 0 0 0 0 0 0 0"; do
		[[ $groups != *"$zeros "* ]] || best=$zeros
	done
	text=${groups% }
	if [ -n "$best" ]; then
		text=${groups%%"$best "*}
		groups=${groups#*"$best "}
		text=${text# } groups=${groups% }
		text=${text// /:}::${groups// /:}
	else
		text=${text# }
		text=${text// /:}
	fi
	canonical=$text
	[[ $text != ::* && $text != fe[89ab]?:* && $text != ff??:* ]]
}

# set_canonical NAME ADDRESS: set canonical to the unicast address as ip(8) prints it.
set_canonical()
{
	local version

	set_version "$2"
	"canonical$version" "$2" ||
		wrong "$1 is \"$2\", but a unicast address is expected, as 192.0.2.80 or 2001:db8::80"
}

# canonize NAME...: write those of these fields of o that are there as ip(8) prints them.
canonize()
{
	local name canonical

	for name in "$@"; do
		[ -n "${o[$name]-}" ] || continue
		set_canonical "$name" "${o[$name]}"
		o[$name]=$canonical
	done
}
