#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""guest.py PLAN GENERATOR: measure, in the virtual machine, what a packet costs. The plan
comes from plan.py. Print one sample on each line, see schema.json."""
import dataclasses
import json
import sys

import generator as gen

# How many packets the device's own IPv6 may send in the meantime.
STRAYS = 20
# A measurement continues until this many slices are quiet.
SLICES = 200
# If fewer than SLICES_LEAST are quiet, it may send this many times the packets of the plan.
PATIENCE = 8
# Packets of one order.
ORDER = 50 * gen.SLICE


def send(generator, peer, case, line, packets):
    slices, sent = generator.order(f"in {case.family} {case.kind} {line} {case.services} "
                                   f"{packets}")
    if not 0 <= sent - (0 if peer == "drop" else packets) <= STRAYS:
        raise RuntimeError(f"{peer}, {case}: {sent} of {packets} packets were sent on")
    return slices


def take_slices(generator, peer, case, packets):
    """Send packets until enough slices are quiet, but no more than PACKETS. If hardly any were
    quiet, send up to PATIENCE times as many; not SYNs, as the table has no room for more."""
    slices = []
    syns = case.kind == "syn"
    for first in range(0, packets * (1 if syns else PATIENCE), ORDER):
        line = f"each {first} {ORDER}" if syns else f"random 0 {case.flows}"
        slices += send(generator, peer, case, line, ORDER)
        quiet = len(generator.quiet(slices))
        if quiet >= (SLICES if first + ORDER < packets else gen.SLICES_LEAST):
            break
    return slices


def measure(generator, peer, case, packets):
    """Return the cost of a packet in ns, and which part of the slices was quiet. All flows
    exist before, but for SYNs."""
    gen.set_up(peer, case)
    try:
        if case.kind != "syn":
            gen.warm(generator, peer, case)
        slices = take_slices(generator, peer, case, packets)
    finally:
        gen.tear_down(generator)
    return generator.cost(slices), len(generator.quiet(slices)) / len(slices)


def dimensions(case):
    """Return the dimensions of a sample. Each SYN is a flow, so such a case has no number."""
    return {name: value for name, value in dataclasses.asdict(case).items()
            if name != "flows" or case.kind != "syn"}


def rounds(generator, plan):
    for number in range(plan["rounds"]):
        for entry in plan["cases"]:
            if number >= entry.get("rounds", plan["rounds"]):
                continue
            case = gen.Case(**entry["case"])
            names = entry["peers"]
            # The first peer finds the caches in another state than the last, so the
            # order changes with the round.
            start = number % len(names)
            for peer in names[start:] + names[:start]:
                slow = entry.get("slow", {}).get(peer, 1)
                ns, still = measure(generator, peer, case, entry["packets"] // slow)
                gen.sample("cost", "ns", round(ns, 1), peer, round=number,
                           quiet=round(still, 2), **dimensions(case))


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        plan = json.load(file)
    rounds(gen.begin(sys.argv[2]), plan)


main()
