#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# T27: replace one configuration by another, many times, while clients send.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
rounds=$(often 100 30)

# configuration WEB DRAIN [SERVICE]: print a configuration, as a batch. Both configurations
# have the services that clients use, with all backends; in all else they differ.
configuration()
{
	local backend state

	echo flush
	echo "service add tcp $vip4:80 $1"
	echo "service add udp $vip4:53 $1"
	[ -z "${3-}" ] || echo "service add tcp $vip4:443"
	for backend in $backends; do
		state="weight ${backend#b} state active"
		[ "$backend" != "$2" ] || state="state drain"
		echo "backend add tcp $vip4:80 $(address "$backend" 4) $state"
		echo "backend add udp $vip4:53 $(address "$backend" 4)"
		[ -z "${3-}" ] || echo "backend add tcp $vip4:443 $(address "$backend" 4)"
	done
}

# Load both configurations alternately. The rounds begin with the other one, as the first is
# there already: loading it again would change nothing.
alternate()
{
	local i

	for ((i = 0; i < rounds / 2; i++)); do
		dsr -a -b "$work/other" && dsr -a -b "$work/one" || return
	done
}

# all_kept N: print the crowd's answer if all of N connections keep their backend.
all_kept()
{
	echo "{\"kept\": $1}"
}

topology l2
backends_setup l2 "$vip4" 4
echo_start 80 "$vip4"
configuration "on-delete reject no-backend reject" "" >"$work/one"
configuration "scheduler wrr seed 7 unmatched reject" b3 more >"$work/other"
must dsr -a -b "$work/one"
crowd_start "$vip4" 80
must grep -q b3 <<<"$(tell open 100)"
monitor_start "$work/events"
first=$(generation)
alternate >"$work/alternate.log" 2>&1 &
alternation=$!
n=100 rest=
while kill -0 $alternation 2>/dev/null; do
	tell open 5 >/dev/null
	((n += 5))
	answer=$(tell talk)
	[ "$answer" = "$(all_kept $n)" ] || rest+=$answer
done
check "$rounds replacements are done" wait $alternation
check_eq "meanwhile no connection of $n moved or broke" "" "$rest"
check_eq "nor afterwards" "$(all_kept $n)" "$(tell talk)"
check_eq "each replacement was one generation" "$rounds" $(($(generation) - first))
# shellcheck disable=SC2317 # by wait_eq
commits()
{
	grep -c '"event":"commit"' "$work/events"
}
wait_eq "and one event" "$rounds" commits
monitor_stop
check_eq "of generations that follow one another" "$(seq $((first + 1)) $((first + rounds)))" \
	"$(jq 'select(.event == "commit").generation' "$work/events")"
check_no_drops
crowd_stop
