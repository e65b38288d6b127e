# SPDX-License-Identifier: GPL-2.0-or-later
"""unresolved.py METHOD 4|6: send bursts of three packets to backends on the director's link for
which it has no neighbour entry."""
import ipaddress
import sys

import lab
import tap
import wire
from patience import PATIENCE
from wire import ICMPV6

method, family = sys.argv[1], int(sys.argv[2])
WHAT = f"{method}, IPv{family}"
world = lab.Lab("l2", family)
macs = world.backends()


def asked_for(frame):
    """Return the address that an ARP request or a neighbour solicitation is about, or None."""
    kind = int.from_bytes(frame[12:14], "big")
    if kind == 0x0806 and frame[20:22] == b"\0\1":
        return str(ipaddress.ip_address(frame[38:42]))
    if kind == wire.ETH_IPV6:
        packet = wire.IP(frame[14:])
        if packet.proto == ICMPV6 and packet.payload[0] == 135:
            return str(ipaddress.ip_address(packet.payload[8:24]))
    return None


def burst(port):
    """Send three packets. Return the addresses that the director resolved, the order in which
    the packets left, and the MAC addresses that they went to."""
    packets = [world.udp(port, 100 + n) for n in range(3)]
    payloads = [wire.IP(packet).payload for packet in packets]
    world.out.drain()
    for packet in packets:
        world.send(packet)
    asked, order, to = set(), [], set()
    for frame in world.out.frames(PATIENCE):
        if frame[6:12] != world.director:
            continue
        about = asked_for(frame)
        if about:
            asked.add(about)
        elif int.from_bytes(frame[12:14], "big") in (wire.ETH_IP, wire.ETH_IPV6):
            packet = wire.IP(frame[14:], frame[:6])
            if packet.innermost().payload in payloads:
                order.append(payloads.index(packet.innermost().payload))
                to.add(macs.get(packet.mac))
        if len(order) == 3:
            break
    return asked, order, to


reached = set()
for port in range(7000, 7012):
    lab.ip("neigh", "flush", "dev", "eth0")
    asked, order, to = burst(port)
    backend = next(iter(to)) if len(to) == 1 else None
    expected = f"{lab.LAN[family]}5{backend[1:]}" if backend else None
    tap.check(f"{WHAT}: three packets wait for {backend} and leave in order",
              order == [0, 1, 2] and backend, order, to)
    tap.check(f"{WHAT}: it is its address that is asked for",
              expected in asked and world.vip not in asked, *asked)
    reached.add(backend)
    if len(reached) == 3:
        break
tap.check_eq(f"{WHAT}: so it is with every backend", 3, len(reached))
tap.done()
