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


def arrivals(what):
    """Return the payload and TTL of the datagrams that leave the director, for the mirror and
    for the backends. The marker is copied, too, and its copy leaves first."""
    marker = world.marker()
    world.send(marker)
    came = collections.defaultdict(list)
    is_marker = lab.carries(marker)
    for packet in world.out.packets(60):
        if packet.dst != world.vip:
            continue
        name = names[packet.mac]
        if is_marker(packet):
            if name != "b3":
                break
            continue
        came["mirror" if name == "b3" else "backends"].append((packet.payload[-1], packet.ttl))
    else:
        tap.not_ok(f"IPv{family}: {what}: the marker leaves")
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
             expected(63, 63), arrivals("a client's datagrams"))
wire.enter("director")
sock = socket.socket(socket.AF_INET6 if family == 6 else socket.AF_INET, socket.SOCK_DGRAM)
for number in range(COUNT):
    sock.sendto(bytes([number]), (world.vip, 9))
tap.check_eq(f"IPv{family}: the director's own: one to the backends, one to the mirror",
             expected(64, 64), arrivals("the director's own"))
tap.done()
