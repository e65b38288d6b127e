#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Debian's prometheus-node-exporter shows what nf_dsr has, by its collector for IPVS.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/netns/http.sh
. "$here/http.sh"
# shellcheck source=tests/netns/ipvs.sh
. "$here/ipvs.sh"

vip=$vip4
port=9100

metrics()
{
	on director curl -sS --max-time "$patience" "http://127.0.0.1:$port/metrics"
}

# total NAME: print one of the totals.
total()
{
	metrics | awk -v name="node_ipvs_$1_total" '$1 == name { printf "%.0f\n", $2 }'
}

# connections: print how many connections all backends have, active or not.
connections()
{
	metrics | awk '/^node_ipvs_backend_connections_/ { n += $2 } END { print n + 0 }'
}

# of_backends NAME: print a figure of each backend, with the labels that are not empty.
of_backends()
{
	metrics | sed -nE "s/^node_ipvs_backend_$1\{(.*)\} /\1 /p" |
		sed -E 's/[a-z_]+="",?//g; s/[a-z_]+="([^"]*)",?/\1 /g; s/ +/ /g' | sort
}

topology l2
start_http
backends_setup l2 "$vip" 4
use_ipvs nf_dsr_ipvs
must on director ipvsadm -R <<-END
	-A -t $vip:80 -s wrr
	-a -t $vip:80 -r ${lan4}51:80 -g -w 2
	-a -t $vip:80 -r ${lan4}52:80 -g -w 1
	-A -u [$vip6]:53 -s rr
	-a -u [$vip6]:53 -r [${lan6}51]:53 -i
	-A -f 5 -s rr
	-a -f 5 -r ${lan4}53:0 -g -w 7
END
serve director prometheus-node-exporter --collector.disable-defaults --collector.ipvs \
	--web.listen-address="127.0.0.1:$port"
must wait_for listens director $port
check_eq "the exporter shows all backends with their weights" "00000005 0 FWM ${lan4}53 0 7
$vip 80 TCP ${lan4}51 80 2
$vip 80 TCP ${lan4}52 80 1
$vip6 53 UDP ${lan6}51 53 1" "$(of_backends weight)"
check_eq "clients are served" "4 b1 2 b2" "$(names 6 | sort | uniq -c | xargs)"
wait_eq "it shows their packets" "$(service_sum packets)" total incoming_packets
check_eq "and connections" 6 "$(total connections)"
check_eq "and bytes" "$(service_sum bytes)" "$(total incoming_bytes)"
check_eq "but none of the answers" "0 0" "$(total outgoing_packets) $(total outgoing_bytes)"
wait_eq "and how many connections there are" "$(service_sum active)" connections
must on director ipvsadm -C
check_eq "no backends are left" "" "$(of_backends weight)"
must wait_for unload_ipvs
