# SPDX-License-Identifier: GPL-2.0-or-later
"""icmp.py METHOD 4|6: open flows, then send ICMP errors about each of them."""
import subprocess
import sys

import tap
import wire
from wire import ACK, ICMP, ICMPV6, SYN, TCP

method, six = sys.argv[1], sys.argv[2] == "6"
CLIENT, VIP = (("2001:db8:c::201", "2001:db8:80::80") if six else
               ("198.51.100.201", "192.0.2.80"))
FLOWS = range(41000, 41012)
# The address of the router that sends errors.
ROUTER = "2001:db8:c::1" if six else "198.51.100.1"
# type, code, second word
ERRORS = ({"packet too big": (2, 0, 1280), "port unreachable": (1, 4, 0),
           "hop limit exceeded": (3, 0, 0), "parameter problem": (4, 1, 6)} if six else
          {"fragmentation needed": (3, 4, 1300), "host unreachable": (3, 1, 0),
           "time exceeded": (11, 0, 0), "parameter problem": (12, 0, 9 << 24)})

client = wire.Port("client", "eth0")
gateway = wire.Port("router", "client").mac
director = wire.Port("director", "eth0").mac
# The router's port on the director's link, and the port that receives what the director sends.
router, out = ((wire.Port("router", "lan"), wire.Port("switch", "director"))
               if method == "l2" else
               (wire.Port("router", "director"), wire.Port("router", "director")))


def backend_of(packet):
    return packet.mac if method == "l2" else packet.dst


def flow_count():
    return subprocess.run(["dsrctl", "-n", "director", "flow", "count"],
                          check=True, capture_output=True).stdout


def quoted(port, quote):
    """Return a packet from the VIP to the client, with QUOTE bytes behind the IP header."""
    segment = wire.tcp(VIP, CLIENT, 80, port, ACK, 5, 6, 512, b"", b"x" * 1200)
    return wire.ip(VIP, CLIENT, TCP, segment)[:(40 if six else 20) + quote]


def error(name, port, quote):
    kind, code, rest = ERRORS[name]
    message = wire.icmp(ROUTER, VIP, kind, code, rest, quoted(port, quote))
    return wire.ip(ROUTER, VIP, ICMPV6 if six else ICMP, message)


def carries(payload):
    return lambda packet: packet.innermost().payload == payload


backends = {}
for port in FLOWS:
    data = wire.tcp(CLIENT, VIP, port, 80, SYN, 1)
    client.send(gateway, wire.ip(CLIENT, VIP, TCP, data))
    left, _ = out.expect(carries(data))
    backends[port] = backend_of(left)
tap.check_eq(f"{method} {sys.argv[2]}: flows of all three backends are open", 3,
             len(set(backends.values())))
flows = flow_count()

for name in ERRORS:
    for quote in (8, 20, 500):
        wrong = []
        for port in FLOWS:
            packet = error(name, port, quote)
            router.send(director, packet)
            left, _ = out.expect(carries(wire.IP(packet).payload))
            if not left or backend_of(left) != backends[port] or left.innermost().ttl != 63:
                wrong.append(f"{port}: {left}")
        tap.check(f"{method} {sys.argv[2]}: {name} quoting {quote} bytes behind the IP header "
                  "reaches the flow's backend as it is", not wrong, *wrong)

# The director leaves errors that quote no flow to the stack.
KIND, CODE, WORD = next(iter(ERRORS.values()))
MINE = ICMPV6 if six else ICMP
NESTED = wire.ip(VIP, CLIENT, MINE, wire.icmp(VIP, CLIENT, KIND, CODE, WORD,
                                              quoted(FLOWS[0], 20)))
ALIEN = wire.ip(ROUTER, CLIENT, TCP, wire.tcp(ROUTER, CLIENT, 80, FLOWS[0], ACK))
for text, quote in (("7 bytes behind the IP header", quoted(FLOWS[0], 7)),
                    ("half an IP header", quoted(FLOWS[0], 0)[:12]), ("nothing", b""),
                    ("another error", NESTED), ("a packet that the VIP did not send", ALIEN)):
    packet = wire.ip(ROUTER, VIP, MINE, wire.icmp(ROUTER, VIP, KIND, CODE, WORD, quote))
    marker = error(next(iter(ERRORS)), FLOWS[1], 8)
    router.send(director, packet)
    router.send(director, marker)
    last, before = out.expect(carries(wire.IP(marker).payload))
    stolen = [p for p in before if carries(wire.IP(packet).payload)(p)]
    tap.check(f"{method} {sys.argv[2]}: an error that quotes {text} is left to the stack",
              last and not stolen, *stolen)

for port in range(42000, 42005):
    router.send(director, error(next(iter(ERRORS)), port, 8))
packet = error(next(iter(ERRORS)), FLOWS[0], 8)
router.send(director, packet)
out.expect(carries(wire.IP(packet).payload))
tap.check_eq(f"{method} {sys.argv[2]}: errors about unknown flows begin none", flows, flow_count())
tap.done()
