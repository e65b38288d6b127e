# SPDX-License-Identifier: GPL-2.0-or-later
"""encap_routes.py 4|6: check a backend whose route has a lightweight tunnel."""
import sys

import lab
import tap
from control import drop_count, dsr, dsrctl, endpoint, show
from wire import GRE

family = int(sys.argv[1])
WHAT = f"IPv{family}"
world = lab.Lab("ipip", family)
BACKEND, OTHER = f"{lab.LAN[family]}51", f"{lab.LAN[family]}52"
DIRECTOR = lab.DIRECTORS["link"][family]
ROUTER = f"{lab.LINK[family]}1"
SERVICE = f"udp {endpoint(world.vip, 9)}"
VIA = ("via", "inet6" if world.ipv6 else "inet", ROUTER, "dev", "eth0")
ENCAPS = {"mpls": ("encap", "mpls", "100", *VIA),
          "seg6": ("encap", "seg6", "mode", "encap", "segs", "2001:db8:9::1", "dev", "eth0"),
          "mpls beside another next hop": ("nexthop", *VIA, "nexthop", "encap", "mpls", "100",
                                           *VIA[:2], f"{ROUTER}f" if world.ipv6 else f"{ROUTER}5",
                                           "dev", "eth0")}


def left():
    return world.forwarded(world.udp(7000, 100))


def reaches(text):
    packets = left()
    tap.check(text, [p.dst for p in packets] == [BACKEND] and packets[0].inner(), *packets)


def warned(*words):
    done = dsrctl(*words)
    return not done.returncode and "has an encapsulation (encap)" in done.stderr, done


world.separate_markers(OTHER, "ipip")
dsr(f"service add {SERVICE} method ipip")
for name, words in ENCAPS.items():
    world.ip("route", "add", BACKEND, *words)
    ok, said = warned("backend", "add", *SERVICE.split(), BACKEND)
    tap.check(f"{WHAT}, {name}: who adds the backend is warned", ok, said)
    world.ip("route", "del", BACKEND)
    reaches(f"{WHAT}, {name}: without that route it is reached")
    world.ip("route", "add", BACKEND, *words)
    before = drop_count("encap_route")
    packets = left()
    tap.check(f"{WHAT}, {name}: when the route comes, nothing leaves without its encapsulation",
              not packets, *packets)
    tap.check_eq(f"{WHAT}, {name}: which is counted as encap_route", before + 1,
                 drop_count("encap_route"))
    asked, = show("trace", "udp", endpoint(world.src, 7000), SERVICE.split()[1])
    tap.check_eq(f"{WHAT}, {name}: and the same is told who asks", ("drop", "encap_route"),
                 (asked["verdict"], asked["reason"]))
    world.ip("route", "del", BACKEND)
    reaches(f"{WHAT}, {name}: when it goes, the backend is reached again")
    dsr(f"backend del {SERVICE} {BACKEND}")

if not world.ipv6:
    # The route determines the header that a tunnel device pushes.
    world.ip("link", "add", "gre1", "type", "gre", "external")
    world.ip("link", "set", "gre1", "up")
    world.ip("route", "add", BACKEND, "encap", "ip", "id", "7", "dst", ROUTER, "dev", "gre1")
    dsr(f"backend add {SERVICE} {BACKEND}")
    packets = left()
    tap.check(f"{WHAT}: what a device encapsulates by the route's word leaves so",
              [(p.proto, p.src, p.dst, p.inner().dst) for p in packets] ==
              [(GRE, DIRECTOR, ROUTER, BACKEND)], *packets)
    world.ip("link", "del", "gre1")
dsr("flush")
tap.done()
