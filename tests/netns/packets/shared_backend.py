# SPDX-License-Identifier: GPL-2.0-or-later
"""shared_backend.py 4|6: send errors about the tunnel to a backend that 301 services share. The
service in their middle has method ipip, the others gre."""
import json
import sys

import lab
import tap
import wire
from bench import address, dsrctl
from lab import describe, in_node, quoted

family = int(sys.argv[1])
WHAT = f"IPv{family}"
SIDE = 150
MIDDLE = 1000 + SIDE
PORTS = range(1000, 1000 + 2 * SIDE + 1)
world = lab.Lab("ipip", family)
BACKEND = lab.LAN[family] + "51"
DIRECTOR = lab.DIRECTORS["link"][family]
ROUTER = {4: "10.2.2.1", 6: "2001:db8:2::1"}[family]
OUTER = {4: 20, 6: 40}[family]
UNREACHABLE = (1, 3, 0) if family == 6 else (3, 1, 0)


def service(port):
    return f"udp {address(world.vip, port)}"


def complain(kind, code, word, quote, spoil=0):
    message = wire.icmp(ROUTER, DIRECTOR, kind, code, word, quote)
    message = message[:2] + bytes([message[2] ^ spoil]) + message[3:]
    proto = wire.ICMPV6 if family == 6 else wire.ICMP
    return world.told(wire.ip(ROUTER, DIRECTOR, proto, message), world.send_direct)


def unreachable(quote, **fields):
    return [(describe(error), quoted(error).ports())
            for error in complain(*UNREACHABLE, quote, **fields)]


def too_big(mtu, quote):
    complain(*((2, 0, mtu) if family == 6 else (3, 4, mtu)), quote)
    shown = json.loads(in_node("director", "ip", "-j", "route", "get", BACKEND))[0]
    return shown.get("metrics", [{}])[0].get("mtu", 1500)


dsrctl(f"service add {service(9)} method ipip", f"backend add {service(9)} {BACKEND}",
       *(f"service add {service(p)} method {'ipip' if p == MIDDLE else 'gre'}" for p in PORTS),
       *(f"backend add {service(p)} {BACKEND}" for p in PORTS))
sent = {}
for port in (PORTS[0], MIDDLE, PORTS[-1]):
    left = world.forwarded(world.udp(7000 + port, 200, port))
    tap.check_eq(f"{WHAT}: port {port}: a datagram leaves for the backend", [BACKEND],
                 [packet.dst for packet in left])
    sent[port] = left[0].data
for remembered in True, False:
    for port, quote in sent.items():
        text = f"{WHAT}: port {port}, flow {'remembered' if remembered else 'forgotten'}"
        tap.check_eq(f"{text}: its client is told, and nobody else",
                     [(UNREACHABLE, (7000 + port, port))], unreachable(quote))
        tap.check_eq(f"{text}: not so with a wrong checksum", [], unreachable(quote, spoil=1))
    dsrctl("flow flush")
dsrctl(f"service del {service(9)}")
dsrctl(f"service add {service(9)} method ipip", f"backend add {service(9)} {lab.LAN[family]}52")
tap.check_eq(f"{WHAT}: a quote of 8 bytes has not all of them looked at", 1500,
             too_big(1400, sent[MIDDLE][:OUTER + 8]))
tap.check_eq(f"{WHAT}: one that tells the service is believed", 1400,
             too_big(1400, sent[MIDDLE]))
tap.check_eq(f"{WHAT}: where many could have been sent it, 8 bytes are enough", 1390,
             too_big(1390, sent[PORTS[0]][:OUTER + 8]))
dsrctl("flush")
for version in "-4", "-6":
    in_node("director", "ip", version, "route", "flush", "cache")
tap.done()
