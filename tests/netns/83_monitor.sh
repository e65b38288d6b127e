#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# dsrctl monitor while the module is loaded and unloaded, and when its reader ends.

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
