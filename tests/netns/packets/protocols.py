# SPDX-License-Identifier: GPL-2.0-or-later
"""protocols.py 4|6: check SCTP services, and protocols without ports."""
import random
import sys

from scapy.layers.ipsec import AH, ESP
from scapy.layers.l2 import GRE
from scapy.layers.sctp import (SCTP, SCTPChunkAbort, SCTPChunkData, SCTPChunkHeartbeatReq,
                               SCTPChunkInit, SCTPChunkShutdown)
from scapy.packet import Raw

import lab
import tap
import wire
from bench import header
from control import drop_count, dsr, endpoint, flows, packets_of_backends

family = int(sys.argv[1])
six = family == 6
world = lab.Lab("l2", family)
VIP, BACKENDS, receiver = world.vip, world.backend_addrs, world.receiver
NET = world.src.removesuffix("201")
SERVICE = f"sctp {endpoint(VIP, 3868)}"
CLIENTS = [f"{NET}{n}" for n in range(100, 130)]
WHAT = f"IPv{family}"
rnd = random.Random(4711)


def check_one_each(text, packets):
    """Check that all packets of a flow go to one backend, and that flows go to all backends.
    PACKETS has a list of packets for each flow."""
    before = packets_of_backends()
    gone = {b: 0 for b in BACKENDS}
    wrong = []
    for flow in packets:
        ways = {receiver(packet) for packet in flow}
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
    return header(src, VIP) / ESP(spi=rnd.getrandbits(32), seq=1, data=rnd.randbytes(64))


def ah(src):
    return header(src, VIP) / AH(spi=rnd.getrandbits(32), seq=1, icv=rnd.randbytes(12),
                                 nh=17) / noise()


def gre(src):
    return header(src, VIP) / GRE(key_present=1, key=rnd.getrandbits(32), proto=0x0800) / noise()


def numbered(number):
    def build(src):
        return header(src, VIP, **{"nh" if six else "proto": number}) / noise()
    return build


def sctp(port, chunk, src=CLIENTS[0], dport=3868):
    return header(src, VIP) / SCTP(sport=port, dport=dport, tag=rnd.getrandbits(32)) / chunk


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
wrong = [port for port in chosen if receiver(sctp(port, SCTPChunkAbort())) != chosen[port]]
tap.check(f"{WHAT}: an ABORT goes where its association does", not wrong, *wrong)
tap.check_eq(f"{WHAT}: and ends nothing: an association has one state",
             {(port, "other") for port in chosen}, {(f["client_port"], f["state"]) for f in flows()})

wrong = []
for port, backend in chosen.items():
    # The error quotes 8 bytes of SCTP that the VIP sent.
    quote = bytes(header(VIP, CLIENTS[0]) / SCTP(sport=3868, dport=port))
    error = world.icmp(1 if six else 3, 1, 0, quote[:lab.HEADER[family] + 8], src=f"{NET}77")
    if receiver(error) != backend:
        wrong.append(port)
tap.check(f"{WHAT}: an ICMP error that quotes 8 bytes of SCTP reaches the backend", not wrong,
          *wrong)

world.out.drain()
before = drop_count("malformed")
whole = bytes(sctp(7000, SCTPChunkInit()).payload)
for size in (1, 2, 8, 11):
    world.send(wire.ip(CLIENTS[0], VIP, wire.SCTP, whole[:size]))
world.send(bytes(sctp(7001, SCTPChunkInit(), dport=3869)))
world.marker = lambda: bytes(sctp(6000, SCTPChunkData(data="last")))
leaked = [p for p in world.until_marker() if p.dst == VIP]
tap.check(f"{WHAT}: SCTP of less than a header, and to another port, goes nowhere", not leaked,
          *leaked)
tap.check_eq(f"{WHAT}: the former is dropped as malformed", before + 4, drop_count("malformed"))
dsr("flush")
tap.done()
