# SPDX-License-Identifier: GPL-2.0-or-later
"""loop.py METHOD 4|6: send packets to a director whose only backend is another director."""
import sys

import lab
import tap
from control import drops

method, family = sys.argv[1], int(sys.argv[2])
WHAT = f"{method}, IPv{family}"
world = lab.Lab("l2", family)


def dropped():
    """Return how many packets both directors dropped because their TTL expired."""
    return sum(drops(node).get("ttl_exceeded", 0) for node in ("director", "b1"))


def rounds(ttl):
    """Send a packet. Return how often it leaves the first director until it is dropped."""
    packet = world.udp(7000 + ttl, 100, ttl=ttl)
    world.out.drain()
    before = dropped()
    world.send_direct(packet)
    tap.wait_for(lambda: dropped() > before)
    return len([p for p in world.out.packets(0) if lab.carries(packet)(p)])


if method == "l2":
    start = dropped()
    for ttl in (2, 9, 64, 255):
        # The packet leaves the first director, the second one, the first one...
        tap.check_eq(f"{WHAT}: a packet with TTL {ttl} leaves the first director {ttl // 2} times, "
                     "then it is dropped", ttl // 2, rounds(ttl))
    tap.check_eq(f"{WHAT}: each is counted once", 4, dropped() - start)
else:
    for ttl in (3, 64):
        left = world.forwarded(world.udp(7000 + ttl, 100, ttl=ttl), world.send_direct)
        # If the first packet circulated, it would leave again before this one.
        left += world.forwarded(world.udp(7000 + ttl, 101, ttl=ttl), world.send_direct)
        tap.check(f"{WHAT}: a packet with TTL {ttl} in a tunnel is not balanced again",
                  len(left) == 2, *left)
tap.done()
