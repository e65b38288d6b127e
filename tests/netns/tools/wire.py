# SPDX-License-Identifier: GPL-2.0-or-later
"""Packets as bytes: build them, parse them, send and receive them in any node."""
import ctypes
import os
import select
import socket
import struct
import time

from node import enter
from patience import PATIENCE

ETH_IP, ETH_IPV6 = 0x0800, 0x86dd
ICMP, IPIP, TCP, UDP, IPV6, GRE, ICMPV6, SCTP = 1, 4, 6, 17, 41, 47, 58, 132
GUE_PORT = 6080
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
PACKET_OUTGOING = 4
SO_RCVBUFFORCE = 33
SOL_PACKET, PACKET_VNET_HDR = 263, 15
AF = {4: socket.AF_INET, 6: socket.AF_INET6}
BROADCAST = b"\xff" * 6

libc = ctypes.CDLL(None, use_errno=True)


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def packed(address):
    return socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address)


def pseudo(src, dst, proto, length):
    return packed(src) + packed(dst) + struct.pack("!II", length, proto)


# --- build ---------------------------------------------------------------------

def ip4(src, dst, proto, payload, ttl=64, ident=0, df=True, tos=0, mf=False, offset=0,
        options=b"", ihl=None, length=None, csum=None):
    """Return an IPv4 packet. offset is that of a fragment, in bytes. ihl, length and csum replace
    the correct values."""
    if ihl is None:
        ihl = 5 + len(options) // 4
    if length is None:
        length = 20 + len(options) + len(payload)
    head = struct.pack("!BBHHHBBH4s4s", 0x40 | ihl, tos, length, ident,
                       df << 14 | mf << 13 | offset // 8, ttl, proto, 0,
                       packed(src), packed(dst)) + options
    if csum is None:
        csum = checksum(head)
    return head[:10] + struct.pack("!H", csum) + head[12:] + payload


def ip6(src, dst, proto, payload, ttl=64, tclass=0, label=0, length=None):
    if length is None:
        length = len(payload)
    return struct.pack("!IHBB16s16s", 6 << 28 | tclass << 20 | label, length, proto, ttl,
                       packed(src), packed(dst)) + payload


def ip(src, dst, proto, payload, **fields):
    return (ip6 if ":" in src else ip4)(src, dst, proto, payload, **fields)


def tcp(src, dst, sport, dport, flags, seq=0, ack=0, win=512, options=b"", payload=b"",
        offset=None):
    if offset is None:
        offset = 5 + len(options) // 4
    segment = struct.pack("!HHIIBBHHH", sport, dport, seq, ack, offset << 4, flags, win,
                          0, 0) + options + payload
    csum = checksum(pseudo(src, dst, TCP, len(segment)) + segment)
    return segment[:16] + struct.pack("!H", csum) + segment[18:]


def udp(src, dst, sport, dport, payload=b"", length=None):
    if length is None:
        length = 8 + len(payload)
    datagram = struct.pack("!HHHH", sport, dport, length, 0) + payload
    csum = checksum(pseudo(src, dst, UDP, len(datagram)) + datagram) or 0xffff
    return datagram[:6] + struct.pack("!H", csum) + datagram[8:]


def icmp(src, dst, kind, code, rest, payload=b""):
    """Return an ICMP message. rest is the second word of its header."""
    message = struct.pack("!BBHI", kind, code, 0, rest) + payload
    covered = message
    if ":" in src:
        covered = pseudo(src, dst, ICMPV6, len(message)) + message
    return message[:2] + struct.pack("!H", checksum(covered)) + message[4:]


def ip_icmp(src, dst, kind, code, rest, payload=b"", **fields):
    """Return an ICMP message in a packet."""
    return ip(src, dst, ICMPV6 if ":" in src else ICMP,
              icmp(src, dst, kind, code, rest, payload), **fields)


# --- parse ---------------------------------------------------------------------

class IP:
    """A packet, from its IP header on and without padding.

    mac and src_mac are the destination and the source of its frame."""

    def __init__(self, data, mac=None, src_mac=None):
        self.mac, self.src_mac = mac, src_mac
        self.version = data[0] >> 4
        if self.version == 4:
            self._parse4(data)
        else:
            self._parse6(data)

    def _parse4(self, data):
        (vihl, self.tos, self.length, self.ident, frag, self.ttl, self.proto, _csum,
         src, dst) = struct.unpack("!BBHHHBBH4s4s", data[:20])
        head = (vihl & 15) * 4
        self.csum_ok = checksum(data[:head]) == 0
        self.df, self.mf, self.offset = bool(frag & 0x4000), bool(frag & 0x2000), frag % 8192 * 8
        self._addresses(src, dst)
        self.options = data[20:head]
        self.data = data[:self.length]
        self.payload = self.data[head:]

    def _parse6(self, data):
        word, length, self.proto, self.ttl, src, dst = struct.unpack("!IHBB16s16s", data[:40])
        self.tos, self.label = word >> 20 & 255, word & 0xfffff
        self.length = 40 + length
        self.csum_ok, self.df, self.mf, self.offset = True, True, False, 0
        self._addresses(src, dst)
        self.data = data[:self.length]
        self.payload = self.data[40:]
        if self.proto == 44:
            self.proto, _, frag, self.ident = struct.unpack("!BBHI", self.payload[:8])
            self.mf, self.offset = bool(frag & 1), frag & 0xfff8
            self.payload = self.payload[8:]

    def _addresses(self, src, dst):
        family = AF[self.version]
        self.src, self.dst = socket.inet_ntop(family, src), socket.inet_ntop(family, dst)

    def inner(self):
        """Return the encapsulated packet, or None. A first fragment has only a part of it."""
        if self.offset:
            return None
        if self.proto in (IPIP, IPV6):
            return IP(self.payload)
        if self.proto == GRE:
            return IP(self.payload[4 + 4 * (self.payload[0] >> 7) +
                                   4 * (self.payload[0] >> 5 & 1):])
        if self.proto == UDP and self.ports()[1] == GUE_PORT:
            # Variant 1 has no header, variant 0 one of 4 bytes.
            return IP(self.payload[8 if self.payload[8] >> 6 == 1 else 12:])
        return None

    def innermost(self):
        inner = self.inner()
        return inner.innermost() if inner else self

    def ports(self):
        return struct.unpack("!HH", self.payload[:4])

    def l4_csum_ok(self):
        """Return true if the checksum behind the IP header is correct, also that of a tunnel's
        header. UDP and GRE need not have one."""
        if self.proto in (IPIP, IPV6) or self.proto == GRE and not self.payload[0] >> 7:
            return True
        if self.proto == UDP and self.payload[6:8] == b"\0\0":
            return True
        if self.proto in (ICMP, GRE):
            return checksum(self.payload) == 0
        covered = pseudo(self.src, self.dst, self.proto, len(self.payload)) + self.payload
        return checksum(covered) == 0

    def tcp(self):
        """Return the header fields of a TCP packet."""
        sport, dport, seq, ack, offset, flags, win, _csum, urgent = struct.unpack(
            "!HHIIBBHHH", self.payload[:20])
        head = (offset >> 4) * 4
        return {"sport": sport, "dport": dport, "seq": seq, "ack": ack, "flags": flags,
                "win": win, "urgent": urgent, "options": self.payload[20:head].hex(),
                "payload": self.payload[head:].hex()}

    def __str__(self):
        text = f"{self.src} > {self.dst} proto {self.proto} ttl {self.ttl} len {self.length}"
        inner = self.inner()
        return f"{text} [{inner}]" if inner else text


# --- send and receive ----------------------------------------------------------

class Port:
    """An interface of a node, to send and receive frames."""

    def __init__(self, node, dev):
        # Packets that one processor sends keep their order on their path through the nodes.
        os.sched_setaffinity(0, {0})
        enter(node)
        self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        self.sock.bind((dev, 0))
        # The buffer must hold a burst that the test reads late. On a debug kernel each packet
        # counts as thousands of bytes. A size above net.core.rmem_max needs SO_RCVBUFFORCE.
        self.sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 24)
        self.mac = self.sock.getsockname()[4]

    def send(self, mac, packet):
        """Send a packet to the neighbour with this MAC address."""
        kind = ETH_IPV6 if packet[0] >> 4 == 6 else ETH_IP
        self.sock.send(mac + self.mac + struct.pack("!H", kind) + packet)

    def send_in_pages(self, mac, packet):
        """Send a packet of more than a page, with only its Ethernet header in the linear part of
        its buffer. A port that uses this must not use send()."""
        kind = ETH_IPV6 if packet[0] >> 4 == 6 else ETH_IP
        self.sock.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
        linear = struct.pack("=BBHHHH", 0, 0, 14, 0, 0, 0)
        self.sock.send(linear + mac + self.mac + struct.pack("!H", kind) + packet)

    def frames(self, patience):
        """Yield each frame that arrives, for PATIENCE seconds."""
        end = time.monotonic() + patience
        while select.select([self.sock], [], [], max(0, end - time.monotonic()))[0]:
            frame, origin = self.sock.recvfrom(65600)
            if origin[2] != PACKET_OUTGOING:
                yield frame

    def packets(self, patience):
        """Yield each IP packet that arrives, for PATIENCE seconds."""
        for frame in self.frames(patience):
            kind, = struct.unpack("!H", frame[12:14])
            if kind in (ETH_IP, ETH_IPV6):
                yield IP(frame[14:], frame[:6], frame[6:12])

    def expect(self, wanted, patience=PATIENCE):
        """Return the first packet for which wanted() is true, or None, and all packets that
        arrived before it."""
        before = []
        for packet in self.packets(patience):
            if wanted(packet):
                return packet, before
            before.append(packet)
        return None, before

    def drain(self):
        """Discard all packets that arrived so far."""
        for _ in self.packets(0):
            pass
