# SPDX-License-Identifier: GPL-2.0-or-later
"""off_link.py 4|6: change the route of a backend that has flows."""
import sys

import lab
import tap
from control import drop_count

family = int(sys.argv[1])
WHAT = f"IPv{family}"
world = lab.Lab("l2", family)
macs = world.backends()
LAN, PLEN = lab.LAN[family], {4: 32, 6: 128}[family]


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
# Markers go to a backend that stays reachable.
world.separate_markers(f"{LAN}5{next(other for other in flows if other != name)[1:]}")

for text, words in (("through a router", ("replace", address, "via", f"{LAN}1")),
                    ("nowhere", ("replace", "blackhole", address)),
                    ("to another device", ("replace", address, "dev", "lo"))):
    before = drop_count("no_route")
    world.ip("route", *words)
    reached, left = backend_of(port)
    tap.check(f"{WHAT}: with a route {text} nothing is sent to the backend or anybody else",
              not left, *left)
    tap.check_eq(f"{WHAT}: that is counted as no_route", before + 1, drop_count("no_route"))
    world.ip("route", "del", *words[1:])
    reached, _ = backend_of(port)
    tap.check_eq(f"{WHAT}: without it the backend is reached again, by the same flow", name,
                 reached)
tap.done()
