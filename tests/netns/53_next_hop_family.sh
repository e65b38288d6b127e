#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# IPv4 backends behind IPv6 next hops, as routers without IPv4 addresses announce them. The
# type of every frame to them must be IPv4.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/netns/http.sh
. "$here/http.sh"

# link_local NODE: print the node's link-local address.
link_local()
{
	ip -n "$1" -j -6 address show dev eth0 scope link | jq -r '.[].addr_info[].local // empty'
}

# via_inet6 BACKEND [WORD...]: route to the backend by its link-local address; the words are
# further attributes of the route.
via_inet6()
{
	must ip -n director route replace "$(address "$1" 4)/32" via inet6 "$(link_local "$1")" \
		dev eth0 "${@:2}"
}

topology l2
for backend in $backends; do
	via_inet6 "$backend"
done
must dsr service add tcp "$vip4:80"
check_eq "a backend behind a next hop is not on-link, whatever the next hop's family" \
	"warning: backend is not on-link: method l2 needs a directly connected Ethernet" \
	"$(dsr backend add tcp "$vip4:80" "$(address b1 4)" 2>&1 | head -n 1)"
must dsr service del tcp "$vip4:80"

packets next_hop.py 4 ipip
packets next_hop.py 4 gre
packets next_hop.py 4 gue
packets next_hop.py 4 dscp dscp 42
packets next_hop.py 6 gre outer-checksum on
# The MTU that remains for the inner packet is below the minimum of IPv6.
via_inet6 b1 mtu 1290
packets next_hop.py 6 ipip
via_inet6 b1

# If frames are wrong, no packet arrives, and each connection would wait for a long time.
[ $failed -eq 0 ] || exit 1
start_http
http_through ipip 4 4
http_through dscp 4 4 dscp 42
check_drops_only too_big
