# SPDX-License-Identifier: GPL-2.0-or-later
"""mark.py 4|6: check services that match a firewall mark. nftables marks TCP to the ports 80 and
443, pings and port unreachable with 7, UDP to 53 with 2^32-1, UDP to 54 with 8."""
import sys

from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.layers.inet6 import ICMPv6DestUnreach, ICMPv6EchoRequest, IPv6
from scapy.packet import Raw

import tap
import wire
from control import dsr, flows, packets_of_backends, show
from lab import is_error, quoted

six = sys.argv[1] == "6"
CLIENT, VIP, NOBODY, B = (
    ("2001:db8:c::201", "2001:db8:80::80", "2001:db8:ff::", "2001:db8:1::5") if six else
    ("198.51.100.201", "192.0.2.80", "203.0.113.", "10.1.1.5"))
FAMILY = "/ipv6" if six else ""
BACKENDS = [f"{B}{n}" for n in (1, 2, 3)]
WHAT = f"IPv{sys.argv[1]}"
TYPE = IPv6 if six else IP
MARK7, MARK_MAX = f"mark 7{FAMILY}", f"mark 0xffffffff{FAMILY}"
OTHER_FAMILY = "mark 7" if six else "mark 7/ipv6"

client = wire.Port("client", "eth0")
gateway = wire.Port("router", "client").mac
out = wire.Port("switch", "director")
macs = [wire.Port(f"b{n}", "eth0").mac for n in (1, 2, 3)]


def way_of(packet):
    """Send a packet. Return the backend that gets it unchanged."""
    payload = wire.IP(bytes(packet)).payload
    client.send(gateway, bytes(packet))
    left, _ = out.expect(lambda p: p.payload == payload)
    same = left and left.dst == packet.dst and left.src == packet.src and left.mac in macs
    return BACKENDS[macs.index(left.mac)] if same else str(left)


def tcp(host, port, sport):
    return TYPE(src=CLIENT, dst=host) / TCP(sport=sport, dport=port, flags="A")


def udp(host, port, sport):
    return TYPE(src=CLIENT, dst=host) / UDP(sport=sport, dport=port) / Raw(b"question")


def echo(ident):
    head = TYPE(src=CLIENT, dst=f"{NOBODY}5")
    return head / (ICMPv6EchoRequest(id=ident) if six else ICMP(id=ident))



dsr(f"service add {MARK7}", *(f"backend add {MARK7} {b}" for b in BACKENDS),
    f"service add {MARK_MAX}", f"backend add {MARK_MAX} {BACKENDS[0]}",
    f"service add {OTHER_FAMILY}",
    f"service add tcp [{VIP}]:80" if six else f"service add tcp {VIP}:80",
    f"backend add tcp [{VIP}]:80 {BACKENDS[1]}" if six else
    f"backend add tcp {VIP}:80 {BACKENDS[1]}",
    f"service add udp {VIP}", f"backend add udp {VIP} {BACKENDS[2]}")
shown = show("service", "show")
family = f"ipv{sys.argv[1]}"
tap.check_eq(f"{WHAT}: mark services are shown first, by their number and family",
             [(7, family), (2**32 - 1, family)],
             sorted((s["mark"], s["family"]) for s in shown
                    if s.get("family") == family))
tap.check(f"{WHAT}: without an address or ports",
          not any({"vip", "port", "prefix_len"} & set(s) for s in shown if "mark" in s), *shown)

before = packets_of_backends()
chosen = {}
wrong = []
for number in list(range(60)) * 2:
    host, port = f"{NOBODY}{number % 4 + 1}", (80, 443)[number % 2]
    way = way_of(tcp(host, port, 40000 + number))
    if chosen.setdefault(number, way) != way or way not in BACKENDS:
        wrong.append(way)
tap.check(f"{WHAT}: marked packets go to the mark's backends, wherever they are addressed to, "
          "each flow to one", not wrong, *wrong)
tap.check_eq(f"{WHAT}: and flows to all of them", set(BACKENDS), set(chosen.values()))
tap.check_eq(f"{WHAT}: a flow has the packet's own addresses", {f"{NOBODY}{n}" for n in (1, 2, 3, 4)},
             {f["vip"] for f in flows()})
tap.check_eq(f"{WHAT}: and its service is the mark", {7}, {f["service"].get("mark") for f in flows()})

ways = {way_of(tcp(VIP, 80, 50000 + n)) for n in range(20)}
tap.check(f"{WHAT}: the mark wins over a service of the very address and port", len(ways) == 3,
          ways)
tap.check_eq(f"{WHAT}: the largest mark", {BACKENDS[0]},
             {way_of(udp(host, 53, 1000 + n)) for n, host in enumerate((VIP, f"{NOBODY}9") * 5)})
tap.check_eq(f"{WHAT}: packets with a mark that is no service's go by their address",
             {BACKENDS[2]}, {way_of(udp(VIP, 54, 1000 + n)) for n in range(5)})
tap.check_eq(f"{WHAT}: and so do those without a mark", {BACKENDS[2]},
             {way_of(udp(VIP, 55, 1000 + n)) for n in range(5)})
wrong = [n for n in range(10) if way_of(echo(n)) not in BACKENDS]
tap.check(f"{WHAT}: a marked ping goes to a backend", not wrong, *wrong)

def strays(code):
    """Send an error about each flow. Yield those that do not go to the flow's backend."""
    for number in range(60):
        host, port = f"{NOBODY}{number % 4 + 1}", (80, 443)[number % 2]
        quote = TYPE(src=host, dst=CLIENT) / TCP(sport=port, dport=40000 + number, flags="A")
        kind = ICMPv6DestUnreach(code=code) if six else ICMP(type=3, code=code)
        way = way_of(TYPE(src=CLIENT, dst=host) / kind / quote)
        if way != chosen[number]:
            yield number, way, chosen[number]


wrong = list(strays(4 if six else 3))
tap.check(f"{WHAT}: a marked ICMP error about a flow goes to its backend", not wrong, *wrong)
wrong = list(strays(3 if six else 1))
tap.check(f"{WHAT}: so does one without a mark", not wrong, *wrong)

# A router on the path to a backend sends an error about a packet in a tunnel.
MARK8 = f"mark 8{FAMILY}"
ROUTER, DIRECTOR = ("2001:db8:1::1", "2001:db8:1::2") if six else ("10.1.1.1", "10.1.1.2")
dsr(f"service add {MARK8} method ipip", f"backend add {MARK8} {BACKENDS[0]}")
client.send(gateway, bytes(udp(f"{NOBODY}9", 54, 2000)))
sent, _ = out.expect(lambda p: p.inner() and p.dst == BACKENDS[0])
tap.check(f"{WHAT}: method ipip by mark", sent and sent.inner().dst == f"{NOBODY}9", sent)
message = wire.icmp(ROUTER, DIRECTOR, *((1, 3) if six else (3, 1)), 0, sent.data)
wire.Port("router", "lan").send(wire.Port("director", "eth0").mac, wire.ip(
    ROUTER, DIRECTOR, wire.ICMPV6 if six else wire.ICMP, message))
told, _ = client.expect(lambda p: is_error(p) and quoted(p).src == CLIENT)
tap.check_eq(f"{WHAT}: an error about an outer header is told to the client, whose mark it "
             "has not", (f"{NOBODY}9", (2000, 54)),
             told and (quoted(told).dst, quoted(told).ports()))
dsr(f"service del {MARK8}")

dsr(f"service change {MARK7} source 10.99.0.0/16 source-other drop" if not six else
    f"service change {MARK7} source 2001:db8:99::/48 source-other drop")
client.send(gateway, bytes(tcp(f"{NOBODY}1", 80, 40000)))
tap.check_eq(f"{WHAT}: a mark's service, too, can be for some sources only", {BACKENDS[0]},
             {way_of(udp(VIP, 53, 3000))})
dsr(f"service del {MARK7}")
tap.check_eq(f"{WHAT}: the mark's service gone, the address counts", BACKENDS[1],
             way_of(tcp(VIP, 80, 50000)))
after = packets_of_backends()
tap.check(f"{WHAT}: backends have counted what they got", sum(after.values()) >= 12 and
          sum(before.values()) == 0, before, after)
dsr("flush")
tap.done()
