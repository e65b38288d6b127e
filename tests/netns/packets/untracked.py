# SPDX-License-Identifier: GPL-2.0-or-later
"""Send packets of the VIP's flows, and check that no connections are tracked."""
import lab
import tap


def tracked():
    return int(lab.in_node("director", "cat", "/proc/sys/net/netfilter/nf_conntrack_count"))


before = tracked()
for family in (4, 6):
    world = lab.Lab("l2", family)
    for port in range(10000, 11000):
        world.send(world.udp(port, 60))
    tap.check(f"IPv{family}: packets of 1000 flows are forwarded",
              world.passes(world.udp(11000, 60)))
after = tracked()
tap.check("2000 flows later no more connections are tracked", after <= before + 10,
          f"{before} before, {after} after")
tap.done()
