# SPDX-License-Identifier: GPL-2.0-or-later
"""fraglist.py METHOD 4|6: a client sends datagrams at once, and the director receives them as a
list. Check what leaves the director for each."""
import socket
import sys

import lab
import tap
import wire
from patience import PATIENCE

UDP_SEGMENT = 103
COUNT, LENGTH = 10, 100
TTL = 64 - 2		# behind the router and the director
method, family = sys.argv[1], int(sys.argv[2])
WHAT = f"{method}, IPv{family}"
world = lab.Lab("l2", family)
macs = world.backends()
wire.enter("client")
sock = socket.socket(wire.AF[family], socket.SOCK_DGRAM)
sock.setsockopt(socket.SOL_UDP, UDP_SEGMENT, LENGTH)
sock.connect((world.vip, 9))


def send(first):
    """Send datagrams. All bytes of each are its number."""
    sock.send(b"".join(bytes([first + n]) * LENGTH for n in range(COUNT)))


def leave():
    """Return the packets that leave, as many as there were datagrams unless one is lost."""
    found = []
    for packet in world.out.packets(PATIENCE):
        if packet.innermost().payload[8:] in expected:
            found.append(packet)
        if len(found) == COUNT:
            break
    return found


for text, start in (("a new flow", 1), ("a flow that is known", 101)):
    expected = [bytes([start + n]) * LENGTH for n in range(COUNT)]
    world.out.drain()
    send(start)
    left = leave()
    inner = [packet.innermost() for packet in left]
    tap.check_eq(f"{WHAT}, {text}: {COUNT} datagrams leave in their order", expected,
                 [packet.payload[8:] for packet in inner])
    tap.check_eq(f"{WHAT}, {text}: each has passed one hop", [TTL] * COUNT,
                 [packet.ttl for packet in inner])
    tap.check(f"{WHAT}, {text}: each has right checksums and lengths",
              all(packet.csum_ok and packet.l4_csum_ok() for packet in left + inner) and
              {packet.length for packet in inner} == {world.overhead() + LENGTH}, *left)
    tap.check(f"{WHAT}, {text}: all go to one backend",
              len({packet.mac for packet in left}) == 1 and left[0].mac in macs, *left)
    if method == "l2":
        wanted = {(world.vip, 0)}
    elif method == "dscp":
        wanted = {(f"{lab.LAN[family]}5{macs[left[0].mac][1:]}", 42 << 2)}
    else:
        wanted = {(f"{lab.LAN[family]}5{macs[left[0].mac][1:]}", 0)}
    tap.check_eq(f"{WHAT}, {text}: each says for whom it is, and with dscp for which VIP", wanted,
                 {(packet.dst, packet.tos) for packet in left})
tap.done()
