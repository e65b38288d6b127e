#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The pool of a service follows each change of a backend: it determines which backends get
# new flows, and whether packets may continue into the director's own stack.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
service=(udp "$vip4:9")
b1=$(address b1 4)

# Count the packets that reach PREROUTING.
count_director()
{
	must on director nft -f - <<-END
		table inet once {
			counter seen { }
			chain raw {
				type filter hook prerouting priority raw
				ip daddr $vip4 counter name seen
			}
		}
	END
}

# seen: print how many packets reached the raw table since the last call.
seen()
{
	take_count inet once seen
}

# datagrams: print how many datagrams the director's sockets received so far.
datagrams()
{
	on director sed -n 's/^Udp: \([0-9]*\) .*/\1/p' /proc/net/snmp
}

# by TEXT NAME: assert that only this backend answers a crowd.
by()
{
	check_eq "$1" "{\"$2\":40}" "$(crowd "$vip4" 9 "udp 40" | jq -c .)"
}

# at_home TEXT: assert that the director serves, and that its stack sees each packet once.
at_home()
{
	local before

	must [ "$(seen)" -ge 0 ]
	before=$(datagrams)
	by "$1: the director serves" director
	check_eq "$1: its stack sees each packet once" $(($(datagrams) - before)) "$(seen)"
}

# away TEXT: assert that a backend serves, with the ingress hook of the device, too.
away()
{
	must dsr device add eth0
	must [ "$(seen)" -ge 0 ]
	by "$1: the backend serves" b1
	check_eq "$1: no packet goes the long way, by PREROUTING" 0 "$(seen)"
	must dsr device del eth0
}

# Give the address of b1 to the director, or to b1 alone. The backend's method must match.
is_director() { must ip -n director address add "$b1/32" dev lo; }
is_b1() { must ip -n director address del "$b1/32" dev lo; }

check_local()
{
	must dsr service add "${service[@]}" method l2
	must dsr backend add "${service[@]}" "$b1"
	away "a backend with method l2"
	is_director
	must dsr backend change "${service[@]}" "$b1" method local
	must dsr flow flush
	at_home "changed to local"
	is_b1
	must dsr backend change "${service[@]}" "$b1" method l2
	must dsr flow flush
	away "changed back"
	is_director
	must dsr -a -b - <<-END
		service del ${service[*]}
		service add ${service[*]} method local
		backend add ${service[*]} $b1
	END
	at_home "local by its service's word"
	is_b1
	must dsr backend change "${service[@]}" "$b1" method l2
	must dsr flow flush
	away "by l2, by its own word"
	is_director
	must dsr backend replace "${service[@]}" "$b1"
	must dsr flow flush
	at_home "local again, as its service says"
	is_b1
	must dsr service change "${service[@]}" method l2
	must dsr flow flush
	away "by l2, as its service is changed"
	must dsr flush
}

# aimed_at: print the numbers of the backends that new flows get.
aimed_at()
{
	local port

	for ((port = 4000; port < 4032; port++)); do
		echo "trace udp ${client4}201:$port $vip4:9"
	done | dsr -j -b - | jq -rs 'map(.[0].backend | tostring | .[-1:]) | unique | join(" ")'
}

# follows BACKENDS WORD...: change b1, and assert that then these backends get new flows.
follows()
{
	must dsr backend change "${service[@]}" "$b1" "${@:2}"
	check_eq "${*:2}: new flows follow at once" "$1" "$(aimed_at)"
}

# flows_go_on: send datagrams of forty flows until killed. A flow counts once a further packet
# confirms it.
flows_go_on()
{
	on client /usr/bin/python3 -c "import socket, time
socks = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(40)]
while True:
    for sock in socks:
        sock.sendto(b'on', ('$vip4', 9))
    time.sleep(0.3)" &
	sender=$!
}

b1_is_limited()
{
	dsr -j backend show | jq -e --arg b1 "$b1" 'any(.[]; .address == $b1 and .limited == "yes")'
}

# Check each field of a backend in the pool.
check_fields()
{
	must dsr service add "${service[@]}" method l2
	backends_add 4 "${service[@]}"
	check_eq "all take new flows" "1 2 3" "$(aimed_at)"
	follows "2 3" weight 0
	follows "1" weight 65535
	follows "2 3" state drain
	follows "1" state active
	follows "2 3" state down
	follows "1" state active
	follows "2 3" health down
	follows "1 2 3" health up weight 1
	follows "2 3" priority 9
	follows "1 2 3" priority 0
	must dsr flow flush
	flows_go_on
	must dsr backend change "${service[@]}" "$b1" max-flows 1
	must wait_for b1_is_limited
	check_eq "max-flows 1: new flows follow" "2 3" "$(aimed_at)"
	kill "$sender"
	wait "$sender" 2>/dev/null
	follows "1 2 3" max-flows 0
}

topology l2
ingress_hook off
count_director
backends_setup l2 "$vip4" 4
must ip -n director address add "$vip4/32" dev lo
start_backends "$tools/echo.py" 9 "$vip4"
serve director "$tools/echo.py" 9 "$vip4" director
await_backends 9
wait_for listens director 9
check_local
check_fields
check_no_drops
