#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The states of backends that an operator set by hand outlast a repetition of the same
# configuration, until that configuration sets them.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
service=(tcp "$vip4:80")
b1=$(address b1 4) b2=$(address b2 4) b3=$(address b3 4)

# configuration COMMAND [WORD...]: print the configuration, with these options for b1.
configuration()
{
	echo "service $1 ${service[*]} scheduler wrr"
	echo "backend $1 ${service[*]} $b1 ${*:2}"
	echo "backend $1 ${service[*]} $b2 weight 2"
	echo "backend $1 ${service[*]} $b3"
}

# again [WORD...]: load the configuration in a transaction that begins with flush.
again()
{
	{ echo flush; configuration add "$@"; } >"$work/configuration"
	must dsr -a -b "$work/configuration"
}

# states: print the states of b1, b2 and b3.
states()
{
	dsr -j backend show "${service[@]}" | jq -r 'map("\(.state) \(.health)") | join(", ")'
}

# drain_left: print how many seconds b1 still drains, or 0 if there is no deadline.
drain_left()
{
	dsr -j backend show "${service[@]}" "$b1" | jq '.[0].drain_left // 0'
}

# shellcheck disable=SC2317 # by wait_for
drains()
{
	[ "$(drain_left)" -lt 100000 ]
}

# serve_new: print which backends serve twelve new connections.
serve_new()
{
	tell open 12 | jq -c keys
}

topology l2
backends_setup l2 "$vip4" 4
echo_start 80 "$vip4"
again
crowd_start "$vip4" 80
check_eq "all serve" '["b1","b2","b3"]' "$(serve_new)"

must dsr backend change "${service[@]}" "$b1" state drain drain-timeout 100000
must dsr backend change "${service[@]}" "$b3" health down
must wait_for drains
again
check_eq "the same file: b1 drains, b3 is ill" "drain up, active up, active down" "$(states)"
check_that "the same file: and the time to drain goes on" \
	"$(drain_left) > 0 && $(drain_left) < 100000"
check_eq "the same file: new connections avoid both" '["b2"]' "$(serve_new)"
must dsr backend change "${service[@]}" "$b3" health up
check_eq "connections of b1 live on" '{"kept":24}' "$(tell talk | jq -c '{kept}')"

configuration replace >"$work/replace"
must dsr -b "$work/replace"
check_eq "the same by replace, line by line: b1 drains" "drain up, active up, active up" \
	"$(states)"
check_eq "the same by replace: new connections avoid it" '["b2","b3"]' "$(serve_new)"
again drain-timeout 50000
check_that "another time to drain, in the file: it begins anew" \
	"$(drain_left) > 49000 && $(drain_left) <= 50000"

again state active
check_eq "a file that says active: b1 is" "active up, active up, active up" "$(states)"
check_eq "a file that says active: b1 serves again" '["b1","b2","b3"]' "$(serve_new)"
check_eq "and no drain-timeout stays behind" 0 \
	"$(dsr -j backend show "${service[@]}" "$b1" | jq '.[0].drain_timeout')"

must dsr backend change "${service[@]}" "$b2" state down
again
check_eq "down is kept as well" "active up, down up, active up" "$(states)"
must dsr backend del "${service[@]}" "$b2"
again
check_eq "one that was deleted meanwhile is a new one" "active up, active up, active up" \
	"$(states)"
crowd_stop
check_no_drops
