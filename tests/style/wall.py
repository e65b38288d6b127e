#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check the layers of kmod/ by the symbols that its objects refer to: wall.py DIR

DIR contains Kbuild and the objects. No object of the data path refers to an object of control.
Pure objects refer to no other object of the module, and only to a few functions of the kernel
for memory, strings and numbers. nf_dsr refers to nothing of nf_dsr_ipvs. Only the objects of the
configuration refer to each other in a circle.
The generated dispatch table of the netlink family is data, so it is part of no circle.
"""
import re
import subprocess
import sys
from pathlib import Path

CIRCLE = {"txn", "service", "backend", "pool"}
DISPATCH = "netlink_gen"
# Symbols that compilers add, and functions that neither allocate, lock nor read packets.
NUMBERS = re.compile(r"__(x86|fentry|stack_chk|siphash|asan|ubsan)\w*|mem\w+|(sized_)?str\w+|siphash_\w+|sort|gcd")


def rooms(kbuild):
    """Return the lists dsr-NAME of Kbuild, by name."""
    text = kbuild.read_text().replace("\\\n", " ")
    return {name: words.split() for name, words in re.findall(r"^dsr-(\w+) := (.*)$", text, re.M)}


def symbols(path):
    """Return the symbols that an object defines, and those that it refers to."""
    defined, wanted = set(), set()
    lines = subprocess.run(["nm", path], check=True, capture_output=True, text=True).stdout
    for line in lines.splitlines():
        *_, kind, name = line.split()
        if kind == "U":
            wanted.add(name)
        elif kind.isupper():
            defined.add(name)
    return defined, wanted


def references(objects):
    """Return two dictionaries by object: the other objects that it refers to, with one symbol
    each, and the symbols that it refers to outside of the module."""
    found = {name: symbols(path) for name, path in objects.items()}
    owner = {symbol: name for name, (defined, _) in found.items() for symbol in defined}
    inside = {name: {owner[symbol]: symbol for symbol in sorted(wanted)
                     if owner.get(symbol, name) != name}
              for name, (_, wanted) in found.items()}
    outside = {name: sorted(wanted - set(owner)) for name, (_, wanted) in found.items()}
    return inside, outside


def reachable(graph, start):
    """Return all objects that an object refers to, directly or through other objects."""
    seen, todo = set(), [start]
    while todo:
        for name in graph[todo.pop()]:
            if name not in seen:
                seen.add(name)
                todo.append(name)
    return seen


def faults(lists, graph, outside):
    """Yield a sentence for each violation of the rules."""
    pure = {f"lib/{name}" for name in lists["pure"]} | {"ipvs/words"}
    control = set(lists["control"]) | {"main"}
    for name in lists["data"]:
        for other, symbol in graph[name].items():
            if other in control:
                yield f"{name} is on a packet's way and refers to {other} ({symbol})"
    for name in sorted(pure):
        for other, symbol in graph[name].items():
            if other not in pure:
                yield f"{name} is pure and refers to {other} ({symbol})"
        for symbol in outside[name]:
            if not NUMBERS.fullmatch(symbol):
                yield f"{name} is pure and refers to {symbol}"
    for name in [*lists["data"], *lists["control"], "main", "net"]:
        for other, symbol in graph[name].items():
            if other.startswith("ipvs/"):
                yield f"{name} refers to {other} ({symbol}), which is of another module"
    calls = {name: set() if name == DISPATCH else set(others) for name, others in graph.items()}
    for name in sorted(calls):
        if name not in CIRCLE and name in reachable(calls, name):
            yield f"{name} refers to itself by way of {', '.join(sorted(calls[name]))}"


def main():
    """Print the violations. Return 1 if there are any."""
    top = Path(sys.argv[1])
    lists = rooms(top / "Kbuild")
    names = ["main", "net"] + lists["data"] + lists["control"]
    objects = {name: top / "kmod" / f"{name}.o" for name in names}
    objects |= {f"ipvs/{name}": top / "kmod" / "ipvs" / f"{name}.o" for name in lists["ipvs"]}
    objects |= {f"lib/{name}": top / "kmod" / "lib" / f"{name}.o" for name in lists["pure"]}
    found = list(faults(lists, *references(objects)))
    print("\n".join(found))
    return 1 if found else 0


sys.exit(main())
