#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A rule of the raw table queues packets for userspace, as intrusion prevention does. The
# director's hook then runs in the process that gives the verdict, not in softirq.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
count=$(often 4000 1024)

rules()
{
	must on director nft -f - <<-END
		table inet userspace {
			counter queued { }
			chain raw {
				type filter hook prerouting priority raw
				ip daddr $vip4 udp dport 9 counter name queued queue num 0-1
				ip6 daddr $vip6 udp dport 9 counter name queued queue num 0-1
			}
		}
	END
}

queued()
{
	take_count inet userspace queued
}

# used: print the numbers of the queues that received packets.
used()
{
	on director cat /proc/net/netfilter/nfnetlink_queue | awk '$8 > 0 { print $1 }' | sort -n | xargs
}

listening()
{
	[ "$(on director cat /proc/net/netfilter/nfnetlink_queue | wc -l)" -eq 2 ]
}

# steer: have either processor receive packets by the hash of their flow, which is receive
# packet steering. One processor has nothing to choose.
steer()
{
	[ "$(nproc)" -eq 1 ] || must ip netns exec director tee /sys/class/net/eth0/queues/rx-0/rps_cpus <<<3
}

# steered: print how many packets came to a processor by steering.
steered()
{
	local word sum=0

	while read -r word; do
		sum=$((sum + 16#$word))
	done < <(awk '{ print $10 }' /proc/net/softnet_stat)
	echo "$sum"
}

# through 4|6: check the service of this family.
through()
{
	local before

	before=$(service_sum packets)
	packets queued.py "$1" "$count"
	check_eq "IPv$1: every other one by a queue" $((count / 2)) "$(queued)"
	check_eq "IPv$1: the director counts each once" $((before + count)) "$(service_sum packets)"
}

topology l2
serve_any l2 4
serve_any l2 6
# Packets that the ingress hook forwards do not reach the raw table.
ingress_hook off
serve director "$tools/nfqueue.py" 0 1
wait_for listening || not_ok "both queues are there"
rules
steer
before=$(steered)
through 4
through 6
check_eq "both queues were used" "0 1" "$(used)"
[ "$(nproc)" -eq 1 ] ||
	check "packets were steered to another processor" test "$(steered)" -gt "$before"
check_no_drops
