# SPDX-License-Identifier: GPL-2.0-or-later
"""firewalled.py TEXT dropped|passes: check whether packets to the VIPs pass the rules."""
import sys

import lab
import tap
import wire

text, wanted = sys.argv[1], sys.argv[2]
# The sources of the markers, which the rules do not match.
OTHERS = {4: "198.51.100.77", 6: "2001:db8:c::77"}
for family in (4, 6):
    world = lab.Lab("l2", family)
    src = OTHERS[family]
    marker = wire.ip(src, world.vip, wire.UDP, wire.udp(src, world.vip, 5, 9, b"marker"))
    world.marker = lambda: marker
    passes = world.passes(world.udp(7000, 200))
    tap.check_eq(f"IPv{family}: {text}: what becomes of packets", wanted,
                 "passes" if passes else "dropped")
tap.done()
