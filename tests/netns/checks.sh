# shellcheck shell=bash disable=SC2154 # work is of lib.sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Scenarios about the types of dsrd's checks. Each has a function "checks", which prints lines of a
# name, a type and keys; the name begins with what the check must find.

# How often they are made: in emulation, a second is too short for all of them. A scenario with many,
# or with slow servers, may set its own.
times="interval: $(often 1 8), fast-interval: 0.5, timeout: 0.9"

# names FROM TO: print the names of these checks, as a list in YAML.
names()
{
	checks | sed -n "$1,$2s/ .*//p" | paste -sd,
}

# write_checks SCRIPT: print the checks as those of a file, with words in capitals replaced by a
# script for sed.
write_checks()
{
	local check type options

	cat <<-END
		version: 1
		checks:
	END
	checks | sed "$1" | while read -r check type options; do
		echo "  - {name: $check, type: $type${options:+, $options}," \
			"$times, rise: 2, fall: 2}"
	done
}

# wrong: print the checks that do not find what their names say.
wrong()
{
	dsr -j health checks |
		jq -r '.[] | select((.check | split("-")[0]) != .state) | "\(.check) \(.target): \(.state): \(.reason)"'
}

# reason CHECK: print the reason that a check of the path gives, or one at the own address.
reason()
{
	dsr -j health checks | jq -r --arg check "$1" 'map(select(.check == $check)) | sort_by(.target) | last.reason'
}

# made: print how many checks of the path and of the own address are made.
made()
{
	dsr -j health checks |
		jq -r 'map(.target) | "\(map(select(. == "path")) | length) \(map(select(. == "host")) | length)"'
}

# start_dsrd: start dsrd with the file, and wait until it answers.
start_dsrd()
{
	check "the file is applied" dsr apply "$work/file.yaml"
	dsrd -n director -f "$work/file.yaml" >"$work/dsrd.log" 2>&1 &
	# shellcheck disable=SC2034 # of the scenario
	dsrd=$!
	must wait_for dsr health show
}
