# SPDX-License-Identifier: GPL-2.0-or-later
"""tunnel_pmtu.py METHOD 4|6 4|6: check how the director handles a router's errors about packets in
a tunnel. The numbers are the families of VIP and backends."""
import sys

import lab
import tap
import wire
from control import dsr, endpoint
from lab import describe, quoted, route_mtu
from wire import GRE, IPIP, IPV6, TCP, UDP

method, family, outer = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
WHAT = f"{method}, IPv{family} by IPv{outer}"
world = lab.Lab(method, family)
DIRECTOR = lab.DIRECTORS["link"][outer]
ROUTER, PUSHED = f"{lab.LINK[outer]}1", lab.HEADER[outer]
BEHIND = {"gre": 4, "gue": 12}.get(method, 0)
OVERHEAD = PUSHED + BEHIND
PROTO = {"gre": GRE, "gue": UDP}.get(method, IPIP if family == 4 else IPV6)
QUOTE_MAX = 548 if outer == 4 else 1232
FULL = 1500 - OVERHEAD
SMALL, SMALLER = 1400, 1390
# The MTU that the kernel uses instead of one that is too low.
FLOOR = 552 if outer == 4 else None


def error(kind, code, word, quote, spoil=False):
    """Return an ICMP error of the router to the director about a packet that the director sent."""
    message = wire.icmp(ROUTER, DIRECTOR, kind, code, word, quote[:QUOTE_MAX])
    if spoil:
        message = message[:2] + bytes([message[2] ^ 1]) + message[3:]
    return wire.ip(ROUTER, DIRECTOR, lab.ICMPS[outer], message)


def too_big(mtu, quote, **fields):
    return error(*lab.TOO_BIG[outer], mtu, quote, **fields)


def told_mtu(mtu):
    return (2, 0, max(mtu, 1280)) if family == 6 else (3, 4, mtu)


def outer_of(port, length=200):
    """Send a datagram from the client. Return the packet that leaves the director for it."""
    left = world.forwarded(world.udp(port, length))
    return left[0] if len(left) == 1 else None


def fits(port, length):
    return world.passes(world.udp(port, length))


def flush():
    for version in "-4", "-6":
        lab.ip(version, "route", "flush", "cache")


flows = {}
for number in range(7000, 7100):
    flows.setdefault(outer_of(number).dst, number)
    if len(flows) > 1:
        break
(backend, port), (other, other_port) = flows.items()
tap.check(f"{WHAT}: packets of {FULL} bytes fit", fits(port, FULL) and fits(other_port, FULL))

# errors that the director must ignore, as it did not send the quoted packet
sent = outer_of(port, FULL)
FORGED = [
    ("of another sender",
     too_big(SMALL, wire.ip(ROUTER, backend, PROTO, sent.payload))),
    ("to no backend",
     too_big(SMALL, wire.ip(DIRECTOR, ROUTER, PROTO, sent.payload))),
    ("of another protocol",
     too_big(SMALL, wire.ip(DIRECTOR, backend, GRE if method == "ipip" else IPIP, sent.payload))),
    ("of a TCP connection of the director",
     too_big(SMALL, wire.ip(DIRECTOR, backend, TCP, sent.payload))),
    ("with a wrong checksum", too_big(SMALL, sent.data, spoil=True)),
    ("cut off within the outer header", too_big(SMALL, sent.data[:PUSHED - 4])),
    ("of nothing", too_big(SMALL, b"")),
]
# what the headers behind the outer IP header could be, but for this backend are not
OTHERS = {
    "gre": {"with a GRE key": b"\x20\0" + sent.payload[2:4] + bytes(4) + sent.payload[4:],
            "with a GRE checksum": b"\x80\0" + sent.payload[2:4] + bytes(4) + sent.payload[4:]},
    "gue": {"to another port": sent.payload[:2] + bytes(2) + sent.payload[4:],
            "without a UDP checksum": sent.payload[:6] + bytes(2) + sent.payload[8:],
            "without a GUE header": sent.payload[:8] + sent.payload[12:]},
}.get(method, {})
FORGED += [(text, too_big(SMALL, wire.ip(DIRECTOR, backend, PROTO, payload)))
           for text, payload in OTHERS.items()]
# The stack itself handles errors about GRE and UDP, in ways that differ between kernels: it may
# accept any key or port and, for UDP over IPv6, any sender.
STACK = set(OTHERS) | ({"of another sender"} if method == "gue" and outer == 6 else set())
for text, packet in FORGED:
    errors = world.errors_about(packet, world.send_direct)
    tap.check(f"{WHAT}: an error that quotes a packet {text} is not told to the client",
              not errors, *errors)
    if text in STACK:
        flush()
    else:
        tap.check(f"{WHAT}: nor does it change anything", fits(port, FULL))
if outer == 6:
    errors = world.errors_about(too_big(1200, sent.data), world.send_direct)
    tap.check(f"{WHAT}: an MTU below 1280 is no MTU", fits(port, FULL) and not errors, *errors)

# 8 bytes quoted
errors = world.errors_about(too_big(SMALL, sent.data[:PUSHED + 8]), world.send_direct)
tap.check(f"{WHAT}: an error that quotes 8 bytes tells of no client", not errors, *errors)
tap.check_eq(f"{WHAT}: but of the way's MTU, which the kernel has with its route", SMALL,
             route_mtu(backend))
errors = world.errors_about(world.udp(port, FULL))
tap.check_eq(f"{WHAT}: so the next packet that is too big makes its client learn it",
             [told_mtu(SMALL - OVERHEAD)], [describe(e) for e in errors])
tap.check(f"{WHAT}: and one that is not passes", fits(port, SMALL - OVERHEAD))
tap.check(f"{WHAT}: one byte more does not", not fits(port, SMALL - OVERHEAD + 1))
tap.check(f"{WHAT}: other backends are not concerned",
          fits(other_port, FULL) and route_mtu(other) == 1500)

# a whole packet quoted
errors = world.errors_about(too_big(SMALLER, sent.data), world.send_direct)
tap.check_eq(f"{WHAT}: a longer quote makes the client learn it at once",
             [(told_mtu(SMALLER - OVERHEAD), world.src, world.vip, (port, 9), True)],
             [(describe(e), quoted(e).src, quoted(e).dst, quoted(e).ports(), e.l4_csum_ok())
              for e in errors])
small = outer_of(port, 300)
errors = world.errors_about(too_big(SMALLER, small.data), world.send_direct)
tap.check(f"{WHAT}: but not about a packet that does fit", not errors, *errors)
if family == 4:
    loose = world.forwarded(world.udp(port, 300, df=False))[0]
    errors = world.errors_about(too_big(SMALLER, loose.data), world.send_direct)
    tap.check(f"{WHAT}: nor about one without DF", not errors, *errors)

# other errors
unreachable = (*lab.UNREACHABLE[family], 0)
for text, what in ({"no route": (1, 0, 0), "address unreachable": (1, 3, 0),
                    "hop limit exceeded": (3, 0, 0)} if outer == 6 else
                   {"net unreachable": (3, 0, 0), "host unreachable": (3, 1, 0),
                    "protocol unreachable": (3, 2, 0), "TTL exceeded": (11, 0, 0)}).items():
    errors = world.errors_about(error(*what, small.data), world.send_direct)
    tap.check_eq(f"{WHAT}: {text} becomes host unreachable at the client",
                 [(unreachable, (port, 9))], [(describe(e), quoted(e).ports()) for e in errors])
    errors = world.errors_about(error(*what, small.data[:PUSHED + 8]), world.send_direct)
    tap.check(f"{WHAT}: {text} with 8 bytes tells of no client", not errors, *errors)
moved = world.udp(other_port, 300)
forged = wire.ip(DIRECTOR, backend, PROTO, small.payload[:BEHIND] + moved)
errors = world.errors_about(error(*lab.UNREACHABLE[outer], 0, forged), world.send_direct)
tap.check(f"{WHAT}: an error about a flow of another backend is not told", not errors, *errors)

# other headers, after a change of the service
CHANGED = {"gre": "gre-key 7", "gue": "gue-variant 1"}.get(method)
if CHANGED:
    service = f"udp {endpoint(world.vip, 9)}"
    dsr(f"service change {service} {CHANGED}")
    changed = outer_of(port, 300)
    quotes = [("with these headers", changed.data, [(unreachable, (port, 9))]),
              ("with those from before", small.data, [])]
    if method == "gre":
        quotes.append(("with another key", wire.ip(
            DIRECTOR, backend, PROTO, changed.payload[:7] + b"\x08" + changed.payload[8:]), []))
    for text, quote, expected in quotes:
        errors = world.errors_about(error(*lab.UNREACHABLE[outer], 0, quote), world.send_direct)
        tap.check_eq(f"{WHAT}: {CHANGED}: an error about a packet {text}", expected,
                     [(describe(e), quoted(e).ports()) for e in errors])
    dsr(f"service change {service} {CHANGED.split()[0]} {'none' if method == 'gre' else 0}")
    # Errors count only for a way that a packet has taken since the change.
    small = outer_of(port, 300)

# the minimum
if FLOOR:
    world.send_direct(too_big(68, sent.data[:PUSHED + 8]))
    tap.check_eq(f"{WHAT}: an MTU of 68 counts as {FLOOR}", FLOOR, route_mtu(backend))
    left = outer_of(port, 500)
    tap.check(f"{WHAT}: routers may then fragment, whatever the way really takes",
              left and not left.df, left)
if family == 6:
    world.send_direct(too_big(1285, sent.data[:PUSHED + 8]))
    errors = world.errors_about(world.udp(port, 1300))
    tap.check_eq(f"{WHAT}: a client is never told to send less than 1280 bytes",
                 [(2, 0, 1280)], [describe(e) for e in errors])
    packet = world.udp(port, 1280)
    pieces = world.forwarded(packet)
    whole = b"".join(p.payload for p in sorted(pieces, key=lambda p: p.offset))
    inner = wire.IP(whole[BEHIND:])
    limit = FLOOR or 1285
    tap.check(f"{WHAT}: so these pass in fragments of the outer packet",
              len(pieces) > 1 and all(p.length <= limit and p.dst == backend for p in pieces)
              and inner.payload == wire.IP(packet).payload and inner.ttl == 62,
              *pieces, inner)
flush()
tap.check(f"{WHAT}: the MTU is forgotten with the kernel's routes", fits(port, FULL))
lab.sysctl("director", f"net.ipv{outer}.route.mtu_expires=1")
world.send_direct(too_big(SMALL, sent.data[:PUSHED + 8]))
tap.check(f"{WHAT}: or when it expires", tap.wait_for(lambda: fits(port, FULL)))
lab.sysctl("director", f"net.ipv{outer}.route.mtu_expires=600")
tap.done()
