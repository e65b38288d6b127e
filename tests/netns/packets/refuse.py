# SPDX-License-Identifier: GPL-2.0-or-later
"""refuse.py 4|6: check packets of services without a backend, and packets without a service."""
import sys

from scapy.layers.inet import ICMP, TCP, UDP, IPerror, UDPerror
from scapy.layers.inet6 import ICMPv6DestUnreach, ICMPv6EchoRequest, IPerror6

import tap
from bench import Bench, backend, header, limit_icmp
from control import drop_count, dsr, endpoint
from lab import ip

family = int(sys.argv[1])
six = family == 6
bench = Bench(family)
check = bench.check
VIP, CLIENT = bench.vip, bench.client_addr
TCP_KEY, UDP_KEY = f"tcp {endpoint(VIP, 80)}", f"udp {endpoint(VIP, 53)}"
KEYS = TCP_KEY, UDP_KEY
ports = iter(range(20000, 60000))


def tcp(flags="S", seq=7000, ack=0, dport=80, payload=b""):
    return header(CLIENT, VIP) / TCP(sport=next(ports), dport=dport, flags=flags, seq=seq,
                                     ack=ack) / payload


def udp(dport=53):
    return header(CLIENT, VIP) / UDP(sport=next(ports), dport=dport) / b"question"


def reset(left, sent):
    """Return the flags, sequence and acknowledgement numbers of a reset to the packet's sender.
    Return LEFT if it is not such a reset."""
    answer = left[0].packet if len(left) == 1 else None
    if not answer or TCP not in answer or left[0].to != "router":
        return left
    layer = answer.__class__(bytes(answer))
    sums = layer[TCP].chksum
    del layer[TCP].chksum
    assert layer.__class__(bytes(layer))[TCP].chksum == sums, "checksum"
    if (answer.src, answer.dst, answer[TCP].sport, answer[TCP].dport) != (
            VIP, CLIENT, sent[TCP].dport, sent[TCP].sport):
        return left
    return str(answer[TCP].flags), answer[TCP].seq, answer[TCP].ack


def unreachable(left, sent):
    """Return the type and code of an error to the sender that quotes its packet. Return LEFT if
    it is not such an error."""
    answer = left[0].packet if len(left) == 1 else None
    error = ICMPv6DestUnreach if six else ICMP
    if not answer or error not in answer or left[0].to != "router" or answer.dst != CLIENT:
        return left
    quoted = answer[IPerror6 if six else IPerror]
    if (quoted.src, quoted.dst, quoted[UDPerror].sport) != (CLIENT, VIP, sent.sport):
        return left
    return answer[error].type, answer[error].code


def dropped(packet, reason):
    before = drop_count(reason)
    left = bench.send([packet])
    return left, drop_count(reason) - before


def check_rejects(text, reason, dport_tcp=80, dport_udp=53):
    for name, packet, expected in (
            ("a SYN", tcp("S", 7000, 0, dport_tcp), ("RA", 0, 7001)),
            ("a SYN with data", tcp("S", 7000, 0, dport_tcp, b"early"), ("RA", 0, 7006)),
            ("an ACK", tcp("A", 7000, 4711, dport_tcp), ("R", 4711, 0)),
            ("data", tcp("PA", 7000, 4711, dport_tcp, b"data"), ("R", 4711, 0))):
        left, count = dropped(packet, reason)
        check(f"{text}: {name} is reset by the VIP, with the right numbers, and counted",
              (expected, 1), (reset(left, packet), count))
    left, count = dropped(tcp("R", 7000, 0, dport_tcp), reason)
    check(f"{text}: a reset is not", ([], 1), (left, count))
    packet = udp(dport_udp)
    left, count = dropped(packet, reason)
    check(f"{text}: a datagram is answered by port unreachable, and counted",
          ((1, 4) if six else (3, 3), 1), (unreachable(left, packet), count))


def check_drops(text, reason, dport_tcp=80, dport_udp=53):
    check(f"{text}: TCP is dropped and counted", ([], 1),
          dropped(tcp(dport=dport_tcp), reason))
    check(f"{text}: UDP is dropped and counted", ([], 1), dropped(udp(dport_udp), reason))


def change(words):
    dsr(*(f"service change {key} {words}" for key in KEYS))


def no_backend():
    dsr(*(f"service add {key} method l2 fail-open-below off" for key in KEYS))
    check_drops("no backend at all", "no_backend")
    change("no-backend reject")
    check_rejects("no backend at all", "no_backend")
    for words in ("state down", "state active health down", "state drain health up",
                  "state active weight 0"):
        dsr(*(f"backend replace {key} {backend(1, family)} {words}" for key in KEYS))
        packet = tcp()
        check(f"{words}: reset", ("RA", 0, 7001), reset(bench.send([packet]), packet))
    dsr(*(f"backend change {key} {backend(1, family)} health up weight 1 state active"
          for key in KEYS))
    check("a backend again: forwarded", "b1", bench.one(tcp()))
    dsr(*(f"backend change {key} {backend(1, family)} state down" for key in KEYS))
    accept()
    change("no-backend drop")
    check_drops("no-backend drop again", "no_backend")


def accept():
    """Check no-backend accept. The director itself has the VIP, but no socket listens there."""
    change("no-backend accept")
    ip("address", "add", VIP, "dev", "lo")
    packet = tcp()
    left, count = dropped(packet, "no_backend")
    check("no-backend accept: the stack has answered, nothing is counted",
          (("RA", 0, 7001), 0), (reset(left, packet), count))
    ip("address", "del", VIP, "dev", "lo")


def limited():
    change("no-backend reject")
    limit_icmp(1000)
    # Errors sent before, without a limit, count as well, so at first there may be none.
    some = tap.wait_for(lambda: bench.send([udp()]))
    left = bench.send([udp() for _ in range(60)])
    limit_icmp(0)
    tap.check(f"IPv{family}: errors are limited by the kernel's rate", some and len(left) < 60,
              len(left))


def unmatched():
    check("unmatched, by default: not ours", ([], 0), dropped(tcp(dport=81), "unmatched"))
    change("unmatched drop")
    check_drops("unmatched drop", "unmatched", 81, 81)
    change("unmatched reject")
    check_rejects("unmatched reject", "unmatched", 81, 81)
    dsr(f"service change {TCP_KEY} unmatched pass")
    check_rejects("unmatched pass beside reject", "unmatched", 81, 81)
    before = drop_count("unmatched")
    echo = ICMPv6EchoRequest() if six else ICMP()
    check("unmatched reject: ping is not meant", ([], 0),
          (bench.send([header(CLIENT, VIP) / echo]), drop_count("unmatched") - before))
    prefix = "2001:db8:80::/64" if six else "192.0.2.64/26"
    dsr(f"service add udp {prefix} unmatched drop",
        *(f"service change {key} unmatched pass" for key in KEYS),
        f"service change udp {endpoint(VIP, 9)} unmatched pass")
    check("the longest prefix decides", ([], 0), dropped(tcp(dport=81), "unmatched"))
    dsr("flush")


limit_icmp(0)
no_backend()
limited()
unmatched()
tap.done()
