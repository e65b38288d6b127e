# SPDX-License-Identifier: GPL-2.0-or-later
"""ttl.py METHOD 4|6: send packets with a TTL of 0, 1 or 2."""
import sys

import lab
import tap
import wire
from control import drop_count
from lab import describe
from wire import SYN, TCP, UDP

method, family = sys.argv[1], int(sys.argv[2])
WHAT = f"{method}, IPv{family}"
world = lab.Lab(method, family)
director = lab.DIRECTORS["lan" if method == "l2" else "link"][family]
EXCEEDED = (*lab.EXCEEDED[family], 0)
DATAGRAM = world.datagram(7000, b"x" * 100)


def counted():
    return drop_count("ttl_exceeded")


for text, proto, payload in (
        ("a datagram", UDP, DATAGRAM),
        ("a segment", TCP, world.segment(7001, SYN)),
        ("an echo request", lab.ICMPS[family],
         wire.icmp(world.src, world.vip, 128 if family == 6 else 8, 0, 1)),
        ("a packet of another protocol", 253, b"experiment")):
    packet = world.packet(proto, payload, ttl=1)
    before = counted()
    errors = world.errors_about(packet, world.send_direct)
    # The TTL of the datagram that ends errors_about() expires, too.
    tap.check_eq(f"{WHAT}: {text} with TTL 1 is counted", before + 2, counted())
    tap.check_eq(f"{WHAT}: its client is told, by the director's own address",
                 [(EXCEEDED, director, True)],
                 [(describe(e), e.src, e.l4_csum_ok()) for e in errors])
    tap.check(f"{WHAT}: the packet is quoted as it came",
              errors and errors[0].payload[8:][:len(packet)] == packet,
              packet.hex(), *(e.payload.hex() for e in errors))
    left = world.forwarded(packet, world.send_direct)
    tap.check(f"{WHAT}: nothing of it leaves", not left, *left)

left = world.forwarded(world.packet(UDP, DATAGRAM, ttl=2), world.send_direct)
tap.check(f"{WHAT}: with TTL 2 it leaves, with 1",
          len(left) == 1 and left[0].innermost().ttl == 1, *left)

# An error that quotes a packet of the VIP takes the path of the flow's packets.
quote = wire.ip(world.vip, world.src, UDP, wire.udp(world.vip, world.src, 9, 7000, b"x" * 100))
error = world.icmp(*lab.PORT_UNREACHABLE[family], 0, quote, ttl=1)
before = counted()
errors = world.errors_about(error, world.send_direct)
tap.check(f"{WHAT}: an ICMP error with TTL 1 is dropped without another one",
          not errors and counted() == before + 2, *errors)
tap.done()
