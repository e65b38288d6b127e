# SPDX-License-Identifier: GPL-2.0-or-later
"""burst.py METHOD 4|6: 200 packets that all arrive, on the director's own segment."""
import socket
import sys

import lab
import tap

SO_TIMESTAMP = 29
method, family = sys.argv[1], int(sys.argv[2])
# Somebody wants to know when packets come, so each gets its time, in whatever node.
curious = socket.socket(type=socket.SOCK_DGRAM)
curious.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMP, 1)
world = lab.Lab("l2", family)


def send(_):
    for number in range(200):
        world.send(world.udp(7000 + number % 50, 100 + number))


left = world.forwarded(None, send)
tap.check_eq(f"{method}, IPv{family}: a burst of 200 packets leaves the director", 200, len(left))
tap.done()
