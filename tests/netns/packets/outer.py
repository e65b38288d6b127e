# SPDX-License-Identifier: GPL-2.0-or-later
"""Check the outer header of a tunnel: the operator's options set source and TTL, and other fields
come from the packet."""
import itertools
import subprocess

import tap
import wire
from wire import GRE, IPIP, IPV6, UDP

CLIENT = {4: "198.51.100.201", 6: "2001:db8:c::201"}
VIP = {4: "192.0.2.80", 6: "2001:db8:80::80"}
BACKEND = {4: "10.1.1.51", 6: "2001:db8:1::51"}
DIRECTOR = {4: "10.2.2.2", 6: "2001:db8:2::2"}
OTHER = {4: "10.2.2.77", 6: "2001:db8:2::77"}
# The client sends with a TTL of 64; the router and the director decrement it.
TTL, TOS = 62, 46 << 2 | 1

client = wire.Port("client", "eth0")
gateway = wire.Port("router", "client").mac
out = wire.Port("router", "director")
port = 40000


def backend(command, inner, outer, *words):
    vip = VIP[inner] if inner == 4 else f"[{VIP[inner]}]"
    subprocess.run(["dsrctl", "-n", "director", "backend", command, "udp", f"{vip}:9",
                    BACKEND[outer], *words], check=True)


def left(inner, df):
    """Send a datagram from a new port. Return what leaves the director for it."""
    global port
    port += 1
    datagram = wire.udp(CLIENT[inner], VIP[inner], port, 9, b"outer")
    fields = {"tclass": TOS} if inner == 6 else {"tos": TOS, "df": df}
    client.send(gateway, wire.ip(CLIENT[inner], VIP[inner], UDP, datagram, **fields))
    packet, _ = out.expect(lambda p: p.innermost().payload == datagram)
    return packet


def describe(packet):
    return packet and {"src": packet.src, "dst": packet.dst, "ttl": packet.ttl,
                       "tos": packet.tos, "df": packet.df, "proto": packet.proto,
                       "inner ttl": packet.innermost().ttl, "inner tos": packet.innermost().tos}


def check(method, inner, outer, words, src, ttl, df=True):
    backend("replace", inner, outer, "method", method, *words)
    said = " ".join(words) or ("by default" if df else "without DF")
    proto = GRE if method == "gre" else IPIP if inner == 4 else IPV6
    tap.check_eq(f"IPv{inner} by {method} in IPv{outer}: {said}", {
        "src": src, "dst": BACKEND[outer], "ttl": ttl, "tos": TOS, "proto": proto,
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
        check(method, inner, outer, ("outer-source", "client"), CLIENT[inner], 64)
    if inner == 4:
        check(method, inner, outer, (), DIRECTOR[outer], 64, df=False)
    backend("del", inner, outer)
tap.done()
