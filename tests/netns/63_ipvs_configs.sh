#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Debian's ipvsadm restores, saves and clears random configurations under traffic, in the module's
# place of IPVS, while a user reads what it shows. The modules go under traffic, too. The number of
# configurations is IPVS_CONFIGS, and their seed IPVS_SEED, if these variables are set; each is
# restored twice.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/netns/ipvs.sh
. "$here/ipvs.sh"

# noise PORT: have the client send to this port of some VIPs, and to no services.
noise()
{
	on client /usr/bin/python3 "$tools/noise.py" "$1" 192.0.2.{1..5} 2001:db8:80::{1..5} \
		"$vip4" >"$work/noise.$1" 2>&1 &
}

forwarded()
{
	[ "$(counter out director request packets)" -gt "$1" ]
}

topology l2
route_to_director 192.0.2.0/24 2001:db8:80::/64
must on director nft -f - <<-END
	table inet marks {
	chain raw {
		type filter hook prerouting priority raw
		ip daddr $vip4 meta mark set 1000
	}
	}
END
as_ip_vs
must wait_for unload_ipvs
check_not "nothing serves ipvsadm" test -e /proc/net/ip_vs
check "ipvsadm has nf_dsr_ipvs loaded" on director ipvsadm -L -n
check "which it is" test -e /sys/module/nf_dsr_ipvs
check_not "and not IPVS" test -e /sys/module/ip_vs
noise 80
noise 443
serve director "$tools/readers.py"
readers=${servers[-1]}
reset_counters
packets ipvs_configs.py "${IPVS_SEED-$RANDOM}" "${IPVS_CONFIGS-$(often 500 20)}"
check_that "meanwhile packets were forwarded" "$(counter out director request packets) > 0"
check_eq "nothing is left" "[]" "$(dsr -j service show)"

must on director ipvsadm -R <<-END
	-A -t 192.0.2.1:80 -s wrr
	-a -t 192.0.2.1:80 -r ${lan4}51:80 -i
	-A -u [2001:db8:80::1]:443 -s mh
	-a -u [2001:db8:80::1]:443 -r [${lan6}52]:443 -i
END
reset_counters
check "packets are forwarded" wait_for forwarded 10
check "nf_dsr_ipvs can be unloaded under traffic" wait_for unload_ipvs
check_not "ipvsadm has nothing to talk to then" test -e /proc/net/ip_vs
check_eq "its services stay" "192.0.2.1 2001:db8:80::1" \
	"$(dsr -j service show | jq -r '[.[].vip] | sort | join(" ")')"
reset_counters
check "and forward" wait_for forwarded 10
kill "$readers"
must wait_for ended "$readers"
read -r times less <"$work/director.log"
check_that "meanwhile a user read all files $times times" "times > 0"
check_eq "and no total ever decreased" 0 "$less"
echo N >/sys/module/nf_dsr/parameters/pin
check "then nf_dsr can be unloaded under traffic" wait_for unload
check_eq "ipvsadm has both loaded again, without services" "" "$(on director ipvsadm -S -n)"
check "as it shows" on director ipvsadm -L -n
check_eq "nothing of the services is left" "[]" "$(dsr -j service show)"
must modprobe --remove ip_vs
check_not "modprobe removes nf_dsr_ipvs by the name of IPVS" test -e /sys/module/nf_dsr_ipvs
as_before
