# SPDX-License-Identifier: GPL-2.0-or-later
"""source.py 4|6: check services that match only some sources, or one device."""
import subprocess
import sys

from scapy.layers.inet import ICMP, IP, TCP
from scapy.layers.inet6 import ICMPv6DestUnreach, ICMPv6EchoRequest, IPv6

import tap
import wire
from control import drops, dsr, show

six = sys.argv[1] == "6"
NET, VIP, VIPS, B = (
    ("2001:db8:c::", "2001:db8:80::80", "2001:db8:80::/64", "2001:db8:1::5") if six else
    ("198.51.100.", "192.0.2.80", "192.0.2.0/24", "10.1.1.5"))
SERVICE = f"tcp [{VIP}]:80" if six else f"tcp {VIP}:80"
BITS = 128 if six else 32
ONE, TWO, THREE, FOUR = (f"{NET}{n}" for n in (16, 17, 18, 201))
WHAT = f"IPv{sys.argv[1]}"
TYPE = IPv6 if six else IP

client = wire.Port("client", "eth0")
gateway = wire.Port("router", "client").mac
out = wire.Port("switch", "director")
macs = [wire.Port(f"b{n}", "eth0").mac for n in (1, 2, 3)]
ports = iter(range(10000, 60000))


def way_of(packet):
    """Send a packet. Return the number of its backend, or None if it is not forwarded. The marker
    behind it is always forwarded."""
    marker = TYPE(src=FOUR, dst=VIP) / TCP(sport=next(ports), dport=9, flags="A")
    client.send(gateway, bytes(packet))
    client.send(gateway, bytes(marker))
    last = wire.IP(bytes(marker)).payload
    _, before = out.expect(lambda p: p.payload == last)
    ways = [macs.index(p.mac) + 1 for p in before if p.dst == VIP and p.mac in macs]
    return ways[0] if len(ways) == 1 else ways or None


def tcp(src, sport=None, dport=80):
    return TYPE(src=src, dst=VIP) / TCP(sport=sport or next(ports), dport=dport, flags="A")


def ways(*sources):
    return [way_of(tcp(src)) for src in sources]


def ip(*words):
    subprocess.run(["ip", "-n", "director", *words], check=True)


def error_about(sport):
    """Return an error about a flow of client ONE."""
    kind = ICMPv6DestUnreach(code=4) if six else ICMP(type=3, code=3)
    return TYPE(src=FOUR, dst=VIP) / kind / TYPE(src=VIP, dst=ONE) / TCP(sport=80, dport=sport)


def drops_of_source():
    return drops().get("source", 0)


# Markers go to b3 by a service of their own.
MARKERS = f"tcp [{VIP}]:9" if six else f"tcp {VIP}:9"
dsr(f"service add {MARKERS}", f"backend add {MARKERS} {B}3",
    f"service add {SERVICE} source {ONE}/{BITS - 1} source {FOUR}",
    f"backend add {SERVICE} {B}1")
tap.check_eq(f"{WHAT}: sources are taken, others are left to the stack", [1, 1, None, 1],
             ways(ONE, TWO, THREE, FOUR))
shown = [s for s in show("service", "show") if s.get("port") == 80][0]
tap.check_eq(f"{WHAT}: they are shown", ([f"{ONE}/{BITS - 1}", FOUR], "pass"),
             (shown["source"], shown["source_other"]))
dsr(f"service add any {VIP}", f"backend add any {VIP} {B}2")
tap.check_eq(f"{WHAT}: or to a less specific service", [1, 2], ways(ONE, THREE))
dsr(f"service del any {VIP}", f"service add any {VIPS}", f"backend add any {VIPS} {B}2")
tap.check_eq(f"{WHAT}: or to a shorter prefix", [1, 2], ways(ONE, THREE))
before = drops_of_source()
dsr(f"service change {SERVICE} source-other drop")
tap.check_eq(f"{WHAT}: or dropped", [1, None, 1], ways(ONE, THREE, FOUR))
tap.check_eq(f"{WHAT}: for that reason", before + 1, drops_of_source())

known = [next(ports) for _ in range(3)]
tap.check_eq(f"{WHAT}: a flow is open", 1, way_of(tcp(ONE, known[0])))
dsr(f"service change {SERVICE} source {TWO}")
tap.check_eq(f"{WHAT}: new sources replace the old ones, for open flows too",
             [None, 1, None], [way_of(tcp(ONE, known[0])), *ways(TWO, FOUR)])
tap.check_eq(f"{WHAT}: dropped", before + 3, drops_of_source())
tap.check_eq(f"{WHAT}: an ICMP error counts as the client's that it is about", None,
             way_of(error_about(known[0])))
dsr(f"service change {SERVICE} echo forward")
ping = ICMPv6EchoRequest(id=5) if six else ICMP(id=5)
tap.check_eq(f"{WHAT}: pings are restricted likewise", [None, 1],
             [way_of(TYPE(src=src, dst=VIP) / ping) for src in (THREE, TWO)])
dsr(f"service change {SERVICE} source any")
tap.check_eq(f"{WHAT}: source any lets everybody in", [1, 1, 1], ways(ONE, THREE, FOUR))

sixteen = [f"{NET}{n}" for n in range(30, 46)]
dsr(f"service change {SERVICE} " + " ".join(f"source {s}" for s in sixteen))
tap.check_eq(f"{WHAT}: sixteen sources", [1, 1, None], ways(sixteen[0], sixteen[15], ONE))
more = subprocess.run(["dsrctl", "-n", "director", "service", "change", *SERVICE.split(),
                       *(w for s in [*sixteen, ONE] for w in ("source", s))],
                      capture_output=True, text=True, check=False)
tap.check(f"{WHAT}: no seventeenth", more.returncode == 1 and "16 of them" in more.stderr, more)

# --- devices -------------------------------------------------------------------
dsr(f"service replace {SERVICE} dev eth1")
tap.check_eq(f"{WHAT}: a service of a device that there is not matches nothing", 2,
             way_of(tcp(ONE)))
ip("link", "add", "eth1", "type", "dummy")
tap.check_eq(f"{WHAT}: nor what comes in by another one", 2, way_of(tcp(ONE)))
dsr(f"service change {SERVICE} dev eth0")
tap.check_eq(f"{WHAT}: of its own device it takes everything", [1, 1], ways(ONE, FOUR))
dsr(f"service change {SERVICE} dev wan0")
tap.check_eq(f"{WHAT}: another name, another device", 2, way_of(tcp(ONE)))
ip("link", "set", "eth1", "name", "wan0")
tap.check_eq(f"{WHAT}: a device that is renamed to it is not the one of the packet", 2,
             way_of(tcp(ONE)))
ip("link", "del", "wan0")
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
