# SPDX-License-Identifier: GPL-2.0-or-later
"""Send the first fragments of many datagrams, for both families."""
import lab
import tap
from wire import UDP

for family in (4, 6):
    world = lab.Lab("l2", family)
    for number in range(200):
        first = world.datagram(7000 + number, bytes(800), length=2008)
        if family == 4:
            packet = world.packet(UDP, first, ident=number, df=False, mf=True)
        else:
            head = bytes([UDP, 0, 0, 1]) + number.to_bytes(4, "big")
            packet = world.packet(44, head + first)
        world.send(packet)
    tap.check(f"IPv{family}: 200 first pieces do not leave the director",
              not world.forwarded(packet))
tap.done()
