# SPDX-License-Identifier: GPL-2.0-or-later
"""off_link.py 4|6: change the route of a backend that has flows."""
import sys

import lab
import tap

family = int(sys.argv[1])
WHAT = f"IPv{family}"
world = lab.Lab("l2", family)
macs = world.backends()
LAN, PLEN = lab.LAN[family], {4: 32, 6: 128}[family]


def route(*words):
    lab.in_node("director", "ip", f"-{family}", "route", *words)


def counted():
    return lab.drops().get("no_route", 0)


def backend_of(port):
    """Send a packet of this flow. Return the backend that it reaches, and all that left for it."""
    packet = world.udp(port, 100)
    left = world.forwarded(packet)
    return macs.get(left[0].mac) if len(left) == 1 else None, left


flows = {}
for port in range(7000, 7050):
    flows.setdefault(backend_of(port)[0], port)
    if len(flows) == 3:
        break
name, port = next(iter(flows.items()))
address = f"{LAN}5{name[1:]}/{PLEN}"
# Markers must neither go to the unreachable backend nor belong to its flows.
others = [other for other in flows if other != name]
for number in range(1, 200):
    world.markers = number
    reached, _ = backend_of(60001 + number)
    if reached in others:
        break
marker = world.udp(60001 + number, 150)
world.marker = lambda: marker

for text, words in (("through a router", ("replace", address, "via", f"{LAN}1")),
                    ("nowhere", ("replace", "blackhole", address)),
                    ("to another device", ("replace", address, "dev", "lo"))):
    before = counted()
    route(*words)
    reached, left = backend_of(port)
    tap.check(f"{WHAT}: with a route {text} nothing is sent to the backend or anybody else",
              not left, *left)
    tap.check_eq(f"{WHAT}: that is counted as no_route", before + 1, counted())
    route("del", *words[1:])
    reached, _ = backend_of(port)
    tap.check_eq(f"{WHAT}: without it the backend is reached again, by the same flow", name,
                 reached)
tap.done()
