# SPDX-License-Identifier: GPL-2.0-or-later
"""fragments.py METHOD 4|6 MTU: send datagrams of 3000 bytes, in fragments of all kinds."""
import struct
import sys

import lab
import tap
from wire import UDP

method, family, mtu = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
WHAT = f"{method}, IPv{family}"
world = lab.Lab(method, family)
idents = iter(range(100, 60000))


def datagram(port, size=3000):
    return world.datagram(port, struct.pack(f"!{size // 2}H", *range(port, port + size // 2)))


def piece(whole, ident, begin, end):
    part, more = whole[begin:end], end < len(whole)
    if family == 4:
        return world.packet(UDP, part, ident=ident, df=False, mf=more, offset=begin)
    head = bytes([UDP, 0]) + (begin | more).to_bytes(2, "big") + ident.to_bytes(4, "big")
    return world.packet(44, head + part)


def pieces(whole, step=1000):
    ident = next(idents)
    return [piece(whole, ident, begin, min(begin + step, len(whole)))
            for begin in range(0, len(whole), step)]


def leaves(parts):
    """Send fragments. Return what left the director for them."""
    def send(_):
        for part in parts:
            world.send(part)

    return world.forwarded(None, send)


def whole_of(left):
    """Return the reassembled payload of these packets, and the backends that got them."""
    inner = [p.inner() or p for p in left]
    data = b"".join(p.payload for p in sorted(inner, key=lambda p: p.offset))
    return data, {lab.backend_of(p, method) for p in left}


def flow_backend(port):
    left = world.forwarded(world.udp(port, 100))
    return lab.backend_of(left[0], method)


ORDERS = {"in order": (0, 1, 2, 3), "the last one first": (3, 0, 1, 2),
          "backwards": (3, 2, 1, 0), "mixed up": (1, 3, 0, 2)}
for number, (text, order) in enumerate(ORDERS.items()):
    port = 7000 + number
    whole = datagram(port)
    parts = pieces(whole)
    left = leaves([parts[index] for index in order])
    data, got = whole_of(left)
    tap.check(f"{WHAT}: fragments {text} leave as one datagram, to the flow's backend",
              data == whole and got == {flow_backend(port)}, *left)
    tap.check(f"{WHAT}: no packet of it is too long",
              left and all(p.length <= 1500 and (p.inner() or p).length <= mtu for p in left),
              *left)

# The ports select the backend, but the second fragment does not contain them.
got = {}
for port in range(7100, 7124):
    whole = datagram(port, 1600)
    data, backends = whole_of(leaves(pieces(whole, 800)))
    if data != whole or len(backends) != 1 or backends != {flow_backend(port)}:
        tap.not_ok(f"{WHAT}: port {port}", *backends)
    got |= dict.fromkeys(backends)
tap.check_eq(f"{WHAT}: all backends get such datagrams", 3, len(got))

whole = datagram(7200)
parts = pieces(whole)
left = leaves([parts[0], parts[1], parts[1], parts[2], parts[3]])
data, got = whole_of(left)
tap.check(f"{WHAT}: a piece that comes twice is there once, or spoils its datagram",
          not left or data == whole, *left)

parts = pieces(whole)
left = leaves(parts[:-1])
tap.check(f"{WHAT}: nothing leaves of a datagram whose last piece is missing", not left, *left)
left = leaves(parts[1:2])
tap.check(f"{WHAT}: nor of a single piece", not left, *left)

ident = next(idents)
left = leaves([piece(whole, ident, 0, 1000), piece(whole, ident, 800, 1800),
               piece(whole, ident, 1800, len(whole))])
tap.check(f"{WHAT}: nor where pieces overlap", not left, *left)

# These fragments are smaller than necessary: they were for a link with a small MTU, so the
# director must not enlarge them.
whole = datagram(7300)
if family == 6 or method == "l2":
    left = leaves(pieces(whole, 1272 if family == 6 else 512))
    data, got = whole_of(left)
    tap.check(f"{WHAT}: pieces do not get longer on their way",
              data == whole and len(got) == 1 and
              all((p.inner() or p).length <= 1320 for p in left), *left)
tap.done()
