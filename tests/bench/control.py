#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""control.py full|quick GENERATOR: measure, in the virtual machine, all but the cost of packets:
the memory of flows, loading a configuration, showing flows, and rebuilding the table of a
consistent hash. Print one sample on each line, see schema.json."""
import functools
import subprocess
import sys
import time

import generator as gen
import peers

FLOWS = 1000000
# The numbers of flows to show. IPVS walks its list from the start for each page of output:
# with more flows it would take hours, and with fewer the result would say little.
LISTED = {"dsrctl": (100000, FLOWS), "ipvsadm": (100000,)}
# The default number of slots of the Maglev table.
SLOTS = 4093
REBUILDS = 20
# The schedulers of nf_dsr and the matching ones of IPVS: with the tables of a consistent
# hash, and without.
SCHEDULERS = {"maglev": peers.TUNED, "wrr": "-s rr"}


def timed(job):
    """Run a job. Return how long it took, in ms."""
    begin = time.monotonic()
    job()
    return round((time.monotonic() - begin) * 1000, 2)


# --- memory and dumps -----------------------------------------------------------

def slab(cache):
    """Return the fields of a cache's line in /proc/slabinfo."""
    with open("/proc/slabinfo", encoding="ascii") as file:
        for line in file:
            fields = line.split()
            if fields[0] == cache:
                return fields
    raise RuntimeError(f"no cache {cache}")


def object_size(cache):
    """Return the size of an object in bytes, with its part of the slab's unused rest."""
    fields = slab(cache)
    return int(fields[5]) * 4096 / int(fields[4])


def all_objects(cache):
    """Return how much memory a cache has, in bytes."""
    fields = slab(cache)
    return int(fields[14]) * int(fields[5]) * 4096


def memory_used():
    """Return how much memory the whole machine uses, in bytes, but for a constant. Memory
    that is about to be freed counts as used, both before and after a run."""
    with open("/proc/meminfo", encoding="ascii") as file:
        info = dict(line.split(":") for line in file)
    return -int(info["MemAvailable"].split()[0]) * 1024


def dsr_objects():
    stats = gen.dsr_stats()
    return (stats["buckets"] * 128 + all_objects("nf_dsr_bucket")) / stats["flows"]


def ipvs_objects():
    buckets = 1 << peers.PEERS["ipvs-dr"].ipvs_bits
    return object_size("ip_vs_conn") + buckets * 8 / FLOWS


def show(*command):
    subprocess.run(["nsenter", f"--net=/run/netns/{gen.NET}", "--", *command],
                   stdout=subprocess.DEVNULL, check=True)


def keep_flows(generator, number, peer, module, objects):
    """Measure the memory of a million flows. A table that exists before has no part in the
    difference, but the size of objects includes its share."""
    before = memory_used()
    gen.warm(generator, peer, gen.Case("memory", flows=FLOWS))
    took = memory_used() - before
    gen.sample("memory", "bytes", round(objects(), 1), module, means="objects", round=number)
    gen.sample("memory", "bytes", round(took / FLOWS, 1), module, means="meminfo",
               round=number)


def list_flows(generator, number, peer, flows, command):
    gen.warm(generator, peer, gen.Case("dump", flows=flows))
    gen.sample("dump", "ms", timed(functools.partial(show, *command)), command[0],
               flows=flows, round=number)


def with_peer(generator, peer, part, job):
    gen.set_up(peer, gen.Case(part))
    try:
        job()
    finally:
        gen.tear_down(generator)


def measure_memory(generator, number):
    for case in (("l2", "nf_dsr", dsr_objects), ("ipvs-dr", "ip_vs", ipvs_objects)):
        with_peer(generator, case[0], "memory",
                  functools.partial(keep_flows, generator, number, *case))


def measure_lists(generator):
    for peer, command in (("l2", ["dsrctl", "flow", "show"]),
                          ("ipvs-dr", ["ipvsadm", "-Lcn"])):
        for flows in LISTED[command[0]]:
            with_peer(generator, peer, "dump",
                      functools.partial(list_flows, generator, 0, peer, flows, command))


# --- configuration --------------------------------------------------------------

def load(number, words, services):
    """Measure loading services of 100 backends each. The input is ready when the clock
    starts."""
    many = gen.Case("load", services=services, backends=100)
    ipvs = "\n".join(peers.ipvs_rules(many, SCHEDULERS[words], ["-g"]))
    dsr = "\n".join(peers.dsr_commands(many, ["l2", "scheduler", words]))
    programs = [
        ("dsrctl", words, dsr, ["dsrctl", "--atomic", "--batch", "-"]),
        ("ipvsadm", SCHEDULERS[words].split()[1], ipvs, ["ipvsadm", "-R"]),
    ]
    for program, scheduler, text, command in programs:
        peers.add_net(gen.NET, many.backends, ["in"])
        peers.run("ip", "-n", gen.NET, "route", "add", "local", peers.VIPS[4], "dev", "lo")
        job = functools.partial(peers.within, gen.NET, *command, stdin=text)
        gen.sample("load", "ms", timed(job), program, scheduler=scheduler, round=number,
                   services=services, backends=many.backends)
        peers.del_net(gen.NET)


def rebuild(number):
    """Measure a rebuild of the table: weights change one after the other, each in a
    transaction of its own."""
    case = gen.Case("rebuild", backends=1000)
    gen.set_up("l2", case)
    service = f"tcp {peers.vip(4, 0)}:80"
    lines = [f"backend change {service} {peers.backend(4, index)} weight {2 + number}"
             for index in range(REBUILDS)]
    job = functools.partial(peers.within, gen.NET, "dsrctl", "--batch", "-",
                            stdin="\n".join(lines))
    gen.sample("rebuild", "ms", round(timed(job) / REBUILDS, 3), "nf_dsr",
               backends=case.backends, slots=SLOTS, round=number)
    peers.del_net(gen.NET)


def main():
    """Measure everything. What takes minutes with IPVS runs once, or not in a quick run."""
    full = sys.argv[1] == "full"
    services = 1000 if full else 200
    generator = gen.begin(sys.argv[2])
    for number in range(3 if full else 1):
        measure_memory(generator, number)
        load(number, "maglev", services)
        rebuild(number)
        generator.settle()
    if full:
        load(0, "wrr", services)
        generator.settle()
        measure_lists(generator)


main()
