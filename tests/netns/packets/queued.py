# SPDX-License-Identifier: GPL-2.0-or-later
"""queued.py 4|6 COUNT: send datagrams that get their verdict from userspace before they reach the
director's hook (to port 9, see 42_queue.sh), among others that reach it in softirq. Each must
leave once."""
import collections
import os
import select
import struct
import sys

import lab
import tap
import wire
from patience import PATIENCE
from wire import UDP

AT_ONCE = 64
family, count = int(sys.argv[1]), int(sys.argv[2])
world = lab.Lab("l2", family)
net = lab.CLIENTS[family].removesuffix("201")
# The addresses of a packet select its queue.
CLIENTS = [f"{net}{201 + number}" for number in range(8)]
left = collections.Counter()
# A packet arrives at the director on the processor that sends it.
PROCESSORS = os.cpu_count()


def datagram(number):
    src, dport = CLIENTS[number % 8], 9 + number // 8 % 2
    return wire.ip(src, world.vip, UDP,
                   wire.udp(src, world.vip, 7000 + number % 64, dport, struct.pack("!I", number)))


def take(patience):
    """Count the packets that left. Return false if none leaves within PATIENCE seconds."""
    if not select.select([world.out.sock], [], [], patience)[0]:
        return False
    left.update(struct.unpack("!I", packet.payload[-4:])[0]
                for packet in world.out.packets(0) if world.is_ours(packet))
    return True


world.out.drain()
for sent in range(count):
    # The last packets, of all kinds, are sent one at a time, after all others have left. Then
    # a packet that leaves twice has done so by the end.
    at_once = AT_ONCE if sent < count - 16 else 1
    while sent - len(left) >= at_once and take(PATIENCE):
        pass
    if sent - len(left) >= at_once:
        break
    os.sched_setaffinity(0, {sent // AT_ONCE % PROCESSORS})
    world.send_direct(datagram(sent))
while len(left) < count and take(PATIENCE):
    pass
lost = [number for number in range(count) if not left[number]]
more = [number for number in left if left[number] > 1]
tap.check_eq(f"IPv{family}: all of {count} datagrams leave", [], lost[:20])
tap.check_eq(f"IPv{family}: and each of them once", [], more[:20])
tap.done()
