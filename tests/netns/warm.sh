# shellcheck shell=bash disable=SC2154 # here and work are of whoever reads this
# SPDX-License-Identifier: GPL-2.0-or-later
# Python programs in copies of a process that has loaded what they need; see
# tools/warm.py.

# start_warm: have that process, for all scripts that this one starts.
start_warm()
{
	export warm_requests=/run/warm
	mkfifo $warm_requests
	/usr/bin/python3 "$here/tools/warm.py" $warm_requests &
	warm=$!
	# Who waits for all that was started does not mean this.
	disown $warm
}

# Programs that nobody waited for.
reset_warm()
{
	pkill -KILL -P "$warm"
}

# warm NODE PROGRAM [ARGUMENT...]: a program, in the node's network namespace if one is
# named.
warm()
{
	local reply=$work/warm.$BASHPID status words fd

	[ -p "$reply" ] || mkfifo "$reply"
	printf -v words '%q ' "$reply" "$BASHPID" "$@"
	# Open before the answer can come, and for writing, too, so that it has no end.
	exec {fd}<>"$reply"
	# Not in this shell, and with -u, so that its files are not others for a moment.
	(echo "$words" >"$warm_requests")
	read -r -u "$fd" status
	exec {fd}>&-
	return "$status"
}
