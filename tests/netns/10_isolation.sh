#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Isolation of the configuration: network namespaces, capabilities, and loading of the
# module by its name.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
service=(tcp "$vip4:80")
tracing=/sys/kernel/tracing

# Count the calls of the module's hook, as not every kernel can list hooks.
probe_hook()
{
	echo 'p:dsr_hook nf_dsr:dsr_hook' >>"$tracing/kprobe_events" &&
		echo 1 >"$tracing/events/kprobes/dsr_hook/enable"
}

unprobe_hook()
{
	echo 0 >"$tracing/events/kprobes/dsr_hook/enable" &&
		echo '-:dsr_hook' >>"$tracing/kprobe_events"
}

calls()
{
	awk '$1 == "dsr_hook" { print $2 }' "$tracing/kprobe_profile"
}

# hook_calls NODE 4|6: print the number of calls while the node receives 50 packets.
hook_calls()
{
	local before

	before=$(calls)
	on router ping -q -f -c 50 "$(address "$1" "$2")" >/dev/null
	echo $(($(calls) - before))
}

not_permitted()
{
	"$@" 2>&1 | grep -q 'not permitted'
}

unshare_user()
{
	unshare --user --map-root-user "$@"
}

powerless=(setpriv --bounding-set -net_admin --inh-caps -net_admin)

check_namespaces()
{
	must wait_for unload
	check "dsrctl loads the module by its family's name" dsr service show
	check "its hook can be watched" probe_hook
	check_eq "no hook is called without a service" "0 0" \
		"$(hook_calls director 4) $(hook_calls director 6)"
	must dsr service add "${service[@]}"
	check_that "with one, hooks of both families see its namespace's packets" \
		"$(hook_calls director 4) >= 50 && $(hook_calls director 6) >= 50"
	# Neighbour discovery may cause some calls, as it reaches the director, too.
	check_that "and not those of another one" \
		"$(hook_calls client 4) < 25 && $(hook_calls client 6) < 25"
	check_eq "another namespace does not see it" "[]" "$(dsrctl -n client -j service show)"
	check "and may have its own of that name" dsrctl -n client service add "${service[@]}"
	must dsrctl -n client flush
	must dsr service del "${service[@]}"
	check_eq "no hook is called after the last one" "0 0" \
		"$(hook_calls director 4) $(hook_calls director 6)"
	must unprobe_hook
}

check_capabilities()
{
	check "the root of a user namespace configures its network namespace" \
		unshare_user --net dsrctl service add "${service[@]}"
	check "but no other one" not_permitted unshare_user dsrctl service add "${service[@]}"
	check "without CAP_NET_ADMIN nobody configures" not_permitted \
		unshare_user --net "${powerless[@]}" dsrctl service add "${service[@]}"
	check "nor sees what is there" not_permitted \
		unshare_user --net "${powerless[@]}" dsrctl service show
}

topology l2
check_namespaces
check_capabilities
