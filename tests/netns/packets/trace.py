# SPDX-License-Identifier: GPL-2.0-or-later
"""trace.py CASES: trace a random packet, send it, and compare what happens to it with the trace,
CASES times."""
import collections
import random
import sys

import tap
import wire
from control import dsr, show
from genl import F_REQUEST, NF_DSR, attr, attributes, each_attribute
from lab import ip
from patience import PATIENCE
from traces import (DROP, ERROR, FORWARD, LOCAL, PASS, REJECT, REPLY, Result, Tracer, is_chatter,
                    isolate, trace_request)
from wire import ACK, FIN, GRE, ICMP, ICMPV6, IPIP, IPV6, RST, SCTP, SYN, TCP, UDP

CASES = int(sys.argv[1])
CHECK_EVERY, CHANGE_EVERY = 50, 100
# With the same seed in the services, the same flows have the same backends in each run.
SEED = 38
DICE = random.Random(SEED)
L2, IPIP_METHOD, GRE_METHOD, GUE, DSCP = (NF_DSR["METHOD_" + name] for name in (
    "L2", "IPIP", "GRE", "GUE", "DSCP"))

LAN = {4: "10.1.1.{}", 6: "2001:db8:1::{}"}
FAR = {4: "10.9.9.{}", 6: "2001:db8:9::{}"}
MACS = {net.format(number): bytes((2, 0, 0, 0, 1, number))
        for number in range(100, 110) for net in LAN.values()}

Kind = collections.namedtuple("Kind", "key words backends proto vips ports changes")


def lan(family, *numbers, words=""):
    return [(LAN[family].format(number), words) for number in numbers]


def far(family, *numbers):
    return [(FAR[family].format(number), "") for number in numbers]


def both(key, words, make, proto, ports, changes=("weight", "state")):
    """Return the Kinds of both families. key has {} for the VIP; make returns the backends."""
    vips = "192.0.2.80", "2001:db8:80::80"
    return [Kind(key.format(vip if ":" not in vip or "{}:" not in key else f"[{vip}]"), words,
                 make(family), proto, [vip], ports, changes)
            for vip, family in zip(vips, (4, 6))]


# Changes of backends with the scheduler wlc or with a limit must not end flows, as the kernel
# counts these only once a second.
KINDS = [
    *both("tcp {}:80", "method l2", lambda f: lan(f, 100, 101) + lan(f, 102, words="weight 5"),
          TCP, [80]),
    *both("tcp {}:81", "scheduler wrr method ipip",
          lambda f: lan(f, 100, 101, 102) + far(f, 7), TCP, [81]),
    *both("tcp {}:8000-8099", "scheduler wlc method gre",
          lambda f: lan(f, 103, words="max-flows 60") + lan(f, 104) + far(10 - f, 8),
          TCP, range(8000, 8100), ("weight",)),
    *both("udp {}:53", "scheduler wrr one-packet on method gue",
          lambda f: lan(f, 100, 101, 102), UDP, [53]),
    *both("udp {}", "method dscp dscp 42 hash source", lambda f: lan(f, 105, 106, 107), UDP,
          range(100, 200)),
    *both("tcp {}:443", "scheduler wrr persist 600 method l2", lambda f: lan(f, 100, 101, 102),
          TCP, [443]),
    *both("tcp {}:90", "no-backend drop method l2", lambda f: lan(f, 108), TCP, [90], ("state",)),
    *both("tcp {}:91", "no-backend reject method l2", lambda f: lan(f, 108), TCP, [91],
          ("state",)),
    *both("udp {}:92", "no-backend accept method l2", lambda f: lan(f, 108), UDP, [92],
          ("state",)),
    *both("tcp {}:93", "on-delete reject method l2", lambda f: lan(f, 108, 109), TCP, [93],
          ("state",)),
    *both("tcp {}:94", "on-delete drop method ipip", lambda f: lan(f, 108, 109), TCP, [94],
          ("state",)),
    *both("sctp {}:95", "method gre hash source-port", lambda f: lan(f, 100, 101), SCTP, [95]),
    *both("udp {}:97", "method gue", lambda f: far(4, 1, 2) + far(6, 3), UDP, [97]),
    *both("udp {}:98", "method local", lambda f: [({4: "10.1.1.2", 6: "2001:db8:1::2"}[f], "")],
          UDP, [98], ()),
    Kind("tcp 192.0.2.80:96", "method ipip", [("10.8.8.8", "")], TCP, ["192.0.2.80"], [96], ()),
    Kind("tcp 192.0.2.80:444", "method l2 source 198.51.100.0/25 source-other drop",
         lan(4, 100), TCP, ["192.0.2.80"], [444], ()),
    Kind("tcp 192.0.2.80:445", "method l2 dev eth0", lan(4, 101), TCP, ["192.0.2.80"], [445], ()),
    Kind("tcp 192.0.2.80:446", "method l2 dev eth1", lan(4, 101), TCP, ["192.0.2.80"], [446], ()),
    Kind("tcp 192.0.2.64/28:80", "method ipip hash destination outer-source client",
         lan(4, 103, 104, 105), TCP, [f"192.0.2.{n}" for n in range(64, 80)], [80],
         ("weight", "state")),
    Kind("any 192.0.2.82", "method l2", lan(4, 100, 106), ICMP, ["192.0.2.82"], [0], ("weight",)),
    Kind("any 2001:db8:80::82", "method l2", lan(6, 100, 106), ICMPV6, ["2001:db8:80::82"], [0],
         ("weight",)),
    Kind("any 192.0.2.83", "method gre", lan(4, 100, 106), 50, ["192.0.2.83"], [0], ("weight",)),
    Kind("tcp 192.0.2.84:80", "method l2 unmatched drop echo reply", lan(4, 100), TCP,
         ["192.0.2.84"], [80, 81], ()),
    Kind("udp 192.0.2.85:80", "method l2 unmatched reject echo reply-if-up", lan(4, 109), UDP,
         ["192.0.2.85"], [80, 81], ("state",)),
    Kind("tcp [2001:db8:80::85]:80", "method l2 unmatched reject echo reply-if-up", lan(6, 109),
         TCP, ["2001:db8:80::85"], [80, 81], ("state",)),
    Kind("mark 7", "method ipip", lan(4, 100, 101), TCP, ["203.0.113.7"], range(1, 2000),
         ("weight",)),
    # Packets that match no service above.
    Kind(None, None, [], TCP, ["203.0.113.9", "2001:db8:99::9"], range(1, 2000), ()),
    Kind(None, None, [], UDP, ["192.0.2.80", "192.0.2.84"], range(1, 20), ()),
    Kind(None, None, [], ICMP, ["192.0.2.80", "192.0.2.84", "192.0.2.85"], [0], ()),
    Kind(None, None, [], ICMPV6, ["2001:db8:80::80", "2001:db8:80::85"], [0], ()),
]

Case = collections.namedtuple("Case", "packet request error src dst proto text")
# No flow may expire during the test.
FOR_LONG = " ".join(f"timeout {word} 3600" for word in ("tcp-syn", "tcp-closing", "udp", "icmp",
                                                         "other", "tcp-unconfirmed"))


def set_up():
    lines = []
    for kind in KINDS:
        if not kind.key:
            continue
        lines.append(f"service add {kind.key} {kind.words} seed {SEED} {FOR_LONG}")
        lines += [f"backend add {kind.key} {addr} {words}" for addr, words in kind.backends]
    dsr(*lines)


def change():
    """Change the state or weight of some backends."""
    lines = []
    for kind in DICE.sample([k for k in KINDS if k.changes], 8):
        addr, _ = DICE.choice(kind.backends)
        if DICE.choice(kind.changes) == "weight":
            words = f"weight {DICE.choice((0, 1, 1, 2, 7))}"
        else:
            words = f"state {DICE.choice(('active', 'active', 'drain', 'down'))}"
        lines.append(f"backend change {kind.key} {addr} {words}")
    dsr(*lines)


# --- packets -------------------------------------------------------------------------------

def client(six):
    if not six and DICE.random() < 0.01:
        return "127.0.0.1"
    number = DICE.randrange(10, 14) if DICE.random() < 0.8 else DICE.randrange(10, 250)
    return f"2001:db8:c::{number}" if six else f"198.51.100.{number}"


def transport(kind, src, dst, sport, dport, flags, payload):
    if kind.proto == TCP:
        return wire.tcp(src, dst, sport, dport, flags, payload=payload)
    if kind.proto == UDP:
        return wire.udp(src, dst, sport, dport, payload)
    if kind.proto == SCTP:
        return sport.to_bytes(2, "big") + dport.to_bytes(2, "big") + bytes(8) + payload
    if kind.proto in (ICMP, ICMPV6):
        return wire.icmp(src, dst, 8 if kind.proto == ICMP else 128, 0, sport << 16, payload)
    return payload


def as_error(kind, src, dst, sport, dport):
    """Return an ICMP error of the client about a packet of the VIP."""
    six = ":" in src
    if kind.proto in (ICMP, ICMPV6):
        said = wire.icmp(dst, src, 129 if six else 0, 0, sport << 16)
    else:
        said = transport(kind, dst, src, dport, sport, ACK, b"")
    quote = wire.ip(dst, src, kind.proto, (said + bytes(8))[:8])
    return wire.icmp(src, dst, 1 if six else 3, 4 if six else 3, 0, quote)


def words_of(six, **said):
    """Return attributes of a trace request."""
    text = b""
    if "flags" in said:
        text += attr("TRACE_TCP_FLAGS", bytes((said["flags"],)))
    if "length" in said:
        text += attr("TRACE_LENGTH", said["length"].to_bytes(4, "little"))
    if not said["df"] and not six:
        text += attr("TRACE_DF", b"\0")
    if said["ttl"] != 64:
        text += attr("TRACE_TTL", bytes((said["ttl"],)))
    return text + attr("TRACE_DEV", b"eth0\0")


def new_case():
    """Return a random packet, and the trace request for it."""
    kind = DICE.choice(KINDS)
    dst = DICE.choice(kind.vips)
    six = ":" in dst
    src = dst if DICE.random() < 0.005 else client(six)
    ports = kind.proto in (TCP, UDP, SCTP)
    sport = DICE.randrange(1024, 1028) if DICE.random() < 0.6 else DICE.randrange(1024, 65536)
    dport = DICE.choice(kind.ports)
    ttl = 1 if DICE.random() < 0.03 else 64
    df = DICE.random() < 0.6
    error = kind.proto != 50 and DICE.random() < 0.1
    flags = DICE.choice((SYN, SYN, SYN, ACK, ACK, FIN | ACK, RST)) if "wlc" not in \
        (kind.words or "") else DICE.choice((SYN, ACK))
    payload = bytes(DICE.choice((0, 0, 0, 0, 200, 1300, 1390)) + DICE.randrange(50))
    request = trace_request(wire.packed(src), wire.packed(dst), kind.proto,
                            sport if kind.proto != 50 else 0, dport if ports else 0)
    if error:
        inside, proto = as_error(kind, src, dst, sport, dport), ICMPV6 if six else ICMP
        said = {"ttl": ttl, "df": df}
    else:
        inside, proto = transport(kind, src, dst, sport, dport, flags, payload), kind.proto
        said = {"ttl": ttl, "df": df, "length": len(inside) + (40 if six else 20)}
        if proto == TCP:
            said["flags"] = flags
    request += words_of(six, **said) + (ERROR if error else b"")
    if dst == "203.0.113.7":
        request += attr("TRACE_MARK", (7).to_bytes(4, "little"))
    fields = {"ttl": ttl} if six else {"ttl": ttl, "df": df}
    packet = wire.ip(src, dst, proto, inside, **fields)
    return Case(packet, request, error, src, dst, proto,
                f"{kind.key}: {src} {sport} > {dst} {dport} proto {kind.proto} {said} "
                f"error {error}")


# --- what happens to them --------------------------------------------------------------------

class Director:
    def __init__(self):
        self.port = isolate("director", MACS)
        self.mac = wire.Port("director", "eth0").mac
        self.tracer = Tracer("director")
        self.port.drain()

    def send(self, case):
        self.port.send(self.mac, case.packet)

    def next(self, patience=PATIENCE):
        for packet in self.port.packets(patience):
            if not is_chatter(packet):
                return packet
        return None

    def drops(self):
        """Return the drop counters that are not 0, by reason."""
        answer = self.tracer.ask(NF_DSR["CMD_STATS_GET"], b"", F_REQUEST)
        found = {}
        for kind, data in each_attribute(answer[20:]):
            if kind == NF_DSR["A_STATS_DROPS"]:
                drop = attributes(data)
                count = int.from_bytes(drop[NF_DSR["A_DROP_PACKETS"]], "little")
                if count:
                    found[drop[NF_DSR["A_DROP_NAME"]].rstrip(b"\0").decode()] = count
        return found


def marks(packet):
    """Return the fields that identify a packet, without its destination and the checksum."""
    if packet.proto in (ICMP, ICMPV6):
        return packet.src, packet.proto, packet.payload[:2], packet.payload[4:8]
    return packet.src, packet.proto, packet.payload[:4]


def is_of(packet, case):
    """Return true if this is the packet that was sent."""
    return marks(packet) == marks(wire.IP(case.packet))


def as_forwarded(answer, case, packet):
    """Compare what left with the trace. Return the difference, or None."""
    outer = {IPIP_METHOD: (IPIP, IPV6), GRE_METHOD: (GRE,), GUE: (UDP,)}.get(answer.method)
    if packet.mac != answer.lladdr:
        return f"to {packet.mac.hex()}"
    if outer and (packet.proto not in outer or packet.dst != answer.backend):
        return "the outer header"
    inner = packet.inner() if outer else packet
    if outer and answer.fragmented and not inner:
        return None
    if not inner or not is_of(inner, case):
        return "another packet"
    if inner.dst != (answer.backend if answer.method == DSCP else case.dst):
        return "the destination"
    return None


def pieces(director, answer, packet):
    """Receive the other fragments. Return an error, or None."""
    many = packet.mf
    if not many and answer.fragmented and packet.inner():
        many = packet.inner().mf
    if many != answer.fragmented:
        return "fragments" if many else "no fragments"
    while many:
        packet = director.next()
        if not packet:
            return "the last fragment is missing"
        inner = packet.inner() if answer.method in (IPIP_METHOD, GRE_METHOD, GUE) else None
        many = packet.mf or (inner is not None and inner.mf)
    return None


def error_word(case, packet, kinds):
    """Return the MTU in an ICMP error of these kinds to the case's sender, or None if the packet
    is not such an error."""
    if packet.dst != case.src or packet.proto not in (ICMP, ICMPV6):
        return None
    if tuple(packet.payload[:2]) not in kinds:
        return None
    return int.from_bytes(packet.payload[4:8], "big")


def as_refused(director, answer, case):
    """Check the error or reset that the sender gets. Return the difference, or None. ICMP errors
    get no answer."""
    reset = answer.verdict == REJECT and case.proto == TCP
    if case.error or (reset and wire.IP(case.packet).tcp()["flags"] & RST):
        return None
    if answer.verdict == DROP and answer.reason not in ("ttl_exceeded", "too_big"):
        return None
    packet = director.next()
    if not packet:
        return "nobody is told"
    if reset:
        right = packet.proto == TCP and packet.dst == case.src and packet.tcp()["flags"] & RST
    elif answer.reason == "too_big":
        right = error_word(case, packet, ((3, 4), (2, 0))) == answer.inner_mtu
    elif answer.reason == "ttl_exceeded":
        right = error_word(case, packet, ((11, 0), (3, 0))) is not None
    else:
        right = error_word(case, packet, ((3, 3), (1, 4))) is not None
    return None if right else f"told {packet} {packet.payload[:8].hex()}"


def follow(director, case, expected):
    """Trace a packet, send it, and compare. Return the answer, and the difference or None."""
    answer = director.tracer.one(case.request)
    director.send(case)
    wrong = None
    if answer.verdict in (DROP, REJECT):
        expected[answer.reason] += 1
        wrong = as_refused(director, answer, case)
    elif answer.verdict == REPLY:
        packet = director.next()
        if (packet.src, packet.dst) != (case.dst, case.src):
            wrong = f"reply {packet}"
    elif answer.verdict == FORWARD:
        packet = director.next()
        wrong = as_forwarded(answer, case, packet) if packet else "nothing left"
        if packet and not wrong:
            wrong = pieces(director, answer, packet)
        if wrong:
            wrong += f"; {packet}"
    return answer, wrong


def compare(director):
    expected, seen = collections.Counter(director.drops()), collections.Counter()
    wrong, since = [], []
    for number in range(CASES):
        if number and number % CHANGE_EVERY == 0:
            change()
        case = new_case()
        answer, fault = follow(director, case, expected)
        seen[answer.verdict, answer.reason or answer.by or 0] += 1
        since.append(f"{answer} {case.text}")
        if fault:
            wrong.append(f"{number}: {fault}; {since[-1]}")
        if number % CHECK_EVERY == CHECK_EVERY - 1:
            drops = director.drops()
            if drops != dict(expected):
                wrong.append(f"up to {number}: dropped {drops}, expected {dict(expected)}\n" +
                             "\n".join(since))
                expected = collections.Counter(drops)
            since = []
        if len(wrong) > 5:
            break
    stray = director.next(0)
    if stray:
        wrong.append(f"left without being expected: {stray}")
    tap.check(f"{CASES} answers hold for the packets that follow", not wrong, *wrong[:6])
    return seen


def check_seen(seen):
    """Check that there were cases of all kinds."""
    by = [NF_DSR["CHOSEN_BY_" + name] for name in ("FLOW", "PERSIST", "SCHEDULER", "HASH")]
    sorts = [*((FORWARD, b) for b in by), (LOCAL, by[0]), (REPLY, 0), (DROP, "no_backend"),
             (REJECT, "no_backend"), (PASS, "no_backend"), (REJECT, "backend_gone"),
             (DROP, "backend_gone"), (DROP, "ttl_exceeded"), (DROP, "too_big"),
             (DROP, "no_route"), (DROP, "source"), (DROP, "unmatched"), (REJECT, "unmatched"),
             (DROP, "martian"), (DROP, "echo_down"), (PASS, "no_vip"), (PASS, "unmatched"),
             (PASS, "echo")]
    tap.check_eq("they were of all sorts", [], [sort for sort in sorts if not seen[sort]])


# --- traces change nothing -------------------------------------------------------------------

def all_that_shows():
    """Return all state that can be shown, without the age of flows."""
    flows = [{key: value for key, value in flow.items() if key not in ("idle", "expires")}
             for flow in show("flow", "show")]
    neighbours = sorted(line.split()[0] for line in
                        ip("neigh", "show", "nud", "all").splitlines() if "NOARP" not in line)
    return (show("service", "show"), show("backend", "show"), show("stats", "show"),
            sorted(flows, key=str), neighbours)


def side_effects(director):
    before = all_that_shows()
    requests = [new_case().request for _ in range(1000)]
    first = [message[20:] for message in director.tracer.messages(requests)]
    again = [message[20:] for message in director.tracer.messages(requests)]
    tap.check_eq("1000 questions are answered as they were before", first, again)
    after = all_that_shows()
    for what, old, new in zip(("services", "backends", "counters", "flows", "neighbours"),
                              before, after):
        tap.check(f"they have not changed the {what}", old == new, old, new)
    stray = director.next(0)
    tap.check("nothing was sent for them", not stray, stray)


def turns(director):
    """Check that traces do not change which backend's turn it is."""
    dsr("service add tcp 192.0.2.90:80 scheduler wrr method l2",
        *(f"backend add tcp 192.0.2.90:80 {LAN[4].format(100 + n)}" for n in range(3)))
    went = []
    for port in range(2000, 2009):
        request = trace_request(wire.packed("198.51.100.9"), wire.packed("192.0.2.90"), TCP,
                                port, 80)
        said = {Result(message).backend for message in director.tracer.messages([request] * 20)}
        data = wire.ip("198.51.100.9", "192.0.2.90", TCP,
                       wire.tcp("198.51.100.9", "192.0.2.90", port, 80, SYN))
        director.port.send(director.mac, data)
        went.append(director.next().mac)
        tap.check_eq(f"turn {port - 1999}: who is asked about gets it", {went[-1]},
                     {MACS[addr] for addr in said})
    tap.check_eq("each had every third turn", (went[:3] * 3, 3), (went, len(set(went))))


director = Director()
set_up()
check_seen(compare(director))
side_effects(director)
turns(director)
dsr("flush")
tap.done()
