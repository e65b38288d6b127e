# SPDX-License-Identifier: GPL-2.0-or-later
"""protocols.py 4|6: check SCTP services, and protocols without ports."""
import random
import sys

from scapy.layers.inet import ICMP, IP
from scapy.layers.inet6 import ICMPv6DestUnreach, IPv6
from scapy.layers.ipsec import AH, ESP
from scapy.layers.l2 import GRE
from scapy.layers.sctp import (SCTP, SCTPChunkAbort, SCTPChunkData, SCTPChunkHeartbeatReq,
                               SCTPChunkInit, SCTPChunkShutdown)
from scapy.packet import Raw

import tap
import wire
from control import drops, dsr, flows, packets_of_backends

six = sys.argv[1] == "6"
NET, VIP, B, HOP = (
    ("2001:db8:c::", "2001:db8:80::80", "2001:db8:1::5", "2001:db8:c::77") if six else
    ("198.51.100.", "192.0.2.80", "10.1.1.5", "198.51.100.77"))
SERVICE = f"sctp [{VIP}]:3868" if six else f"sctp {VIP}:3868"
BACKENDS = [f"{B}{n}" for n in (1, 2, 3)]
CLIENTS = [f"{NET}{n}" for n in range(100, 130)]
WHAT = f"IPv{sys.argv[1]}"
TYPE = IPv6 if six else IP

client = wire.Port("client", "eth0")
gateway = wire.Port("router", "client").mac
out = wire.Port("switch", "director")
macs = [wire.Port(f"b{n}", "eth0").mac for n in (1, 2, 3)]
rnd = random.Random(4711)


def send(packet):
    client.send(gateway, bytes(packet))
    return wire.IP(bytes(packet)).payload


def backend_of(packet):
    """Send a packet. Return the backend that gets it unchanged."""
    payload = send(packet)
    left, _ = out.expect(lambda p: p.payload == payload)
    if not left or left.mac not in macs or left.proto != wire.IP(bytes(packet)).proto:
        return str(left)
    return BACKENDS[macs.index(left.mac)]


def check_one_each(text, packets):
    """Check that all packets of a flow go to one backend, and that flows go to all backends.
    PACKETS has a list of packets for each flow."""
    before = packets_of_backends()
    gone = {b: 0 for b in BACKENDS}
    wrong = []
    for flow in packets:
        ways = {backend_of(packet) for packet in flow}
        if len(ways) != 1 or not ways <= set(BACKENDS):
            wrong.append(ways)
        else:
            gone[ways.pop()] += len(flow)
    after = packets_of_backends()
    tap.check(f"{WHAT}: {text}: each goes to one backend", not wrong, *wrong)
    tap.check(f"{WHAT}: {text}: and they are spread over all", all(gone.values()), gone)
    tap.check_eq(f"{WHAT}: {text}: as the director counts",
                 gone, {b: after[b] - before[b] for b in BACKENDS})


def noise():
    return Raw(rnd.randbytes(rnd.randint(1, 200)))


def esp(src):
    return TYPE(src=src, dst=VIP) / ESP(spi=rnd.getrandbits(32), seq=1, data=rnd.randbytes(64))


def ah(src):
    return TYPE(src=src, dst=VIP) / AH(spi=rnd.getrandbits(32), seq=1, icv=rnd.randbytes(12),
                                       nh=17) / noise()


def gre(src):
    return TYPE(src=src, dst=VIP) / GRE(key_present=1, key=rnd.getrandbits(32),
                                        proto=0x0800) / noise()


def numbered(number):
    def build(src):
        head = IPv6(src=src, dst=VIP, nh=number) if six else IP(src=src, dst=VIP, proto=number)
        return head / noise()
    return build


def sctp(port, chunk, src=CLIENTS[0], dport=3868):
    return TYPE(src=src, dst=VIP) / SCTP(sport=port, dport=dport, tag=rnd.getrandbits(32)) / chunk


# --- no ports ------------------------------------------------------------------
dsr(f"service add any {VIP} timeout other 77", *(f"backend add any {VIP} {b}" for b in BACKENDS))
for name, make in (("ESP", esp), ("AH", ah), ("GRE", gre), ("protocol 103", numbered(103)),
                   ("protocol 253", numbered(253))):
    check_one_each(f"{name} of 30 clients", [[make(src) for _ in range(3)] for src in CLIENTS])
mine = [f for f in flows() if f["client"] == CLIENTS[0]]
tap.check_eq(f"{WHAT}: a client's protocols are a flow each, without ports",
             [(0, 0, "other")] * 5, [(f["client_port"], f["port"], f["state"]) for f in mine])
tap.check(f"{WHAT}: which the timeout of other protocols holds for",
          all(f["idle"] + f["expires"] in (76, 77) for f in mine), *mine)
check_one_each("SCTP to a service of any protocol, by its ports",
               [[sctp(port, SCTPChunkInit()), sctp(port, SCTPChunkData(data="x"))]
                for port in range(5000, 5030)])

# --- SCTP ----------------------------------------------------------------------
dsr("flush")
dsr(f"service add {SERVICE}", *(f"backend add {SERVICE} {b}" for b in BACKENDS))
LIFE = (SCTPChunkInit(), SCTPChunkData(data="x"), SCTPChunkHeartbeatReq(), SCTPChunkShutdown())
check_one_each("associations with a service of SCTP",
               [[sctp(port, chunk) for chunk in LIFE] for port in range(6000, 6030)])
tap.check_eq(f"{WHAT}: the shown protocol has its name", {"sctp"}, {f["protocol"] for f in flows()})
chosen = {f["client_port"]: f["backend"] for f in flows()}
wrong = [port for port in chosen if backend_of(sctp(port, SCTPChunkAbort())) != chosen[port]]
tap.check(f"{WHAT}: an ABORT goes where its association does", not wrong, *wrong)
tap.check_eq(f"{WHAT}: and ends nothing: an association has one state",
             {(port, "other") for port in chosen}, {(f["client_port"], f["state"]) for f in flows()})

wrong = []
for port, backend in chosen.items():
    # The error quotes 8 bytes of SCTP that the VIP sent.
    quote = bytes(TYPE(src=VIP, dst=CLIENTS[0]) / SCTP(sport=3868, dport=port))
    quote = quote[:(40 if six else 20) + 8]
    kind = ICMPv6DestUnreach(code=1) if six else ICMP(type=3, code=1)
    if backend_of(TYPE(src=HOP, dst=VIP) / kind / Raw(quote)) != backend:
        wrong.append(port)
tap.check(f"{WHAT}: an ICMP error that quotes 8 bytes of SCTP reaches the backend", not wrong,
          *wrong)

out.drain()
before = drops()
whole = bytes(sctp(7000, SCTPChunkInit()))
head = 40 if six else 20
for size in (1, 2, 8, 11):
    short = TYPE(whole[:head]) / Raw(whole[head:head + size])
    if six:
        short.plen, short.nh = size, wire.SCTP
    else:
        short.len, short.proto = head + size, wire.SCTP
        del short.chksum
    send(short)
send(sctp(7001, SCTPChunkInit(), dport=3869))
last = send(sctp(6000, SCTPChunkData(data="last")))
_, leaked = out.expect(lambda p: p.payload == last)
leaked = [p for p in leaked if p.dst == VIP]
before["malformed"] = before.get("malformed", 0) + 4
tap.check(f"{WHAT}: SCTP of less than a header, and to another port, goes nowhere", not leaked,
          *leaked)
tap.check_eq(f"{WHAT}: the former is dropped as malformed", before, drops())
dsr("flush")
tap.done()
