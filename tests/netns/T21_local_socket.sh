#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# T21: packets that a socket of the director could receive, too, because the director has
# the VIP and listens on it, or because a rule assigns them to a socket.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

# listen 4|6: start a server on the director, at the VIP's address and port.
listen()
{
	on director /usr/bin/python3 "$tools/echo.py" 8080 "$vip4" "$vip6" director \
		>"$work/director.log" 2>&1 &
	wait_for listens director 8080 || not_ok "the director listens"
}

# answers 4|6: check that the backends answer packets to the VIP, not the director's socket.
answers()
{
	local vip=vip$1

	vip=${!vip}
	check_eq "IPv$1: connections go to backends, not to the director's own socket" \
		'["b1","b2","b3"]' "$(crowd "$vip" 8080 "open 30" | jq -c keys)"
	check_eq "IPv$1: so do datagrams" '["b1","b2","b3"]' \
		"$(crowd "$vip" 8080 "udp 30" | jq -c keys)"
}

# Add a rule for a transparent proxy, before the director's hook.
steer()
{
	on director nft -f - <<-END
		table inet steer {
		chain first {
			type filter hook prerouting priority -295;
			meta l4proto { tcp, udp } th dport 8080 counter tproxy to :8080
		}
		}
	END
}

topology l2
backends_setup l2 "$vip4" 4
backends_setup l2 "$vip6" 6
echo_start 8080 "$vip4" "$vip6"
must ip -n director address add "$vip4/32" dev lo
must ip -n director address add "$vip6/128" dev lo nodad
serve_any l2 4
serve_any l2 6
listen
answers 4
answers 6
if steer 2>"$work/steer"; then
	answers 4
	answers 6
else
	comment <<<"this kernel has no tproxy: $(head -n 1 "$work/steer")"
fi
check_no_drops
