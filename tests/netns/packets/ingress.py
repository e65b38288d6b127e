# SPDX-License-Identifier: GPL-2.0-or-later
"""The checks of IP's input, for packets that the ingress hook forwards before it. The router is
next to the director, without a bridge between them that could check the packets before."""
import lab
import tap
from wire import UDP

PADDING = b"padding" * 3


def check_padding(world, text, packet):
    left = world.forwarded(packet + PADDING, world.send_direct)
    lengths = [len(p.payload) for p in left]
    tap.check_eq(f"IPv{world.family}: {text}: what stood behind it in its frame does not leave",
                 [len(packet)], lengths)


for family in (4, 6):
    world = lab.Lab("ipip", family)
    check_padding(world, "a datagram", world.udp(7000, 200))
    check_padding(world, "a segment without data", world.tcp(7000))
    datagram = world.datagram(7000, b"x" * 100)
    bad = [("a length beyond the packet", world.packet(UDP, datagram, length=1000), None)]
    if family == 4:
        bad += [("a wrong checksum of its header", world.packet(UDP, datagram, csum=1), None),
                ("a length within the header", world.packet(UDP, datagram, length=19), None)]
    world.check_dropped(bad)
tap.done()
