# SPDX-License-Identifier: GPL-2.0-or-later
"""One service in the topology, seen from outside: what a client sends, what leaves the
director, and what the client receives."""
import json
import subprocess

import tap
import wire
from wire import ACK, GRE, ICMP, ICMPV6, IPIP, IPV6, TCP, UDP

CLIENTS = {4: "198.51.100.201", 6: "2001:db8:c::201"}
VIPS = {4: "192.0.2.80", 6: "2001:db8:80::80"}
DIRECTORS = {"lan": {4: "10.1.1.2", 6: "2001:db8:1::2"},
             "link": {4: "10.2.2.2", 6: "2001:db8:2::2"}}
# The network of the backends, as an address without its last part.
LAN = {4: "10.1.1.", 6: "2001:db8:1::"}
# The addresses of the router on the client's link.
ROUTERS = {4: "198.51.100.1", 6: "2001:db8:c::1"}


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def in_node(node, *command):
    return run("nsenter", f"--net=/run/netns/{node}", "--", *command)


def sysctl(node, *settings):
    in_node(node, "sysctl", "-qw", *settings)


class Lab:
    """The ports around the director. method is l2, or a method that needs topology l3. family is
    that of client and VIP."""

    def __init__(self, method, family):
        self.method, self.family, self.six = method, family, family == 6
        self.src, self.vip = CLIENTS[family], VIPS[family]
        self.client = wire.Port("client", "eth0")
        self.gateway = wire.Port("router", "client").mac
        self.director = wire.Port("director", "eth0").mac
        if method == "l2":
            self.router = wire.Port("router", "lan")
            self.out = wire.Port("switch", "director")
        else:
            self.router = self.out = wire.Port("router", "director")
        self.markers = 0

    def backends(self):
        """Return the names of the backends by their MAC addresses."""
        return {wire.Port(name, "eth0").mac: name for name in ("b1", "b2", "b3")}

    def overhead(self):
        return 48 if self.six else 28

    def udp(self, port, length, dport=9, **fields):
        """Return a datagram from the client, of LENGTH bytes with its IP header."""
        data = port.to_bytes(2, "big") * ((length - self.overhead() + 1) // 2)
        datagram = wire.udp(self.src, self.vip, port, dport, data[:length - self.overhead()])
        return wire.ip(self.src, self.vip, UDP, datagram, **fields)

    def tcp(self, port, flags=ACK, dport=80, payload=b"", seq=1, **fields):
        segment = wire.tcp(self.src, self.vip, port, dport, flags, seq, 1, payload=payload)
        return wire.ip(self.src, self.vip, TCP, segment, **fields)

    def send(self, packet):
        self.client.send(self.gateway, packet)

    def send_direct(self, packet):
        """Send a packet to the director's MAC address, without a hop before the director."""
        self.router.send(self.director, packet)

    def marker(self):
        """Return a datagram that the director always forwards."""
        self.markers += 1
        return self.udp(60000 + self.markers % 5000, 100 + self.markers % 97)

    def forwarded(self, packet, send=None):
        """Send a packet. Return what left the director for it alone. A marker follows the
        packet; packets keep their order, so the marker is the end."""
        marker = self.marker()
        self.out.drain()
        (send or self.send)(packet)
        self.send(marker)
        last, before = self.out.expect(carries(marker))
        if not last:
            raise RuntimeError("a harmless datagram did not leave the director")
        return [p for p in before if self.is_ours(p)]

    def burst(self, packets):
        """Send packets so that they arrive at the director at once. Return what left it for them,
        in order, or None if the marker behind them did not leave."""
        way_in = ["dev", "lan" if self.method == "l2" else "director", "root"]
        self.out.drain()
        run("tc", "-n", "router", "qdisc", "replace", *way_in, "netem", "slot", "50ms")
        for packet in packets:
            self.send_direct(packet)
        marker = self.marker()
        self.send(marker)
        last, left = self.out.expect(carries(marker))
        run("tc", "-n", "router", "qdisc", "del", *way_in)
        return [p for p in left if self.is_ours(p)] if last else None

    def is_ours(self, packet):
        """Return true if the packet or fragment is to a VIP, or of the service's method."""
        return (packet.dst.startswith(("192.0.2.", "2001:db8:80:")) or
                packet.proto in (IPIP, IPV6, GRE) or
                self.method == "gue" and packet.proto == UDP or
                self.method == "dscp" and packet.proto in (TCP, UDP))

    def passes(self, packet):
        wanted = carries(packet)
        return any(wanted(p) for p in self.forwarded(packet))

    def told(self, packet=None, send=None):
        """Send a packet, if one is given. Return the ICMP errors that the client received for it,
        or for packets sent before. The error about a datagram whose TTL or hop limit expires
        marks the end."""
        if packet is not None:
            self.client.drain()
            (send or self.send)(packet)
        self.markers += 1
        port = 50000 + self.markers % 5000
        self.send(self.udp(port, 100, ttl=2))
        last, before = self.client.expect(
            lambda p: is_error(p) and quoted(p).ports_or_none() == (port, 9))
        if not last:
            raise RuntimeError("the client was not told that a TTL ran out")
        return [p for p in before if is_error(p)]

    def judge(self, cases, send=None):
        """Check packets that must not reach a backend. A case is a text, a packet, and the drop
        counter that must count it, or None if the stack drops or receives the packet before
        or after the director's hook."""
        expected = drops()
        for what, packet, reason in cases:
            left = self.forwarded(packet, send or self.send_direct)
            if reason:
                expected[reason] = expected.get(reason, 0) + 1
            seen = drops()
            tap.check(f"IPv{self.family}: {what}: "
                      f"{'counted as ' + reason if reason else 'no drop of ours'}, not forwarded",
                      not left and seen == expected, *left, f"drops {seen}",
                      f"expected {expected}")
            expected = seen


def backend_of(packet, method):
    return packet.mac if method == "l2" else packet.dst


def but_checksum(packet):
    """Return the payload without the checksum of TCP or UDP: method dscp changes the address
    that the checksum covers, but nothing else of the payload."""
    at = {TCP: 16, UDP: 6}.get(packet.proto)
    return packet.payload[:at] + packet.payload[at + 2:] if at else packet.payload


def carries(packet):
    wanted = wire.IP(packet)

    def is_it(found):
        inner = found.innermost()
        if inner.dst == wanted.dst:
            return inner.payload == wanted.payload
        return but_checksum(inner) == but_checksum(wanted)
    return is_it


def is_error(packet):
    if packet.proto == ICMP:
        return packet.payload[0] in (3, 11, 12)
    return packet.proto == ICMPV6 and packet.payload[0] < 128


class Quote(wire.IP):
    def ports_or_none(self):
        return self.ports() if len(self.payload) >= 4 else None


def quoted(error):
    return Quote(error.payload[8:])


def describe(error):
    """Return an ICMP error's type, code, and the second word of its header."""
    return error.payload[0], error.payload[1], int.from_bytes(error.payload[4:8], "big")


def drops():
    """Return how many packets the director dropped, by reason."""
    shown = json.loads(run("dsrctl", "-n", "director", "-j", "stats", "show"))
    return {name: count for name, count in shown[0]["drops"].items() if count}
