#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The kernel's own test of IPVS, ipvs.sh of its selftests, as it is in the source package. It loads
# ip_vs, which is nf_dsr_ipvs by the line for modprobe. Its parts DR and tunnel pass, and the one
# between them, NAT, does not. Where the kernel has IPVS, the test runs with IPVS before: all pass.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/netns/ipvs.sh
. "$here/ipvs.sh"

# selftests: print where the selftests of the network filter are.
selftests()
(
	export NF_DSR_CACHE
	NF_DSR_CACHE=$(host_cache)
	# shellcheck source=tests/vm/lib.sh
	. "$here/../vm/lib.sh"
	locate_source source
	echo "$source_dir/tools/testing/selftests/net/netfilter"
)

# watch_paths: have the test write to $work/paths by which method its packets go, each time that it
# compares what the server has received. The tunnel's server would understand packets of DR, too.
watch_paths()
{
	mkdir "$work/bin"
	cat >"$work/bin/cmp" <<-END
		#!/bin/bash
		for node in /run/netns/ns1-*; do
			dsrctl -n "\${node##*/}" -j -s backend show |
				jq -r '.[] | "\(.method) \(.packets > 0)"' >>"$work/paths"
		done
		exec $(command -v cmp) "\$@"
	END
	chmod +x "$work/bin/cmp"
	# shellcheck disable=SC2031 # selftests() changes it in a subshell, which is not meant here
	PATH=$work/bin:$PATH
}

# errors: run the test. Print the number of errors after each of its three parts, as it counts
# them without saying so.
errors()
{
	(cd "$tests" && bash -x ./ipvs.sh) >"$work/selftest.out" 2>"$work/selftest.log"
	sed -n 's/^+ errors=//p' "$work/selftest.log" | xargs
}

tests=$(selftests)
check "the kernel's source is there" test -f "$tests/ipvs.sh"
must wait_for unload_ipvs
if modinfo -n ip_vs >/dev/null 2>&1; then
	check_eq "IPVS passes DR, NAT, tunnel" "0 0 0" "$(errors)"
	must wait_for unload_ipvs
fi
as_ip_vs
watch_paths
check_eq "nf_dsr_ipvs passes DR and tunnel" "0 1 1" "$(errors)"
check_eq "by these methods, and there is none for NAT" "l2 true ipip true" \
	"$(xargs <"$work/paths")"
check "with nf_dsr_ipvs in the place of IPVS" test -e /sys/module/nf_dsr_ipvs
comment <"$work/selftest.out"
as_before
must wait_for unload_ipvs
