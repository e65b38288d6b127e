# SPDX-License-Identifier: GPL-2.0-or-later
"""next_hop.py 4|6 METHOD [WORD...]: send packets to backend b1 by its IPv4 address, to which the
director has a route with an IPv6 next hop. The words are options of the service."""
import sys
import time

import lab
import tap
import wire
from control import dsr
from patience import PATIENCE

family, method, words = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
WHAT = " ".join([f"IPv{family} by", method, *words])
BACKEND = "10.1.1.51"
world = lab.Lab("l2", family)
B1 = wire.Port("b1", "eth0").mac


def frames_for(packets, enough):
    """Send packets. Return the frames that leave the director for b1's address, when enough() is
    true for them or the time is over."""
    world.out.drain()
    for packet in packets:
        world.send_direct(packet)
    found = []
    end = time.monotonic() + PATIENCE
    for frame in world.out.frames(PATIENCE):
        # Use the version of the packet, not the type of the frame, which may be wrong.
        if frame[6:12] == world.director and frame[14] >> 4 == 4:
            packet = wire.IP(frame[14:], frame[:6])
            if packet.dst == BACKEND:
                found.append((int.from_bytes(frame[12:14], "big"), packet))
        if enough(found) or time.monotonic() > end:
            break
    return found


def check_frames(text, found):
    tap.check_eq(f"{WHAT}: {text}: each frame announces IPv4, and goes to the next hop",
                 {(hex(wire.ETH_IP), B1)}, {(hex(kind), packet.mac) for kind, packet in found})


def check_whole(text, packets):
    found = frames_for(packets, lambda seen: len(seen) == len(packets))
    check_frames(text, found)
    sent = [lab.but_checksum(wire.IP(packet)) for packet in packets]
    tap.check_eq(f"{WHAT}: {text}: all {len(packets)} of them leave", sent,
                 [lab.but_checksum(packet.innermost()) for _, packet in found])


def payload_of(found):
    """Return how many bytes the fragments have behind their IP headers."""
    return sum(len(packet.payload if method == "ipip" and family == 6
                   else packet.innermost().payload) for _, packet in found)


def check_pieces():
    """Check fragments. IPv4 is fragmented before encapsulation, small IPv6 packets after it."""
    if family == 4:
        packet, wanted = world.udp(7100, 1500, df=False), 1480
    else:
        packet, wanted = world.udp(7100, 1280), 1280
    found = frames_for([packet], lambda seen: payload_of(seen) >= wanted)
    check_frames("a datagram that is too long", found)
    tap.check(f"{WHAT}: a datagram that is too long leaves in pieces, none of it missing",
              len(found) == 2 and payload_of(found) == wanted, *found)


dsr(f"service add udp {world.vip} method {method} {' '.join(words)}",
    f"backend add udp {world.vip} {BACKEND}")
lab.ip("neigh", "flush", "dev", "eth0")
check_whole("packets that wait for the next hop", [world.udp(7000, 100 + n) for n in range(3)])
check_whole("new flows", [world.udp(7001 + n, 110) for n in range(3)])
check_whole("flows that are known", [world.udp(7001 + n, 120 + m) for n in range(3)
                                     for m in range(2)])
if method == "ipip":
    check_pieces()
dsr(f"service del udp {world.vip}")
tap.done()
