# SPDX-License-Identifier: GPL-2.0-or-later
"""source.py 4|6: check services that match only some sources, or one device."""
import sys

from scapy.layers.inet import ICMP, TCP
from scapy.layers.inet6 import ICMPv6EchoRequest

import bench
import lab
import tap
from control import drop_count, dsr, dsrctl, endpoint, show

family = int(sys.argv[1])
six = family == 6
world = lab.Lab("l2", family)
VIP, (B1, B2, B3) = world.vip, world.backend_addrs
NET, VIPS = world.src.removesuffix("201"), {4: "192.0.2.0/24", 6: "2001:db8:80::/64"}[family]
SERVICE = f"tcp {endpoint(VIP, 80)}"
BITS = 128 if six else 32
ONE, TWO, THREE, FOUR = (f"{NET}{n}" for n in (16, 17, 18, 201))
WHAT = f"IPv{family}"
macs = list(world.backends())
ports = iter(range(10000, 60000))


def way_of(packet):
    """Send a packet. Return the number of its backend, or None if it is not forwarded."""
    ways = [macs.index(p.mac) + 1 for p in world.forwarded(bytes(packet))
            if p.dst == VIP and p.mac in macs]
    return ways[0] if len(ways) == 1 else ways or None


def tcp(src, sport=None, dport=80):
    return bench.header(src, VIP) / TCP(sport=sport or next(ports), dport=dport, flags="A")


def ways(*sources):
    return [way_of(tcp(src)) for src in sources]


def error_about(sport):
    """Return an error about a flow of client ONE."""
    return bench.error_about(ONE, VIP, 80, sport, FOUR)


world.separate_markers(B3)
dsr(f"service add {SERVICE} source {ONE}/{BITS - 1} source {FOUR}",
    f"backend add {SERVICE} {B1}")
tap.check_eq(f"{WHAT}: sources are taken, others are left to the stack", [1, 1, None, 1],
             ways(ONE, TWO, THREE, FOUR))
shown = [s for s in show("service", "show") if s.get("port") == 80][0]
tap.check_eq(f"{WHAT}: they are shown", ([f"{ONE}/{BITS - 1}", FOUR], "pass"),
             (shown["source"], shown["source_other"]))
dsr(f"service add any {VIP}", f"backend add any {VIP} {B2}")
tap.check_eq(f"{WHAT}: or to a less specific service", [1, 2], ways(ONE, THREE))
dsr(f"service del any {VIP}", f"service add any {VIPS}", f"backend add any {VIPS} {B2}")
tap.check_eq(f"{WHAT}: or to a shorter prefix", [1, 2], ways(ONE, THREE))
before = drop_count("source")
dsr(f"service change {SERVICE} source-other drop")
tap.check_eq(f"{WHAT}: or dropped", [1, None, 1], ways(ONE, THREE, FOUR))
tap.check_eq(f"{WHAT}: for that reason", before + 1, drop_count("source"))

known = [next(ports) for _ in range(3)]
tap.check_eq(f"{WHAT}: a flow is open", 1, way_of(tcp(ONE, known[0])))
dsr(f"service change {SERVICE} source {TWO}")
tap.check_eq(f"{WHAT}: new sources replace the old ones, for open flows too",
             [None, 1, None], [way_of(tcp(ONE, known[0])), *ways(TWO, FOUR)])
tap.check_eq(f"{WHAT}: dropped", before + 3, drop_count("source"))
tap.check_eq(f"{WHAT}: an ICMP error counts as the client's that it is about", None,
             way_of(error_about(known[0])))
dsr(f"service change {SERVICE} echo forward")
ping = ICMPv6EchoRequest(id=5) if six else ICMP(id=5)
tap.check_eq(f"{WHAT}: pings are restricted likewise", [None, 1],
             [way_of(bench.header(src, VIP) / ping) for src in (THREE, TWO)])
dsr(f"service change {SERVICE} source any")
tap.check_eq(f"{WHAT}: source any lets everybody in", [1, 1, 1], ways(ONE, THREE, FOUR))

sixteen = [f"{NET}{n}" for n in range(30, 46)]
dsr(f"service change {SERVICE} " + " ".join(f"source {s}" for s in sixteen))
tap.check_eq(f"{WHAT}: sixteen sources", [1, 1, None], ways(sixteen[0], sixteen[15], ONE))
more = dsrctl("service", "change", *SERVICE.split(),
              *(word for source in [*sixteen, ONE] for word in ("source", source)))
tap.check(f"{WHAT}: no seventeenth", more.returncode == 1 and "expected at most 16 sources" in more.stderr, more)

# --- devices -------------------------------------------------------------------
dsr(f"service replace {SERVICE} dev eth1")
tap.check_eq(f"{WHAT}: a service of a device that there is not matches nothing", 2,
             way_of(tcp(ONE)))
lab.ip("link", "add", "eth1", "type", "dummy")
tap.check_eq(f"{WHAT}: nor what comes in by another one", 2, way_of(tcp(ONE)))
dsr(f"service change {SERVICE} dev eth0")
tap.check_eq(f"{WHAT}: of its own device it takes everything", [1, 1], ways(ONE, FOUR))
dsr(f"service change {SERVICE} dev wan0")
tap.check_eq(f"{WHAT}: another name, another device", 2, way_of(tcp(ONE)))
lab.ip("link", "set", "eth1", "name", "wan0")
tap.check_eq(f"{WHAT}: a device that is renamed to it is not the one of the packet", 2,
             way_of(tcp(ONE)))
lab.ip("link", "del", "wan0")
dsr(f"service change {SERVICE} dev eth0 source {ONE}")
tap.check_eq(f"{WHAT}: device and source", [1, 2], ways(ONE, TWO))
dsr(f"service change {SERVICE} dev any source any")
tap.check_eq(f"{WHAT}: dev any takes all again", [1, 1], ways(ONE, TWO))
dsr(f"service del any {VIPS}")
tap.check_eq(f"{WHAT}: another flow is open", 1, way_of(tcp(ONE, known[1])))
dsr(f"service change {SERVICE} dev wan0")
tap.check_eq(f"{WHAT}: an ICMP error about it may come in by another device", [1, None],
             [way_of(error_about(known[1])), way_of(error_about(known[2]))])
dsr("flush")
tap.done()
