# SPDX-License-Identifier: GPL-2.0-or-later
"""Send packets that are inconsistent or truncated: none may reach a backend, and the director must
count each that it drops. Then send short packets that are valid."""
import lab
import tap
import wire
from wire import SYN, TCP, UDP

CLIENT, VIP = "198.51.100.201", "192.0.2.80"
CLIENT6, VIP6 = "2001:db8:c::201", "2001:db8:80::80"
VIP_UDP = "192.0.2.81"

SEGMENT = wire.tcp(CLIENT, VIP, 1234, 80, SYN)
SEGMENT6 = wire.tcp(CLIENT6, VIP6, 1234, 80, SYN)


def six(proto, payload, **fields):
    return wire.ip6(CLIENT6, VIP6, proto, payload, **fields)


def options(proto, length=0, size=8):
    """Return an IPv6 hop-by-hop or destination options header."""
    return bytes([proto, length, 1, size - 4]) + bytes(size - 4)


def chain(count):
    """Return a segment with COUNT destination options headers before it."""
    return 60, b"".join(options(60 if n < count - 1 else TCP) for n in range(count)) + SEGMENT6


# the fault, the packet, the drop counter that must count it, or None if the stack drops or
# receives the packet, before or after the director's hook
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
    ("UDP with length 7", wire.ip4(CLIENT, VIP, UDP, wire.udp(CLIENT, VIP, 1, 80, length=7)),
     "malformed"),
    ("UDP of 7 bytes", wire.ip4(CLIENT, VIP, UDP, wire.udp(CLIENT, VIP, 1, 80)[:7]), "malformed"),
    ("UDP longer than its packet",
     wire.ip4(CLIENT, VIP, UDP, wire.udp(CLIENT, VIP, 1, 80, b"x", length=10)), "malformed"),
    ("IPv6, UDP with length 7", six(UDP, wire.udp(CLIENT6, VIP6, 1, 80, length=7)), "malformed"),
    ("IPv4 with 2 bytes of TCP", wire.ip4(CLIENT, VIP, TCP, SEGMENT[:2]), "malformed"),
    ("SCTP of 8 bytes", wire.ip4(CLIENT, VIP, 132, bytes(8)), "malformed"),
    ("IPv6, SCTP of 11 bytes", six(132, bytes(11)), "malformed"),
    ("ICMP of 7 bytes", wire.ip4(CLIENT, VIP, wire.ICMP, b"\x08" + bytes(6)), "malformed"),
    ("TCP to a UDP service", wire.ip4(CLIENT, VIP_UDP, TCP, wire.tcp(CLIENT, VIP_UDP, 1, 53, SYN)),
     None),
]

for family in (4, 6):
    world = lab.Lab("l2", family)
    world.check_dropped([entry for entry in BAD if entry[1][0] >> 4 == family])
    for text, proto, payload in (
            ("SCTP of 12 bytes", 132, bytes(12)), ("a datagram without data", UDP,
             wire.udp(world.src, world.vip, 7000, 80)), ("ESP of one byte", 50, b"x"),
            ("a packet of nothing but its header", 253, b"")):
        packet = world.packet(proto, payload)
        # Ethernet pads short packets; the padding is no part of them.
        left = world.forwarded(packet, world.send_direct)
        tap.check(f"IPv{family}: {text} is forwarded", len(left) == 1 and
                  left[0].payload == payload, *left)
    # The headers of these packets are not in the linear part of the buffer.
    in_pages = wire.Port("router", "lan")
    for text, packet in (("a datagram", world.udp(7001, 5000)),
                         ("a segment", world.tcp(7001, payload=b"s" * 5000))):
        left = world.forwarded(packet, lambda p: in_pages.send_in_pages(world.director, p))
        tap.check(f"IPv{family}: {text} with all its headers in pages is forwarded",
                  len(left) == 1 and left[0].payload == wire.IP(packet).payload, *left)
    short = world.packet(TCP, bytes(5000))
    world.check_dropped([("TCP offset 0, in pages", short, "malformed")],
                        lambda p: in_pages.send_in_pages(world.director, p))
tap.done()
