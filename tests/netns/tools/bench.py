# SPDX-License-Identifier: GPL-2.0-or-later
"""Packet in, packet out: send packets that scapy builds to a VIP, and receive all that leaves
the director for them. A marker packet follows; what leaves for it is the end.

For the topology l2 with backends b1, b2 and so on."""
import functools

from scapy.layers.inet import IP
from scapy.layers.inet6 import IPv6

import tap
import wire
from control import dsr, endpoint
from lab import CLIENTS, HEADER, LAN, PORT_UNREACHABLE, VIPS, add_neighbours, sysctl

MARKER_PORT = 9
BURST = 60		# what fits into the buffer of a socket

FLAGS = {"F": wire.FIN, "S": wire.SYN, "R": wire.RST, "P": wire.PSH, "A": wire.ACK}


class Plain(bytes):
    """A packet as bytes, for tests with hundreds of packets: scapy is slow."""

    def __new__(cls, src, dst, proto, sport, payload):
        self = super().__new__(cls, wire.ip(src, dst, proto, payload))
        self.src, self.sport, self.proto = src, sport, proto
        return self


class Left:
    """A packet that left. to is the name of a backend, or "router". seen is the packet, of class
    wire.IP."""

    def __init__(self, to, seen):
        self.to, self.seen = to, seen

    @functools.cached_property
    def packet(self):
        """The packet as scapy parses it."""
        return (IPv6 if self.seen.version == 6 else IP)(self.seen.data)

    def __repr__(self):
        return f"to {self.to}: {self.seen}"


def limit_icmp(milliseconds):
    """Set the least time between ICMP errors of the director to one client; 0: no limit."""
    sysctl("director", f"net.ipv4.icmp_ratelimit={milliseconds}",
           f"net.ipv6.icmp.ratelimit={milliseconds}")


def backend(number, family=4):
    return f"{LAN[family]}5{number}"


def header(src, dst, **fields):
    return (IPv6 if ":" in dst else IP)(src=src, dst=dst, **fields)


def error_about(client, vip, sport, dport, src=None):
    """Return the error of a client, or of another host, about a TCP packet of the VIP to it: port
    unreachable, with 8 bytes quoted."""
    version = 6 if ":" in vip else 4
    quote = wire.ip(vip, client, wire.TCP, wire.tcp(vip, client, sport, dport, wire.ACK))
    return wire.ip_icmp(src or client, vip, *PORT_UNREACHABLE[version], 0,
                        quote[:HEADER[version] + 8])


def is_neighbourhood(packet):
    """Return true for neighbour discovery, and for reports of multicast groups, which have a
    hop-by-hop option and a multicast MAC address."""
    return packet.mac[0] & 1 or packet.proto == wire.ICMPV6 and packet.payload[0] >= 133


class Bench:
    def __init__(self, family=4, count=3):
        self.family = family
        self.vip, self.client_addr = VIPS[family], CLIENTS[family]
        self.client = wire.Port("client", "eth0")
        self.gateway = wire.Port("router", "client").mac
        self.names = {wire.Port("router", "lan").mac: "router"}
        for number in range(1, count + 1):
            self.names[wire.Port(f"b{number}", "eth0").mac] = f"b{number}"
        self.out = wire.Port("switch", "director")
        self.marks = 0
        self._know_neighbours(count)
        markers = f"udp {endpoint(self.vip, MARKER_PORT)}"
        dsr(f"service add {markers} method l2",
            f"backend add {markers} {backend(1, family)}")
        self.send([])

    def _know_neighbours(self, count):
        """Add permanent neighbours to the director: later packets must not overtake a packet
        that waits for a neighbour."""
        macs = {name: mac for mac, name in self.names.items()}
        neighbours = {f"{net}1": macs["router"] for net in LAN.values()}
        for number in range(1, count + 1):
            for family in 4, 6:
                neighbours[backend(number, family)] = macs[f"b{number}"]
        add_neighbours("director", neighbours)

    def send(self, packets):
        """Send packets. Return what left the director for them, in order."""
        left = []
        for start in range(0, max(1, len(packets)), BURST):
            left += self._burst(packets[start:start + BURST])
        return left

    def _burst(self, packets):
        self.marks += 1
        marker = f"mark {self.marks}".encode()
        for packet in packets:
            self.client.send(self.gateway, bytes(packet))
        self.client.send(self.gateway, self.udp(9, MARKER_PORT, marker))
        end, before = self.out.expect(lambda p: p.payload.endswith(marker))
        if not end:
            raise RuntimeError(f"{marker} did not leave; {len(before)} packets did before it")
        return [Left(self.names.get(p.mac, p.mac.hex(":")), p) for p in before
                if not is_neighbourhood(p)]

    def check(self, text, expected, seen):
        tap.check_eq(f"IPv{self.family}: {text}", expected, seen)

    def tcp(self, sport, flags="S", dport=80, src=None, dst=None, seq=1000, ack=0):
        src, dst = src or self.client_addr, dst or self.vip
        return Plain(src, dst, wire.TCP, sport, wire.tcp(
            src, dst, sport, dport, sum(FLAGS[flag] for flag in flags), seq, ack))

    def udp(self, sport, dport, payload, src=None):
        src = src or self.client_addr
        return Plain(src, self.vip, wire.UDP, sport,
                     wire.udp(src, self.vip, sport, dport, payload))

    def one(self, packet):
        """Send a packet. Return where it went, or None."""
        left = self.send([packet])
        return left[0].to if left else None

    def where(self, packets):
        """Send packets. Return where each went, or None, in their order. The sources' addresses
        and ports identify them."""
        found = {}
        for left in self.send(packets):
            found[left.seen.src, left.seen.ports()[0]] = left.to
        return [found.get((packet.src, packet.sport)) for packet in packets]
