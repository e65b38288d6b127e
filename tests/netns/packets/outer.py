# SPDX-License-Identifier: GPL-2.0-or-later
"""Check the outer header of a tunnel: the operator's options set source and TTL, and other fields
come from the packet."""
import itertools

import lab
import tap
from control import dsr, endpoint
from wire import GRE, IPIP, IPV6, UDP

worlds = {family: lab.Lab("ipip", family) for family in (4, 6)}
DIRECTOR = lab.DIRECTORS["link"]
OTHER = {family: f"{net}77" for family, net in lab.LINK.items()}
# The client sends with a TTL of 64; the router and the director decrement it.
TTL, TOS = 62, 46 << 2 | 1

port = 40000


def backend(command, inner, outer, *words):
    dsr(f"backend {command} udp {endpoint(lab.VIPS[inner], 9)} {worlds[outer].backend_addrs[0]} "
        f"{' '.join(words)}")


def left(inner, df):
    """Send a datagram from a new port. Return what leaves the director for it."""
    global port
    port += 1
    world = worlds[inner]
    fields = {"tclass": TOS} if inner == 6 else {"tos": TOS, "df": df}
    packet = world.packet(UDP, world.datagram(port, b"outer"), **fields)
    world.send(packet)
    return world.out.expect(lab.carries(packet))[0]


def describe(packet):
    return packet and {"src": packet.src, "dst": packet.dst, "ttl": packet.ttl,
                       "tos": packet.tos, "df": packet.df, "proto": packet.proto,
                       "inner ttl": packet.innermost().ttl, "inner tos": packet.innermost().tos}


def check(method, inner, outer, words, src, ttl, df=True):
    backend("replace", inner, outer, "method", method, *words)
    said = " ".join(words) or ("by default" if df else "without DF")
    proto = GRE if method == "gre" else IPIP if inner == 4 else IPV6
    tap.check_eq(f"IPv{inner} by {method} in IPv{outer}: {said}", {
        "src": src, "dst": worlds[outer].backend_addrs[0], "ttl": ttl, "tos": TOS, "proto": proto,
        # Only IPv4 has the flag; routers fragment no IPv6.
        "df": df or outer == 6, "inner ttl": TTL, "inner tos": TOS,
    }, describe(left(inner, df)))


for method, inner, outer in itertools.product(("ipip", "gre"), (4, 6), (4, 6)):
    backend("add", inner, outer, "method", method)
    check(method, inner, outer, (), DIRECTOR[outer], 64)
    check(method, inner, outer, ("outer-ttl", "255"), DIRECTOR[outer], 255)
    check(method, inner, outer, ("outer-source", OTHER[outer], "outer-ttl", "inherit"),
          OTHER[outer], TTL)
    if inner == outer:
        check(method, inner, outer, ("outer-source", "client"), lab.CLIENTS[inner], 64)
    if inner == 4:
        check(method, inner, outer, (), DIRECTOR[outer], 64, df=False)
    backend("del", inner, outer)
tap.done()
