# SPDX-License-Identifier: GPL-2.0-or-later
"""mtu.py METHOD 4|6 MTU: check the errors to a client whose packet is too big, and the packets
that are fragmented instead."""
import sys

import lab
import tap
import wire
from lab import describe, quoted
from wire import UDP

method, family, mtu = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
WHAT = f"{method}, IPv{family}, MTU {mtu}"
world = lab.Lab(method, family)
TOO_BIG = (*lab.TOO_BIG[family], mtu)


def check_told(text, packet):
    errors = world.errors_about(packet)
    proto = wire.IP(packet).proto
    tap.check_eq(f"{WHAT}: {text} is too big, the client learns the MTU", [(TOO_BIG, True)],
                 [(describe(e), e.l4_csum_ok()) for e in errors])
    tap.check_eq(f"{WHAT}: {text} is quoted, without an outer header",
                 [(world.src, world.vip, proto)],
                 [(quoted(e).src, quoted(e).dst, quoted(e).proto) for e in errors])
    left = world.forwarded(packet)
    tap.check(f"{WHAT}: {text} does not leave", not left, *left)


def tcp_of(port, length):
    return world.tcp(port, payload=b"s" * (length - lab.HEADER[family] - 20))


for length in (mtu + 1, 1500):
    check_told(f"a datagram of {length} bytes", world.udp(5000 + length, length))
check_told("a segment of 1500 bytes", tcp_of(7000, 1500))
tap.check(f"{WHAT}: a datagram of {mtu} bytes passes", world.passes(world.udp(7001, mtu)))
tap.check(f"{WHAT}: so does a segment", world.passes(tcp_of(7000, mtu)))

if family == 4:
    packet = world.udp(7002, 1500, df=False, ident=4711)
    left = world.forwarded(packet)
    inner = [p.inner() or p for p in left]
    data = b"".join(p.payload for p in sorted(inner, key=lambda p: p.offset))
    tap.check(f"{WHAT}: without DF, 1500 bytes are fragmented for one backend",
              data[:6] + data[8:] == lab.but_checksum(wire.IP(packet)) and
              len({lab.backend_of(p, method) for p in left}) == 1, *left)
    tap.check(f"{WHAT}: into pieces of at most {mtu} bytes",
              len(left) > 1 and all(p.length <= mtu and p.ident == 4711 for p in inner), *left)
    # Backends without a tunnel may send other errors, but no error may be about an MTU.
    errors = [e for e in world.errors_about(packet) if describe(e)[:2] == TOO_BIG[:2]]
    tap.check(f"{WHAT}: nobody is told of an MTU", not errors, *errors)

    # An ICMP error that is too big itself, about a packet that the VIP sent.
    quote = wire.ip(world.vip, world.src, UDP,
                    wire.udp(world.vip, world.src, 9, 7001, bytes(1444)))
    message = wire.icmp(world.src, world.vip, 3, 3, 0, quote)
    errors = world.errors_about(wire.ip(world.src, world.vip, wire.ICMP, message[:1480]))
    tap.check(f"{WHAT}: an ICMP error that is too big is not answered with another one",
              not errors, *errors)
tap.done()
