# SPDX-License-Identifier: GPL-2.0-or-later
"""frames.py eth0|br0: send packets to the VIP in frames to other destinations. With br0 the
director is a bridge, and b3's eth1 is behind it."""
import sys

import lab
import tap
import wire

dev = sys.argv[1]
MULTICAST = {4: bytes.fromhex("01005e000001"), 6: bytes.fromhex("333300000001")}
STRANGER = bytes.fromhex("020000000042")

for family in (4, 6):
    world = lab.Lab("l2", family)
    WHAT = f"IPv{family}, {dev}"

    def left_for(mac, packet):
        left = world.forwarded(packet, lambda p: world.router.send(mac, p))
        # A bridge floods frames for which it knows no port, unchanged.
        return [p for p in left if p.mac != mac or p.ttl != 64]

    packet = world.udp(7000, 200)
    for text, mac in (("a broadcast", wire.BROADCAST), ("a multicast", MULTICAST[family]),
                      ("another machine's", STRANGER)):
        left = left_for(mac, packet)
        tap.check(f"{WHAT}: a packet in {text} frame is not forwarded", not left, *left)
    if dev == "br0":
        behind = wire.Port("b3", "eth1")
        packet = world.udp(7001, 300)
        left = left_for(behind.mac, packet)
        came, _ = behind.expect(lab.carries(packet))
        tap.check(f"{WHAT}: one that is only bridged arrives as it came, where it should",
                  not left and came and came.data == packet and came.mac == behind.mac,
                  came, *left)
    packet = world.udp(7002, 250)
    left = world.forwarded(packet, world.send_direct)
    tap.check(f"{WHAT}: one in a frame to the director's own address is forwarded",
              len(left) == 1 and left[0].mac in world.backends() and left[0].ttl == 63, *left)
tap.done()
