# SPDX-License-Identifier: GPL-2.0-or-later
"""offline.py CYCLES: send datagrams that arrive at the director on a processor that goes offline
and online in the meantime, if there is one that can. Each must leave once."""
import os
import struct
import sys

import lab
import tap
from wire import UDP

cycles, BURST = int(sys.argv[1]), 40
last = os.cpu_count() - 1
switch = f"/sys/devices/system/cpu/cpu{last}/online"
world = lab.Lab("l2", 4)
sent = 0


def burst(processors):
    """Send datagrams on one of these processors. They arrive at the director on the same one."""
    global sent
    os.sched_setaffinity(0, processors)
    for sent in range(sent, sent + BURST):
        world.send_direct(world.packet(UDP, world.datagram(7000, struct.pack("!I", sent))))
    sent += 1


def turn(state):
    if last:
        with open(switch, "w", encoding="ascii") as file:
            file.write(state)


world.out.drain()
for _ in range(cycles):
    burst({last})
    turn("0")
    burst({0})
    turn("1")
burst({0, last})
os.sched_setaffinity(0, {0})
left = world.until_marker()
tap.check_eq("each datagram leaves once", list(range(sent)),
             sorted(struct.unpack("!I", p.payload[-4:])[0] for p in left if world.is_ours(p)))
tap.done()
