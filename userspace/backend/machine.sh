# shellcheck shell=bash disable=SC2004,SC2034,SC2154 # head.sh has the variables of all parts
# SPDX-License-Identifier: GPL-2.0-or-later
# What the machine has: addresses, devices, routes, rules. Nothing here changes any of it.

# set_text links|addresses: set text to what ip(8) shows, one line for each device or address. It is
# kept until forget() or the end of the subshell.
set_text()
{
	text=${kept[$1]-}
	[ -z "$text" ] || return 0
	case $1 in
	links) text=$(ip -d -o link show) ;;
	addresses) text=$(ip -o address show) ;;
	esac
	kept[$1]=$text
}

# forget [COMMAND...]: forget what ip(8) showed. With a command, which runs next, do so only if it is
# ip(8) itself.
forget()
{
	[[ $# -gt 0 && $1 != ip ]] || kept=()
}

# set_shown links|addresses: set shown to these lines.
set_shown()
{
	local text IFS=$'\n'

	set_text "$1"
	set -f
	# shellcheck disable=SC2206 # lines, and no patterns
	shown=($text)
	set +f
}

# set_name LINE: set name to the device of a line of links.
set_name()
{
	name=${1#*: }
	name=${name%%: *}
	name=${name%%@*}
}

# set_speaking: set speaking to the names of the devices that take part in ARP and neighbour
# discovery, one in each line.
set_speaking()
{
	local shown line name

	speaking=
	set_shown links
	for line in "${shown[@]}"; do
		[[ $line =~ ^[0-9]+:\ [^\ ]+\ \<([^\>]*)\> && ",${BASH_REMATCH[1]}," = *,UP,* ]] || continue
		[[ ",${BASH_REMATCH[1]}," != *,@(NOARP|LOOPBACK),* ]] || continue
		set_name "$line"
		speaking+=${speaking:+$'\n'}$name
	done
}

# speaks DEVICE: succeed if the device is one of these. set_speaking comes before.
speaks()
{
	[[ $'\n'$speaking$'\n' = *$'\n'"$1"$'\n'* ]]
}

# set_holders ADDRESS: set holders to the devices that have the address, each with the address as
# "ip address del" takes it, with commas for spaces, and the scope.
set_holders()
{
	local shown line words spec

	holders=()
	set_shown addresses
	for line in ${shown[@]+"${shown[@]}"}; do
		[[ $line = *" $1/"* || $line = *" $1 peer "* ]] || continue
		read -r -a words <<<"$line"
		[[ ${words[3]%/*} = "$1" && " $line " =~ \ scope\ ([^ ]+)\  ]] || continue
		spec=${words[3]}
		[ "${words[4]}" != peer ] || spec+=,peer,${words[5]}
		holders+=("${words[1]} $spec ${BASH_REMATCH[1]}")
	done
}

# holds ADDRESS: succeed if the machine has the address.
holds()
{
	local holders

	set_holders "$1"
	[ ${#holders[@]} -gt 0 ]
}

# set_mtus: set mtus to the MTU of each device, as "dev NAME", and of that of each address.
set_mtus()
{
	local shown line name

	[ ${#mtus[@]} -eq 0 ] || return 0
	set_shown links
	for line in "${shown[@]}"; do
		set_name "$line"
		[[ ! $line =~ \ mtu\ ([0-9]+)\  ]] || mtus["dev $name"]=${BASH_REMATCH[1]}
	done
	set_shown addresses
	for line in ${shown[@]+"${shown[@]}"}; do
		[[ $line =~ ^[0-9]+:\ ([^\ ]+)\ +inet6?\ ([^\ /]+) ]] || continue
		name=${BASH_REMATCH[1]}
		: "${mtus[${BASH_REMATCH[2]}]:=${mtus["dev $name"]-1500}}"
	done
}

lo_is_up()
{
	local text

	set_text links
	[[ $'\n'$text =~ $'\n'[0-9]+:\ lo:\ \<([^\>]*,)?UP[,\>] ]]
}

# own_addresses 4|6: print the addresses of this family that may be the backend's, but none that
# the machine makes up and forgets.
own_addresses()
{
	local text

	set_text addresses
	awk -v vip="${o[vip]}" -v family="inet${1#4}" '
		$3 == family && / scope global / && !/ (temporary|deprecated|tentative) / &&
				$2 != "lo" && $2 !~ /^dsr-/ {
			sub("/.*", "", $4)
			if ($4 != vip)
				print $4
		}' <<<"$text" | sort -u
}

# set_links: set links to the tunnel devices, in lines: NAME STATE KIND MODE REMOTE LOCAL KEY
# CHECKSUM
set_links()
{
	local text

	set_text links
	links=$(awk '
	function number(dotted, part) {
		split(dotted, part, ".")
		return sprintf("%.0f", ((part[1] * 256 + part[2]) * 256 + part[3]) * 256 + part[4])
	}
	{
		kind = ""; mode = "-"; remote = local = "any"; key = "none"; csum = "off"
		for (i = 4; i < NF; i++) {
			if (kind == "" && $i ~ /^(ipip|sit|gre|ip6tnl|ip6gre)$/) {
				kind = $i
				if ($(i + 1) != "remote") mode = $(i + 1)
			}
			if (kind != "" && $i == "remote") remote = $(i + 1)
			if (kind != "" && $i == "local") local = $(i + 1)
			if (kind != "" && $i == "ikey") key = number($(i + 1))
			if (kind != "" && $i == "icsum") csum = "on"
		}
		name = $2
		sub(/:$/, "", name)
		sub(/@.*/, "", name)
		gsub(/^::$/, "any", remote)
		gsub(/^::$/, "any", local)
		if (kind != "" && mode != "external")
			print name, ($3 ~ /[<,]UP[,>]/ ? "up" : "down"), kind, mode, remote, local, key, csum
	}' <<<"$text")
}

# find_link KIND LOCAL KEY [only]: set found to the fields of the device that gets the packets, as the
# kernel chooses it: the one of this local address, or else one that takes any. A device that is
# down gets none, but is found if there is no other and if it is for this address: tunl0 and the
# like are there, and down, wherever the module is loaded. With "only", the device must be for
# this address. set_links comes before.
find_link()
{
	local fields score best=0

	found=()
	while read -r -a fields; do
		[ ${#fields[@]} -gt 0 ] || continue	# there are no tunnel devices
		case "$1 ${fields[2]} ${fields[3]}" in
		"$1 $1 "*|"ipip sit any"|"ipip sit ipip") ;;
		*) continue ;;
		esac
		[[ ${fields[4]} = any || ${fields[4]} = "${o[director]-}" ]] || continue
		[ "${fields[6]}" = "$3" ] || continue
		case ${fields[5]} in
		"$2") score=2 ;;
		any) score=1; [ "$# ${fields[1]}" = "3 up" ] || continue ;;
		*) continue ;;
		esac
		[ "${fields[1]}" = down ] || score=$((score + 2))
		[ $score -le $best ] || { best=$score; found=("${fields[@]}"); }
	done <<<"$links"
	[ $best -gt 0 ]
}

# fou_form PORT 4|6: print what the UDP port takes: "gue", "ipproto 4" and so on.
fou_form()
{
	ip fou show 2>/dev/null | awk -v port="$1" -v family="$2" '
		$1 == "port" && $2 == port && (/ -6/ ? 6 : 4) == family {
			print $3 == "ipproto" ? $3 " " $4 : $3
		}'
}

# set_ip ADDRESS: set ip to the family of the address, as nft names it.
set_ip()
{
	ip=ip
	! is6 "$1" || ip=ip6
}

# rule_there BACKEND DSCP VIP: succeed if a rule restores the VIP, of this script or another.
rule_there()
{
	local ip code

	set_ip "$3"
	printf -v code 0x%02x "$2"
	nft -n list ruleset "$ip" 2>/dev/null |
		grep -qE "$ip daddr $1 .*$ip dscp $code .*$ip daddr set $3( |\$)"
}

# set_default_routes 4|6: set routes to the default routes, as words for "ip route".
set_default_routes()
{
	local words word

	routes=()
	while read -r -a words; do
		routes+=("")
		for word in "${words[@]//\\/}"; do
			[[ -z $word || $word = @(linkdown|dead|onlink-pending) ]] || routes[-1]+=" $word"
		done
		routes[-1]=${routes[-1]# }
	done < <(ip -o "-$1" route show default)
}

# set_bare ROUTE: set bare to the words of the route, without its advmss.
set_bare()
{
	local route=" $1 "

	[[ ! $route =~ \ advmss\ (lock\ )?[0-9]+\  ]] || route=${route/"${BASH_REMATCH[0]}"/ }
	read -r -a bare <<<"$route"
}
