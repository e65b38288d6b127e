#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""guest.py PLAN: measure what forwarding costs, in the virtual machine. Prints an
object in JSON for each sample, see schema.json."""
import ctypes
import dataclasses
import json
import os
import sys
import time

import peers

GEN = "/sys/kernel/debug/dsr_gen"
NET = "bench"
MAX_FLOWS = 1 << 22
libc = ctypes.CDLL(None, use_errno=True)


@dataclasses.dataclass(frozen=True)
class Case:
    """What is sent, and through what."""
    part: str
    kind: str = "ack"
    family: int = 4
    flows: int = 60000
    services: int = 1
    backends: int = 100
    conntrack: bool = False
    limit: int = MAX_FLOWS


class Generator:
    """Packets into device in of the namespace, see gen/dsr_gen.c."""

    def __init__(self):
        self.file = os.open(GEN, os.O_RDWR)
        self.home = os.open("/proc/self/ns/net", os.O_RDONLY)

    def order(self, net, line):
        there = os.open(f"/run/netns/{net}", os.O_RDONLY)
        libc.setns(there, 0)
        os.close(there)
        try:
            before = self.sent()
            os.write(self.file, line.encode())
            return int(os.pread(self.file, 24, 0)), self.sent() - before
        finally:
            libc.setns(self.home, 0)

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


def table_has_grown(net):
    """nf_dsr adds buckets behind the packets' back."""
    stats = json.loads(peers.run("dsrctl", "-n", net, "-j", "stats", "show"))[0]
    return stats["flows"] <= stats["buckets"]


def warm(generator, peer, case):
    """Flows that are there already; for a peer with a table."""
    order = f"in {case.family} {{}} each 0 {case.flows} {case.services} {case.flows}"
    generator.order(NET, order.format("udp" if case.kind == "udp" else "syn"))
    if case.kind == "ack":
        generator.order(NET, order.format("ack"))
    if peers.PEERS[peer].grows:
        while not table_has_grown(NET):
            time.sleep(0.05)


def set_up(peer, case):
    peers.load_ipvs(peer)
    with open("/sys/module/nf_dsr/parameters/max_flows", "w", encoding="ascii") as file:
        file.write(str(case.limit))
    peers.add_net(NET, case.backends)
    peers.PEERS[peer].set_up(NET, case)
    if case.conntrack:
        peers.track(NET)


def measure(generator, peer, case, packets):
    """ns of a packet, after as many others as there are flows."""
    set_up(peer, case)
    try:
        if case.kind == "syn":
            flows, order = packets, "each"
        else:
            flows, order = case.flows, "random"
            warm(generator, peer, case)
        ns, sent = generator.order(NET, f"in {case.family} {case.kind} {order} 0 {flows} "
                                   f"{case.services} {packets}")
    finally:
        peers.del_net(NET)
        generator.settle()
    if sent != (0 if peer == "drop" else packets):
        raise RuntimeError(f"{peer}, {case}: {sent} of {packets} packets were sent on")
    return ns / packets


def rounds(generator, plan):
    for number in range(plan["rounds"]):
        for entry in plan["cases"]:
            case = Case(**entry["case"])
            names = entry["peers"]
            # Whoever comes first meets other caches than who comes last.
            start = number % len(names)
            for peer in names[start:] + names[:start]:
                slow = entry.get("slow", {}).get(peer, 1)
                ns = measure(generator, peer, case, entry["packets"] // slow)
                print(json.dumps({"peer": peer, "round": number, "ns": round(ns, 1),
                                  **dataclasses.asdict(case)}), flush=True)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        plan = json.load(file)
    peers.run("modprobe", "nf_dsr")
    peers.run("insmod", sys.argv[2])
    rounds(Generator(), plan)


main()
