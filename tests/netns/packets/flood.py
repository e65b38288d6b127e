# SPDX-License-Identifier: GPL-2.0-or-later
"""flood.py 4|6 COUNT: send COUNT forged ACKs, SYNs and datagrams each, from clients that do not
exist, to the VIP of a service for any protocol."""
import itertools
import random
import sys

import tap
import wire
from lab import VIPS

BURST = 60		# what fits into the buffer of a socket
family, count = int(sys.argv[1]), int(sys.argv[2])
vip = VIPS[family]
director = wire.Port("director", "eth0").mac
router = wire.Port("router", "lan")
out = wire.Port("switch", "director")
rand = random.Random()


def forged(kind):
    low, high, port = rand.randrange(256), rand.randrange(256), rand.randrange(1024, 65536)
    src = f"2001:db8:f::{high:x}:{low:x}" if family == 6 else f"203.0.{high}.{low}"
    if kind == wire.UDP:
        return wire.ip(src, vip, wire.UDP, wire.udp(src, vip, port, 9))
    return wire.ip(src, vip, wire.TCP, wire.tcp(src, vip, port, 80, kind))


def leave(number):
    """Wait until NUMBER packets have left. Return true if they have."""
    left = itertools.count(1)
    return out.expect(lambda p: p.src.startswith(("203.0.", "2001:db8:f:")) and
                      next(left) == number)[0]


kinds = itertools.islice(itertools.cycle((wire.ACK, wire.SYN, wire.UDP)), 3 * count)
packets = [forged(kind) for kind in kinds]
bursts = [packets[start:start + BURST] for start in range(0, len(packets), BURST)]
for burst in bursts:
    for packet in burst:
        router.send(director, packet)
    if not leave(len(burst)):
        tap.not_ok(f"IPv{family}: forged packets leave the director")
        tap.done()
tap.ok(f"IPv{family}: {len(packets)} forged packets leave the director")
tap.done()
