#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A processor that only runs a real-time task, as an isolated one does: the removal of
# devices and namespaces must not wait for it. Then processors that go offline. With only
# one processor, check only that devices and namespaces can be removed.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
last=$(($(nproc) - 1))
tracing=/sys/kernel/tracing

# Start a real-time task that occupies the last processor for the whole test. Since Linux
# 6.12, other tasks still get a twentieth of the processor unless that is switched off, so
# the test also checks which work is queued for this processor.
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
