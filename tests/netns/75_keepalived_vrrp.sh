#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Two directors with Debian's keepalived, which moves the VIP from one to the other when it dies,
# while downloads run: with IPVS, which has no daemon to synchronize connections here, and then
# with nf_dsr_ipvs. b3 is the second director.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/netns/http.sh
. "$here/http.sh"
# shellcheck source=tests/netns/ipvs.sh
. "$here/ipvs.sh"
# shellcheck source=tests/netns/keepalived.sh
. "$here/keepalived.sh"

vip=$vip4
downloads=200
big_size=60000

# conf NODE PRIORITY: print the configuration of a director. Without router_id, keepalived asks the
# DNS for the machine's name before it starts, and waits 5 seconds.
conf()
{
	local node

	cat <<-END
		global_defs {
		    router_id $1
		}
		vrrp_instance vip {
		    state BACKUP
		    interface eth0
		    virtual_router_id 51
		    priority $2
		    advert_int 1
		    virtual_ipaddress {
		        $vip/32 dev eth0
		    }
		}
		virtual_server $vip 80 {
		    delay_loop 2
		    warmup 0
		    lvs_sched mh
		    mh-port
		    lvs_method DR
		    protocol TCP
	END
	for node in b1 b2; do
		cat <<-END
			    real_server $(address $node 4) 80 {
			        TCP_CHECK {
			        }
			    }
		END
	done
	echo "}"
}

has_vip()
{
	ip -n "$1" address show dev eth0 | grep -qF "$vip/32"
}

# serves NODE: succeed if the director has both backends.
serves()
{
	[ "$(on "$1" ipvsadm -Ln | grep -c Route)" = 2 ]
}

# start_director NODE PRIORITY: start keepalived on the node.
start_director()
{
	conf "$1" "$2" >"$work/$1.conf"
	keepalived_run "$1" "$work/$1.conf"
	must wait_for serves "$1"
}

# die NODE: take the node from the network, and kill its keepalived. When the first process of
# keepalived ends, the others begin to leave in good order, and to delete backends.
die()
{
	ip -n "$1" link set eth0 down
	kill -KILL "$(<"$work/$1.checkers")" "$(<"$work/$1.vrrp")" "$(<"$work/$1.pid")"
	rm "$work/$1".{pid,vrrp,checkers}
}

# revive NODE: bring the node back, without the VIP and services.
revive()
{
	ip -n "$1" address del "$vip/32" dev eth0
	ip -n "$1" -batch - <<-END
		link set eth0 up
		address replace $(address "$1" 6)/64 dev eth0 nodad
		route replace default via ${lan4}1
	END
	flush_ipvs "$1"
}

# fail_over: begin downloads, have the first director die, and print what becomes of them.
fail_over()
{
	local line

	coproc DOWNLOADS {
		on client /usr/bin/python3 "$tools/downloads.py" $downloads "$vip" big "$work/big"
	}
	read -r -t $((patience * 2)) line <&"${DOWNLOADS[0]}"
	[ "$line" = running ] || return
	# Connections that IPVS breaks end as soon as the VIP has moved.
	reset_counters
	die director
	wait_for has_vip b3 || return
	echo finish >&"${DOWNLOADS[1]}"
	read -r -t $((patience * 2)) line <&"${DOWNLOADS[0]}"
	echo "$line"
}

topology l2
backends="b1 b2" start_http
backends="b1 b2" backends_setup l2 "$vip" 4
# The VIP is an address of the backends' segment, so the router asks who has it.
must ip -n router route replace "$vip/32" dev lan
declare -A whole
for ipvs in $both_ipvs; do
	use_ipvs "$ipvs"
	start_director director 150
	check "$ipvs: the first director takes the VIP" wait_for has_vip director
	start_director b3 100
	check_eq "$ipvs: clients are served" "b1 b2" "$(names 12 | sort -u | xargs)"
	check_not "$ipvs: the second director has no VIP" has_vip b3
	fate=$(fail_over)
	comment <<<"$ipvs: $fate"
	whole[$ipvs]=$(jq '.whole // 0' <<<"$fate")
	check "$ipvs: the second director has the VIP when the first one is dead" has_vip b3
	check_that "$ipvs: and clients' packets" "$(counter in b3 request packets) > 0"
	check_eq "$ipvs: new clients are served" "b1 b2" "$(names 12 | sort -u | xargs)"
	keepalived_stop b3
	revive director
done
check_that "IPVS breaks $((downloads - whole[ip_vs])) of $downloads downloads" \
	"${whole[ip_vs]} < downloads"
check_eq "nf_dsr_ipvs breaks none" "$downloads" "${whole[$ours]}"
must wait_for unload_ipvs
