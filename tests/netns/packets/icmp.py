# SPDX-License-Identifier: GPL-2.0-or-later
"""icmp.py METHOD 4|6: open flows, then send ICMP errors about each of them."""
import sys

import lab
import tap
import wire
from control import show
from lab import backend_of, carries
from wire import SYN, TCP

method, family = sys.argv[1], int(sys.argv[2])
WHAT = f"{method} {family}"
world = lab.Lab(method, family)
FLOWS = range(41000, 41012)
# The address of the router that sends errors.
ROUTER = lab.ROUTERS[family]
# type, code, second word
ERRORS = ({"packet too big": (2, 0, 1280), "port unreachable": (1, 4, 0),
           "hop limit exceeded": (3, 0, 0), "parameter problem": (4, 1, 6)} if world.ipv6 else
          {"fragmentation needed": (3, 4, 1300), "host unreachable": (3, 1, 0),
           "time exceeded": (11, 0, 0), "parameter problem": (12, 0, 9 << 24)})


def flow_count():
    return show("flow", "count")


def quoted(port, quote):
    """Return a packet from the VIP to the client, with QUOTE bytes behind the IP header."""
    segment = wire.tcp(world.vip, world.src, 80, port, wire.ACK, 5, 6, 512, b"", b"x" * 1200)
    return wire.ip(world.vip, world.src, TCP, segment)[:lab.HEADER[family] + quote]


def error(name, port, quote):
    return world.icmp(*ERRORS[name], quoted(port, quote), src=ROUTER)


def sent_for(packet):
    """Return the packet as it left the director."""
    return world.out.expect(carries(packet))[0]


backends = {}
for port in FLOWS:
    packet = world.tcp(port, SYN)
    world.send(packet)
    backends[port] = backend_of(sent_for(packet), method)
tap.check_eq(f"{WHAT}: flows of all three backends are open", 3,
             len(set(backends.values())))
flows = flow_count()

for name in ERRORS:
    for quote in (8, 20, 500):
        wrong = []
        for port in FLOWS:
            packet = error(name, port, quote)
            world.send_direct(packet)
            left = sent_for(packet)
            if not left or backend_of(left, method) != backends[port] or \
                    left.innermost().ttl != 63:
                wrong.append(f"{port}: {left}")
        tap.check(f"{WHAT}: {name} quoting {quote} bytes behind the IP header "
                  "reaches the flow's backend as it is", not wrong, *wrong)

# The director leaves errors that quote no flow to the stack.
NAME = next(iter(ERRORS))
NESTED = wire.ip_icmp(world.vip, world.src, *ERRORS[NAME], quoted(FLOWS[0], 20))
ALIEN = wire.ip(ROUTER, world.src, TCP, wire.tcp(ROUTER, world.src, 80, FLOWS[0], wire.ACK))
world.marker = lambda: error(NAME, FLOWS[1], 8)
for text, quote in (("7 bytes behind the IP header", quoted(FLOWS[0], 7)),
                    ("half an IP header", quoted(FLOWS[0], 0)[:12]), ("nothing", b""),
                    ("another error", NESTED), ("a packet that the VIP did not send", ALIEN)):
    packet = world.icmp(*ERRORS[NAME], quote, src=ROUTER)
    world.send_direct(packet)
    stolen = [p for p in world.until_marker(world.send_direct) if carries(packet)(p)]
    tap.check(f"{WHAT}: an error that quotes {text} is left to the stack", not stolen, *stolen)

for port in range(42000, 42005):
    world.send_direct(error(NAME, port, 8))
world.until_marker(world.send_direct)
tap.check_eq(f"{WHAT}: errors about unknown flows begin none", flows, flow_count())
tap.done()
