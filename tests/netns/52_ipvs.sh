#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The interface of IPVS (nf_dsr_ipvs), by Debian's ipvsadm. The same objects are seen and changed
# by dsrctl.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/netns/http.sh
. "$here/http.sh"

vs()
{
	on director ipvsadm "$@"
}

# listed [OPTION...]: print services and servers, without the counters and the spaces.
listed()
{
	vs -Ln "$@" | awk '!/Virtual Server|Address/ { NF -= $1 == "->" ? 2 : 0; print }'
}

# shown FILTER SERVICE...: print what dsrctl shows of a service.
shown()
{
	dsr -j service show "${@:2}" | jq -r ".[0] | $1"
}

# servers FILTER: print what dsrctl shows of all backends.
servers()
{
	dsr -j backend show | jq -rc "[.[] | $1] | join(\" \")"
}

# total_conns: print the number of connections of the namespace, in hexadecimal.
total_conns()
{
	# shellcheck disable=SC2016 # for awk
	on director awk 'NR == 3 { print $1 }' /proc/net/ip_vs_stats
}

# refused TEXT SENTENCE ARGUMENT...: assert that the request is refused, and that the kernel's
# log says why.
refused()
{
	local mark="refused by $SECONDS $RANDOM"

	echo "$mark" >/dev/kmsg
	check_eq "refused: ${*:3}" "$1" "$(vs "${@:3}" 2>&1)"
	check_eq "with a sentence in the log" "$2" \
		"$(dmesg | sed "1,/$mark/d" | sed -n 's/.*nf_dsr_ipvs: refused: //p')"
}

check_traffic()
{
	vip=$vip4
	must vs -A -t "$vip4:80" -s rr
	for node in b1 b2 b3; do
		must vs -a -t "$vip4:80" -r "$(address $node 4)" -g -w 2
	done
	check_eq "dsrctl shows the service" "rr reject 900 120 3" \
		"$(shown '"\(.scheduler) \(.no_backend) \(.timeouts.tcp) \(.timeouts.tcp_closing) \(.backends)"' \
			tcp "$vip4:80")"
	check_eq "and its backends" "l2/2 l2/2 l2/2" "$(servers '"\(.method)/\(.weight)"')"
	check_requests "DR by ipvsadm"
	check_download "DR by ipvsadm"
	check_eq "no reply crossed the director" "0 0" \
		"$(counter in director reply packets) $(counter out director reply packets)"
	check_eq "ipvsadm counts what dsrctl counts" \
		"$(dsr -j -s service show | jq -r '.[0] | "\(.flows) \(.packets) \(.bytes)"')" \
		"$(vs -Ln --stats --exact | awk '/^TCP/ { print $3, $4, $6 }')"
	check_eq "and in /proc" "$(service_sum flows)" "$((16#$(total_conns)))"
	must vs -Z
	check_eq "ipvsadm counts anew" "0 0 0" \
		"$(vs -Ln --stats --exact | awk '/^TCP/ { print $3, $4, $6 }')"
	check_that "and dsrctl goes on" "$(service_sum flows) >= 30"
	check_eq "each connection is listed" "31" \
		"$(vs -Lnc | grep -c "^TCP .* $vip4:80 *10.1.1.5[123]:80\$")"
	must vs -e -t "$vip4:80" -r "$(address b1 4)" -g -w 0
	check_eq "weight 0 gets no new connections" "b2 b3" "$(names 12 | sort -u | xargs)"
	must vs -e -t "$vip4:80" -r "$(address b1 4)" -i -w 1
	must vs -d -t "$vip4:80" -r "$(address b2 4)"
	must vs -d -t "$vip4:80" -r "$(address b3 4)"
	backend_setup b1 ipip "$vip4" "$(address b1 4)"
	check_eq "TUN by ipvsadm" "b1" "$(names 12 | sort -u | xargs)"
	check_eq "is ipip" "ipip inherit" "$(servers '"\(.method) \(.outer_ttl)"')"
	must vs -a -t "$vip4:80" -r 127.0.0.1 -g
	must vs -d -t "$vip4:80" -r "$(address b1 4)"
	check_eq "a server on the director" "local" "$(servers .method)"
	check_eq "says sorry" "director" "$(names 4 | sort -u)"
	check_eq "it is listed as it was given" "TCP $vip4:80 rr -> 127.0.0.1:80 Route 1" \
		"$(listed | xargs)"
	must vs -C
	check_eq "nothing is left" "[]" "$(dsr -j service show | jq -c .)"
}

check_thresholds()
{
	must vs -A -t "$vip4:80" -s rr
	must vs -a -t "$vip4:80" -r "$(address b1 4)" -g -x 100 -y 50
	check_eq "thresholds are limits" "100 50" "$(servers '"\(.max_flows) \(.min_flows)"')"
	check_eq "and are listed" "100 50" "$(vs -Ln --thresholds | awk '/->.*:80/ { print $3, $4 }')"
	must vs -C
}

# What one saves, the other restores.
check_fixed_point()
{
	cat >"$work/rules" <<-END
		-A -t $vip4:80 -s sh -b sh-fallback,sh-port
		-a -t $vip4:80 -r 10.1.1.51:80 -g -w 5
		-a -t $vip4:80 -r 10.1.1.52:80 -i -w 0 --tun-type gre --tun-csum
		-a -t $vip4:80 -r 10.1.1.53:80 -i -w 1 --tun-type gue --tun-port 7000 --tun-nocsum
		-A -t $vip4:443 -s sed -p 300 -M 255.255.255.0
		-a -t $vip4:443 -r [2001:db8:1::51]:443 -i -w 1 --tun-type ipip
		-A -u $vip4:53 -s rr -o
		-a -u $vip4:53 -r 10.1.1.51:53 -g -w 1
		-A -t [$vip6]:80 -s fo -p 60 -M 64
		-a -t [$vip6]:80 -r [2001:db8:1::51]:80 -g -w 3
		-A --sctp-service $vip4:70 -s dh
		-A -f 7 -s wlc
		-a -f 7 -r 10.1.1.51:0 -g -w 1
	END
	must on director bash -c "ipvsadm -R <$work/rules"
	vs -S -n | sort >"$work/saved"
	check_eq "what is restored is saved again" "$(sed 's/ --tun-type ipip$//' "$work/rules" | sort)" \
		"$(sed 's/ --tun-type ipip$//' "$work/saved")"
	check_eq "each means the same" \
		"maglev/source-port/0 wlc/5-tuple/300 fo/5-tuple/60 maglev/destination/0 wlc/5-tuple/0" \
		"$(for key in "tcp $vip4:80" "tcp $vip4:443" "tcp [$vip6]:80" "sctp $vip4:70" "mark 7"; do
			# shellcheck disable=SC2086 # two words
			shown '"\(.scheduler)/\(.hash)/\(.persist)"' $key
		done | xargs)"
	must vs -C
	must on director bash -c "ipvsadm -R <$work/saved"
	check_eq "and is restored again" "$(cat "$work/saved")" "$(vs -S -n | sort)"
	check_eq "the timeouts are set" "" "$(vs --set 800 100 200)"
	check_eq "for all services" "800 100 200" \
		"$(shown '"\(.timeouts.tcp) \(.timeouts.tcp_closing) \(.timeouts.udp)"' tcp "$vip4:80")"
	check_eq "and shown" "Timeout (tcp tcpfin udp): 800 100 200" "$(vs -L --timeout)"
	must vs -C
}

# What ipvsadm makes of EOPNOTSUPP, whatever the family.
unsupported="Operation not supported with IPv6"

check_refusals()
{
	must vs -A -t "$vip4:80"
	refused "$unsupported" \
		"no masquerading: give the server the VIP, and use DR or TUN (-g, -i)" \
		-a -t "$vip4:80" -r "$(address b1 4)" -m
	refused "$unsupported" \
		"there is no sync daemon: with the same seed directors choose alike" \
		--start-daemon master --mcast-interface lo
	refused "Scheduler or persistence engine not found" \
		"scheduler lblc has no equal: use mh or wlc" -A -t "$vip4:81" -s lblc
	refused "Service already exists" "service exists already" -A -t "$vip4:80"
	refused "Service not defined" "no such service" -a -t "$vip4:81" -r "$(address b1 4)"
	refused "No such destination" "no such server in this service" \
		-d -t "$vip4:80" -r "$(address b1 4)"
	check_eq "nothing of it is done" "TCP $vip4:80 wlc" "$(listed)"
	must vs -C
}

# Objects of dsrctl have the nearest words, and words give way to changes by dsrctl.
check_words()
{
	dsrctl -n director monitor >"$work/events" &
	wait_for grep -q ready "$work/events"
	must dsr service add any 192.0.2.0/24
	must dsr service add udp "$vip4:5000-5999" scheduler wrr
	must dsr backend add udp "$vip4:5000-5999" "$(address b1 4)" method gre weight 7
	must dsr backend add udp "$vip4:5000-5999" "$(address b2 4)" state drain
	check_eq "the nearest words are shown" "TCP 192.0.2.0:0 mh (mh-fallback,mh-port) \
UDP $vip4:5000 wrr -> 10.1.1.51:5000 Tunnel 7 -> 10.1.1.52:5000 Route 0" "$(listed | xargs)"
	refused "$unsupported" "IPVS has no words for this service: change it by dsrctl" \
		-D -t 192.0.2.0:0
	must vs -A -t "$vip4:80" -s sh
	must vs -a -t "$vip4:80" -r "$(address b1 4)" -g -w 3
	check "listeners of dsrctl learn what ipvsadm changes" \
		wait_for grep -q "backend.*$vip4:80.*$(address b1 4)" "$work/events"
	kill $!
	must dsr service change tcp "$vip4:80" seed 5
	check_eq "words hold while they are true" "sh" "$(listed -t "$vip4:80" | awk '{ print $3; exit }')"
	must dsr service change tcp "$vip4:80" hash destination
	must dsr backend change tcp "$vip4:80" "$(address b1 4)" state down
	check_eq "and give way" "TCP $vip4:80 dh -> 10.1.1.51:80 Route 0" "$(listed -t "$vip4:80" | xargs)"
	must dsr backend change tcp "$vip4:80" "$(address b1 4)" state active
	must wait_for rmmod nf_dsr_ipvs
	check_eq "without the module the services stay" 3 "$(service_count)"
	must modprobe nf_dsr_ipvs
	check_eq "and are shown when it is back" "TCP $vip4:80 dh -> 10.1.1.51:80 Route 3" \
		"$(listed -t "$vip4:80" | xargs)"
	must vs -C
	check_eq "ipvsadm -C deletes them all" 0 "$(service_count)"
}

check_rates()
{
	must vs -A -t "$vip4:80" -s rr
	must vs -a -t "$vip4:80" -r "$(address b1 4)" -g
	rates()
	{
		names 40 >/dev/null
		[[ "$(vs -Ln --rate | awk '/^TCP/ { print ($3 > 0) ($4 > 0) $5 ($6 > 0) $7 }')" = 11010 ]]
	}
	check "rates of connections, packets and bytes move" wait_for rates
	must vs -C
}

# In a user namespace of its own, its root needs no more.
check_container()
{
	check_eq "a container has services of its own" "TCP 192.0.2.9:80 rr" \
		"$(unshare --user --map-root-user --net bash -c "ipvsadm -A -t 192.0.2.9:80 -s rr &&
			ipvsadm -Ln && cat /proc/net/ip_vs_conn" | grep ^TCP | xargs)"
	check_eq "and the director does not see them" "" "$(listed)"
	check_not "who is not root may not" setpriv --reuid 65534 --clear-groups \
		ipvsadm -Ln
}

# One of the two modules has the place of the other. User-mode Linux has no ip_vs.
check_only_one()
{
	modinfo ip_vs >/dev/null 2>&1 || return
	check_not "ip_vs is refused" modprobe --ignore-install ip_vs
	check "and the log says so" grep -q "ip_vs is refused while nf_dsr_ipvs has its place" <(dmesg)
	must wait_for rmmod nf_dsr_ipvs
	must modprobe --ignore-install ip_vs
	check_not "where ip_vs is loaded, nf_dsr_ipvs is refused" modprobe nf_dsr_ipvs
	check "and the log says so" grep -q "ip_vs is loaded, and has the netlink family IPVS" <(dmesg)
	must wait_for rmmod ip_vs
	must modprobe nf_dsr_ipvs
}

topology l2
start_http
must ip -n director address add "$vip4/32" dev lo
must ip -n director address add "$vip6/128" dev lo nodad
mkdir -p "$work/director"
nginx_conf director >"$work/director/conf"
serve director nginx -e stderr -c "$work/director/conf"
wait_for listens director 80
backends_setup l2 "$vip4" 4
must modprobe nf_dsr_ipvs
check_traffic
check_thresholds
check_fixed_point
check_refusals
check_words
check_rates
check_container
check_only_one
must wait_for rmmod nf_dsr_ipvs
