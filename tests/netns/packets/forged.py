# SPDX-License-Identifier: GPL-2.0-or-later
"""forged.py 4|6: check the effect of ICMP errors and redirects about a backend's address. One
machine is a backend by three methods."""
import json
import sys

import lab
import tap
import wire
from control import dsr, endpoint, show
from lab import describe, quoted

family = int(sys.argv[1])
WHAT = f"IPv{family}"
world = lab.Lab("l2", family)
macs = world.backends()
DIRECTOR, NET = lab.DIRECTORS["lan"][family], lab.LAN[family]
BACKEND, OTHER, ROUTER = f"{NET}51", f"{NET}52", f"{NET}1"
B1 = next(mac for mac, name in macs.items() if name == "b1")
OVERHEAD, TOO_BIG = lab.HEADER[family], lab.TOO_BIG[family]
HONEST = 1400
# The MTU of a forged error, and the MTU that the kernel learns from it, which has a minimum.
FORGED, BELIEVED = (1280, 1280) if world.ipv6 else (68, 552)
L2, IPIP, DSCP, CLIENT = 9, 10, 11, 12


def service(port):
    return f"udp {endpoint(world.vip, port)}"


def too_big(mtu, quote):
    world.send_direct(wire.ip_icmp(ROUTER, DIRECTOR, *TOO_BIG, mtu, quote))


def echo_reply():
    """Return an echo reply to the backend, which the director has never sent."""
    return wire.ip_icmp(DIRECTOR, BACKEND, 129 if world.ipv6 else 0, 0, 1, bytes(64))


def routed():
    """Return the gateway and the MTU of the kernel's route to the backend."""
    shown = json.loads(world.ip("-j", "route", "get", BACKEND))[0]
    return shown.get("gateway"), shown.get("metrics", [{}])[0].get("mtu")


def relook():
    """Change a route, so that the director looks all paths up again."""
    world.ip("route", "add", "blackhole", f"{NET}99")
    world.ip("route", "del", "blackhole", f"{NET}99")


def left_for(port, length):
    world.method = "dscp" if port == DSCP else "l2"
    return world.forwarded(world.udp(7000, length, dport=port))


def check_unmoved(after):
    """Check that l2 and dscp forward packets of the device's MTU, without an error about it."""
    left = left_for(L2, 1500)
    tap.check(f"{WHAT}: after {after}, 1500 bytes reach the backend by l2",
              [p.mac for p in left] == [B1], *left)
    left = left_for(DSCP, 1500)
    tap.check(f"{WHAT}: after {after}, 1500 bytes leave for the backend by dscp",
              [p.dst for p in left] == [BACKEND], *left)
    left = left_for(CLIENT, 1500 - OVERHEAD)
    tap.check(f"{WHAT}: after {after}, 1500 bytes leave in the client's name",
              [(p.src, p.length) for p in left] == [(world.src, 1500)], *left)
    for port, name in ((L2, "l2"), (DSCP, "dscp"), (CLIENT, "ipip in its own name")):
        # The backend may send a port unreachable error, but no error may be about an MTU.
        length = 1500 - OVERHEAD if port == CLIENT else 1500
        errors = [e for e in world.errors_about(world.udp(7000, length, dport=port))
                  if describe(e)[:2] == TOO_BIG]
        tap.check(f"{WHAT}: after {after}, the client of {name} is told of no MTU",
                  not errors, *errors)
    try:
        dsr(f"backend change {service(L2)} {BACKEND} weight 5")
        tap.ok(f"{WHAT}: after {after}, the l2 backend may be changed")
    except RuntimeError as error:
        tap.not_ok(f"{WHAT}: after {after}, the l2 backend may be changed", error)


world.separate_markers(OTHER)
dsr(f"service add {service(L2)} method l2", f"backend add {service(L2)} {BACKEND}",
    f"service add {service(IPIP)} method ipip", f"backend add {service(IPIP)} {BACKEND}",
    f"service add {service(DSCP)} method dscp dscp 10",
    f"backend add {service(DSCP)} {BACKEND}",
    f"service add {service(CLIENT)} method ipip outer-source client",
    f"backend add {service(CLIENT)} {BACKEND}")

# honest: by a router on the tunnel's path
outer = left_for(IPIP, 1500 - OVERHEAD)[0]
too_big(HONEST, outer.data[:OVERHEAD + 8])
relook()
tap.check_eq(f"{WHAT}: the kernel has learned the MTU of the tunnel's way", HONEST, routed()[1])
check_unmoved("an error about the tunnel")
tap.check(f"{WHAT}: the tunnel takes what fits", left_for(IPIP, HONEST - OVERHEAD))
errors = world.errors_about(world.udp(7000, HONEST - OVERHEAD + 1, dport=IPIP))
tap.check_eq(f"{WHAT}: its client learns the tunnel's MTU",
             [((*TOO_BIG, HONEST - OVERHEAD), (7000, IPIP))],
             [(describe(e), quoted(e).ports()) for e in errors])

# forged: by any host
too_big(FORGED, echo_reply())
relook()
tap.check_eq(f"{WHAT}: the kernel believes an error about an echo reply that nobody sent",
             BELIEVED, routed()[1])
check_unmoved("a forged error")
if not world.ipv6:
    world.ip("neighbour", "replace", ROUTER, "lladdr", world.router.mac.hex(":"), "dev", "eth0",
             "nud", "permanent")
    gateway = int.from_bytes(wire.packed(ROUTER), "big")
    world.send_direct(wire.ip_icmp(BACKEND, DIRECTOR, 5, 1, gateway, echo_reply()))
    relook()
    tap.check_eq(f"{WHAT}: the kernel believes a redirect in the backend's name", ROUTER,
                 routed()[0])
    left = left_for(L2, 1500)
    tap.check(f"{WHAT}: l2 still sends to the backend itself", [p.mac for p in left] == [B1], *left)
    errors = world.errors_about(world.udp(7000, 1500, dport=L2))
    tap.check(f"{WHAT}: and tells the client nothing", not errors, *errors)
    dsr(f"backend change {service(L2)} {BACKEND} weight 6",
        f"backend del {service(L2)} {BACKEND}", f"backend add {service(L2)} {BACKEND}")
    tap.check_eq(f"{WHAT}: the l2 backend may be changed, deleted and added",
                 [BACKEND], [b["address"] for b in show("backend", "show")
                             if b["service"]["port"] == L2])
world.ip("route", "flush", "cache")

# configured: by the operator
world.ip("route", "add", BACKEND, "dev", "eth0", "mtu", str(HONEST))
for port in (L2, DSCP):
    name = "l2" if port == L2 else "dscp"
    tap.check(f"{WHAT}: {name} keeps to the MTU of a route", left_for(port, HONEST))
    errors = world.errors_about(world.udp(7000, HONEST + 1, dport=port))
    tap.check_eq(f"{WHAT}: and the client of {name} is told of it",
                 [(*TOO_BIG, HONEST)], [describe(e) for e in errors])
world.ip("route", "del", BACKEND, "dev", "eth0")
dsr("flush")
tap.done()
