# SPDX-License-Identifier: GPL-2.0-or-later
"""burst.py METHOD 4|6: send 200 packets on the director's own segment, which must all arrive."""
import socket
import sys

import lab
import tap

SO_TIMESTAMP = 29
method, family = sys.argv[1], int(sys.argv[2])
# While a socket uses SO_TIMESTAMP, the kernel stamps each arriving packet, in all nodes.
curious = socket.socket(type=socket.SOCK_DGRAM)
curious.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMP, 1)
world = lab.Lab("l2", family)
COUNT = 200
LEFT = 0


def is_last(packet):
    """Return true for the last packet. The test cannot use a marker, as fq lets packets of new
    flows overtake others."""
    global LEFT
    LEFT += world.is_ours(packet)
    return LEFT == COUNT


world.out.drain()
for number in range(COUNT):
    world.send(world.udp(7000 + number % 50, 100 + number))
world.out.expect(is_last)
tap.check_eq(f"{method}, IPv{family}: a burst of {COUNT} packets leaves the director", COUNT, LEFT)
tap.done()
