#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Tables that fit 80 columns, rates in intervals, and metrics for Prometheus.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
udp=(udp "$vip4:53")

# header COMMAND...: print the titles of a table, and assert that no line is longer than 80.
header()
{
	dsr "$@" 2>/dev/null | awk 'length > 80 { print "too long: " $0 } NR == 1'
}

check_tables()
{
	check_eq "the module's defaults of services need no column" "PROTO SERVICE BACKENDS" \
		"$(header service show | tr -s ' ')"
	check_eq "nor do those of backends" "PROTO SERVICE BACKEND EFFECTIVE" \
		"$(header backend show | tr -s ' ')"
	check_eq "nor do errors that did not happen" \
		"PROTO SERVICE BACKEND EFFECTIVE FLOWS ACTIVE PACKETS BYTES" \
		"$(header -s backend show | tr -s ' ')"
	must dsr service change tcp "[$vip6]:80" scheduler wrr method ipip outer-source client
	must dsr backend change tcp "[$vip6]:80" "$(address b1 6)" weight 7 state drain \
		method gre outer-ttl 200
	check_eq "IPv6 leaves room for these columns" \
		"PROTO SERVICE BACKEND EFFECTIVE WEIGHT METHOD OUTER-TTL" \
		"$(header backend show | tr -s ' ')"
	check_eq "a warning has the others" \
		"warning: columns left out to fit the width: STATE (-w shows all)" \
		"$(dsr backend show 2>&1 >/dev/null)"
	check_eq "-w shows all" \
		"PROTO SERVICE BACKEND STATE HEALTH EFFECTIVE WEIGHT METHOD OUTER-SOURCE OUTER-TTL OPTIONS" \
		"$(dsr -w backend show | head -n 1 | tr -s ' ' | sed 's/ $//')"
	check_eq "the view of one backend is complete" \
		"PROTO SERVICE BACKEND STATE HEALTH EFFECTIVE WEIGHT METHOD OUTER-SOURCE OUTER-TTL OPTIONS" \
		"$(dsr backend show tcp "[$vip6]:80" "$(address b1 6)" | head -n 1 | tr -s ' ' |
			sed 's/ $//')"
	check_eq "a terminal that is wide gets all that is not the default" \
		"PROTO SERVICE BACKEND STATE EFFECTIVE WEIGHT METHOD OUTER-TTL" \
		"$(script -qec "stty cols 200; dsrctl -n director backend show" /dev/null |
			head -n 1 | tr -d '\r' | tr -s ' ')"
}

# refused OPTION...: print the message about options of service show.
refused()
{
	local output status=0

	output=$(dsr "$@" service show 2>&1) || status=$?
	echo "$status ${output#Error: }"
}

check_options()
{
	check_eq "an interval has a minimum" '1 interval "0.05": expected 0.1 to 86400 seconds' \
		"$(refused -s -i 0.05)"
	check_eq "and a form" '1 interval "1s": expected 0.1 to 86400 seconds' "$(refused -s -i 1s)"
	check_eq "a count is at least 1" '1 count "0": expected 1 to 4294967295' \
		"$(refused -s -i 1 -c 0)"
	check_eq "rates are of counters" \
		"1 --interval shows the rates of counters: expected --stats, too" "$(refused -i 1)"
}

# counted KEY: print what the rates of all blocks so far sum up to, for each backend.
counted()
{
	jq -rs "map(.[]) | group_by(.address) |
		map(map(.${1}_per_second * .seconds) | add | round | tostring) | join(\" \")" \
		"$work/rates" 2>/dev/null
}

blocks()
{
	[ "$(jq -s length "$work/rates")" -ge "$1" ]
}

# counters flows|packets: print the counter of each backend of the service.
counters()
{
	dsr -j -s backend show "${udp[@]}" |
		jq -r "[sort_by(.address)[].$1] | map(tostring) | join(\" \")"
}

# Write rates to a file until read_stop.
read_start()
{
	: >"$work/rates"
	dsrctl -n director -j -s -i 0.2 backend show "${udp[@]}" >"$work/rates" &
	reader=$!
	must wait_for blocks 1
}

read_stop()
{
	kill $reader
	wait $reader 2>/dev/null
}

# lowest: print the lowest rate of packets. jq 1.7 prints numbers as they were written, unless it
# has computed them.
lowest()
{
	jq -s 'map(.[].packets_per_second) | min + 0' "$work/rates"
}

# rated: print the backends of the last block.
rated()
{
	jq -rs 'last | map(.address) | sort | join(" ")' "$work/rates"
}

# The readings go on while packets come, so some intervals have packets and some have none.
check_rates()
{
	read_start
	crowd "$vip4" 53 "udp 30" >/dev/null
	wait_eq "the rates sum up to the new flows" "$(counters flows)" counted flows
	wait_eq "to the packets" "$(counters packets)" counted packets
	crowd "$vip4" 53 "udp 30" >/dev/null
	wait_eq "and so they do again" "$(counters packets)" counted packets
	read_stop
	check_eq "a byte has 8 bits" \
		"$(dsr -j -s backend show "${udp[@]}" | jq '[.[].bytes] | add')" \
		"$(jq -s 'map(.[] | .bits_per_second * .seconds / 8) | add | round' "$work/rates")"
	check "each block is an array of the backends" \
		jq -se 'length > 3 and all(.[]; length == 3)' "$work/rates"
	check_eq "some intervals had no packets" 0 "$(lowest)"
}

# A backend that is deleted and added again, and one that is deleted.
check_new_counters()
{
	read_start
	must dsr backend del "${udp[@]}" "$(address b1 4)"
	must dsr backend add "${udp[@]}" "$(address b1 4)"
	must dsr backend del "${udp[@]}" "$(address b2 4)"
	wait_eq "a backend that was deleted is gone" "$(address b1 4) $(address b3 4)" rated
	read_stop
	check_eq "counters that went back give no negative rates" 0 "$(lowest)"
}

check_blocks()
{
	dsr -s -i 0.1 -c 3 service show "${udp[@]}" >"$work/text"
	check_eq "a count ends it" 3 "$(grep -c '^PROTO' "$work/text")"
	check_eq "blocks begin with the time" 3 \
		"$(grep -cE '^[0-9-]{10}T[0-9:.]{15}[+-][0-9:]{5}, [0-9.]+ seconds$' "$work/text")"
	dsr -s -i 0.1 -c 1 service show "${udp[@]}" | grep -q BITS/S
	check_eq "a reader that exits is no matter" "0 0" "${PIPESTATUS[*]}"
}

# metric NAME LABELS: print the value of a sample.
metric()
{
	awk -v sample="nf_dsr_$1{$2}" 'index($0, sample " ") == 1 { print $NF }' "$work/nf_dsr.prom"
}

# Write metrics to a pipe. Print how many lines come out of it.
through_pipe()
{
	mkfifo "$work/pipe"
	dsr metrics -o "$work/pipe" &
	grep -c . <"$work/pipe"
	wait $!
}

check_metrics()
{
	local b1

	b1="service=\"${udp[*]}\",backend=\"$(address b1 4)\",proto=\"udp\""
	check "metrics are written to a file" dsr metrics -o "$work/nf_dsr.prom"
	check "promtool has nothing to say about them" promtool check metrics <"$work/nf_dsr.prom"
	check_eq "a backend has its packets" \
		"$(dsr -j -s backend show "${udp[@]}" "$(address b1 4)" | jq '.[0].packets')" \
		"$(metric backend_packets_total "$b1")"
	check_eq "and its states" "1 0 1 0 0" \
		"$(metric backend_health "$b1,state=\"up\"") $(metric backend_health "$b1,state=\"down\"") $(
		metric backend_admin_state "$b1,state=\"active\"") $(
		metric backend_admin_state "$b1,state=\"drain\"") $(
		metric backend_admin_state "$b1,state=\"down\"")"
	check_eq "shares of two backends with equal weights" 0.5 "$(metric backend_share_ratio "$b1")"
	check_eq "each reason has a series before it happens" \
		"$(dsr -j stats show | jq '.[0].drops | length')" \
		"$(grep -c '^nf_dsr_drops_total{' "$work/nf_dsr.prom")"
	check_eq "a service of a mark has a name, too" 0 \
		"$(metric service_flows 'service="mark 7%red/ipv6",proto="any"')"
	check_eq "others may read the file, which has the place to itself" "644 nf_dsr.prom" \
		"$(stat -c %a "$work/nf_dsr.prom") $(find "$work" -name '*nf_dsr.prom*' -printf '%f ' |
			sed 's/ $//')"
	check_eq "the standard output gets the same" "$(grep -c . "$work/nf_dsr.prom")" \
		"$(dsr metrics | grep -c .)"
	check_eq "a pipe gets it, too, and stays one" "$(grep -c . "$work/nf_dsr.prom") yes" \
		"$(through_pipe) $([ ! -p "$work/pipe" ] || echo yes)"
}

topology l2
backends_setup l2 "$vip4" 4
echo_start 53 "$vip4"
must dsr service add "${udp[@]}" method l2 scheduler maglev
backends_add 4 "${udp[@]}"
must dsr service add tcp "[$vip6]:80"
must dsr backend add tcp "[$vip6]:80" "$(address b1 6)"
check_tables
check_options
check_rates
check_new_counters
check_blocks
must dsr service add mark 7%red/ipv6
check_metrics
