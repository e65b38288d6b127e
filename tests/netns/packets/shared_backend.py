# SPDX-License-Identifier: GPL-2.0-or-later
"""shared_backend.py 4|6: send errors about the tunnel to a backend that 301 services share. The
service in their middle has method ipip, the others gre."""
import sys

import lab
import tap
import wire
from control import dsr, endpoint
from lab import describe, quoted

family = int(sys.argv[1])
WHAT = f"IPv{family}"
SIDE = 150
MIDDLE = 1000 + SIDE
PORTS = range(1000, 1000 + 2 * SIDE + 1)
world = lab.Lab("ipip", family)
BACKEND = lab.LAN[family] + "51"
DIRECTOR = lab.DIRECTORS["link"][family]
ROUTER, OUTER = f"{lab.LINK[family]}1", lab.HEADER[family]
UNREACHABLE = (*lab.UNREACHABLE[family], 0)


def service(port):
    return f"udp {endpoint(world.vip, port)}"


def complain(kind, code, word, quote, spoil=0):
    message = wire.icmp(ROUTER, DIRECTOR, kind, code, word, quote)
    message = message[:2] + bytes([message[2] ^ spoil]) + message[3:]
    return world.errors_about(wire.ip(ROUTER, DIRECTOR, lab.ICMPS[family], message),
                              world.send_direct)


def unreachable(quote, **fields):
    return [(describe(error), quoted(error).ports())
            for error in complain(*UNREACHABLE, quote, **fields)]


def too_big(mtu, quote):
    complain(*lab.TOO_BIG[family], mtu, quote)
    return lab.route_mtu(BACKEND)


dsr(f"service add {service(9)} method ipip", f"backend add {service(9)} {BACKEND}",
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
    dsr("flow flush")
dsr(f"service del {service(9)}")
dsr(f"service add {service(9)} method ipip", f"backend add {service(9)} {lab.LAN[family]}52")
tap.check_eq(f"{WHAT}: a quote of 8 bytes has not all of them looked at", 1500,
             too_big(1400, sent[MIDDLE][:OUTER + 8]))
tap.check_eq(f"{WHAT}: one that tells the service is believed", 1400,
             too_big(1400, sent[MIDDLE]))
tap.check_eq(f"{WHAT}: where many could have been sent it, 8 bytes are enough", 1390,
             too_big(1390, sent[PORTS[0]][:OUTER + 8]))
dsr("flush")
for version in "-4", "-6":
    lab.ip(version, "route", "flush", "cache")
tap.done()
