#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Add services and backends, change them and delete them, under traffic: a thousand times on
# a debug kernel, and a hundred times where each command is slow.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
cycles=100
[ ! -e /sys/kernel/debug/kmemleak ] || grep -q TCG /proc/cpuinfo || cycles=1000

# Print the commands of one cycle: they add, change and delete the services that the traffic
# is for, in all ways. The tables are small, as each command creates one.
cycle()
{
	local key="any $vip4" key6="udp [$vip6]:9"

	cat <<-END
		service add $key method l2 scheduler $1 table-size 251
		backend add $key $(address b1 4)
		backend add $key $(address b2 4) method ipip weight 3
		backend add $key $(address b3 4) method gre
		service add $key6 method ipip table-size 251
		backend add $key6 $(address b1 4)
		backend add $key6 $(address b2 6)
		backend change $key $(address b1 4) weight 5 state drain
		backend replace $key $(address b3 4) method l2
		backend del $key $(address b2 4)
		service replace $key scheduler $1 table-size 251 timeout udp 1
		service del $key6
		service del $key
	END
}

# Run further cycles until enough packets crossed the director. How many do so during one
# cycle depends on the machine.
more()
{
	(($(counter out director request packets) > 100)) || { dsr -b "$work/cycle"; false; }
}

topology l2
on client /usr/bin/python3 "$tools/noise.py" 9 "$vip4" "$vip6" >"$work/noise" 2>&1 &
cycle maglev >"$work/cycle"
cycle wrr >>"$work/cycle"
for ((i = 0; i < cycles; i += 2)); do
	cat "$work/cycle"
done >"$work/batch"
reset_counters
check "$cycles cycles, $(wc -l <"$work/batch") commands, are all accepted" \
	dsr -b "$work/batch"
check "packets were forwarded meanwhile" wait_for more
check_eq "nothing is left" "[]" "$(dsr -j service show)"
check "flows of deleted backends are gone" wait_for prints 0 dsr flow count
