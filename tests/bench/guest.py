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


def measure(generator, peer, case, packets):
    """ns of a packet, after as many others as there are flows."""
    gen.set_up(peer, case)
    try:
        if case.kind == "syn":
            flows, order = packets, "each"
        else:
            flows, order = case.flows, "random"
            gen.warm(generator, peer, case)
        ns, sent = generator.order(f"in {case.family} {case.kind} {order} 0 {flows} "
                                   f"{case.services} {packets}")
    finally:
        gen.tear_down(generator)
    if not 0 <= sent - (0 if peer == "drop" else packets) <= STRAYS:
        raise RuntimeError(f"{peer}, {case}: {sent} of {packets} packets were sent on")
    return ns / packets


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
                ns = measure(generator, peer, case, entry["packets"] // slow)
                gen.sample("cost", "ns", round(ns, 1), peer, round=number,
                           **dimensions(case))


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        plan = json.load(file)
    rounds(gen.begin(sys.argv[2]), plan)


main()
