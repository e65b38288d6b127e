# shellcheck shell=bash disable=SC2034,SC2154 # here, work and warm_pid are of whoever reads this
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
# is not empty. Return its exit status. A subshell for "$(...)" uses the FIFO of its parent, which
# waits; one that runs in the background at the same time must set $warm_reply to another FIFO.
warm()
{
	local answer

	ask_warm run "$@"
	return "$answer"
}

# warm_start NODE PROGRAM [ARGUMENT...]: start a program in the same way, and put the number of its
# process into $warm_pid. It is not a child of this shell. Fail if there is no such process.
warm_start()
{
	local answer

	ask_warm start "$@"
	warm_pid=$answer
	[ -n "$warm_pid" ]
}

# ask_warm run|start NODE PROGRAM [ARGUMENT...]: send a request, and put what comes into $answer.
ask_warm()
{
	local reply=${warm_reply-$work/warm} in out err fd words

	[ -p "$reply" ] || mkfifo "$reply"
	# The program uses copies of the standard files: the redirection of the request changes
	# those of this shell for a moment. Open the FIFO before the reply can arrive, and for
	# writing, too, so that reading never sees its end.
	exec {in}<&0 {out}>&1 {err}>&2 {fd}<>"$reply"
	printf -v words '%q ' "$1" "$reply" "$BASHPID" "$in" "$out" "$err" "${@:2}"
	echo "$words" >"$warm_requests"
	read -r -u "$fd" answer
	exec {in}<&- {out}>&- {err}>&- {fd}>&-
}
