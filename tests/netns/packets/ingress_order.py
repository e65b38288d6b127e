# SPDX-License-Identifier: GPL-2.0-or-later
"""ingress_order.py 4|6: send bursts of one flow in which some packets are not plain. The ingress
hook leaves these to the stack, and forwards the others."""
import struct
import sys

import lab
import tap
from wire import UDP

family = int(sys.argv[1])
world = lab.Lab("l2", family)
BURST = 48


def datagram(number, size=0):
    return world.datagram(7000, bytes(size) + struct.pack("!I", number))


def with_options(number):
    return [world.with_options(UDP, datagram(number))]


def in_fragments(number):
    whole = datagram(number, 76)
    if family == 6:
        return [world.packet(44, struct.pack("!BxHI", UDP, offset << 3 | more, number) + part)
                for offset, more, part in ((0, 1, whole[:40]), (5, 0, whole[40:]))]
    return [world.packet(UDP, part, ident=number, df=False, offset=offset, mf=more)
            for offset, more, part in ((0, True, whole[:40]), (40, False, whole[40:]))]


def burst(text, odd):
    sent = [part for number in range(BURST)
            for part in (odd(number) if number % 5 == 2 else [world.packet(UDP, datagram(number))])]
    left = world.burst(sent)
    tap.check(f"IPv{family}: the burst with {text} ends", left is not None)
    tap.check_eq(f"IPv{family}: packets with {text} and others of their flow leave in order",
                 list(range(BURST)),
                 [struct.unpack("!I", p.innermost().payload[-4:])[0] for p in left or []])


tap.check(f"IPv{family}: the flow begins", world.passes(world.packet(UDP, datagram(0))))
burst("options", with_options)
burst("fragments", in_fragments)
tap.done()
