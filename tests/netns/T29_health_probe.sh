#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# T29: health checks over the VIP's own path. A socket of the director with the mark of a
# service that has one backend reaches this backend, as the packets of clients do.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/netns/http.sh
. "$here/http.sh"

topology l2
copy_tunnelled
start_http
backends_setup_ways "l2 4 4" "l2 6 6" "ipip 4 4" "ipip 6 6" "gre 4 4 gre-key 42" "gre 6 4" \
	"gue 4 4" "gue 4 6"
check_eq "the director filters by reverse path, strictly" 1 \
	"$(on director cat /proc/sys/net/ipv4/conf/eth0/rp_filter)"
# This is only needed while the VIP is an address of the director.
must sysctls director net.ipv4.conf.eth0.accept_local=1
packets health_probe.py
check_no_drops
