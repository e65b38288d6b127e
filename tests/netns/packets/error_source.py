# SPDX-License-Identifier: GPL-2.0-or-later
"""error_source.py COMMANDS: check the source of the director's ICMP errors, before and after
commands that give its default routes a preferred source."""
import sys

import lab
import tap
from control import dsr, endpoint

PREFERRED = {4: "203.0.113.9", 6: "2001:db8:99::9"}
worlds = {family: lab.Lab("l2", family) for family in (4, 6)}


def source(family):
    """Return the source of the error about a datagram whose TTL expires at the director."""
    world = worlds[family]
    world.client.drain()
    world.send(world.udp(7000, 100, ttl=2))
    error, _ = world.client.expect(lab.is_error)
    return error and error.src


def check(text, four, six):
    tap.check_eq(f"{text}, ICMP errors come from", (four, six), (source(4), source(6)))


def address(word):
    for vip in lab.VIPS.values():
        lab.ip("address", word, vip, "dev", "lo",
               *(["nodad"] if word == "add" and ":" in vip else []))


for family, world in worlds.items():
    key = f"udp {endpoint(world.vip, 9)}"
    dsr(f"service add {key}", f"backend add {key} {lab.LAN[family]}51")
check("without another word", lab.DIRECTORS["lan"][4], lab.DIRECTORS["lan"][6])
lab.in_node("director", "bash", "-e", sys.argv[1])
check("with a source in the default routes", PREFERRED[4], PREFERRED[6])
lab.sysctl("director", "net.ipv4.icmp_errors_use_inbound_ifaddr=1")
check("with icmp_errors_use_inbound_ifaddr", PREFERRED[4], PREFERRED[6])
address("add")
check("where the director has the VIPs", PREFERRED[4], lab.VIPS[6])
address("del")
tap.done()
