# SPDX-License-Identifier: GPL-2.0-or-later
"""One service in the topology, seen from outside: what a client sends, what leaves the
director, and what the client receives."""
import json
import subprocess

import tap
import wire
from control import drops, dsr, endpoint
from wire import ACK, GRE, ICMP, ICMPV6, IPIP, IPV6, TCP, UDP

CLIENTS = {4: "198.51.100.201", 6: "2001:db8:c::201"}
VIPS = {4: "192.0.2.80", 6: "2001:db8:80::80"}
DIRECTORS = {"lan": {4: "10.1.1.2", 6: "2001:db8:1::2"},
             "link": {4: "10.2.2.2", 6: "2001:db8:2::2"}}
# The network of the backends, and in topology l3 that of the director, as an address without
# its last part.
LAN = {4: "10.1.1.", 6: "2001:db8:1::"}
LINK = {4: "10.2.2.", 6: "2001:db8:2::"}
# The addresses of the router on the client's link.
ROUTERS = {4: "198.51.100.1", 6: "2001:db8:c::1"}
HEADER = {4: 20, 6: 40}
ICMPS = {4: ICMP, 6: ICMPV6}
# Type and code of ICMP errors: packet too big or fragmentation needed; host or address
# unreachable; port unreachable; TTL or hop limit exceeded.
TOO_BIG = {4: (3, 4), 6: (2, 0)}
UNREACHABLE = {4: (3, 1), 6: (1, 3)}
PORT_UNREACHABLE = {4: (3, 3), 6: (1, 4)}
EXCEEDED = {4: (11, 0), 6: (3, 0)}


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def in_node(node, *command):
    return run("in-node", node, *command)


def sysctl(node, *settings):
    in_node(node, "sysctl", "-qw", *settings)


def ip(*words, node="director"):
    """Run ip in the namespace of a node. Return what it prints."""
    return run("ip", "-n", node, *words)


def add_neighbours(node, neighbours):
    """Add permanent neighbours, by their addresses and with their MAC addresses."""
    subprocess.run(["ip", "-n", node, "-batch", "-"], text=True, check=True, input="".join(
        f"neigh replace {addr} lladdr {mac.hex(':')} dev eth0 nud permanent\n"
        for addr, mac in neighbours.items()))


def route_mtu(address):
    """Return the MTU of the director's route to an address, also if it was learned."""
    shown, = json.loads(ip("-j", "route", "get", address))
    return shown.get("metrics", [{}])[0].get("mtu", 1500)


class LostMarker(RuntimeError):
    """The marker did not leave the director: it is out of order, or was lost."""


class Lab:
    """The ports around the director. method is l2, or a method that needs topology l3. family is
    that of client and VIP."""

    def __init__(self, method, family):
        self.method, self.family, self.ipv6 = method, family, family == 6
        self.src, self.vip = CLIENTS[family], VIPS[family]
        self.client = wire.Port("client", "eth0")
        self.gateway = wire.Port("router", "client").mac
        self.director = wire.Port("director", "eth0").mac
        if method == "l2":
            self.router = wire.Port("router", "lan")
            self.out = wire.Port("switch", "director")
        else:
            self.router = self.out = wire.Port("router", "director")
        self.backend_addrs = [f"{LAN[family]}{host}" for host in (51, 52, 53)]
        self.macs = {}
        self.markers, self.marker_port = 0, 9

    def backends(self):
        """Return the names of the backends by their MAC addresses."""
        if not self.macs:
            self.macs = {wire.Port(name, "eth0").mac: name for name in ("b1", "b2", "b3")}
        return self.macs

    def ip(self, *words):
        """Run ip in the director's namespace, for the family of the VIP."""
        return ip(f"-{self.family}", *words)

    # --- packets from the client ---

    def packet(self, proto, payload, **fields):
        return wire.ip(self.src, self.vip, proto, payload, **fields)

    def segment(self, port, flags=ACK, payload=b"", dport=80, **fields):
        """Return a TCP segment, without its IP header."""
        return wire.tcp(self.src, self.vip, port, dport, flags, payload=payload, **fields)

    def datagram(self, port, payload=b"", dport=9, **fields):
        """Return a UDP datagram, without its IP header."""
        return wire.udp(self.src, self.vip, port, dport, payload, **fields)

    def with_options(self, proto, payload):
        """Return a packet with an IP option or an extension header without a meaning."""
        if self.ipv6:
            return self.packet(60, bytes([proto, 0, 1, 4]) + bytes(4) + payload)
        return self.packet(proto, payload, options=b"\1" * 4)

    def overhead(self):
        return HEADER[self.family] + 8

    def udp(self, port, length, dport=9, **fields):
        """Return a datagram of LENGTH bytes with its IP header."""
        data = port.to_bytes(2, "big") * ((length - self.overhead() + 1) // 2)
        return self.packet(UDP, self.datagram(port, data[:length - self.overhead()], dport),
                           **fields)

    def tcp(self, port, flags=ACK, dport=80, payload=b"", seq=1, **fields):
        return self.packet(TCP, self.segment(port, flags, payload, dport, seq=seq, ack=1), **fields)

    def icmp(self, kind, code, word=0, payload=b"", src=None, **fields):
        """Return an ICMP message of the client, or of another host, to the VIP."""
        return wire.ip_icmp(src or self.src, self.vip, kind, code, word, payload, **fields)

    # --- send and receive ---

    def send(self, packet):
        self.client.send(self.gateway, packet)

    def send_direct(self, packet):
        """Send a packet to the director's MAC address, without a hop before the director."""
        self.router.send(self.director, packet)

    def marker(self):
        """Return a datagram that the director always forwards. A scenario without a service for
        it replaces this function, or calls separate_markers()."""
        self.markers += 1
        return self.udp(60000 + self.markers % 5000, 100 + self.markers % 97, self.marker_port)

    def separate_markers(self, backend, method="l2"):
        """Give markers a service of their own. A scenario needs this if it breaks the way to the
        backends of its service: markers go to a backend that stays reachable."""
        self.marker_port = 8
        key = f"udp {endpoint(self.vip, self.marker_port)}"
        dsr(f"service add {key} method {method}", f"backend add {key} {backend}")

    def until_marker(self, send=None, is_end=lambda packet: True):
        """Send a marker behind the packets sent so far. Return what left the director before it.
        Packets keep their order, so the marker is the end. If there are copies of the marker,
        is_end() is true for the last one."""
        marker = self.marker()
        (send or self.send)(marker)
        is_marker = carries(marker)
        last, before = self.out.expect(lambda p: is_marker(p) and is_end(p))
        if not last:
            raise LostMarker(f"the marker did not leave the director: {wire.IP(marker)}; "
                             f"{len(before)} packets did")
        return before

    def forwarded(self, packet, send=None):
        """Send a packet. Return what left the director for it alone."""
        self.out.drain()
        (send or self.send)(packet)
        return [p for p in self.until_marker() if self.is_ours(p)]

    def burst(self, packets):
        """Send packets so that they arrive at the director at once. Return what left it for them,
        in order, or None if the marker behind them did not leave."""
        way_in = ["dev", "lan" if self.method == "l2" else "director", "root"]
        self.out.drain()
        run("tc", "-n", "router", "qdisc", "replace", *way_in, "netem", "slot", "50ms")
        for packet in packets:
            self.send_direct(packet)
        try:
            return [p for p in self.until_marker() if self.is_ours(p)]
        except LostMarker:
            return None
        finally:
            run("tc", "-n", "router", "qdisc", "del", *way_in)

    def is_ours(self, packet):
        """Return true if the packet or fragment is to a VIP, or of the service's method."""
        return (packet.dst.startswith(("192.0.2.", "2001:db8:80:")) or
                packet.proto in (IPIP, IPV6, GRE) or
                self.method == "gue" and packet.proto == UDP or
                self.method == "dscp" and packet.proto in (TCP, UDP))

    def passes(self, packet):
        wanted = carries(packet)
        return any(wanted(p) for p in self.forwarded(packet))

    def receiver(self, packet):
        """Send a packet, for method l2. Return the address of the backend that gets it unchanged,
        or what left instead, as text."""
        packet = wire.IP(bytes(packet))
        self.send(packet.data)
        left, _ = self.out.expect(lambda p: p.payload == packet.payload)
        if not left or left.mac not in self.backends() or \
                (left.src, left.dst, left.proto) != (packet.src, packet.dst, packet.proto):
            return str(left)
        return f"{LAN[self.family]}5{self.macs[left.mac][1:]}"

    def errors_about(self, packet=None, send=None):
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
            raise LostMarker("the client got no error about a TTL that expired")
        return [p for p in before if is_error(p)]

    def check_dropped(self, cases, send=None):
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
