# SPDX-License-Identifier: GPL-2.0-or-later
"""clones.py METHOD 4|6: compare packets as a packet socket gets them before the hook with what
arrives and what leaves."""
import sys

import lab
import tap
import wire

method, family = sys.argv[1], int(sys.argv[2])
WHAT = f"{method}, IPv{family}"
world = lab.Lab(method, family)
came = wire.Port("director", "eth0")
wrong = []
for number in range(20):
    packet = world.udp(7000 + number % 7, 60 + number * 13 % 1300, ttl=60 - number % 20)
    came.drain()
    left = world.forwarded(packet, world.send_direct)
    seen = [p for p in came.packets(0) if p.proto == wire.UDP and p.dst == world.vip
            and p.payload == wire.IP(packet).payload]
    if [p.data for p in seen] != [packet] or len(left) != 1 or \
            left[0].innermost().ttl != wire.IP(packet).ttl - 1:
        wrong.append(f"{wire.IP(packet)}: seen {[str(p) for p in seen]}, "
                     f"left {[str(p) for p in left]}")
tap.check(f"{WHAT}: 20 packets look as they came to who saw them come", not wrong, *wrong[:5])

tap.done()
