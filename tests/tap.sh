# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# TAP output for test scripts: one line for each check, and the plan at the end.

tap_count=0
tap_failed=0

# report STATUS NAME [OUTPUT]: print one result, and OUTPUT if the check failed.
report()
{
	tap_count=$((tap_count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $tap_count - $2"
		return
	fi
	tap_failed=$((tap_failed + 1))
	echo "not ok $tap_count - $2"
	[ -z "${3-}" ] || printf '# %s\n' "${3//$'\n'/$'\n# '}"
}

# check NAME COMMAND...: pass if the command exits with status 0.
check()
{
	local name=$1 output status=0

	shift
	output=$("$@" 2>&1) || status=$?
	report $status "$name" "$output"
}

finish()
{
	echo "1..$tap_count"
	[ $tap_failed -eq 0 ]
	exit
}
