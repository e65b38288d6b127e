# shellcheck shell=bash disable=SC2154 # for what lib.sh and topology.sh set
# SPDX-License-Identifier: GPL-2.0-or-later
# The kernel's IPVS and nf_dsr_ipvs in its place, one after the other in the same networks.

# Both modules. With IPVS_OURS=ip_vs, IPVS is compared with itself: what differs then is not due
# to nf_dsr.
ours=${IPVS_OURS-nf_dsr_ipvs}
# shellcheck disable=SC2034 # for scenarios
both_ipvs="ip_vs $ours"

# unload_ipvs: unload what serves ipvsadm, unless nothing does. For wait_for.
unload_ipvs()
{
	local loaded

	loaded=$(sed -n 's/^\(nf_dsr_ipvs\|ip_vs_[a-z_]*\) .*/\1/p' /proc/modules)
	# shellcheck disable=SC2086 # several words
	[ -z "$loaded" ] || rmmod $loaded 2>/dev/null || return
	[ ! -e /sys/module/ip_vs ] || rmmod ip_vs 2>/dev/null
}

# use_ipvs ip_vs|nf_dsr_ipvs: load this module in place of the other one, whose services of the
# director are deleted.
use_ipvs()
{
	ipvs=$1
	[ ! -e /proc/net/ip_vs ] || flush_ipvs director
	must wait_for unload_ipvs
	must modprobe --ignore-install "$ipvs"
}

# flush_ipvs NODE...: delete all services of the nodes.
flush_ipvs()
{
	local node

	for node in "$@"; do
		must on "$node" ipvsadm -C
	done
}

# as_ip_vs: have "modprobe ip_vs" bring nf_dsr_ipvs, as the packages' example does.
as_ip_vs()
{
	must cp "$here/../../packaging/modprobe.d/nf_dsr_ipvs.conf" /etc/modprobe.d
}

# install_example: install the packages' example where the documentation takes it from.
install_example()
{
	local examples=/usr/share/doc/nf-dsr-utils/examples/modprobe.d

	mkdir -p $examples
	must cp "$here/../../packaging/modprobe.d/nf_dsr_ipvs.conf" $examples
}

# as_before: undo as_ip_vs.
as_before()
{
	rm -f /etc/modprobe.d/nf_dsr_ipvs.conf
}
