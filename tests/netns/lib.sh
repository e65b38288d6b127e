# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Functions for all scenarios: assertions, waiting, the director's counters. topology.sh
# has the networks. A scenario prints one line for each assertion to standard output;
# tests/netns/run numbers the lines and adds its own.

set -u

here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
tools=$here/tools
work=$(mktemp -d)
failed=0
# The scenario's own output, also while a command's is captured.
exec {tap}>&1
# A pipe to which nobody writes. A read with a timeout sleeps, and starts no process.
exec {nothing}<> <(:)

# shellcheck source=tests/netns/patience.sh
. "$here/patience.sh"
# shellcheck source=tests/netns/warm.sh
. "$here/warm.sh"
# shellcheck source=tests/netns/topology.sh
. "$here/topology.sh"

# often FULL FEW: print FULL in user-mode Linux, and FEW on the kernels that are emulated. So
# only one kernel runs the tests with large numbers, at the processor's own speed.
often()
{
	if grep -q "User Mode Linux" /proc/cpuinfo; then
		echo "$1"
	else
		echo "$2"
	fi
}

# often_on_stock FULL FEW: print FULL on kernels as Debian ships them. For tests whose large
# numbers need memory without a checker's, or a watchdog.
often_on_stock()
{
	case $(uname -r) in
	*-amd64) echo "$1" ;;
	*) echo "$2" ;;
	esac
}

# host_cache: print where the host's cache is, see tests/vm/lib.sh. Its user may not be this one.
host_cache()
{
	local program

	program=$(readlink -f "$(command -v ipvsadm)")
	echo "${program%/tools/*}"
}

ok()
{
	echo "ok - $1"
}

comment()
{
	sed 's/^/# /'
}

# not_ok TEXT [DIAGNOSTICS]: print a failed assertion, with diagnostics.
not_ok()
{
	echo "not ok - $1"
	[ -z "${2-}" ] || comment <<<"$2"
	failed=1
}

# capture COMMAND...: run a command in this shell, and put what it prints into $captured. Return
# its exit status. Unlike "$(...)", this starts no process, which emulation makes expensive.
capture()
{
	local status=0 file=$work/captured.$BASHPID.${#FUNCNAME[@]}

	: >"$file"
	"$@" >>"$file" 2>&1 || status=$?
	IFS= read -rd '' captured <"$file"
	while [ "${captured%$'\n'}" != "$captured" ]; do
		captured=${captured%$'\n'}
	done
	return $status
}

# check TEXT COMMAND...: assert that the command succeeds.
check()
{
	if capture "${@:2}"; then
		ok "$1"
	else
		not_ok "$1" "${*:2}: status $?"$'\n'"$captured"
	fi
}

# check_not TEXT COMMAND...: assert that the command fails.
check_not()
{
	if capture "${@:2}"; then
		not_ok "$1" "${*:2} succeeded"$'\n'"$captured"
	else
		ok "$1"
	fi
}

# check_eq TEXT EXPECTED ACTUAL: assert that both strings are equal.
check_eq()
{
	if [ "$2" = "$3" ]; then
		ok "$1"
	else
		not_ok "$1" "expected: $2"$'\n'"seen: $3"
	fi
}

# check_that TEXT EXPRESSION: assert that the arithmetic expression is not 0.
check_that()
{
	if (($2)); then
		ok "$1"
	else
		not_ok "$1" "not so: $2"
	fi
}

# wait_for COMMAND...: wait until the command succeeds, for $patience seconds at most. Between
# tries it pauses for 0.1 s to 0.3 s, longer each time, because each try takes processor time from
# what it waits for.
wait_for()
{
	local end=$((SECONDS + patience)) tenths=0

	until "$@" >/dev/null 2>&1; do
		((SECONDS < end)) || return 1
		tenths=$((tenths < 3 ? tenths + 1 : 3))
		read -rt 0.$tenths -u "$nothing" || :
	done
}

# wait_eq TEXT EXPECTED COMMAND...: wait until the command prints EXPECTED, and assert it.
wait_eq()
{
	local captured

	wait_for prints "${@:2}"
	check_eq "$1" "$2" "$captured"
}

# prints EXPECTED COMMAND...: succeed if the command prints EXPECTED.
prints()
{
	capture "${@:2}"
	[ "$captured" = "$1" ]
}

# on NODE COMMAND...: run the command in the node's network namespace.
on()
{
	in-node "$@"
}

dsr()
{
	dsrctl -n director "$@"
}

# commit LINE...: run the lines as a transaction. Print the first line of its output, without
# the directory of its file.
commit()
{
	local output

	printf '%s\n' "$@" >"$work/lines"
	output=$(dsr -a -b "$work/lines" 2>&1)
	head -n 1 <<<"${output//"$work/"/}"
}

# ingress_hook on|off: register the ingress hook of the director's device, or remove it, whatever
# ingress_hook_debug() did.
ingress_hook()
{
	dsr device del eth0 >/dev/null 2>&1
	[ "$1" = off ] || must dsr device add eth0
}

# unload: unload the modules, unless none is loaded. For wait_for.
unload()
{
	[ ! -e /sys/module/nf_dsr_ipvs ] || rmmod nf_dsr_ipvs 2>/dev/null || return
	rmmod nf_dsr 2>/dev/null || [ ! -e /sys/module/nf_dsr ]
}

# reload PARAMETER...: load the module again, with these parameters.
reload()
{
	must wait_for unload
	must modprobe nf_dsr "$@"
}

# must COMMAND...: run a command of the set-up. End the scenario if it fails.
must()
{
	capture "$@" && return
	not_ok "set-up: $*" "$captured"
	exit 1
}

# host ADDRESS: print the address as it is written before a port.
host()
{
	case $1 in
	*:*) echo "[$1]" ;;
	*) echo "$1" ;;
	esac
}

# backends_add FAMILY PROTOCOL VIP:PORT [OPTION...]: add all backends to a service, by
# their addresses of the family.
backends_add()
{
	local family=$1 service=("$2" "$3") backend

	shift 3
	for backend in $backends; do
		must dsr backend add "${service[@]}" "$(address "$backend" "$family")" "$@"
	done
}

# serve_any METHOD 4|6 [4|6 [KEYWORD VALUE]...]: add a service for all packets to the VIP,
# with all backends. The numbers are the families of the VIP and, if it differs, of the
# backends; the keywords are further options of the service. The seed is fixed, so that the
# few flows of a scenario reach all backends.
serve_any()
{
	local vip=vip$2

	vip=${!vip}
	must dsr service add any "$vip" method "$1" seed 0 "${@:4}"
	backends_add "${3-$2}" any "$vip"
}

# service_sum flows|packets|bytes|active: print the sum over all services.
service_sum()
{
	dsr -j -s service show | jq "[.[].$1] | add // 0"
}

# backend_counts flows|packets|bytes|active: print the count of each backend, in the order
# of addresses.
backend_counts()
{
	dsr -j -s backend show | jq -r "[sort_by(.address)[].$1] | map(tostring) | join(\" \")"
}

service_count()
{
	dsr -j service show | jq length
}

# generation: print the generation of the configuration.
generation()
{
	dsr -j stats show | jq '.[0].generation'
}

# rule_counts NODE FAMILY TABLE CHAIN: print how many packets each rule of a chain counted.
rule_counts()
{
	on "$1" nft -j list chain "${@:2}" |
		jq -c '[.nftables[].rule.expr // empty | .[].counter.packets // empty]'
}

# take_count FAMILY TABLE COUNTER: print how many packets a counter of the director's rules
# counted since the last call.
take_count()
{
	on director nft -j reset counter "$@" | jq '.nftables[1].counter.packets'
}

# drops REASON: print how many packets were dropped for this reason.
drops()
{
	dsr -j stats show | jq ".[0].drops.$1"
}

# check_drops_only "REASON...": assert that the director dropped packets for no other
# reasons. It need not have dropped any for these.
check_drops_only()
{
	check_eq "the director dropped nothing${1:+ but for being $1}" "{}" \
		"$(dsr -j stats show | jq -c --arg but "$1" \
			'.[0].drops | with_entries(select(.value != 0)) |
			 delpaths($but | split(" ") | map([.]))')"
}

check_no_drops()
{
	check_drops_only ""
}

# crowd ADDRESS PORT COMMAND: run one command of tools/crowd.py, and print its answer.
crowd()
{
	warm client "$tools/crowd.py" "$1" "$2" <<<"$3"
}

# crowd_start ADDRESS PORT: start a tools/crowd.py that runs until crowd_stop, for tell.
crowd_start()
{
	local from to

	coproc CROWD { warm_reply=$work/crowd warm client "$tools/crowd.py" "$1" "$2"; }
	exec {from_crowd}<&"${CROWD[0]}" {to_crowd}>&"${CROWD[1]}"
	from=${CROWD[0]} to=${CROWD[1]}
	exec {from}<&- {to}>&-
}

# tell COMMAND...: send a command to the crowd, and print its answer.
tell()
{
	local answer

	echo "$*" >&"$to_crowd"
	read -r -t $((patience * 4)) answer <&"$from_crowd"
	echo "$answer"
}

# End the crowd, by the end of its input.
crowd_stop()
{
	local pid=$CROWD_PID

	exec {from_crowd}<&- {to_crowd}>&-
	wait "$pid"
}

# packets FILE [ARGUMENT...]: run a part of the scenario that is written in Python and
# prints assertions.
# shellcheck disable=SC2317
packets()
{
	local status=0

	warm "" "$here/packets/$1" "${@:2}" 2>&1 || status=$?
	case $status in
	0) ;;
	3) failed=1 ;;
	*) not_ok "$1 ran to its end" "status $status" ;;
	esac
}

# monitor_start FILE: write all events to the file, until monitor_stop. The file is emptied first: the
# monitor opens it only when it runs, and an older one's "ready" would end the wait before that.
monitor_start()
{
	: >"$1"
	dsrctl -n director -j monitor >"$1" &
	monitor=$!
	must wait_for grep -q '"ready"' "$1"
}

monitor_stop()
{
	kill "$monitor"
	wait "$monitor" 2>/dev/null || true
}

diagnose()
{
	local node

	if command -v dsrctl >/dev/null && [ -e /run/netns/director ]; then
		dsr -s service show
		dsr -s backend show
		dsr flow show | head -n 20
		dsr stats show
	fi 2>&1
	for node in $(nodes); do
		[ -e "/run/netns/$node" ] || continue
		echo "--- $node"
		ip -n "$node" -brief address
		on "$node" nft list counters
	done 2>&1 | grep -v '^$'
	head -n 40 "$work"/*.log "$work"/captured."$$".* 2>/dev/null
	dmesg | tail -n 20
}

# A command whose output is captured may end the scenario, so this has the scenario's own output.
finish()
{
	local status=$?

	exec >&"$tap" 2>&1
	if [ $failed -ne 0 ] || [ $status -ne 0 ]; then
		diagnose | comment
	fi
	remove_topology
	rm -rf "$work"
	# Status 1: an assertion failed; 2: the scenario did not run to its end.
	[ $status -eq 0 ] || exit 2
	exit $failed
}
trap finish EXIT
trap 'exit 1' INT TERM
