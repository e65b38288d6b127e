#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Senders on all processors whose packets preempt each other, where the kernel is
# preemptible: none is lost, none overtakes another one of its flow, and the module can be
# unloaded meanwhile.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

all=$(seq -s, 0 $(($(nproc) - 1)))
last=$(($(nproc) - 1))

# senders_start MODE PROCESSORS: start senders, see tools/sequence.py.
senders_start()
{
	rm -f "$work/stop"
	on client /usr/bin/python3 "$tools/sequence.py" "$1" "$vip4" 53 "$2" 6 "$work/stop" \
		>"$work/sent" &
	senders=$!
}

senders_stop()
{
	touch "$work/stop"
	wait "$senders"
}

# change DRAINED DELETED: change the service under traffic, many times: drain a backend for a
# moment, delete another and add it again. The flows of the deleted one go to others.
change()
{
	local drained deleted

	drained="udp $vip4:53 $(address "$1" 4)"
	deleted="udp $vip4:53 $(address "$2" 4)"
	for _ in {1..25}; do
		printf 'backend %s\n' "change $drained state drain" "del $deleted" \
			"change $drained state active" "add $deleted"
	done >"$work/changes"
	must dsr -b "$work/changes"
}

forwarded_more_than()
{
	[ "$(counter out director request packets)" -gt "$1" ]
}

# through TEXT PROCESSORS: check packets while the service changes.
through()
{
	local sent lost overtaken

	reset_counters
	senders_start send "$2"
	check "$1: the director forwards" wait_for forwarded_more_than 200
	change b1 b2
	wait_for forwarded_more_than $(($(counter out director request packets) + 100))
	senders_stop
	read -r sent lost overtaken <"$work/sent"
	check_that "$1: datagrams were sent in windows" "$sent > 200"
	check_eq "$1: all datagrams are answered" 0 "$lost"
	check_eq "$1: no datagram overtakes another one of its flow" 0 "$overtaken"
	check_eq "$1: what leaves the director is what came in" \
		"$(counter in director request packets)" "$(counter out director request packets)"
	check_no_drops
}

# Each processor receives the packets that were sent there.
through_processors()
{
	ingress_hook off
	through "stack, all processors" "$all"
}

# The director's device has a NAPI of its own, which receives packets as lists.
through_lists()
{
	ingress_hook on
	must on director ethtool -K eth0 gro on
	through "ingress hook, lists" $last
	must on director ethtool -K eth0 gro off
}

# Receive packet steering hands packets to other processors. Under PREEMPT_RT, a thread of
# each receives them, and softirqs preempt it.
through_steering()
{
	[ "$(nproc)" -gt 1 ] || return 0
	must on director unshare --mount bash -c "mount -t sysfs sysfs /sys &&
		echo $((2 ** $(nproc) - 1)) >/sys/class/net/eth0/queues/rx-0/rps_cpus"
	through "ingress hook, receive packet steering" "$all"
}

# Move the service from one backend to another again and again, while packets that have read the
# old configuration are preempted: they must not be dropped because their backend is gone.
through_commits()
{
	local n sent lost overtaken

	reset_counters
	senders_start send "$all"
	for n in {1..40}; do
		check_eq "commit $n" "" "$(commit flush "service add udp $vip4:53 scheduler wrr one-packet on" \
			"backend add udp $vip4:53 $(address b$((n % 3 + 1)) 4)")"
	done
	check "commits: the director forwards" wait_for forwarded_more_than 200
	senders_stop
	read -r sent lost overtaken <"$work/sent"
	check_that "commits: datagrams were sent in windows" "$sent > 200"
	check_eq "commits: all datagrams are answered" 0 "$lost"
	check_no_drops
}

# Unload the module under traffic, while packets are in all stages.
check_unload()
{
	reset_counters
	senders_start pour "$all"
	check "the director forwards what is poured" wait_for forwarded_more_than 200
	must dsr flush
	check "the module can be unloaded meanwhile" wait_for unload
	senders_stop
	must modprobe nf_dsr
}

topology l2
backends_setup l2 "$vip4" 4
start_backends "$tools/sequence.py" serve "$vip4" 53
await_backends 53
# All senders have one address. By default, a host gives up reassembly if it receives 64
# fragments of other datagrams from the address meanwhile, which happens when senders are
# preempted.
for node in $backends director; do
	must sysctls "$node" net.ipv4.ipfrag_max_dist=0
done
# Packets that wait for a neighbour may be overtaken.
for backend in $backends director; do
	must on client ping -qc 1 "$(address "$backend" 4)"
	[ "$backend" = director ] || must on director ping -qc 1 "$(address "$backend" 4)"
done
must dsr service add udp "$vip4:53" method l2 on-delete rehash seed 0
backends_add 4 udp "$vip4:53"
through_processors
through_lists
through_steering
through_commits
check_unload
