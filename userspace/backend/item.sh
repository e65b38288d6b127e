# shellcheck shell=bash disable=SC2004,SC2034,SC2154 # head.sh has the variables of all parts
# SPDX-License-Identifier: GPL-2.0-or-later
# The items that an entry needs, and how each is applied.

# set_tunnel: set kind and csum to what the device of the entry in o must be.
set_tunnel()
{
	case "${o[method]} ${o[vip]} ${o[backend]}" in
	gre*" "*" "*:*) kind=ip6gre ;;
	gre*) kind=gre ;;
	*" "*" "*:*) kind=ip6tnl ;;
	*:*) kind=sit ;;
	*) kind=ipip ;;
	esac
	csum=off
	[ "${o[method]} ${o[outer-checksum]-}" != "gre on" ] || csum=on
}

# need: print the items that the entry in o needs.
need()
{
	local version kind csum

	set_version "${o[vip]}"
	echo "address ${o[vip]}"
	[ "$version" = 6 ] || echo arp
	if is_tunnel; then
		[ "$version" = 6 ] || echo rp_filter
		set_tunnel
		echo "link $kind ${o[backend]} ${o[gre-key]:-none} $csum"
		[ "${o[advmss]-}" = off ] || echo "advmss $version"
		set_version "${o[backend]}"
		[ "${o[method]}" != gue ] || echo "fou ${o[outer-port]} $version"
	elif [ "${o[method]}" = dscp ]; then
		echo "rule ${o[backend]} ${o[dscp]} ${o[vip]}"
	fi
}

# The scope "host" keeps the kernel from choosing the VIP as the source of connections, and from
# answering ARP for it if arp_ignore is 3. "nodad" lets the address work at once; there is
# nothing to detect on lo.
apply_address()
{
	local holder device spec disabled there='' speaking

	set_holders "$1"
	[ ${#holders[@]} -eq 0 ] || set_speaking
	for holder in ${holders[@]+"${holders[@]}"}; do
		read -r device spec _ <<<"$holder"
		! speaks "$device" ||
			refuse "$device has $1 and tells the network so: ip address del ${spec//,/ } dev $(word "$device")"
		there=yes
	done
	lo_is_up || change "address $1" "down lo" ip link set lo up
	[ -z "$there" ] || return 0
	if ! is6 "$1"; then
		change "address $1" "address $1/32" ip address add "$1/32" dev lo scope host
	else
		read -r disabled </proc/sys/net/ipv6/conf/lo/disable_ipv6
		[ "$disabled" = 0 ] ||
			set_sysctl "address $1" net/ipv6/conf/lo/disable_ipv6 0
		change "address $1" "address $1/128" ip address add "$1/128" dev lo nodad
	fi
}

# The larger value of "all" and of the device counts. Values of arp_ignore from 4 to 7 are
# reserved, and behave as 0.
apply_arp()
{
	local now

	read -r now <"$proc/all/arp_ignore"
	[[ $now = [1238] ]] || set_sysctl arp net/ipv4/conf/all/arp_ignore 1
	set_sysctl arp net/ipv4/conf/all/arp_announce 2
}

# The value of "all" is a minimum for every device, so it must be 0 for the tunnel's to be 0. The
# other devices, and those that come, get that minimum as their own.
apply_rp_filter()
{
	local all path now

	read -r all <"$proc/all/rp_filter"
	[ "$all" != 0 ] || return 0
	for path in "$proc"/*; do
		[[ $path != */@(all|dsr-*) ]] || continue
		read -r now <"$path/rp_filter"
		[ "$now" -ge "$all" ] || set_sysctl rp_filter "net/ipv4/conf/${path##*/}/rp_filter" "$all"
	done
	set_sysctl rp_filter net/ipv4/conf/all/rp_filter 0
}

# add_link ITEM KIND LOCAL KEY CHECKSUM: add a device with a name that is free. It needs no
# address. A sit device would take IPv4 in IPv4 as well, unless it is told not to. When a device comes, udev sets its sysctls as /etc/sysctl.d has them; wait until it
# has done so.
add_link()
{
	local item=$1 options=(local "$3") n=0

	case $2 in
	ip6tnl) options=(mode any "${options[@]}" remote ::) ;;
	ip6gre) options+=(remote ::) ;;
	sit) options=(mode ip6ip "${options[@]}" remote any) ;;
	*) options+=(remote any) ;;
	esac
	[ "$4" = none ] || options+=(key "$4")
	[ "$5" = off ] || options+=(csum)
	while [ -e "$proc/dsr-$2$n" ]; do
		n=$((n + 1))
	done
	change "$item" "link dsr-$2$n" ip link add "dsr-$2$n" type "$2" "${options[@]}"
	change "$item" "link dsr-$2$n" ip link set "dsr-$2$n" addrgenmode none
	[ ! -e /run/udev/control ] || udevadm settle --timeout=10 2>/dev/null
	found=("dsr-$2$n" down "$2" any any "$3" "$4" "$5")  # as in links
}

# apply_link KIND LOCAL KEY CHECKSUM: have a device for packets to this local address. An
# existing one will do, unless it takes all addresses: that one may be anybody's.
apply_link()
{
	local item="link $*" name links

	set_links
	find_link "$1" "$2" "$3" only || add_link "$item" "$@"
	name=${found[0]}
	[ "${found[7]}" = "$4" ] ||
		refuse "$name takes these packets, but with checksums ${found[7]}: all services must agree"
	[[ $1 != ip6tnl || ${found[3]} = any ]] ||
		refuse "$name takes only mode ${found[3]}: ip link set $(word "$name") type ip6tnl mode any"
	set_sysctl "$item" "net/ipv4/conf/$name/rp_filter" 0
	[ ! -e "/proc/sys/net/ipv6/conf/$name" ] ||
		set_sysctl "$item" "net/ipv6/conf/$name/disable_ipv6" 0
	[ "${found[1]}" = up ] || change "$item" "down $name" ip link set "$name" up
}

# apply_fou PORT 4|6: have a port for GUE. It takes both variants.
apply_fou()
{
	local form

	modprobe -q fou 2>/dev/null
	form=$(fou_form "$1" "$2")
	case $form in
	gue) ;;
	"") change "fou $*" "fou $1 $2" ip "-$2" fou add port "$1" gue ;;
	*) refuse "UDP port $1 takes \"$form\", but \"gue\" is needed" ;;
	esac
}

# write_rules ip|ip6: write the table of the family anew, with the rules that are recorded, in
# one step. The priority is that of the raw table, so that connection tracking sees the VIP; nft
# adjusts the checksums.
write_rules()
{
	local ip=$1 item rules

	rules=$(printf '%s\n' ${changes[@]+"${changes[@]%%$'\t'*}"} | while read -r -a item; do
		[ "${item[0]-}" = rule ] || continue
		set_ip "${item[3]}"
		[ "$ip" = "$1" ] || continue
		echo "$ip daddr ${item[1]} $ip dscp ${item[2]} $ip daddr set ${item[3]}"
	done | sort -u)
	{
		echo "table $ip dsr-backend"
		echo "delete table $ip dsr-backend"
		[ -z "$rules" ] || printf '%s\n' "table $ip dsr-backend {" "chain prerouting {" \
			"type filter hook prerouting priority raw" "$rules" "}" "}"
	} | nft -f -
}

# apply_rule BACKEND DSCP VIP
apply_rule()
{
	local ip

	set_ip "$3"
	command -v nft >/dev/null || refuse "method dscp needs nft; install nftables"
	rule_there "$@" || change "rule $*" "rule $ip" write_rules "$ip"
}

# set_mss: set mss to what clients of the entry in o should use. set_mtus comes before.
set_mss()
{
	local mtu=${o[mtu]:-${mtus[${o[backend]}]-1500}} overhead=20 floor=536 header=40 kind csum

	set_tunnel
	! is6 "${o[backend]}" || overhead=40
	! is6 "${o[vip]}" || floor=1220 header=60
	case ${o[method]} in
	gre)
		[ -z "${o[gre-key]-}" ] || overhead=$((overhead + 4))
		[ "$csum" = off ] || overhead=$((overhead + 4))
		overhead=$((overhead + 4))
		;;
	gue) overhead=$((overhead + 12 - 4 * ${o[gue-variant]:-0})) ;;
	esac
	mss=$((mtu - overhead - header))
	[ "$mss" -ge $floor ] || mss=$floor
}

# smallest_mss 4|6: print the smallest MSS of the entries that need one in this family.
smallest_mss()
{
	local entry mss smallest='' version

	for entry in ${entries[@]+"${entries[@]}"}; do
		load_entry "$entry"
		set_version "${o[vip]}"
		is_tunnel || continue
		[[ $version = "$1" && ${o[advmss]-} != off ]] || continue
		set_mss
		[[ -n $smallest && $smallest -le $mss ]] || smallest=$mss
	done
	echo "$smallest"
}

# apply_advmss 4|6: announce the MSS on default routes. Kernel and daemons renew some routes by
# themselves, and a route of a nexthop object has no words of its own; those stay as they are.
apply_advmss()
{
	local mss route routes bare

	set_mtus
	mss=$(smallest_mss "$1")
	set_default_routes "$1"
	for route in ${routes[@]+"${routes[@]}"}; do
		! [[ $route =~ \ advmss\ (lock\ )?([0-9]+) && ${BASH_REMATCH[2]} -le $mss ]] || continue
		if [[ " $route " = *" proto ra "* || $route = *" expires "* || $route = *" nhid "* ]]; then
			note "route \"$route\" is not changed; advmss $mss would suit the tunnel"
			continue
		fi
		set_bare "$route"
		change "advmss $1" "route $1 $mss $route" ip "-$1" route change "${bare[@]}" advmss "$mss"
	done
}
