# shellcheck shell=bash disable=SC2154 # here and work are of whoever reads this
# SPDX-License-Identifier: GPL-2.0-or-later
# Run Python programs in copies of a process that has already loaded the modules that they
# need; see tools/warm.py.

# start_warm: start that process, for this script and all that it starts.
start_warm()
{
	export warm_requests=/run/warm
	mkfifo $warm_requests
	/usr/bin/python3 "$here/tools/warm.py" $warm_requests &
	warm=$!
	# A plain "wait" must not wait for this process.
	disown $warm
}

# Kill the programs that a scenario started but did not wait for.
reset_warm()
{
	pkill -KILL -P "$warm"
}

# warm NODE PROGRAM [ARGUMENT...]: run a program, in the network namespace of the node if it
# is not empty. Return its exit status.
warm()
{
	local reply=$work/warm.$BASHPID status words fd

	[ -p "$reply" ] || mkfifo "$reply"
	printf -v words '%q ' "$reply" "$BASHPID" "$@"
	# Open the FIFO before the reply can arrive, and for writing, too, so that reading
	# never sees its end.
	exec {fd}<>"$reply"
	# Write the request in a subshell, and read with -u: a redirection would temporarily
	# change the standard files of this shell, which the program uses.
	(echo "$words" >"$warm_requests")
	read -r -u "$fd" status
	exec {fd}>&-
	return "$status"
}
