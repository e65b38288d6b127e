#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""guest.py PLAN GENERATOR: measure what a packet costs, in the virtual machine. The plan
is one of plan.py; prints a sample a line, see schema.json."""
import dataclasses
import json
import sys

import generator as gen

# What the device's own IPv6 may send in the meantime.
STRAYS = 20
# So many quiet slices are waited for.
SLICES = 200
# And if there are hardly any, for some, so many times as long.
PATIENCE = 8
# Packets at once.
ORDER = 50 * gen.SLICE


def send(generator, peer, case, line, packets):
    slices, sent = generator.order(f"in {case.family} {case.kind} {line} {case.services} "
                                   f"{packets}")
    if not 0 <= sent - (0 if peer == "drop" else packets) <= STRAYS:
        raise RuntimeError(f"{peer}, {case}: {sent} of {packets} packets were sent on")
    return slices


def take_slices(generator, peer, case, packets):
    """Until there are enough quiet ones, of so many packets at most; of more, if next to
    none were quiet and the case does not have to be set up for as many."""
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
    """ns of a packet, after as many others as there are flows; and the part of slices that
    were quiet."""
    gen.set_up(peer, case)
    try:
        if case.kind != "syn":
            gen.warm(generator, peer, case)
        slices = take_slices(generator, peer, case, packets)
    finally:
        gen.tear_down(generator)
    return generator.cost(slices), len(generator.quiet(slices)) / len(slices)


def dimensions(case):
    """Of SYNs, each is a flow."""
    return {name: value for name, value in dataclasses.asdict(case).items()
            if name != "flows" or case.kind != "syn"}


def rounds(generator, plan):
    for number in range(plan["rounds"]):
        for entry in plan["cases"]:
            if number >= entry.get("rounds", plan["rounds"]):
                continue
            case = gen.Case(**entry["case"])
            names = entry["peers"]
            # Whoever comes first meets other caches than who comes last.
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
