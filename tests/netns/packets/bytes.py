# SPDX-License-Identifier: GPL-2.0-or-later
"""bytes.py FLOWS [SEED]: send random packets of so many flows to the director, and compare what
leaves it byte by byte, for each method and pair of families. scapy builds the packets and the
expected results."""
import ipaddress
import random
import sys

import tap
import wire
from control import dsr
from lab import DIRECTORS, LAN
from scapy.layers.inet import ICMP, IP, TCP, UDP, IPOption_NOP, IPOption_RR
from scapy.layers.inet6 import (ICMPv6DestUnreach, ICMPv6EchoRequest, IPv6, IPv6ExtHdrDestOpt,
                                IPv6ExtHdrHopByHop, PadN)
from scapy.layers.l2 import GRE
from scapy.layers.sctp import SCTP, SCTPChunkData
from scapy.packet import Raw

FLOWS = int(sys.argv[1])
SEED = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1 << 32)
ROOM = 1500 - 52	# what fits with the longest headers
DIRECTOR = DIRECTORS["lan"]
BACKEND = {family: f"{net}51" for family, net in LAN.items()}
VIP = {4: "192.0.2.{}", 6: "2001:db8:80::{:x}"}
ROUTER = {4: "203.0.113.1", 6: "2001:db8:f::1"}
PREFIX = {4: "10.77.0.0/16", 6: "2001:db8:77::/64"}

rand = random.Random(SEED)


class Way:
    """A service with one backend: a method, families, and options."""
    ways = []

    def __init__(self, method, vip, backend, *options):
        self.number = 100 + len(Way.ways)
        self.method, self.family, self.outer, self.options = method, vip, backend, options
        self.vip = VIP[vip].format(self.number)
        self.prefix = None
        if "PREFIX" in options:
            self.options = [PREFIX[backend] if o == "PREFIX" else o for o in options]
            self.prefix = ipaddress.ip_network(PREFIX[backend])
        self.code = self.number - 99
        Way.ways.append(self)

    def __str__(self):
        return " ".join([self.method, *self.options, f"IPv{self.family} by IPv{self.outer}"])

    def option(self, name, default):
        return self.options[self.options.index(name) + 1] if name in self.options else default

    def commands(self):
        words = ["method", self.method, *self.options]
        if self.method == "dscp":
            words += ["dscp", str(self.code)]
        return (f"service add any {self.vip} {' '.join(words)}",
                f"backend add any {self.vip} {BACKEND[self.outer]}")


for fam in (4, 6):
    Way("l2", fam, fam)
    Way("dscp", fam, fam)
    for out in (4, 6):
        Way("ipip", fam, out)
        Way("ipip", fam, out, "outer-source", "PREFIX", "outer-ttl", "inherit")
        Way("gre", fam, out)
        Way("gre", fam, out, "outer-checksum", "on")
        Way("gre", fam, out, "gre-key", "3735928559", "outer-checksum", "on", "outer-ttl", "255")
        Way("gue", fam, out)
        Way("gue", fam, out, "gue-variant", "1", "outer-port", "4242")
        Way("gue", fam, out, "outer-checksum", "off", "outer-source", "PREFIX")
    Way("ipip", fam, fam, "outer-source", "client")


# --- what is sent ----------------------------------------------------------------

def address(family):
    if family == 4:
        return f"203.0.113.{rand.randrange(2, 255)}"
    return f"2001:db8:f::{rand.randrange(2, 65536):x}"


class Flow:
    """A client's packets to a VIP, which all belong to one flow."""
    kinds = ("tcp", "udp", "echo", "sctp", "esp")

    def __init__(self, way):
        self.way = way
        self.src = address(way.family)
        self.kind = rand.choice(self.kinds)
        self.sport, self.dport = rand.randrange(1, 65536), rand.randrange(1, 65536)

    def header(self):
        tos, ttl = rand.randrange(256), rand.randrange(2, 256)
        if self.way.family == 4:
            options = rand.choice(([], [], [IPOption_NOP()] * rand.randrange(1, 9),
                                   [IPOption_RR(routers=["0.0.0.0"] * 3)]))
            return IP(src=self.src, dst=self.way.vip, tos=tos, ttl=ttl,
                      id=rand.randrange(65536), flags=rand.choice(("", "DF")), options=options)
        head = IPv6(src=self.src, dst=self.way.vip, tc=tos, hlim=ttl,
                    fl=rand.randrange(1 << 20))
        for kind in rand.choice(((), (), (IPv6ExtHdrHopByHop,), (IPv6ExtHdrDestOpt,),
                                 (IPv6ExtHdrHopByHop, IPv6ExtHdrDestOpt))):
            # The kernel refuses more than 7 bytes of padding in a hop-by-hop header.
            head /= kind(options=[PadN(optdata=bytes(4))])
        return head

    def transport(self):
        if self.kind == "tcp":
            options = rand.choice(([], [("MSS", 1460), ("SAckOK", b"")],
                                   [("NOP", None), ("NOP", None), ("Timestamp", (1, 2))]))
            return TCP(sport=self.sport, dport=self.dport, seq=rand.randrange(1 << 32),
                       ack=rand.randrange(1 << 32), flags=rand.choice(("S", "A", "PA")),
                       window=rand.randrange(65536), options=options)
        if self.kind == "udp":
            return UDP(sport=self.sport, dport=self.dport, chksum=rand.choice((None, 0)))
        if self.kind == "echo":
            return (ICMP(id=self.sport, seq=rand.randrange(65536)) if self.way.family == 4 else
                    ICMPv6EchoRequest(id=self.sport, seq=rand.randrange(65536)))
        if self.kind == "sctp":
            return SCTP(sport=self.sport, dport=self.dport, tag=rand.randrange(1 << 32)) / \
                SCTPChunkData(data=b"data", tsn=1)
        return None

    def packet(self, marker):
        head, upper = self.header(), self.transport()
        used = len(bytes(head / upper if upper else head)) + len(marker)
        size = rand.choice((0, 1, rand.randrange(100), rand.randrange(ROOM), ROOM)) - used
        data = marker + rand.randbytes(max(0, min(size, ROOM - used)))
        if upper:
            return head / upper / Raw(data)
        last = head.lastlayer()
        setattr(last, "proto" if self.way.family == 4 else "nh", 50)
        return head / Raw(data)

    def error(self, marker):
        """Return an ICMP error of a router about a packet that the VIP sent to the client."""
        upper = UDP if self.kind == "udp" else TCP
        ports = upper(sport=self.dport, dport=self.sport)
        if self.way.family == 4:
            return (IP(src=ROUTER[4], dst=self.way.vip, tos=0xc0, id=7) / ICMP(type=3, code=1) /
                    Raw(bytes(IP(src=self.way.vip, dst=self.src, ttl=9) / ports / Raw(marker))))
        return (IPv6(src=ROUTER[6], dst=self.way.vip, fl=5) / ICMPv6DestUnreach(code=3) /
                Raw(bytes(IPv6(src=self.way.vip, dst=self.src, hlim=9) / ports / Raw(marker))))


# --- what is expected -------------------------------------------------------------

def parsed(data):
    return (IP if data[0] >> 4 == 4 else IPv6)(data)


def forwarded(way, packet):
    """Return the packet as any router would forward it or, by method dscp, rewritten."""
    packet = packet.copy()
    if way.family == 4:
        packet.ttl -= 1
    else:
        packet.hlim -= 1
    if way.method == "dscp":
        packet.dst = BACKEND[way.family]
        if way.family == 4:
            packet.tos = way.code << 2 | packet.tos & 3
        else:
            packet.tc = way.code << 2 | packet.tc & 3
    return bytes(packet)


def outer_header(way, packet, seen):
    """Return the expected outer header. Fields that the director may choose freely have the
    values of SEEN."""
    tos = packet.tos if way.family == 4 else packet.tc
    ttl = packet.ttl if way.family == 4 else packet.hlim
    df = way.family == 6 or "DF" in packet.flags
    fixed = int(way.option("outer-ttl", "64").replace("inherit", str(ttl - 1)))
    src = DIRECTOR[way.outer]
    if way.prefix:
        src = seen.src
    elif way.option("outer-source", "") == "client":
        src = packet.src
    if way.outer == 4:
        return IP(src=src, dst=BACKEND[4], tos=tos, ttl=fixed, flags="DF" if df else "",
                  id=0 if df else seen.id)
    return IPv6(src=src, dst=BACKEND[6], tc=tos, hlim=fixed, fl=seen.fl)


def expected(way, packet, seen):
    inner = forwarded(way, packet)
    if way.method in ("l2", "dscp"):
        return inner
    head = outer_header(way, packet, seen)
    number, ethertype = (4, 0x0800) if way.family == 4 else (41, 0x86dd)
    if way.method == "ipip":
        setattr(head, "proto" if way.outer == 4 else "nh", number)
        return bytes(head / Raw(inner))
    summed = way.option("outer-checksum", "auto")
    if way.method == "gre":
        key = way.option("gre-key", None)
        gre = GRE(proto=ethertype, chksum_present=int(summed == "on"),
                  key_present=int(key is not None), key=key and int(key))
        return bytes(head / gre / Raw(inner))
    gue = b"" if way.option("gue-variant", "0") == "1" else bytes([0, number, 0, 0])
    udp = UDP(sport=seen[UDP].sport, dport=int(way.option("outer-port", "6080")),
              chksum=0 if summed == "off" else None)
    return bytes(head / udp / Raw(gue + inner))


def entropy(way, seen):
    """Return the fields that must be the same for all packets of a flow."""
    return (seen.src if way.prefix else None,
            seen.fl if way.outer == 6 and way.method not in ("l2", "dscp") else None,
            seen[UDP].sport if way.method == "gue" else None)


# --- through the director -----------------------------------------------------------

switch = wire.Port("switch", "director")
director = wire.Port("director", "eth0")
backend_mac = wire.Port("b1", "eth0").mac
count = 0


def through(packet, marker):
    """Send a packet. Return what leaves for it, as bytes, and its frame's destination."""
    switch.send(director.mac, bytes(packet))
    out, _ = switch.expect(lambda p: marker in p.data)
    return (out.data, out.mac) if out else (b"", None)


def differs(way, packet, marker):
    """Send a packet. Return the difference to what is expected, or None; and the fields that
    must be the same for the whole flow."""
    came, mac = through(packet, marker)
    if not came:
        return "nothing came out", None
    seen = parsed(came)
    want = expected(way, packet, seen)
    if came != want:
        at = next((i for i, (a, b) in enumerate(zip(want, came)) if a != b), len(want))
        return (f"from byte {at} on, of {len(want)}, seen {len(came)}\n"
                f"sent     {bytes(packet)[:80].hex()}\nexpected {want[:120].hex()}\n"
                f"seen     {came[:120].hex()}"), None
    if mac != backend_mac:
        return f"frame to {mac.hex(':')}", None
    return None, entropy(way, seen)


def flow_differs(way, flow):
    """Check two packets of a flow, and an error about it."""
    global count
    told = set()
    for kind in (flow.packet, flow.packet, flow.error):
        if kind == flow.error and flow.kind not in ("tcp", "udp"):
            continue
        count += 1
        marker = b"nf_dsr" + count.to_bytes(4, "big")
        wrong, one = differs(way, kind(marker), marker)
        if wrong:
            return f"{flow.kind}, {kind.__name__}: {wrong}", None
        told.add(one)
    if len(told) > 1:
        return f"{flow.kind}: packets of one flow differ: {told}", None
    return None, told.pop()


def check_way(way):
    told = []
    for _ in range(FLOWS):
        wrong, one = flow_differs(way, Flow(way))
        if wrong:
            tap.not_ok(f"{way}: packets leave byte for byte as expected", wrong, f"seed {SEED}")
            return
        told.append(one)
    tap.ok(f"{way}: packets leave byte for byte as expected")
    if way.prefix:
        tap.check(f"{way}: sources are of the prefix, and differ",
                  all(ipaddress.ip_address(src) in way.prefix for src, _, _ in told) and
                  len({src for src, _, _ in told}) > 1, told)
    if way.method == "gue":
        tap.check(f"{way}: source ports are 32768 to 60999, and differ",
                  all(32768 <= port <= 60999 for _, _, port in told) and
                  len({port for _, _, port in told}) > 1, told)


dsr(*(line for way in Way.ways for line in way.commands()))
for each in Way.ways:
    check_way(each)
tap.done()
