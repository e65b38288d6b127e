#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""smp.py ROUNDS SECONDS GENERATOR: measure how many packets one processor forwards, and how many
two forward. Each has a generator, a device and flows of its own. Run at least ROUNDS rounds,
then stop when the spread of their ratios is narrow or after SECONDS. Print one sample on each
line, see schema.json."""
import os
import statistics
import sys
import time

import generator as gen
import spread

CASE = gen.Case("smp", flows=20000)
PEERS = ["forward", "l2", "ipvs-dr"]
PACKETS = 400 * gen.SLICE


def child(cpu, ready, go, done):
    """Measure on one processor, with flows that no other processor uses."""
    os.sched_setaffinity(0, {cpu})
    generator = gen.Generator()
    line = "in{} 4 {} {} {} {} 1 {}"
    first, flows = cpu * CASE.flows, CASE.flows
    for kind in ("syn", "ack"):
        generator.order(line.format(cpu, kind, "each", first, flows, flows))
    os.write(ready, b"x")
    os.read(go, 1)
    slices, _ = generator.order(line.format(cpu, "ack", "random", first, flows, PACKETS))
    ns = statistics.median(each.time for each in slices) / gen.SLICE
    os.write(done, f"{ns}\n".encode())


def fork(*arguments):
    process = os.fork()
    if not process:
        status = 1
        try:
            child(*arguments)
            status = 0
        finally:
            os._exit(status)
    return process


def throughput(cpus):
    """Return the packets per second of all processors. They begin together. The result is the
    sum of their rates, so it does not depend on which processor ends first. All slices count,
    not only quiet ones: two processors may share a core, and the quiet slices would be those
    during which the other processor was idle."""
    pipes = [os.pipe() for _ in range(3)]
    ready, go, done = pipes
    processes = [fork(cpu, ready[1], go[0], done[1]) for cpu in range(cpus)]
    for _ in processes:
        os.read(ready[0], 1)
    os.write(go[1], b"x" * cpus)
    if any(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) for process in processes):
        raise RuntimeError("a generator failed")
    times = os.read(done[0], 1000).split()
    for pipe in pipes:
        os.close(pipe[0])
        os.close(pipe[1])
    return sum(1e9 / float(ns) for ns in times)


def measure(generator, peer, cpus):
    gen.set_up(peer, CASE, [f"in{cpu}" for cpu in range(cpus)])
    try:
        return throughput(cpus)
    finally:
        gen.tear_down(generator)


def main():
    least, end = int(sys.argv[1]), time.monotonic() + int(sys.argv[2])
    generator = gen.begin(sys.argv[3])
    samples, number = [], 0
    while number < least or (time.monotonic() < end and
                             not spread.is_enough(spread.speedup(samples), least)):
        # The peers run directly after each other: first with one processor, then with two.
        for cpus in (1, 2):
            for peer in spread.in_turn(PEERS, number):
                samples.append(gen.sample("throughput", "packets/s",
                                          round(measure(generator, peer, cpus)), peer,
                                          cpus=cpus, round=number))
        number += 1


main()
