# SPDX-License-Identifier: GPL-2.0-or-later
"""The generator of packets, its orders, and the set-up of a peer that receives them."""
import array
import ctypes
import dataclasses
import json
import os
import statistics
import time

import peers

GEN = "/sys/kernel/debug/dsr_gen"
NET = "bench"
SLICE = 1024
# Other programs use the machine from time to time. While they were on the processor, the
# times of neither the reference work nor the packets are valid. A slice is quiet if its work
# took at most NOISE times the shortest time measured. If fewer than SLICES_LEAST slices are
# quiet, those with the shortest work are used.
NOISE = 1.2
SLICES_LEAST = 40
MAX_FLOWS = 1 << 22
# As many as the tuned IPVS has buckets.
MIN_FLOWS = 1 << 20
libc = ctypes.CDLL(None, use_errno=True)


@dataclasses.dataclass(frozen=True)
class Case:
    """The packets of a case, and the configuration that they pass through."""
    part: str
    kind: str = "ack"
    family: int = 4
    flows: int = 60000
    services: int = 1
    backends: int = 100
    conntrack: bool = False
    limit: int = MAX_FLOWS

    def min_flows(self):
        """Return the min_flows for a table that does not grow while a case is measured. In
        all cases but that of SYNs, the flows exist before and the table has grown."""
        return MIN_FLOWS if self.kind == "syn" else 0

    def kind_of_first(self):
        """Return the kind of a flow's first packet."""
        return "udp" if self.kind == "udp" else "syn"


@dataclasses.dataclass(frozen=True)
class Slice:
    """The time of packets that were timed together, and that of the reference work, the
    longer one of before and after them. Both in ns."""
    time: int
    work: int


class Generator:
    """A source of packets into a device of the namespace, see gen/dsr_gen.c."""

    def __init__(self):
        self.quickest = None
        self.file = os.open(GEN, os.O_RDWR)
        self.home = os.open("/proc/self/ns/net", os.O_RDONLY)

    def order(self, line):
        """Order a run. Return its slices, and how many packets the peer sent on."""
        there = os.open(f"/run/netns/{NET}", os.O_RDONLY)
        libc.setns(there, 0)
        os.close(there)
        try:
            before = self.sent()
            os.write(self.file, line.encode())
            return self.slices(), self.sent() - before
        finally:
            libc.setns(self.home, 0)

    def slices(self):
        data = b""
        while more := os.pread(self.file, 1 << 20, len(data)):
            data += more
        times = array.array("Q", data)
        work = times[::2]
        self.quickest = min(work) if self.quickest is None else min(self.quickest, *work)
        return [Slice(*each) for each in zip(times[1::2], map(max, work, work[1:]))]

    def quiet(self, slices):
        return [each for each in slices if each.work <= self.quickest * NOISE]

    def cost(self, slices):
        """Return the cost of a packet, in ns."""
        still = sorted(slices, key=lambda each: each.work)[:SLICES_LEAST]
        still = max(self.quiet(slices), still, key=len)
        return statistics.median(each.time for each in still) / SLICE

    def settle(self):
        os.write(self.file, b"settle")

    @staticmethod
    def sent():
        with open("/proc/thread-self/net/dev", encoding="ascii") as file:
            for line in file:
                name, _, counts = line.partition(":")
                if name.strip() == "out":
                    return int(counts.split()[9])
        raise RuntimeError("no device out")


def begin(generator_module):
    peers.run("modprobe", "nf_dsr")
    peers.run("insmod", generator_module)
    return Generator()


def dsr_stats():
    return json.loads(peers.run("dsrctl", "-n", NET, "-j", "stats", "show"))[0]


def table_has_grown(family):
    """Return true if the table has its final size. A worker enlarges nf_dsr's table when five
    of eight slots are in use. The other family's table has its minimal size, 256 buckets."""
    stats = dsr_stats()
    slots = {4: 4, 6: 2}[family]
    return stats["flows"] * 8 <= (stats["buckets"] - 256) * slots * 5


def warm(generator, peer, case):
    """Create a case's flows, for a peer with a table."""
    order = f"in {case.family} {{}} each 0 {case.flows} {case.services} {case.flows}"
    generator.order(order.format(case.kind_of_first()))
    if case.kind == "ack":
        generator.order(order.format("ack"))
    if peers.PEERS[peer].grows:
        while not table_has_grown(case.family):
            time.sleep(0.05)


def set_up(peer, case, inputs=("in",)):
    tuned = peers.PEERS[peer].tuned
    peers.load_ipvs(peer)
    peers.set_module("max_flows", case.limit)
    peers.set_module("min_flows", case.min_flows() if tuned else 0)
    peers.add_net(NET, case.backends, inputs)
    peers.PEERS[peer].set_up(NET, case)
    if tuned:
        peers.add_devices(NET, inputs)
    if case.conntrack:
        peers.track(NET)


def tear_down(generator):
    peers.del_net(NET)
    generator.settle()


def sample(metric, unit, value, peer, **dimensions):
    """Print one of the samples of schema.json, and return it."""
    one = {"metric": metric, "unit": unit, "value": value, "peer": peer, **dimensions}
    print(json.dumps(one), flush=True)
    return one
