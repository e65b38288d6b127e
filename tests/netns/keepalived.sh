# shellcheck shell=bash disable=SC2154 # for what lib.sh and topology.sh set
# SPDX-License-Identifier: GPL-2.0-or-later
# keepalived on nodes of the topology.

# The program and its arguments, see keepalived_of.
keepalived=(keepalived)

# keepalived_of RELEASE: from now on, use the keepalived of this release of Debian, with the loader
# and the libraries of the release. It needs one of its files at its place.
keepalived_of()
{
	local tree

	tree=$(NF_DSR_CACHE=$(host_cache) "$here/../setup/tool-of" "$1" keepalived) || exit
	keepalived=("$tree/usr/lib64/ld-linux-x86-64.so.2" --library-path
		"$tree/usr/lib/x86_64-linux-gnu" "$tree/usr/sbin/keepalived")
	mkdir -p /etc/keepalived
	must cp "$tree/etc/keepalived/keepalived.config-opts" /etc/keepalived
}

# keepalived_run NODE FILE [OPTION...]: start keepalived with this configuration.
keepalived_run()
{
	nsenter --net="/run/netns/$1" -- "${keepalived[@]}" --dont-fork --log-console --log-detail \
		--use-file "$2" --pid "$work/$1.pid" --vrrp_pid "$work/$1.vrrp" \
		--checkers_pid "$work/$1.checkers" "${@:3}" >"$work/keepalived-$1.log" 2>&1 &
}

# Succeed if the node's keepalived has ended: it removes its PID file then.
no_keepalived()
{
	[ ! -e "$work/$1.pid" ]
}

# keepalived_stop NODE: end the node's keepalived, which deletes its services.
keepalived_stop()
{
	kill "$(cat "$work/$1.pid")"
	must wait_for no_keepalived "$1"
}
