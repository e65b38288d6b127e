# SPDX-License-Identifier: GPL-2.0-or-later
"""known.py METHOD 4|6: send packets of flows that the director knows already: unusual ones, and
bursts in which they are mixed with others."""
import math
import struct
import sys
import time

import lab
import tap
from control import flows, packets_of_backends
from lab import carries, describe
from wire import ACK, FIN, SYN, TCP, UDP

method, family = sys.argv[1], int(sys.argv[2])
WHAT = f"{method}, IPv{family}"
BURST = 60
world = lab.Lab(method, family)
TCP_PORT, UDP_PORT = 7000, 7001
whole, with_options = world.packet, world.with_options


def segment(payload=b"", flags=ACK, port=TCP_PORT, **fields):
    return world.segment(port, flags, payload, **fields)


def datagram(payload=b"", **fields):
    return world.datagram(UDP_PORT, payload, **fields)


def passes(packet):
    left = world.forwarded(packet, world.send_direct)
    return len(left) == 1 and carries(packet)(left[0])


def packets_counted():
    return sum(packets_of_backends().values())


def begin_flows():
    for text, packet in (("segment", whole(TCP, segment())), ("datagram", whole(UDP, datagram()))):
        tap.check(f"{WHAT}: a {text}, and the next one of its flow", passes(packet) and
                  passes(packet))


def odd_ones():
    # As an option, this segment claims a length of 88 bytes.
    disguised = whole(TCP, segment(), options=segment()) if family == 4 else None
    world.check_dropped([("options that look like a segment of a known flow", disguised,
                          "malformed")] if disguised else [])
    world.check_dropped([
        ("TCP offset 4 in a known flow", whole(TCP, segment(offset=4)), "malformed"),
        ("TCP offset beyond the packet", whole(TCP, segment(offset=6)), "malformed"),
        ("TCP of 19 bytes", whole(TCP, segment()[:19]), "malformed"),
        ("UDP with length 7", whole(UDP, datagram(length=7)), "malformed"),
        ("UDP longer than its packet", whole(UDP, datagram(b"x", length=10)), "malformed"),
        ("UDP of 7 bytes", whole(UDP, datagram()[:7]), "malformed")])
    for text, packet in (("a segment", whole(TCP, segment(b"x" * 9), ttl=1)),
                         ("a datagram", whole(UDP, datagram(b"x" * 9), ttl=1))):
        errors = world.errors_about(packet, world.send_direct)
        tap.check_eq(f"{WHAT}: {text} with TTL 1: its client is told",
                     [(*lab.EXCEEDED[family], 0)], [describe(error) for error in errors])
    left = world.forwarded(whole(TCP, segment(b"two"), ttl=2), world.send_direct)
    tap.check(f"{WHAT}: with TTL 2 it leaves with 1",
              len(left) == 1 and left[0].innermost().ttl == 1, *left)
    odd = segment(b"odd" * 7, options=b"\1" * 8)
    tap.check(f"{WHAT}: TCP options are no matter", passes(whole(TCP, odd)))
    tap.check(f"{WHAT}: nor is an IP header with something behind it",
              passes(with_options(TCP, odd)))


def routes(verb):
    """Add or delete routes to the backends with an MTU of 1400 bytes."""
    for address in world.backend_addrs:
        lab.ip("route", verb, address, "dev", "eth0", "mtu", "1400")


def too_big():
    """Check a packet that is too big: a tunnel has a smaller MTU than its link. For l2 a route
    has one."""
    packet = whole(TCP, segment(bytes(1500 - lab.HEADER[family] - 20)))
    if method == "l2":
        tap.check(f"{WHAT}: a segment of 1500 bytes passes", passes(packet))
        routes("add")
    errors = world.errors_about(packet, world.send_direct)
    tap.check_eq(f"{WHAT}: a segment of 1500 bytes that is too big: its client is told",
                 [lab.TOO_BIG[family]], [describe(error)[:2] for error in errors])
    left = world.forwarded(packet, world.send_direct)
    tap.check(f"{WHAT}: and it does not leave", not left, *left)
    if method == "l2":
        routes("del")


def still_seen():
    """Check that a flow is as old as its last packet, however long it lasts."""
    packet = whole(TCP, segment(b"again"))
    begun = time.monotonic()
    gone_on, lately = 6, math.inf
    # LATELY is the time since the last packet, which is long on a slow machine. It must be
    # shorter than the time for which the flow lasted.
    while gone_on <= lately:
        while (last := time.monotonic()) < begun + gone_on:
            world.forwarded(packet, world.send_direct)
            time.sleep(0.1)
        world.forwarded(packet, world.send_direct)
        shown = flows()
        gone_on, lately = last - begun, time.monotonic() - last + 3
    idle = [flow["idle"] for flow in shown if flow["client_port"] == TCP_PORT]
    tap.check(f"{WHAT}: a flow that has gone on for {gone_on:.0f} seconds was seen lately",
              len(idle) == 1 and idle[0] <= lately, idle)


def burst_of(number, port):
    """Return a packet of a burst. It contains plain packets and others, of known and new flows."""
    tag = struct.pack("!I", number)
    port += number - number % 7
    return {0: lambda: whole(TCP, segment(tag)),
            1: lambda: whole(UDP, datagram(tag)),
            2: lambda: with_options(TCP, segment(tag)),
            3: lambda: whole(TCP, segment(tag, SYN, port)),
            4: lambda: whole(TCP, segment(tag, ACK, port)),
            5: lambda: whole(TCP, segment(tag, FIN | ACK, port)),
            6: lambda: whole(TCP, segment(tag))}[number % 7]()


def burst(port):
    before = packets_counted()
    left = world.burst([burst_of(number, port) for number in range(BURST)])
    tap.check(f"{WHAT}: the burst ends", left is not None)
    left = left or []
    numbers = [struct.unpack("!I", p.innermost().payload[-4:])[0] for p in left]
    tap.check_eq(f"{WHAT}: all of a burst leave in the order in which they came",
                 list(range(BURST)), numbers)
    tap.check_eq(f"{WHAT}: and each is counted once", BURST + 1, packets_counted() - before)
    ways = {}
    for packet, number in zip(left, numbers):
        if number % 7 in (3, 4, 5):
            ways.setdefault(number - number % 7, set()).add(lab.backend_of(packet, method))
    tap.check_eq(f"{WHAT}: those of a new flow go one way", {1}, set(map(len, ways.values())))


begin_flows()
odd_ones()
if method != "dscp":
    too_big()
if method in ("ipip", "gue"):
    still_seen()
burst(8000)
burst(9000)
tap.done()
