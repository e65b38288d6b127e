# SPDX-License-Identifier: GPL-2.0-or-later
"""encap_routes.py 4|6: check a backend whose route has a lightweight tunnel."""
import subprocess
import sys

import lab
import tap
from control import dsr, show
from wire import GRE

family = int(sys.argv[1])
six = family == 6
WHAT = f"IPv{family}"
world = lab.Lab("ipip", family)
BACKEND, OTHER = f"{lab.LAN[family]}51", f"{lab.LAN[family]}52"
DIRECTOR = lab.DIRECTORS["link"][family]
ROUTER = {4: "10.2.2.1", 6: "2001:db8:2::1"}[family]
SERVICE, MARKERS = (f"udp [{world.vip}]:{port}" if six else f"udp {world.vip}:{port}"
                    for port in (9, 8))
VIA = ("via", "inet6" if six else "inet", ROUTER, "dev", "eth0")
ENCAPS = {"mpls": ("encap", "mpls", "100", *VIA),
          "seg6": ("encap", "seg6", "mode", "encap", "segs", "2001:db8:9::1", "dev", "eth0"),
          "mpls beside another next hop": ("nexthop", *VIA, "nexthop", "encap", "mpls", "100",
                                           *VIA[:2], f"{ROUTER}f" if six else f"{ROUTER}5",
                                           "dev", "eth0")}


def ip(*words):
    lab.in_node("director", "ip", f"-{family}", *words)


def marker():
    world.markers += 1
    return world.udp(60000 + world.markers % 5000, 100 + world.markers % 97, dport=8)


def left():
    return world.forwarded(world.udp(7000, 100))


def reaches(text):
    packets = left()
    tap.check(text, [p.dst for p in packets] == [BACKEND] and packets[0].inner(), *packets)


def warned(*words):
    done = subprocess.run(["dsrctl", "-n", "director", *words], capture_output=True, text=True,
                          check=False)
    return not done.returncode and "has an encapsulation (encap)" in done.stderr, done


world.marker = marker
dsr(f"service add {MARKERS} method ipip", f"backend add {MARKERS} {OTHER}",
    f"service add {SERVICE} method ipip")
for name, words in ENCAPS.items():
    ip("route", "add", BACKEND, *words)
    ok, said = warned("backend", "add", *SERVICE.split(), BACKEND)
    tap.check(f"{WHAT}, {name}: who adds the backend is warned", ok, said)
    ip("route", "del", BACKEND)
    reaches(f"{WHAT}, {name}: without that route it is reached")
    ip("route", "add", BACKEND, *words)
    before = lab.drops().get("encap_route", 0)
    packets = left()
    tap.check(f"{WHAT}, {name}: when the route comes, nothing leaves without its encapsulation",
              not packets, *packets)
    tap.check_eq(f"{WHAT}, {name}: which is counted as encap_route", before + 1,
                 lab.drops().get("encap_route", 0))
    asked = show("trace", "udp", f"[{world.src}]:7000" if six else f"{world.src}:7000",
                 SERVICE.split()[1])[0]
    tap.check_eq(f"{WHAT}, {name}: and the same is told who asks", ("drop", "encap_route"),
                 (asked["verdict"], asked["reason"]))
    ip("route", "del", BACKEND)
    reaches(f"{WHAT}, {name}: when it goes, the backend is reached again")
    dsr(f"backend del {SERVICE} {BACKEND}")

if not six:
    # The route determines the header that a tunnel device pushes.
    ip("link", "add", "gre1", "type", "gre", "external")
    ip("link", "set", "gre1", "up")
    ip("route", "add", BACKEND, "encap", "ip", "id", "7", "dst", ROUTER, "dev", "gre1")
    dsr(f"backend add {SERVICE} {BACKEND}")
    packets = left()
    tap.check(f"{WHAT}: what a device encapsulates by the route's word leaves so",
              [(p.proto, p.src, p.dst, p.inner().dst) for p in packets] ==
              [(GRE, DIRECTOR, ROUTER, BACKEND)], *packets)
    ip("link", "del", "gre1")
dsr("flush")
tap.done()
