# SPDX-License-Identifier: GPL-2.0-or-later
"""two_ways.py METHOD 4|6 PROFILE: packets of known flows by the fast path, and the same
packets by the whole way. PROFILE: the kernel's file that counts calls of functions."""
import random
import sys

import lab
import tap
from control import drops, dsr, show
from lab import describe
from wire import ACK, FIN, PSH, RST, SYN, TCP, UDP

method, family, profile = sys.argv[1], int(sys.argv[2]), sys.argv[3]
WHAT = f"{method}, IPv{family}"
SEED = random.randrange(1 << 32)
rand = random.Random(SEED)
world = lab.Lab(method, family)
# Errors that the director sends of its own accord. It also passes on those of backends.
OWN = {lab.TOO_BIG[family], lab.EXCEEDED[family]}
DIRECTOR = lab.DIRECTORS["lan" if method == "l2" else "link"][family]
PORTS = range(7000, 7005)
whole, with_options = world.packet, world.with_options
segment, datagram = world.segment, world.datagram


def plain(port):
    """What goes as it is, with all that may differ in it."""
    data = rand.randbytes(rand.choice((0, 1, 2, rand.randrange(1200), 1200)))
    fields = {"ttl": rand.choice((2, 3, 64, 255))}
    if family == 4:
        fields |= {"ident": rand.randrange(65536), "df": rand.choice((False, True)),
                   "tos": rand.randrange(256)}
    if rand.randrange(2):
        return whole(TCP, segment(port, rand.choice((ACK, PSH | ACK)), data,
                                  options=b"\1" * rand.choice((0, 4, 12))), **fields)
    return whole(UDP, datagram(port, data), **fields)


def odd(port):
    """What is judged by more than its flow, or wrong."""
    return [
        whole(TCP, segment(port), ttl=1), whole(UDP, datagram(port, b"x"), ttl=1),
        whole(TCP, segment(port, payload=bytes(1500 - lab.HEADER[family] - 20))),
        whole(TCP, segment(port, offset=4)), whole(TCP, segment(port, offset=6)),
        whole(TCP, segment(port)[:19]), whole(UDP, datagram(port, length=7)),
        whole(UDP, datagram(port, b"x", length=10)), whole(UDP, datagram(port)[:7]),
        with_options(TCP, segment(port, payload=b"odd")), with_options(UDP, datagram(port)),
        whole(TCP, segment(port, SYN)), whole(TCP, segment(port, FIN | ACK)),
        whole(TCP, segment(port, RST))]


def counters():
    return {b["address"]: (b["packets"], b["bytes"]) for b in show("backend", "show")}


def calls():
    with open(profile, encoding="ascii") as lines:
        found = {line.split()[0]: int(line.split()[1]) for line in lines}
    return found["dsr_xmit_plain"], found["dsr_xmit"]


def as_sent(packet):
    """All of its frame, but what the kernel numbers or sums up of its own accord: of an outer
    IPv4 header the identification and the checksum."""
    data = bytearray(packet.data)
    if packet.version == 4 and packet.inner():
        data[4:6] = data[10:12] = b"\0\0"
    return packet.mac, bytes(data)


def outcome(packet):
    """What left the director, and its own errors: router and backends limit the rate of theirs."""
    left = [as_sent(p) for p in world.forwarded(packet, world.send_direct)]
    errors = [describe(error) for error in world.errors_about() if error.src == DIRECTOR]
    return left, [error for error in errors if error[:2] in OWN]


def run(packets):
    """What becomes of each, what was counted in all, and by which way they were sent."""
    before, dropped, called = counters(), drops(), calls()
    outcomes = []
    for packet in packets:
        world.client.drain()
        outcomes.append(outcome(packet))
    after = counters()
    counted = {a: (after[a][0] - before[a][0], after[a][1] - before[a][1]) for a in after}
    dropped = {name: count - dropped.get(name, 0) for name, count in drops().items()}
    return outcomes, counted, dropped, [now - then for now, then in zip(calls(), called)]


def accept(word):
    dsr(f"service change any {world.vip} no-backend {word}")


def compare():
    packets = [plain(rand.choice(PORTS)) for _ in range(20)]
    packets += [p for port in PORTS[:2] for p in odd(port)]
    # Flows are known, and confirmed, before the first way is looked at.
    for port in PORTS:
        for packet in (whole(TCP, segment(port)), whole(UDP, datagram(port))) * 2:
            world.forwarded(packet, world.send_direct)
    ways = []
    for word in ("drop", "accept"):
        accept(word)
        world.markers = 0
        ways.append(run(packets))
    (fast, counted, dropped, (by_plain, _)), (slow, counted2, dropped2, (plain2, by_whole)) = ways
    for number, (one, other) in enumerate(zip(fast, slow)):
        if one != other:
            tap.check(f"{WHAT}: packet {number} of seed {SEED}: both ways are the same", False,
                      packets[number].hex(), one, other)
    tap.check_eq(f"{WHAT}: {len(packets)} packets leave alike by both ways, or come back", 0,
                 sum(one != other for one, other in zip(fast, slow)))
    tap.check(f"{WHAT}: and some of each kind were among them",
              any(left for left, _ in fast) and any(told for _, told in fast) and dropped, dropped)
    tap.check_eq(f"{WHAT}: both count the same for backends", counted, counted2)
    tap.check_eq(f"{WHAT}: and the same drops", dropped, dropped2)
    tap.check(f"{WHAT}: the first time packets took the fast path", by_plain >= 10, by_plain)
    tap.check(f"{WHAT}: and the second time they did not", plain2 == 0 and by_whole >= 20,
              plain2, by_whole)


compare()
tap.done()
