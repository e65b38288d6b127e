#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# dsrctl monitor while the module is loaded and unloaded, when it cannot keep up, and when its
# reader ends.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

# Start a monitor that writes to a file.
listen()
{
	dsrctl -n director -j monitor >"$work/events" 2>"$work/warnings" &
	monitor=$!
}

events()
{
	jq -r '"\(.event) \(.vip // "-")"' "$work/events"
}

# has_events LINE...: succeed if these are the events so far.
has_events()
{
	[ "$(events)" = "$(printf '%s\n' "$@")" ]
}

# without_time FORM OPTION...: print an event, which begins with a time of this form, without it.
without_time()
{
	: >"$work/times"
	dsrctl -n director "${@:2}" monitor >"$work/times" &
	monitor=$!
	wait_for grep -q ready "$work/times"
	kill $monitor
	wait $monitor 2>/dev/null
	sed -E "s/$1//" "$work/times"
}

check_times()
{
	check_eq "-t prints the time as ip does" $'\nready' "$(without_time \
		'^Timestamp: [A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-9]{2} [0-9:]{8} [0-9]{4} [0-9]{1,6} usec$' -t)"
	check_eq "and so does -ts" "ready" "$(without_time \
		'^\[[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{6}\] ' -ts)"
	check_eq "JSON has the zone, too" '{"event":"ready"}' "$(without_time \
		'"time":"[0-9-]{10}T[0-9:]{8}\.[0-9]{6}[+-][0-9]{2}:[0-9]{2}",' -j -t)"
}

# A monitor that is stopped misses changes when its buffer is full. In a user namespace of its own,
# it cannot have a larger one than rmem_max, which is large by default on newer kernels.
check_overrun()
{
	local limit=/proc/sys/net/core/rmem_max before

	before=$(cat $limit)
	echo 212992 >$limit
	# When its time is up, the script prints its processes and how much the monitor has written.
	cat >"$work/script" <<-END
		trap 'ps -o pid,stat,args --ppid \$\$; wc "$work"/{events,warnings}
			kill -KILL \$monitor; exit 1' TERM
		: >"$work/events"
		dsrctl -j monitor >"$work/events" 2>"$work/warnings" &
		monitor=\$!
		until grep -q ready "$work/events"; do sleep 0.1; done
		kill -STOP \$monitor
		for i in {1..3}; do
			printf 'service add tcp 192.0.2.%d:80\n' {1..250}
			echo flush
		done | dsrctl -b -
		kill -CONT \$monitor
		until grep -q resync "$work/events"; do sleep 0.1; done
		dsrctl -j stats show >"$work/overrun"
		dsrctl service add tcp 192.0.2.251:80
		until grep -q '192.0.2.251"' "$work/events"; do sleep 0.1; done
		kill \$monitor
	END
	check "the monitor goes on after it was stopped" timeout --foreground -k 10 "$patience" \
		unshare --user --map-root-user --net bash "$work/script"
	echo "$before" >$limit
	check_eq "it says that changes were lost, and when none is any more" "ready lost resync" \
		"$(jq -r 'select(.generation == null or .event == "resync").event' "$work/events" |
			tr '\n' ' ' | sed 's/ $//')"
	check_eq "with the generation" "$(jq '.[0].generation' "$work/overrun")" \
		"$(jq 'select(.event == "resync").generation' "$work/events")"
	check_eq "the next change is the next generation" \
		"service_new $(($(jq '.[0].generation' "$work/overrun") + 1))" \
		"$(tail -n 1 "$work/events" | jq -r '"\(.event) \(.generation)"')"
	check_that "and changes were missed indeed" \
		"$(grep -c service_new "$work/events") < 3 * 250"
}

topology l2
listen
check "it says when it listens" wait_for has_events "ready -"
must dsr service add tcp 192.0.2.1:80
must dsr service del tcp 192.0.2.1:80
must rmmod nf_dsr
must modprobe nf_dsr
check "it waits for the module" wait_for has_events "ready -" "service_new 192.0.2.1" \
	"service_del 192.0.2.1" "gone -" "ready -"
check_eq "and says so" '{"warning":"the module was unloaded: waiting until it is loaded again"}' \
	"$(cat "$work/warnings")"
must dsr service add tcp 192.0.2.2:80
check "it hears the module that was loaded again" wait_for has_events "ready -" \
	"service_new 192.0.2.1" "service_del 192.0.2.1" "gone -" "ready -" "service_new 192.0.2.2"
kill $monitor
wait $monitor 2>/dev/null

# The reader ends after one line. The monitor has nothing to write after that.
mkfifo "$work/pipe"
head -n 1 "$work/pipe" >"$work/events" &
reader=$!
dsrctl -n director -j monitor >"$work/pipe" 2>"$work/warnings" &
monitor=$!
wait $reader
wait $monitor
check_eq "it ends when nobody reads what it writes" 1 $?
check_eq "and says why" "Error: standard output: Broken pipe" \
	"$(sed 's/^{"error":"\(.*\)"}$/Error: \1/' "$work/warnings")"
check_eq "after the one line" "ready -" "$(events)"
check_times
check_overrun
