#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# "unset" restores the default of an option; a backend then uses the option of its service.
# "destroy" succeeds if the object does not exist.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
b1=$(address b1 4)
dns=(udp "$vip4:53")

topology l2
must on b1 nft -f - <<-END
	table ip outer {
		chain raw {
			type filter hook prerouting priority raw
			ip protocol 4 ip ttl 77 counter comment "as the service says"
			ip protocol 4 ip ttl 11 counter comment "as the backend says"
		}
	}
END

send()
{
	on client bash -c "echo >/dev/udp/$vip4/53"
}

must dsr service add "${dns[@]}" method ipip outer-ttl 77
must dsr backend add "${dns[@]}" "$b1" outer-ttl 11
send
wait_eq "a backend's own TTL is in its packets" "[0,1]" rule_counts b1 ip outer raw
must dsr backend change "${dns[@]}" "$b1" unset outer-ttl
send
wait_eq "behind unset it is the service's" "[1,1]" rule_counts b1 ip outer raw
must dsr service change "${dns[@]}" outer-ttl 11
send
wait_eq "and follows that" "[1,2]" rule_counts b1 ip outer raw
must dsr flush
packets unset.py
packets destroy.py
