#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Debian's ipvsadm with IPVS, and then with nf_dsr_ipvs: its options, its listings of the same
# services after the same packets, and what it saves of random configurations.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/netns/ipvs.sh
. "$here/ipvs.sh"

# run_both PROGRAM [ARGUMENT...]: run a program of packets/ with IPVS, and then with nf_dsr_ipvs.
# The last argument is the file for its results, a different one for each.
run_both()
{
	local ipvs

	for ipvs in $both_ipvs; do
		use_ipvs "$ipvs"
		packets "$@" "$work/${1%.py}.$ipvs"
	done
}

# compare PROGRAM: compare its results.
compare()
{
	packets "$1" compare "$work/${1%.py}.ip_vs" "$work/${1%.py}.$ours"
}

topology l2
# IPVS takes only packets that the director would receive itself.
must ip -n director address add "$vip4/32" dev lo
must ip -n director address add "$vip6/128" dev lo nodad
must on director nft -f - <<-END
	table inet marks {
	chain raw {
		type filter hook prerouting priority raw
		tcp dport 90 meta mark set 5
	}
	}
END
run_both ipvs_options.py run
compare ipvs_options.py
run_both ipvs_listings.py run
compare ipvs_listings.py
run_both ipvs_configs.py "${IPVS_SEED-$RANDOM}" 12
check "ipvsadm saves the same with both" \
	cmp "$work/ipvs_configs.ip_vs" "$work/ipvs_configs.$ours"
packets ipvs_proc.py
must wait_for unload_ipvs
