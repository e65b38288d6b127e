# shellcheck shell=bash disable=SC2004,SC2034,SC2154 # head.sh has the variables of all parts
# SPDX-License-Identifier: GPL-2.0-or-later
# Entries: from the command line and from files.

load_entry()
{
	local field

	o=()
	for field in $1; do
		o[${field%%=*}]=${field#*=}
	done
}

# set_entry COUNT: set entry to the first fields of the entry in o.
set_entry()
{
	local field

	entry=
	for field in "${fields[@]:0:$1}"; do
		[ -z "${o[$field]-}" ] || entry+=" $field=${o[$field]}"
	done
	entry=${entry# }
}

# options: print the entry in o as arguments of this command.
options()
{
	local field text=${o[vip]}

	for field in "${fields[@]:1}"; do
		[ -z "${o[$field]-}" ] || text+=" --$field ${o[$field]}"
	done
	echo "$text"
}

# number NAME MINIMUM MAXIMUM: check an option, and write it in decimal.
number()
{
	local value=${o[$1]-}

	[ -n "$value" ] || return 0
	[[ $value =~ ^(0x[0-9a-fA-F]{1,8}|0|[1-9][0-9]{0,9})$ && $((value)) -ge $2 && $((value)) -le $3 ]] ||
		wrong "--$1 is \"$value\", but a number from $2 to $3 is expected"
	o[$1]=$((value))
}

# one_of NAME WORD...: check an option.
one_of()
{
	local name=$1 value=${o[$1]-}

	shift
	[[ -z $value || " $* " = *" $value "* ]] ||
		wrong "--$name is \"$value\", but one of these is expected: $*"
}

# only_with OPTION METHOD...: check that the option is given with one of these methods only.
only_with()
{
	local option=$1

	shift
	[[ -z ${o[$option]-} || " $* " = *" ${o[method]} "* ]] ||
		wrong "--$option has no meaning with method ${o[method]}, only with: $*"
}

is_tunnel()
{
	[[ ${o[method]} = @(ipip|gre|gue) ]]
}

# choose_backend: set the backend's address to the machine's only one.
choose_backend()
{
	local addresses version

	set_version "${o[vip]}"
	mapfile -t addresses < <(own_addresses "$version")
	[ ${#addresses[@]} -eq 1 ] ||
		wrong "--backend is needed, this machine's address for the director, of: ${addresses[*]:-none}"
	o[backend]=${addresses[0]}
}

# check_entry: check the entry in o, and complete it.
check_entry()
{
	[ -n "${o[method]-}" ] || wrong "--method is needed: l2, ipip, gre, gue or dscp"
	one_of method l2 ipip gre gue dscp
	canonize vip backend director
	number gre-key 0 4294967295
	number outer-port 1 65535
	number dscp 1 63
	number mtu 1280 65535
	one_of outer-checksum on off auto
	one_of gue-variant 0 1
	one_of advmss auto off
	only_with gre-key gre
	only_with outer-port gue
	only_with gue-variant gue
	only_with outer-checksum gre gue
	only_with dscp dscp
	only_with mtu ipip gre gue
	only_with advmss ipip gre gue
	[ "${o[method]}" != dscp ] || [ -n "${o[dscp]-}" ] || wrong "--dscp is needed with method dscp"
	[ "${o[method]}" != gue ] || o[outer-port]=${o[outer-port]:-6080}
	[ "${o[method]}" = l2 ] || [ -n "${o[backend]-}" ] || choose_backend
	[ "${o[method]}" != dscp ] || same_family "${o[backend]}" "${o[vip]}" ||
		wrong "method dscp needs a backend of the VIP's family"
	[ "${o[backend]-}" != "${o[vip]}" ] || wrong "the backend's address is not the VIP"
}

# set_option NAME [VALUE]: set an option of the command line or of a file.
set_option()
{
	case " ${fields[*]:1} port client " in
	*" $1 "*) ;;
	*) wrong "unknown option --$1; \"dsr-backend help\" lists them" ;;
	esac
	[ -n "${2-}" ] || wrong "--$1 needs a value"
	[[ $2 != *[[:space:]]* ]] || wrong "--$1 is \"$2\", but one word is expected"
	[ -z "${o[$1]-}" ] || wrong "--$1 is given twice"
	o[$1]=$2
}

# read_file FILE: set o to the entry in a file.
read_file()
{
	local line number=0

	o=()
	while IFS= read -r line || [ -n "$line" ]; do
		number=$((number + 1))
		where="$1:$number: "
		[[ -n $line && $line != "#"* ]] || continue
		[[ $line =~ ^[a-z0-9-]+=[^[:space:]]+$ ]] || wrong "\"$line\", but NAME=VALUE is expected"
		if [ "${line%%=*}" = vip ]; then
			o[vip]=${line#*=}
		else
			set_option "${line%%=*}" "${line#*=}"
		fi
	done <"$1"
	where="$1: "
	[ -n "${o[vip]-}" ] || wrong "vip=ADDRESS is missing"
	check_entry
	where=
}

# files: print each file with its entry, behind a tab. Fail if one is wrong, after all others.
files()
{
	local file entry status=0

	for file in "$conf_dir"/*.conf; do
		[ -f "$file" ] || continue
		if entry=$(read_file "$file" && set_entry ${#fields[@]} && echo "$entry"); then
			printf '%s\t%s\n' "$file" "$entry"
		else
			status=1
		fi
	done
	return $status
}

# write_file: make the entry in o permanent.
write_file()
{
	local entry file='' word

	set_entry 6
	for word in $entry; do
		file+=-${word#*=}
	done
	file=$conf_dir/${file#-}
	file=${file//:/-}.conf
	[ -d "$conf_dir" ] || mkdir -p "$conf_dir" || return
	set_entry ${#fields[@]}
	printf '# Set up at boot, see dsr-backend(8).\n%s\n' "${entry// /$'\n'}" >"$file.new" &&
		mv "$file.new" "$file"
}

# matches ENTRY ASKED: succeed if the entry has all fields that are asked for.
matches()
{
	local field

	for field in $2; do
		[[ " $1 " = *" $field "* ]] || return 1
	done
}
