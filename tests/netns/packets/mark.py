# SPDX-License-Identifier: GPL-2.0-or-later
"""mark.py 4|6: check services that match a firewall mark. nftables marks TCP to the ports 80 and
443, pings and port unreachable with 7, UDP to 53 with 2^32-1, UDP to 54 with 8."""
import sys

from scapy.layers.inet import ICMP, TCP, UDP
from scapy.layers.inet6 import ICMPv6DestUnreach, ICMPv6EchoRequest
from scapy.packet import Raw

import lab
import tap
import wire
from bench import header
from control import dsr, endpoint, flows, packets_of_backends, show
from lab import is_error, quoted

family = int(sys.argv[1])
six = family == 6
world = lab.Lab("l2", family)
receiver, CLIENT, VIP, BACKENDS = world.receiver, world.src, world.vip, world.backend_addrs
NOBODY = {4: "203.0.113.", 6: "2001:db8:ff::"}[family]
FAMILY = "/ipv6" if six else ""
WHAT = f"IPv{family}"
MARK7, MARK_MAX = f"mark 7{FAMILY}", f"mark 0xffffffff{FAMILY}"
OTHER_FAMILY = "mark 7" if six else "mark 7/ipv6"


def tcp(host, port, sport):
    return header(CLIENT, host) / TCP(sport=sport, dport=port, flags="A")


def udp(host, port, sport):
    return header(CLIENT, host) / UDP(sport=sport, dport=port) / Raw(b"question")


def echo(ident):
    head = header(CLIENT, f"{NOBODY}5")
    return head / (ICMPv6EchoRequest(id=ident) if six else ICMP(id=ident))


dsr(f"service add {MARK7}", *(f"backend add {MARK7} {b}" for b in BACKENDS),
    f"service add {MARK_MAX}", f"backend add {MARK_MAX} {BACKENDS[0]}",
    f"service add {OTHER_FAMILY}",
    f"service add tcp {endpoint(VIP, 80)}", f"backend add tcp {endpoint(VIP, 80)} {BACKENDS[1]}",
    f"service add udp {VIP}", f"backend add udp {VIP} {BACKENDS[2]}")
shown = show("service", "show")
tap.check_eq(f"{WHAT}: mark services are shown first, by their number and family",
             [(7, f"ipv{family}"), (2**32 - 1, f"ipv{family}")],
             sorted((s["mark"], s["family"]) for s in shown
                    if s.get("family") == f"ipv{family}"))
tap.check(f"{WHAT}: without an address or ports",
          not any({"vip", "port", "prefix_len"} & set(s) for s in shown if "mark" in s), *shown)

before = packets_of_backends()
chosen = {}
wrong = []
for number in list(range(60)) * 2:
    host, port = f"{NOBODY}{number % 4 + 1}", (80, 443)[number % 2]
    way = receiver(tcp(host, port, 40000 + number))
    if chosen.setdefault(number, way) != way or way not in BACKENDS:
        wrong.append(way)
tap.check(f"{WHAT}: marked packets go to the mark's backends, wherever they are addressed to, "
          "each flow to one", not wrong, *wrong)
tap.check_eq(f"{WHAT}: and flows to all of them", set(BACKENDS), set(chosen.values()))
tap.check_eq(f"{WHAT}: a flow has the packet's own addresses", {f"{NOBODY}{n}" for n in (1, 2, 3, 4)},
             {f["vip"] for f in flows()})
tap.check_eq(f"{WHAT}: and its service is the mark", {7}, {f["service"].get("mark") for f in flows()})

ways = {receiver(tcp(VIP, 80, 50000 + n)) for n in range(20)}
tap.check(f"{WHAT}: the mark wins over a service of the very address and port", len(ways) == 3,
          ways)
tap.check_eq(f"{WHAT}: the largest mark", {BACKENDS[0]},
             {receiver(udp(host, 53, 1000 + n)) for n, host in enumerate((VIP, f"{NOBODY}9") * 5)})
tap.check_eq(f"{WHAT}: packets with a mark that is no service's go by their address",
             {BACKENDS[2]}, {receiver(udp(VIP, 54, 1000 + n)) for n in range(5)})
tap.check_eq(f"{WHAT}: and so do those without a mark", {BACKENDS[2]},
             {receiver(udp(VIP, 55, 1000 + n)) for n in range(5)})
wrong = [n for n in range(10) if receiver(echo(n)) not in BACKENDS]
tap.check(f"{WHAT}: a marked ping goes to a backend", not wrong, *wrong)


def strays(code):
    """Send an error about each flow. Yield those that do not go to the flow's backend."""
    for number in range(60):
        host, port = f"{NOBODY}{number % 4 + 1}", (80, 443)[number % 2]
        quote = header(host, CLIENT) / TCP(sport=port, dport=40000 + number, flags="A")
        kind = ICMPv6DestUnreach(code=code) if six else ICMP(type=3, code=code)
        way = receiver(header(CLIENT, host) / kind / quote)
        if way != chosen[number]:
            yield number, way, chosen[number]


wrong = list(strays(4 if six else 3))
tap.check(f"{WHAT}: a marked ICMP error about a flow goes to its backend", not wrong, *wrong)
wrong = list(strays(3 if six else 1))
tap.check(f"{WHAT}: so does one without a mark", not wrong, *wrong)

# A router on the path to a backend sends an error about a packet in a tunnel.
MARK8 = f"mark 8{FAMILY}"
dsr(f"service add {MARK8} method ipip", f"backend add {MARK8} {BACKENDS[0]}")
world.send(bytes(udp(f"{NOBODY}9", 54, 2000)))
sent, _ = world.out.expect(lambda p: p.inner() and p.dst == BACKENDS[0])
tap.check(f"{WHAT}: method ipip by mark", sent and sent.inner().dst == f"{NOBODY}9", sent)
world.send_direct(wire.ip_icmp(f"{lab.LAN[family]}1", lab.DIRECTORS["lan"][family],
                               *lab.UNREACHABLE[family], 0, sent.data))
told, _ = world.client.expect(lambda p: is_error(p) and quoted(p).src == CLIENT)
tap.check_eq(f"{WHAT}: an error about an outer header is told to the client, whose mark it "
             "has not", (f"{NOBODY}9", (2000, 54)),
             told and (quoted(told).dst, quoted(told).ports()))
dsr(f"service del {MARK8}")

dsr(f"service change {MARK7} source 10.99.0.0/16 source-other drop" if not six else
    f"service change {MARK7} source 2001:db8:99::/48 source-other drop")
world.send(bytes(tcp(f"{NOBODY}1", 80, 40000)))
tap.check_eq(f"{WHAT}: a mark's service, too, can be for some sources only", {BACKENDS[0]},
             {receiver(udp(VIP, 53, 3000))})
dsr(f"service del {MARK7}")
tap.check_eq(f"{WHAT}: the mark's service gone, the address counts", BACKENDS[1],
             receiver(tcp(VIP, 80, 50000)))
after = packets_of_backends()
tap.check(f"{WHAT}: backends have counted what they got", sum(after.values()) >= 12 and
          sum(before.values()) == 0, before, after)
dsr("flush")
tap.done()
