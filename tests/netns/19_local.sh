#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The director as a backend, and as a client.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/netns/http.sh
. "$here/http.sh"

# serve_director: give the director the VIPs, and start servers on it.
serve_director()
{
	ip -n director address add "$vip4/32" dev lo
	ip -n director address add "$vip6/128" dev lo
	mkdir -p "$work/director/up"
	nginx_conf director >"$work/director/conf"
	serve director nginx -e stderr -c "$work/director/conf"
	wait_for listens director 80
}

# loopback 4|6: print the loopback address.
loopback()
{
	[ "$1" = 4 ] && echo 127.0.0.1 || echo ::1
}

# serve_by 4|6: check a service for which the director is a backend.
serve_by()
{
	local vip=vip$1 service name

	vip=${!vip}
	service=$(host "$vip"):80
	must dsr service add tcp "$service" method l2 scheduler wrr
	must dsr backend add tcp "$service" "$(address b1 "$1")"
	must dsr backend add tcp "$service" "$(address director "$1")" method local
	check_eq "IPv$1: the director serves its share" "10 b1 10 director" \
		"$(names 20 | sort | uniq -c | xargs)"
	check_eq "IPv$1: that is counted" "10 10" "$(backend_counts flows)"
	check_that "IPv$1: packets, too" \
		"$(dsr -j -s backend show | jq 'map(.packets) | min') >= 40"
	must dsr backend del tcp "$service" "$(address b1 "$1")"
	get up/big -T "$work/big"
	check "IPv$1: an upload to the director arrives as it is" \
		cmp "$work/big" "$work/director/up/big"
	rm -f "$work/director/up/big"
	must dsr backend del tcp "$service" "$(address director "$1")"
	must dsr backend add tcp "$service" "$(loopback "$1")" method local
	check_eq "IPv$1: the director serves all, by its loopback address" "4 director" \
		"$(names 4 | sort | uniq -c | xargs)"
	name=$(on director curl -sS --max-time "$patience" "http://$service/")
	check_eq "IPv$1: the director reaches itself" director "$name"
	must dsr service del tcp "$service"
}

# ask METHOD 4|6 4|6 [KEYWORD VALUE]...: check the director as a client, without the VIPs.
ask()
{
	local vip=vip$2 service text="$1, IPv$2 by IPv$3"

	vip=${!vip}
	service=$(host "$vip"):80
	must dsr service add tcp "$service" method "$1" scheduler wrr "${@:4}"
	backends_add "$3" tcp "$service"
	check_eq "$text: the director's own connections are spread" "4 b1 4 b2 4 b3" \
		"$(on director curl -sS --max-time "$patience" -H "Connection: close" \
			"http://$service/?[1-12]" | sort | uniq -c | xargs)"
	on director curl -sS --max-time "$patience" "http://$service/up/big" -T "$work/big"
	check "$text: an upload of the director arrives as it is" \
		cmp "$work/big" "$(echo "$work"/b?/up/big)"
	rm -f "$work"/b?/up/big
	must dsr service del tcp "$service"
}

# curl_status URL: print curl's exit status. 7: refused, 28: no answer.
curl_status()
{
	local status=0

	on director curl -sS --max-time "$patience" "$1" >/dev/null 2>&1 || status=$?
	echo $status
}

# refuse 4|6: check the director as a client that is refused, without the VIPs.
refuse()
{
	local vip=vip$1 name

	vip=${!vip}
	name=$(host "$vip")
	must dsr service add tcp "$name:80" no-backend reject unmatched reject
	check_eq "IPv$1: no backend: the director's own connection is refused" 7 \
		"$(curl_status "http://$name:80/")"
	check_eq "IPv$1: no service: the director's own connection is refused" 7 \
		"$(curl_status "http://$name:81/")"
	check_not "IPv$1: no service: the director's own datagram is refused" \
		on director bash -c "echo >/dev/udp/$vip/53"
	must dsr service del tcp "$name:80"
}

topology l2
start_http
must dsr service add tcp "$vip4:80"
check_eq "of a local backend with no address of the director the operator is warned" \
	"warning: backend is not an address of this machine: method local needs one" \
	"$(dsr backend add tcp "$vip4:80" 10.1.1.51 method local 2>&1)"
check_not "an address of the director is no other backend" \
	dsr backend add tcp "$vip4:80" "$(address director 4)"
must dsr service del tcp "$vip4:80"

backends_setup l2 "$vip4" 4
backends_setup l2 "$vip6" 6
backends_setup ipip "$vip4" 4
backends_setup gue "$vip6" 6
backends_setup dscp "$vip4" 4 dscp 42
ask l2 4 4
ask l2 6 6
ask ipip 4 4
ask gue 6 6
ask dscp 4 4 dscp 42
refuse 4
refuse 6
serve_director
serve_by 4
serve_by 6
# Senders learn the MTU from packets that are too big.
check_drops_only "too_big no_backend unmatched"
