#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A processor that does nothing but run a real-time task, as isolated ones do: devices and
# namespaces go without asking it for anything. And processors that go themselves. Where
# there is only one, devices and namespaces still have to go.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
last=$(($(nproc) - 1))
tracing=/sys/kernel/tracing

# A task that leaves the processor to no other one, for as long as anything may take here.
# Since Linux 6.12 others get a twentieth of it all the same, unless that is switched off,
# so what is queued for it is looked at as well.
occupy()
{
	((last)) || return 0
	runtime=$(sysctl -n kernel.sched_rt_runtime_us)
	must sysctl -qw kernel.sched_rt_runtime_us=-1
	timeout $((patience * 3)) taskset -c $last chrt -f 10 bash -c 'while :; do :; done' &
	task=$!
	check "a real-time task has the processor" wait_for runs_realtime
}

runs_realtime()
{
	ps -o cls=,psr= -C bash | awk -v "last=$last" '$1 == "FF" && $2 == last { found = 1 }
		END { exit !found }'
}

gone()
{
	! ip -n director link show "$1"
}

leave()
{
	((last)) || return 0
	kill "$task"
	wait
	must sysctl -qw kernel.sched_rt_runtime_us="$runtime"
}

topology l2
serve_any l2 4
packets offline.py 3
must ip -n director link add spare type dummy
must ip netns add other
must ip -n director link add far type veth peer name eth0 netns other
must dsrctl -n other service add tcp 192.0.2.1:80
must tee $tracing/events/workqueue/workqueue_queue_work/enable <<<1
echo >$tracing/trace
occupy
check "a device of the director goes" timeout "$patience" ip -n director link del spare
must ip netns del other
check "a namespace with services goes, and its devices" wait_for gone far
must tee $tracing/events/workqueue/workqueue_queue_work/enable <<<0
leave
check "work was queued meanwhile" grep -q workqueue_queue_work $tracing/trace
check_not "and none of it by the module for one processor" \
	grep 'function=dsr_.*workqueue=events ' $tracing/trace
packets offline.py 1
check_no_drops
