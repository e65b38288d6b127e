#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Memory: how much many services need, which control group is charged for flows, and that
# the kernel refuses a request that needs too much memory instead of killing a process.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
# With a table of 256 KiB for each, so many services would need more than all memory.
many=$(awk '/^MemTotal/ { print int($2 / 256) + 1 }' /proc/meminfo)
dmesg_mark="nf_dsr memory scenario $RANDOM"
echo "$dmesg_mark" >/dev/kmsg

# Print the kernel log since the mark, or all of it if the mark is already lost.
log()
{
	dmesg | awk -v mark="$dmesg_mark" '
		index($0, mark) { n = 0; next }
		{ line[++n] = $0 }
		END { for (i = 1; i <= n; i++) print line[i] }'
}

# services N WEIGHT: print a batch of N services with two backends each. WEIGHT is an awk
# expression for the weight of one of them; NR gives each service another weight. A table
# takes a quarter of a MiB.
services()
{
	seq "$1" | awk -v a="$(address b1 4)" -v b="$(address b2 4)" '{
		key = "udp 192.0.2.80:" $1
		print "service add " key " table-size 131071"
		print "backend add " key " " a " weight " '"$2"'
		print "backend add " key " " b
	}'
}

# refused TEXT COMMAND...: assert that dsrctl fails for lack of memory.
refused()
{
	local text=$1 output

	shift
	if output=$("$@" 2>&1); then
		not_ok "$text" "it was accepted"
	elif [[ $output == *"not enough memory"* ]]; then
		ok "$text"
	else
		not_ok "$text" "$output"
	fi
}

available()
{
	awk '/^MemAvailable/ { print $2 }' /proc/meminfo
}

# Check many equal services. They share a table; with one each, memory would not suffice.
check_many()
{
	services "$many" 5 >"$work/equal"
	check "$many services with equal backends fit" dsr -a -b "$work/equal"
	check_eq "a client of the last one is answered" 20 \
		"$(crowd "$vip4" "$many" "udp 20" | jq 'add')"
	must dsr flush
}

# Check that a large commit is refused while files in a tmpfs use nearly all memory.
check_short()
{
	local i=0 few excess

	mkdir "$work/hog"
	must mount -t tmpfs -o size=100% none "$work/hog"
	few=$(awk '/^MemTotal/ { print int($2 / 15) }' /proc/meminfo)
	while excess=$(($(available) - few)); ((excess > 0)); do
		i=$((i + 1))
		fallocate -l $((excess > 32768 ? excess / 2 : 16384))K "$work/hog/$i" || break
	done
	services 400 NR >"$work/distinct"
	refused "where memory is short a large commit is refused, with a reason" \
		dsr -a -b "$work/distinct"
	check_eq "and nothing of it is done" 0 "$(service_count)"
	umount "$work/hog"
}

check_min_flows()
{
	reload min_flows=60000000 max_flows=60000000
	check "room for flows beyond a quarter of the memory is not taken, and that is said" \
		grep -q "min_flows=60000000 would take more than a quarter" <(log)
	must dsr service add udp "$vip4:53"
	must dsr backend add udp "$vip4:53" "$(address b1 4)"
	check_eq "a client is served" '{"b1":1}' "$(crowd "$vip4" 53 "udp 1" | jq -c .)"
	check "there is room for many flows" wait_for buckets_above 100000
	must dsr flush
	reload min_flows=100000
}

buckets_above()
{
	(($(dsr -j stats show | jq '.[0].buckets') > $1))
}

topology l2
backends_setup l2 "$vip4" 4
echo_start "$many" "$vip4"
check_many
check_short
stop_backends
echo_start 53 "$vip4"
check_min_flows
packets memory.py "$(often_on_stock 5000 1000)"
check_not "nobody was killed for want of memory" grep -iE 'out of memory|oom-kill' <(log)
must dsr flush
reload
