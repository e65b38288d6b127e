# shellcheck shell=bash disable=SC2004,SC2034,SC2154 # head.sh has the variables of all parts
# SPDX-License-Identifier: GPL-2.0-or-later
# Checks of what an entry needs. Each reports its faults, and changes nothing.

# fault NAME TEXT CURE: report a fault of the entry in o, once for each VIP.
fault()
{
	local key="${o[vip]} $1 $2" json

	faulty=yes
	[ -z "${reported[$key]-}" ] || return 0
	reported[$key]=yes
	faults=$((faults + 1))
	if [ -n "${flag[json]-}" ]; then
		[ "$faults" -eq 1 ] || printf ',\n'
		set_json "${o[vip]}" "${o[method]}" "$@"
		printf '{"vip":%s,"method":%s,"fault":%s,"text":%s,"cure":%s}' "${json[@]}"
	else
		plain "${o[vip]} ${o[method]}: $1: $2; cure: $3"
	fi
}

cure_setup()
{
	echo "dsr-backend setup $(options)"
}

check_vip()
{
	local holder device spec length=32 there='' disabled=0

	! is6 "${o[vip]}" || length=128
	set_holders "${o[vip]}"
	for holder in ${holders[@]+"${holders[@]}"}; do
		read -r device spec _ <<<"$holder"
		if speaks "$device"; then
			fault vip-answers "$device has ${o[vip]} and tells the network so" \
				"ip address del ${spec//,/ } dev $(word "$device")"
		else
			there=yes
		fi
	done
	[ -n "$there" ] || fault vip-missing "no loopback or dummy device has ${o[vip]}" \
		"ip address add ${o[vip]}/$length dev lo"
	lo_is_up ||
		fault lo-down "the device lo is down, so nothing that it has is reached" "ip link set lo up"
	[ $length = 32 ] || read -r disabled </proc/sys/net/ipv6/conf/lo/disable_ipv6
	[ "$disabled" = 0 ] ||
		fault ipv6-disabled "IPv6 is disabled on lo" "sysctl -w net.ipv6.conf.lo.disable_ipv6=0"
}

# set_larger DEVICE NAME: set larger to the value that counts of an IPv4 setting of a device.
set_larger()
{
	local all

	read -r all <"$proc/all/$2"
	read -r larger <"$proc/$1/$2"
	[ "$larger" -ge "$all" ] || larger=$all
}

# vip_is_hidden: succeed if the VIP has scope "host", for which arp_ignore=3 suffices.
vip_is_hidden()
{
	set_holders "${o[vip]}"
	[[ ${#holders[@]} -eq 0 || ! ${holders[*]/%* host/} =~ [^\ ] ]]
}

# name_devices DEVICE...: print names, separated by commas.
name_devices()
{
	local text

	printf -v text ', %s' "$@"
	echo "${text#, }"
}

check_arp()
{
	local device larger ignore=() announce=()

	while read -r device; do
		[[ -n $device && -e $proc/$device ]] || continue
		set_larger "$device" arp_ignore
		case $larger in
		1|2|8) ;;
		3) vip_is_hidden || ignore+=("$device") ;;
		*) ignore+=("$device") ;;
		esac
		set_larger "$device" arp_announce
		[ "$larger" -ge 2 ] || announce+=("$device")
	done <<<"$speaking"
	if [ ${#ignore[@]} -gt 0 ]; then
		fault arp-ignore "$(name_devices "${ignore[@]}") answers ARP for ${o[vip]}" \
			"$(cure_arp_ignore "${ignore[@]}")"
	fi
	if [ ${#announce[@]} -gt 0 ]; then
		fault arp-announce "$(name_devices "${announce[@]}") may send ARP requests from ${o[vip]}" \
			"sysctl -w net.ipv4.conf.all.arp_announce=2"
	fi
}

# cure_arp_ignore DEVICE...: a device with a larger value of its own keeps it unless told.
cure_arp_ignore()
{
	local device text="sysctl -w net.ipv4.conf.all.arp_ignore=1"

	for device in "$@"; do
		[ "$(<"$proc/$device/arp_ignore")" -le 1 ] ||
			text+=" $(sysctl_name "net/ipv4/conf/$device/arp_ignore")=1"
	done
	echo "$text"
}

check_tunnel()
{
	local kind mode name csum version key=${o[gre-key]-}

	set_tunnel
	if ! find_link "$kind" "${o[backend]}" "${key:-none}"; then
		fault tunnel-missing "no $kind device takes packets to ${o[backend]}${key:+ with key $key}" \
			"$(cure_setup)"
		return
	fi
	name=${found[0]}
	mode=${found[3]}
	[ "${found[1]}" = up ] ||
		fault tunnel-down "the device $name is down" "ip link set $(word "$name") up"
	set_version "${o[vip]}"
	case "$kind$version $mode" in
	*" any"|*" -"|"ipip4 ipip"|"sit6 ip6ip"|"ip6tnl4 ipip6"|"ip6tnl6 ip6ip6") ;;
	*)
		fault tunnel-mode "the device $name takes only mode $mode" \
			"ip link set $(word "$name") type $kind mode any"
		;;
	esac
	[ "${found[7]}" = "$csum" ] ||
		fault tunnel-mode "the device $name has checksums ${found[7]}, and the director $csum" \
			"ip link del $(word "$name") && $(cure_setup)"
	check_tunnel_device "$name"
	[ "${o[method]}" != gue ] || check_fou
}

# check_tunnel_device NAME: check the settings of the device that takes the packets.
check_tunnel_device()
{
	local larger disabled

	if ! is6 "${o[vip]}"; then
		set_larger "$1" rp_filter
		[ "$larger" = 0 ] ||
			fault rp-filter "the reverse path filter, the larger of all and $1, drops what $1 takes" \
				"$(cure_rp_filter "$1")"
	elif read -r disabled <"/proc/sys/net/ipv6/conf/$1/disable_ipv6" && [ "$disabled" != 0 ]; then
		fault ipv6-disabled "IPv6 is disabled on $1" \
			"sysctl -w $(sysctl_name "net/ipv6/conf/$1/disable_ipv6")=0"
	fi
}

# cure_rp_filter DEVICE: keep the filter on other devices.
cure_rp_filter()
{
	local all path text="sysctl -w"

	all=$(<"$proc/all/rp_filter")
	for path in "$proc"/*; do
		[[ $all != 0 && $path != */@(all|"$1"|dsr-*) ]] || continue
		[ "$(<"$path/rp_filter")" -ge "$all" ] ||
			text+=" $(sysctl_name "net/ipv4/conf/${path##*/}/rp_filter")=$all"
	done
	[ "$all" = 0 ] || text+=" net.ipv4.conf.all.rp_filter=0"
	echo "$text $(sysctl_name "net/ipv4/conf/$1/rp_filter")=0"
}

check_fou()
{
	local form version inner=4

	set_version "${o[backend]}"
	! is6 "${o[vip]}" || inner=41
	form=$(fou_form "${o[outer-port]}" "$version")
	case "$form ${o[gue-variant]:-0}" in
	gue*|"ipproto $inner 1") ;;
	" "*) fault fou-missing "no UDP port ${o[outer-port]} takes GUE" "$(cure_setup)" ;;
	*)
		fault fou-form "UDP port ${o[outer-port]} takes $form, not GUE" \
			"ip -$version fou del port ${o[outer-port]} && $(cure_setup)"
		;;
	esac
}

# check_address: check that the machine has the address that the director sends to.
check_address()
{
	[ -z "${o[backend]-}" ] || holds "${o[backend]}" ||
		fault address "no device has the backend's address ${o[backend]}" \
			"dsr-backend undo ${o[vip]}, and set it up with the right --backend"
}

check_rule()
{
	rule_there "${o[backend]}" "${o[dscp]}" "${o[vip]}" ||
		fault dscp-rule "no rule of nftables turns ${o[backend]} with DSCP ${o[dscp]} into ${o[vip]}" \
			"$(cure_setup)"
}

# A rule that looks up the way back to the source by the packet's own device refuses what comes
# out of a tunnel, as rp_filter does. firewalld has one for IPv6, by IPv6_rpfilter.
check_firewall()
{
	local rule version

	set_version "${o[vip]}"
	[ -n "${firewall[$version]+there}" ] || firewall[$version]=$(nft -a list ruleset 2>/dev/null | awk -v version="$version" '
		$1 == "table" { table = $2 " " $3 }
		$1 == "chain" { chain = $2 }
		/fib saddr .*\. iif oif (missing|0|eq 0|exists)?.*drop/ {
			other = version == 4 ? "ip6|ipv6" : "ip |ipv4"
			if ($0 !~ "nfproto (" other ")" && table !~ (version == 4 ? "^ip6 " : "^ip "))
				print table, chain, "handle", $NF
		}' | head -n 1)
	rule=${firewall[$version]}
	[ -z "$rule" ] ||
		fault firewall "a rule of nftables drops what comes by a device that is not on the way back" \
			"nft delete rule $rule"
}

# set_client: set client to the one of the entry in o, or else to any by the default route.
set_client()
{
	client=0.0.0.1
	! is6 "${o[vip]}" || client=2000::1
	client=${o[client]:-$client}
}

# way_back [from]: set way to the words of the route to a client, or else of the default route.
way_back()
{
	local client version from=()

	set_version "${o[vip]}"
	set_client
	[ $# -eq 0 ] || ! holds "${o[vip]}" || from=(from "${o[vip]}")
	way=" $(ip -o "-$version" route get "$client" ${from[@]+"${from[@]}"} 2>/dev/null) "
	[[ $way =~ [^\ ] && $way != *" unreachable "* && $way != *" blackhole "* ]]
}

# set_after WORD: set after to what follows the word in the route.
set_after()
{
	after=
	[[ ! $way =~ \ $1\ ([^ ]+)\  ]] || after=${BASH_REMATCH[1]}
}

# set_route: set route to the route that matches, as words for "ip route".
set_route()
{
	local client

	set_client
	route=$(ip -o "-$version" route get fibmatch "$client" 2>/dev/null | sed -E 's/\\//g; s/ *$//')
}

check_route()
{
	local version device via route way after

	set_version "${o[vip]}"
	if ! way_back from; then
		fault no-route "no route leads to ${o[client]:-clients: there is no default route}" \
			"ip -$version route add ${o[client]:-default} via ROUTER"
		return
	fi
	set_after dev
	device=$after
	set_after via
	via=$after
	[[ $'\n'$links != *$'\n'"$device "* ]] ||
		fault reply-route "answers leave by the tunnel device $device" \
			"ip -$version route del $(spell_route)"
	[ -z "${o[director]-}" ] || ! is_director "$via" "$device" ||
		fault reply-route "answers leave by way of the director $via" \
			"ip -$version route replace $(set_route; echo "${route%% *}") via ROUTER"
	! is_tunnel || [ "${o[advmss]-}" = off ] || check_mss "$device"
	way_back
	set_after src
	[ "$after" != "${o[vip]}" ] ||
		fault source "connections of this machine take ${o[vip]} as their source" \
			"ip -$version route change $(spell_route src) src $(own_addresses "$version" | head -n 1)"
}

# spell_route [WORD]: print the matching route as words of a command, without WORD and its value.
spell_route()
{
	local words spelled

	set_route
	read -r -a words <<<"$(sed -E "s/ ${1:-none} (lock )?[^ ]+//; s/ (linkdown|dead)\b//g" <<<"$route")"
	set_spelled "${words[@]}"
	echo "$spelled"
}

# check_mss DEVICE: check the MSS that clients are told against the MTU of the tunnel.
check_mss()
{
	local mss limit version header=40

	set_version "${o[vip]}"
	set_mss
	limit=$mss
	! is6 "${o[vip]}" || header=60
	set_after advmss
	mss=$after
	[ -n "$mss" ] || { set_after mtu; mss=$after; }
	[[ $way = *" advmss "* ]] || mss=$((${mss:-${mtus["dev $1"]-1500}} - header))
	[ "$mss" -le "$limit" ] ||
		fault mss "clients are told to send segments of $mss bytes, of which $limit fit into the tunnel" \
			"ip -$version route change $(spell_route advmss) advmss $limit"
}

# resolve ADDRESS DEVICE: print the MAC address that answers for an address on the network. The
# kernel asks; an entry that it had before stays.
resolve()
{
	local entry had end=$((SECONDS + 5))

	had=$(ip neigh show to "$1" dev "$2")
	[[ $had = *lladdr* ]] || ip neigh replace "$1" dev "$2" use 2>/dev/null
	entry=$(ip neigh show to "$1" dev "$2")
	while [[ $entry = *INCOMPLETE* && $SECONDS -lt $end ]]; do
		sleep 0.1
		entry=$(ip neigh show to "$1" dev "$2")
	done
	[ -n "$had" ] || ip neigh del "$1" dev "$2" 2>/dev/null
	[[ $entry =~ lladdr\ ([0-9a-f:]+) ]] && echo "${BASH_REMATCH[1]}"
}

# is_director NEXT-HOP DEVICE: succeed if the next hop is the director, maybe by another address.
is_director()
{
	local mac

	[ "$1" != "${o[director]}" ] || return 0
	[ -n "$1" ] || return 1
	mac=$(resolve "${o[director]}" "$2") && [ "$(resolve "$1" "$2")" = "$mac" ]
}

# answering ADDRESS DEVICE: print the MAC addresses that answer; arping, if there is one, hears
# more than one.
answering()
{
	if ! is6 "$1" && command -v arping >/dev/null; then
		arping -c 2 -w 3 -I "$2" "$1" 2>/dev/null |
			grep -oiE '([0-9a-f]{2}:){5}[0-9a-f]{2}' | tr A-F a-f | sort -u
	else
		ip neigh del "$1" dev "$2" 2>/dev/null
		resolve "$1" "$2"
	fi
}

check_wire()
{
	local device mac director names hint=", and it is not named as --director"

	[ -z "${o[director]-}" ] || hint=
	while read -r device; do
		director=$([ -z "${o[director]-}" ] || resolve "${o[director]}" "$device")
		while read -r mac; do
			[[ -n $mac && $mac != "$director" ]] || continue
			names=$(ip neigh show dev "$device" | grep -F " $mac " | cut -d ' ' -f 1 |
				grep -vxF "${o[vip]}" | head -n 1)
			fault duplicate "$mac${names:+ ($names)} answers for ${o[vip]} on $device$hint" \
				"dsr-backend check ${o[vip]} --method l2, there"
		done < <(answering "${o[vip]}" "$device")
	done < <(wire_devices)
}

# wire_devices: print the speaking devices that are on a network of the VIP's family.
wire_devices()
{
	local shown device version

	set_version "${o[vip]}"
	set_shown addresses
	while read -r device; do
		[[ -z $device || ! " ${shown[*]}" =~ [0-9]:\ "$device"\ +inet"${version#4}"\  ]] || echo "$device"
	done <<<"$speaking"
}

# check_offloads: check what the device of the backend's address merges for good.
check_offloads()
{
	local device forwarding offloads

	command -v ethtool >/dev/null || return 0
	while read -r device; do
		[ -n "$device" ] || continue
		read -r forwarding <"$proc/$device/forwarding"
		[ "$forwarding" = 1 ] || continue
		offloads=$(ethtool -k "$device" 2>/dev/null)
		[[ $'\n'$offloads = *$'\n'"large-receive-offload: on"* ]] || continue
		fault lro "$device merges packets for good (LRO), and this machine forwards, as to containers" \
			"ethtool -K $(word "$device") lro off"
	done <<<"$speaking"
}

# check_listener: check that a server listens on the VIP, or on all addresses, and is not bound to
# a device that the packets do not come by.
check_listener()
{
	local protocol=tcp port=${o[port]} socket address any=()

	[[ $port != */* ]] || { protocol=${port%%/*} port=${port#*/}; }
	if ! is6 "${o[vip]}"; then
		any=(0.0.0.0 '*' "${o[vip]}" "[::ffff:${o[vip]}]")
	else
		any=('[::]' '*' "[${o[vip]}]")
	fi
	while read -r -a socket; do
		address=${socket[3]%:*}
		if [[ $address = *%* ]]; then
			! is_tunnel || continue
			address=${address%\%*}
		fi
		for socket in "${any[@]}"; do
			[ "$address" != "$socket" ] || return 0
		done
	done < <(ss -Hln "--$protocol" "sport = :$port")
	fault no-listener "no server listens on $protocol port $port of ${o[vip]}" \
		"start the server, on ${o[vip]} or on all addresses and devices"
}

check_port_option()
{
	[ -n "${o[port]-}" ] || return 0
	[[ ${o[port]} =~ ^((tcp|udp)/)?([1-9][0-9]{0,4})$ && ${BASH_REMATCH[3]} -le 65535 ]] ||
		wrong "--port is \"${o[port]}\", but a port is expected, as 80, tcp/80 or udp/53"
}

check_one()
{
	local -a found

	check_vip
	check_address
	is6 "${o[vip]}" || check_arp
	! is_tunnel || check_tunnel
	! is_tunnel || ! command -v nft >/dev/null || check_firewall
	[ "${o[method]}" != dscp ] || check_rule
	check_route
	check_offloads
	[ -z "${o[port]-}" ] || check_listener
	[ -z "${flag[wire]-}" ] || check_wire
}

# asked_entries: print the entries to be checked: the one of the command line if it has a method,
# or else those that are known of the VIP, or all.
asked_entries()
{
	local list entry count=0

	if [ -n "${o[method]-}" ]; then
		check_entry
		set_entry ${#fields[@]}
		echo "$entry"
		return
	fi
	list=$(known)
	while read -r entry; do
		[[ -n $entry && ( -z ${o[vip]-} || "$entry " = "vip=${o[vip]} "* ) ]] || continue
		echo "$entry"
		count=1
	done <<<"$list"
	[[ $count -ne 0 || -z ${o[vip]-} ]] ||
		wrong "--method is needed: ${o[vip]} is not set up by dsr-backend"
}

cmd_check()
{
	local list entry faults=0 faulty name
	local -A extra=() reported=() firewall=()
	local speaking links

	check_port_option
	canonize vip client director
	for name in port client director; do
		[ -z "${o[$name]-}" ] || extra[$name]=${o[$name]}
	done
	[ "$EUID" -eq 0 ] || note "without root, check does not see the rules of nftables"
	list=$(asked_entries) || exit
	# These serve all entries.
	set_speaking
	set_links
	set_mtus
	[ -z "${flag[json]-}" ] || printf '['
	while read -r entry; do
		[ -n "$entry" ] || continue
		load_entry "$entry"
		for name in "${!extra[@]}"; do
			o[$name]=${extra[$name]}
		done
		faulty=
		check_one
		[[ -n $faulty || -n ${flag[json]-} ]] || echo "${o[vip]} ${o[method]}: no faults"
	done <<<"$list"
	[ -z "${flag[json]-}" ] || echo ']'
	[ $faults -eq 0 ] || exit 3
}
