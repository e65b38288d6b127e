# SPDX-License-Identifier: GPL-2.0-or-later
"""Packets that lie about themselves or come from nowhere, sent to the director's
MAC address: none reaches a backend, each that the director has to judge is counted.
"""
import json
import subprocess

import tap
import wire
from wire import ACK, SYN, TCP, UDP

CLIENT, VIP = "198.51.100.201", "192.0.2.80"
CLIENT6, VIP6 = "2001:db8:c::201", "2001:db8:80::80"

router = wire.Port("router", "lan")
director = wire.Port("director", "eth0").mac
out = wire.Port("switch", "director")

SEGMENT = wire.tcp(CLIENT, VIP, 1234, 80, SYN)
SEGMENT6 = wire.tcp(CLIENT6, VIP6, 1234, 80, SYN)


def six(proto, payload, **fields):
    return wire.ip6(CLIENT6, VIP6, proto, payload, **fields)


def options(proto, length=0, size=8):
    """An IPv6 hop-by-hop or destination options header."""
    return bytes([proto, length, 1, size - 4]) + bytes(size - 4)


def chain(count):
    """So many destination options headers before the segment."""
    return 60, b"".join(options(60 if n < count - 1 else TCP) for n in range(count)) + SEGMENT6


def from_source(src):
    return wire.ip4(src, VIP, TCP, wire.tcp(src, VIP, 1234, 80, SYN))


def from_source6(src):
    return wire.ip6(src, VIP6, TCP, wire.tcp(src, VIP6, 1234, 80, SYN))


# what, packet, the drop counter that must count it; None: not the director's to
# judge, the stack drops or takes it, before or behind the director
BAD = [
    ("IPv4 header length 4", wire.ip4(CLIENT, VIP, TCP, SEGMENT, ihl=4), None),
    ("IPv4 header longer than the packet",
     wire.ip4(CLIENT, VIP, TCP, b"", ihl=15, length=20), None),
    ("IPv4 length beyond the packet",
     wire.ip4(CLIENT, VIP, TCP, SEGMENT, length=1000), None),
    ("IPv4 length within the header",
     wire.ip4(CLIENT, VIP, TCP, SEGMENT, length=19), None),
    ("IPv4 checksum", wire.ip4(CLIENT, VIP, TCP, SEGMENT, csum=1), None),
    ("IPv4 without transport header", wire.ip4(CLIENT, VIP, TCP, b""), "malformed"),
    ("TCP of 4 bytes", wire.ip4(CLIENT, VIP, TCP, SEGMENT[:4]), "malformed"),
    ("TCP of 19 bytes", wire.ip4(CLIENT, VIP, TCP, SEGMENT[:19]), "malformed"),
    ("TCP offset 4", wire.ip4(CLIENT, VIP, TCP, wire.tcp(CLIENT, VIP, 1, 80, SYN, offset=4)),
     "malformed"),
    ("TCP offset beyond the packet",
     wire.ip4(CLIENT, VIP, TCP, wire.tcp(CLIENT, VIP, 1, 80, SYN, offset=15)), "malformed"),
    ("IPv6 length beyond the packet", six(TCP, SEGMENT6, length=1000), None),
    ("IPv6 without transport header", six(TCP, b""), "malformed"),
    ("IPv6, TCP of 19 bytes", six(TCP, SEGMENT6[:19]), "malformed"),
    ("IPv6 options that end behind the packet", six(60, options(TCP, 200)), "malformed"),
    ("IPv6 options cut off", six(60, b"\x06"), "malformed"),
    ("IPv6 chain of 100 headers", six(*chain(100)), "malformed"),
    ("source is the VIP", from_source(VIP), "martian"),
    ("source is loopback", from_source("127.0.0.1"), "martian"),
    ("source is multicast", from_source("224.0.0.1"), "martian"),
    ("source is broadcast", from_source("255.255.255.255"), "martian"),
    ("source is zero", from_source("0.0.0.0"), "martian"),
    ("IPv6 source is the VIP", from_source6(VIP6), "martian"),
    ("IPv6 source is loopback", from_source6("::1"), None),
    ("IPv6 source is multicast", from_source6("ff02::1"), None),
    ("UDP to a TCP service", wire.ip4(CLIENT, VIP, UDP, wire.udp(CLIENT, VIP, 1, 80)), None),
]


def drops():
    shown = subprocess.run(["dsrctl", "-n", "director", "-j", "stats", "show"],
                           check=True, capture_output=True).stdout
    return {name: count for name, count in json.loads(shown)[0]["drops"].items() if count}


def good(port):
    data = wire.tcp(CLIENT, VIP, port, 80, ACK)
    return wire.ip4(CLIENT, VIP, TCP, data)


expected = drops()
for number, (what, packet, reason) in enumerate(BAD):
    router.send(director, packet)
    # The way keeps the order: when this one is through, that one would be.
    marker = good(20000 + number)
    router.send(director, marker)
    last, before = out.expect(lambda p: p.payload == wire.IP(marker).payload)
    if reason:
        expected[reason] = expected.get(reason, 0) + 1
    leaked = [p for p in before if p.dst in (VIP, VIP6)]
    seen = drops()
    tap.check(f"packet: {what}: {'counted as ' + reason if reason else 'no drop of ours'}, "
              "not forwarded", last and not leaked and seen == expected,
              *leaked, f"drops {seen}", f"expected {expected}", last)
    expected = seen
tap.done()
