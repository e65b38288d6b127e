#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# T9: large sends when the director's device has no offloads. Segments with all checksums
# leave the director.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/netns/http.sh
. "$here/http.sh"

# upload METHOD 4|6 4|6: check an upload, for the families of VIP and backends.
upload()
{
	local vip=vip$2 service left text="$1, IPv$2 by IPv$3"

	vip=${!vip}
	service=$(host "$vip"):80
	must dsr service add tcp "$service" method "$1"
	backends_add "$3" tcp "$service"
	packets checksums.py "$text" "http://$(host "$vip")/up/some" "$work/some"
	reset_counters
	check_upload "$text"
	left=$(counter out director request packets)
	check_that "$text: packets that leave are segments ($left)" "left > big_size / 1460"
	check_that "$text: every byte left the director" \
		"$(counter out director request bytes) > big_size"
	must dsr service del tcp "$service"
}

topology l2
start_http
head -c 100000 "$work/big" >"$work/some"
must on director ethtool -K eth0 tso off gso off tx off
for method in l2 ipip gre; do
	backends_setup $method "$vip4" 4
	backends_setup $method "$vip6" 6
done
backends_setup ipip "$vip6" 4
upload l2 4 4
upload l2 6 6
upload ipip 4 4
upload ipip 6 4
upload ipip 6 6
upload gre 4 4
upload gre 6 6
