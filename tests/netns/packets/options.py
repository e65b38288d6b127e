# SPDX-License-Identifier: GPL-2.0-or-later
"""options.py 4|6: check IP options and extension headers before the ports, and short packets."""
import sys

from scapy.layers.inet import (IP, TCP, UDP, IPOption_LSRR, IPOption_NOP, IPOption_RR,
                               IPOption_SSRR, IPOption_Timestamp)
from scapy.layers.inet6 import (HBHOptUnknown, IPv6, IPv6ExtHdrDestOpt, IPv6ExtHdrFragment,
                                IPv6ExtHdrHopByHop, IPv6ExtHdrRouting, PadN)
from scapy.packet import Raw

import lab
import tap
import wire
from bench import header
from control import drops, dsr, endpoint

family = int(sys.argv[1])
six = family == 6
world = lab.Lab("l2", family)
CLIENT, VIP, BACKENDS = world.src, world.vip, world.backend_addrs
SERVICES = [f"{proto} {endpoint(VIP, 80)}" for proto in ("tcp", "udp", "sctp")]
WHAT = f"IPv{family}"
ports = iter(range(20000, 60000))
# A short packet, as there are routes with a small MTU.
world.marker = lambda: world.tcp(next(ports))
expected = drops()


def leaves(*sent):
    """Send packets. Return what leaves the director for them to or from the VIP. The router itself
    would answer or drop some of them, so the packets come from its port."""
    world.out.drain()
    for packet in sent:
        world.send_direct(bytes(packet))
    return [p for p in world.until_marker(world.send_direct) if VIP in (p.src, p.dst)]


def check_way(text, packet, port):
    """Check that a packet goes where plain packets of its flow go, and only its TTL changes."""
    plain = header(CLIENT, VIP) / TCP(sport=port, dport=80, flags="A")
    first = leaves(plain)
    left = leaves(packet)
    same = left and len(left) == 1 and left[0].data[(20 if not six else 8):] == \
        bytes(packet)[(20 if not six else 8):]
    tap.check(f"{WHAT}: {text}", len(first) == 1 and same and left[0].mac == first[0].mac and
              left[0].mac in world.backends() and left[0].ttl == 63, *first, *left,
              bytes(packet).hex(), left[0].data.hex() if left else "")


def check_dropped(text, reason, *sent):
    left = leaves(*sent)
    if reason:
        expected[reason] = expected.get(reason, 0) + len(sent)
    seen = drops()
    tap.check(f"{WHAT}: {text}: {'dropped as ' + reason if reason else 'none of ours'}",
              not left and seen == expected, *left, expected, seen)
    expected.clear()
    expected.update(seen)


def tcp(port):
    return TCP(sport=port, dport=80, flags="A", seq=7, ack=8, options=[("Timestamp", (1, 2))])


for service in SERVICES:
    dsr(f"service add {service}", *(f"backend add {service} {backend}" for backend in BACKENDS))

# --- T18: before the ports -----------------------------------------------------
if six:
    HEADERS = {
        "hop-by-hop and destination options":
            lambda: IPv6ExtHdrHopByHop(options=[HBHOptUnknown(otype=0x1e, optdata=b"x" * 12)]) /
            IPv6ExtHdrDestOpt(options=[PadN(optdata=b"\0" * 28)]),
        "a routing header without segments left":
            lambda: IPv6ExtHdrRouting(type=4, segleft=0, addresses=[CLIENT]),
    }
    # The kernel reassembles an atomic fragment, so it has no fragment header any more.
    for port in (30001, 30002, 30003):
        whole = IPv6(src=CLIENT, dst=VIP) / tcp(port)
        piece = IPv6(src=CLIENT, dst=VIP) / IPv6ExtHdrFragment(id=5) / tcp(port)
        ways = leaves(whole, piece)
        tap.check(f"{WHAT}: TCP in an atomic fragment goes where its flow goes",
                  len(ways) == 2 and ways[0].mac == ways[1].mac and
                  ways[0].payload == ways[1].payload, *ways)
    for name, build in HEADERS.items():
        for port in (30001, 30002, 30003):
            check_way(f"TCP behind {name} goes where its flow goes",
                      IPv6(src=CLIENT, dst=VIP) / build() / tcp(port), port)
    check_dropped("segments left in a routing header", "source_route",
                  IPv6(src=CLIENT, dst=VIP) /
                  IPv6ExtHdrRouting(type=4, segleft=1, addresses=[CLIENT]) / tcp(30001))
    # The kernel itself checks hop-by-hop options, before netfilter.
    check_dropped("destination options that end behind the packet", "malformed",
                  IPv6(src=CLIENT, dst=VIP, nh=60) / Raw(b"\x06\xc8" + b"\0" * 14))
else:
    OPTIONS = {
        "record route in 40 bytes":
            [IPOption_RR(length=39, pointer=4, routers=["0.0.0.0"] * 9), IPOption_NOP()],
        "a timestamp": [IPOption_Timestamp(length=8, pointer=9, flg=0)],
        "four NOPs": [IPOption_NOP()] * 4,
    }
    for name, options in OPTIONS.items():
        for port in (30001, 30002, 30003):
            check_way(f"TCP behind {name} goes where its flow goes",
                      IP(src=CLIENT, dst=VIP, options=options) / tcp(port), port)
    for kind in (IPOption_LSRR, IPOption_SSRR):
        check_dropped(kind.__name__[9:], "source_route",
                      IP(src=CLIENT, dst=VIP, options=[kind(routers=["10.1.1.1"])]) / tcp(30001))
    # With a header of 44 bytes and an MTU of 48, a fragment cannot have 8 bytes of data.
    for backend in BACKENDS:
        lab.ip("route", "add", backend, "dev", "eth0", "mtu", "48")
    check_dropped("too long for a way that takes 48 bytes, of which options leave too few",
                  "too_big", wire.ip4(CLIENT, VIP, wire.UDP, wire.udp(
                      CLIENT, VIP, 30001, 80, bytes(40)), options=b"\1" * 24, df=False))
    for backend in BACKENDS:
        lab.ip("route", "del", backend, "dev", "eth0")
    check_dropped("options that do not end", "malformed",
                  wire.ip4(CLIENT, VIP, wire.TCP, bytes(tcp(30001)), options=b"\x07\x09\0\0"))

# --- T17: invalid sources ------------------------------------------------------
SOURCES = ([VIP] if six else
           ["127.0.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", VIP])
for source in SOURCES:
    check_dropped(f"source {source}", "martian", header(source, VIP) / tcp(30001))
for source in ("::1", "ff02::1") if six else ():
    check_dropped(f"source {source}, which the stack drops before", None,
                  IPv6(src=source, dst=VIP) / tcp(30001))
if six:
    check_dropped("source ::", "martian", IPv6(src="::", dst=VIP) / tcp(30001))

# --- T19: too short ------------------------------------------------------------
for number, whole in ((wire.TCP, bytes(tcp(30001))), (wire.SCTP, bytes(12)),
                      (wire.UDP, bytes(UDP(sport=1, dport=80, len=8)))):
    sizes = {0, 1, 2, 7, min(len(whole) - 1, 19), 11 if number != wire.UDP else 7}
    check_dropped(f"protocol {number} of {sorted(sizes)} bytes", "malformed",
                  *(wire.ip(CLIENT, VIP, number, whole[:size]) for size in sizes))
check_dropped("UDP that says it is 7 bytes long", "malformed",
              wire.ip(CLIENT, VIP, wire.UDP, bytes(UDP(sport=1, dport=80, len=7))))
check_dropped("UDP that says it is longer than its packet", "malformed",
              wire.ip(CLIENT, VIP, wire.UDP, bytes(UDP(sport=1, dport=80, len=9))))
check_dropped("TCP whose options end behind the packet", "malformed",
              wire.ip(CLIENT, VIP, wire.TCP, wire.tcp(CLIENT, VIP, 1, 80, wire.ACK, offset=15)))
dsr("flush")
tap.done()
