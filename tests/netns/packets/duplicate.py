# SPDX-License-Identifier: GPL-2.0-or-later
"""duplicate.py 4|6: send ten datagrams of a client and ten of the director itself. A rule sends a
copy of each to b3 (see 43_duplicate.sh). Check which hosts get them."""
import collections
import socket
import sys

import lab
import tap
import wire

family = int(sys.argv[1])
world = lab.Lab("l2", family)
names = world.backends()
COUNT = 10


def arrivals():
    """Return the payload and TTL of the datagrams that left the director, for the mirror and for
    the backends. The marker is copied, too, and its copy leaves first."""
    came = collections.defaultdict(list)
    for packet in world.until_marker(is_end=lambda p: names[p.mac] != "b3"):
        if packet.dst == world.vip and len(packet.payload) == 8 + 1:
            came["mirror" if names[packet.mac] == "b3" else "backends"].append(
                (packet.payload[-1], packet.ttl))
    return {name: sorted(packets) for name, packets in came.items()}


def expected(backends, mirror):
    return {"backends": [(number, backends) for number in range(COUNT)],
            "mirror": [(number, mirror) for number in range(COUNT)]}


world.out.drain()
for number in range(COUNT):
    datagram = wire.udp(world.src, world.vip, 7000 + number, 9, bytes([number]))
    world.send_direct(wire.ip(world.src, world.vip, wire.UDP, datagram))
# The TTL of a copy that the rule makes of an arriving packet is decremented, too.
tap.check_eq(f"IPv{family}: a client's datagrams: one to the backends, one to the mirror",
             expected(63, 63), arrivals())
wire.enter("director")
sock = socket.socket(wire.AF[family], socket.SOCK_DGRAM)
for number in range(COUNT):
    sock.sendto(bytes([number]), (world.vip, 9))
tap.check_eq(f"IPv{family}: the director's own: one to the backends, one to the mirror",
             expected(64, 64), arrivals())
tap.done()
