# shellcheck shell=bash disable=SC2154 # work is of lib.sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What "dsrctl doctor" finds on the director, and its cures.

# findings: print the severity, the id and the object of each finding, but for the counters of
# what was dropped before. Keep the answer in $work/findings.
findings()
{
	dsr -j doctor >"$work/findings"
	jq -r '.[] | select(.id | startswith("drop-") | not) |
		"\(.severity) \(.id) \(.about)"' "$work/findings"
}

# cure [EXPRESSION]: print the cures that findings() has kept, with what their words in capitals
# stand for.
cure()
{
	jq -r '.[] | select(.id | startswith("drop-") | not).cure' "$work/findings" | sed "${1-}"
}

check_healthy()
{
	check_eq "$1: the doctor finds nothing" "" "$(findings)"
}

# cured FINDING [EXPRESSION]: assert that this is all that the doctor finds, that its cure runs
# as it is printed, and that nothing is found afterwards.
cured()
{
	local command

	check_eq "found: $1" "$1" "$(findings)"
	command=$(cure "${2-}")
	check "$1: its cure runs: $command" bash -c "$command"
	wait_eq "$1: then it is gone" "" findings
}

# diagnosis: print the exit status of the doctor.
diagnosis()
{
	local status=0

	dsr doctor >"$work/diagnosis" || status=$?
	echo $status
}

# widest FILE: print the length of the longest line.
widest()
{
	awk '{ if (length($0) > n) n = length($0) } END { print n }' "$1"
}
