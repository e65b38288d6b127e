# SPDX-License-Identifier: GPL-2.0-or-later
"""agreement.py ASKED SENT: trace ASKED flows, and send SENT packets and errors, through two
directors that were configured in different order."""
import collections
import ipaddress
import random
import sys

import tap
import wire
from control import dsr
from lab import HEADER, PORT_UNREACHABLE
from patience import PATIENCE
from traces import ERROR, FORWARD, Result, Tracer, is_chatter, isolate, result_of, trace_request
from wire import TCP, UDP, SCTP

ASKED, SENT = int(sys.argv[1]), int(sys.argv[2])
NODES = "director", "b2"
DICE = random.Random(39)
BURST = 50
# Without a seed, each director would choose one of its own.
SEED = "seed 0"

# The MAC addresses of the backends, by their IP addresses.
MACS = {}
for number in range(100, 140):
    for family_net in "10.1.1.{}", "2001:db8:1::{}":
        MACS[family_net.format(number)] = bytes((2, 0, 0, 0, 1, number))

Kind = collections.namedtuple("Kind", "key words proto vips ports backends")


def backends(family, first, count):
    net = "10.1.1.{}" if family == 4 else "2001:db8:1::{}"
    return [(net.format(number), f"weight {number % 4 + 1}")
            for number in range(first, first + count)]


def prefix(net, count):
    return [str(ipaddress.ip_address(f"{net}{number}")) for number in range(count)]


KINDS = [
    Kind("tcp 192.0.2.80:80", "method l2", TCP, ["192.0.2.80"], [80], backends(4, 100, 7)),
    Kind("tcp 192.0.2.80:8000-8099", "method gre seed 7", TCP, ["192.0.2.80"],
         range(8000, 8100), backends(4, 103, 5)),
    Kind("udp 192.0.2.80:53", "method gue hash source", UDP, ["192.0.2.80"], [53],
         backends(4, 100, 30)),
    Kind("sctp 192.0.2.81", "method ipip hash source-port", SCTP, ["192.0.2.81"],
         range(1, 65536), backends(6, 110, 11)),
    Kind("udp 192.0.2.96/28", "method l2 hash destination", UDP,
         prefix("192.0.2.", 112)[96:], range(1, 65536), backends(4, 120, 9)),
    Kind("any 192.0.2.82", "method ipip table-size 251", TCP, ["192.0.2.82"],
         range(1, 65536), backends(4, 100, 40)),
    Kind("tcp [2001:db8:80::80]:80", "method l2", TCP, ["2001:db8:80::80"], [80],
         backends(6, 100, 12)),
    Kind("udp 2001:db8:80::81", "method ipip seed 99", UDP, ["2001:db8:80::81"],
         range(1, 65536), backends(4, 100, 6)),
    Kind("tcp 2001:db8:81::/64", "method gue table-size 4093", TCP,
         prefix("2001:db8:81::", 9), range(1, 65536), backends(6, 100, 3)),
]


PACKED = {vip: wire.packed(vip) for kind in KINDS for vip in kind.vips}
# The networks of clients, by the length of an address: 198.0.0.0/8, 2001:db8:c::/48
NETS = {4: b"\xc6", 16: bytes.fromhex("20010db8000c")}


def configure(node, kinds, dice):
    """Configure a director in random order, with detours: some backends are deleted and added
    again, or drained and activated again."""
    dice.shuffle(kinds)
    # On a slow machine, tracing all flows takes longer than a minute.
    dsr(*(f"service add {kind.key} {kind.words} timeout tcp-syn 900 timeout udp 900 "
          f"timeout other 900 {'' if 'seed' in kind.words else SEED}" for kind in kinds), node=node)
    adds = [f"backend add {kind.key} {addr} {words}" for kind in kinds
            for addr, words in kind.backends]
    dice.shuffle(adds)
    again = dice.sample(adds, len(adds) // 3)
    dsr(*adds, *(" ".join(line.replace("add", "del", 1).split()[:5]) for line in again), node=node)
    dice.shuffle(again)
    drained = [" ".join(line.replace("add", "change", 1).split()[:5])
               for line in dice.sample(adds, 20)]
    dsr(*again, *(f"{line} state drain" for line in drained),
        *(f"{line} state active" for line in drained), node=node)


def flow():
    """Return a random flow: its service, its addresses (as bytes) and its ports."""
    kind = DICE.choice(KINDS)
    vip = PACKED[DICE.choice(kind.vips)]
    net = NETS[len(vip)]
    client = net + DICE.randrange(1, 1 << 17).to_bytes(len(vip) - len(net), "big")
    return kind, client, vip, DICE.randrange(1, 65536), DICE.choice(kind.ports)


def flow_to_send():
    kind, client, vip, sport, dport = flow()
    return (kind, *(str(ipaddress.ip_address(addr)) for addr in (client, vip)), sport, dport)


def transport(proto, src, dst, sport, dport):
    if proto == TCP:
        return wire.tcp(src, dst, sport, dport, wire.SYN)
    if proto == UDP:
        return wire.udp(src, dst, sport, dport)
    return sport.to_bytes(2, "big") + dport.to_bytes(2, "big") + bytes(8)


def packet(kind, client, vip, sport, dport):
    return wire.ip(client, vip, kind.proto, transport(kind.proto, client, vip, sport, dport))


def error(kind, client, vip, sport, dport):
    """Return an ICMP error of the client about a packet of the VIP, of which it quotes 8 bytes."""
    version = 6 if ":" in vip else 4
    quote = wire.ip(vip, client, kind.proto, transport(kind.proto, vip, client, dport, sport))
    return wire.ip_icmp(client, vip, *PORT_UNREACHABLE[version], 0, quote[:HEADER[version] + 8])


def content(message):
    """Return an answer without its header and the generation at its end, which depends on how a
    director was configured."""
    return message[20:-8]


def trace_all():
    flows = [flow() for _ in range(ASKED)]
    requests = [trace_request(client, vip, kind.proto, sport, dport)
                for kind, client, vip, sport, dport in flows]
    errors = [requested + ERROR for requested in requests]
    differ, strange, moved, seen = [], [], [], collections.Counter()
    answers = zip(flows, *(Tracer(node).messages(requested) for requested in (requests, errors)
                           for node in NODES))
    for sent, first, second, first_error, second_error in answers:
        if content(first) != content(second) or content(first_error) != content(second_error):
            differ.append((sent, Result(first), Result(second)))
        answer, about = result_of(first), result_of(first_error)
        if (answer.verdict, about.verdict) != (FORWARD, FORWARD):
            strange.append((sent, str(answer), str(about)))
        if answer.backend != about.backend:
            moved.append((sent, str(answer), str(about)))
        seen[sent[0].key, answer.backend] += 1
    tap.check_eq(f"of {ASKED} flows, and errors about them, both directors say the same", [],
                 [(sent, str(a), str(b)) for sent, a, b in differ[:3]])
    tap.check_eq("all of them go to a backend", [], strange[:3])
    tap.check_eq("errors go to the backend that the flow goes to", [], moved[:3])
    # With "hash destination", each VIP has one backend: there are too few VIPs for all backends.
    tap.check_eq("all backends are chosen", [],
                 [(kind.key, addr) for kind in KINDS for addr, _ in kind.backends
                  if not seen[kind.key, addr] and "hash destination" not in kind.words])


def collect(port, count):
    """Return where COUNT packets went."""
    left = {}
    for seen in port.packets(PATIENCE):
        if is_chatter(seen):
            continue
        inner = seen.innermost()
        # The ports that an error quotes identify it.
        off = 4 if inner.proto not in (wire.ICMP, wire.ICMPV6) else 12 + 40 if ":" in inner.src \
            else 12 + 20
        left[inner.src, inner.dst, inner.payload[off - 4:off]] = (
            seen.mac, seen.proto, seen.dst if seen.inner() else None)
        if len(left) == count:
            break
    return left


def through(ports, packets):
    """Send packets through both directors. Return what leaves each of them."""
    left = [{} for _ in ports]
    for start in range(0, len(packets), BURST):
        burst = packets[start:start + BURST]
        for (port, mac), found in zip(ports, left):
            for data in burst:
                port.send(mac, data)
            found.update(collect(port, len(burst)))
    return left


def send_some(ports):
    # All packets must be different, so that the test can identify them when they leave.
    flows = list({(client, vip, sport, dport): (kind, client, vip, sport, dport)
                  for kind, client, vip, sport, dport in (
                      flow_to_send() for _ in range(SENT))}.values())
    first, second = through(ports, [packet(*sent) for sent in flows])
    tap.check_eq(f"{len(flows)} packets leave both directors", [len(flows)] * 2,
                 [len(first), len(second)])
    tap.check_eq("for the same backends", [], [(key, first[key], second.get(key))
                                               for key in first if first[key] != second.get(key)])
    tracer = Tracer(NODES[0])
    requests = [trace_request(wire.packed(client), wire.packed(vip), kind.proto, sport, dport)
                for kind, client, vip, sport, dport in flows]
    wrong = []
    for (_, client, vip, sport, dport), message in zip(flows, tracer.messages(requests)):
        ports_seen = sport.to_bytes(2, "big") + dport.to_bytes(2, "big")
        answer = Result(message)
        if first.get((client, vip, ports_seen), (None,))[0] != answer.lladdr:
            wrong.append((client, vip, sport, dport, str(answer)))
    tap.check_eq("which the directors say they have", [], wrong[:3])
    first, second = through(ports, [error(*sent) for sent in flows])
    tap.check_eq("as many errors about them do", [len(flows)] * 2, [len(first), len(second)])
    tap.check_eq("for the same backends as well", [], [
        (key, first[key], second.get(key)) for key in first if first[key] != second.get(key)])
    return flows


for node in NODES:
    dice = random.Random(node)
    configure(node, list(KINDS), dice)
wires = [(isolate(node, MACS), wire.Port(node, "eth0").mac) for node in NODES]
trace_all()
send_some(wires)
for node in NODES:
    dsr("flush", node=node)
tap.done()
