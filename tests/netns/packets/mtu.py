# SPDX-License-Identifier: GPL-2.0-or-later
"""mtu.py METHOD 4|6 MTU: what is told to a client whose packet is too big, or has
come to the end of its TTL; fragments in any order."""
import sys

import tap
import wire
from wire import ICMP, ICMPV6, UDP

method, six, mtu = sys.argv[1], sys.argv[2] == "6", int(sys.argv[3])
CLIENT, VIP = (("2001:db8:c::201", "2001:db8:80::80") if six else
               ("198.51.100.201", "192.0.2.80"))
HEADERS = (40 if six else 20) + 8
WHAT = f"{method}, IPv{sys.argv[2]}, MTU {mtu}"

client = wire.Port("client", "eth0")
gateway = wire.Port("router", "client").mac
out = wire.Port("switch" if method == "l2" else "router", "director")


def backend_of(packet):
    return packet.mac if method == "l2" else packet.dst


def datagram(port, length, **fields):
    """Of that length in all, with its port in every word."""
    data = port.to_bytes(2, "big") * ((length - HEADERS) // 2)
    return wire.ip(CLIENT, VIP, UDP, wire.udp(CLIENT, VIP, port, 9, data), **fields)


def is_error(packet):
    return (packet.proto in (ICMP, ICMPV6) and
            packet.payload[0] in ((2, 3) if six else (3, 11)))


def carries(packet):
    """Ports and data stay; the checksum may cover another address."""
    def parts(ip):
        return ip.payload[:6], ip.payload[8:]

    wanted = parts(wire.IP(packet))
    return lambda p: parts(p.innermost()) == wanted


def told(packet):
    """The ICMP error that comes back for a packet."""
    client.drain()
    client.send(gateway, packet)
    error, _ = client.expect(is_error, 30)
    return error


def check_told(text, packet, kind, code, word):
    error = told(packet)
    if not error:
        tap.not_ok(f"{WHAT}: {text}", "no ICMP error came")
        return
    seen = {"type": error.payload[0], "code": error.payload[1],
            "word": int.from_bytes(error.payload[4:8], "big"), "checksum ok": error.l4_csum_ok()}
    tap.check_eq(f"{WHAT}: {text}", {"type": kind, "code": code, "word": word,
                                     "checksum ok": True}, seen)
    quote = wire.IP(error.payload[8:])
    tap.check_eq(f"{WHAT}: {text}: the packet is quoted, without an outer header",
                 (CLIENT, VIP, UDP), (quote.src, quote.dst, quote.proto))


def halves(port, ident, length, half):
    """A datagram in two fragments."""
    whole = wire.IP(datagram(port, length))
    pieces = []
    for offset, part in ((0, whole.payload[:half]), (half, whole.payload[half:])):
        if six:
            more = int(offset == 0)
            head = bytes([UDP, 0]) + (offset | more).to_bytes(2, "big") + ident.to_bytes(4, "big")
            pieces.append(wire.ip6(CLIENT, VIP, 44, head + part))
        else:
            pieces.append(wire.ip4(CLIENT, VIP, UDP, part, ident=ident, df=False,
                                   mf=offset == 0, offset=offset))
    return pieces


def check_hop(port, ident):
    """Fragments that were put together and do not fit so are a hop older, too."""
    out.drain()
    for piece in halves(port, ident, 2600, 1280):
        client.send(gateway, piece)
    last = datagram(port, 100)
    client.send(gateway, last)
    _, before = out.expect(carries(last))
    inner = [p.innermost() for p in before]
    seen = [p.ttl for p in inner if p.proto == UDP and (p.mf or p.offset)]
    tap.check(f"{WHAT}: what the director cuts up has its TTL less one",
              len(seen) > 1 and set(seen) == {62}, *before)


def check_order(port, ident, order):
    """Fragments of one datagram, in some order, and a packet of the same flow."""
    pieces = halves(port, ident, 1200, 600)
    out.drain()
    for index in order:
        client.send(gateway, pieces[index])
    last = datagram(port, 100)
    client.send(gateway, last)
    final, before = out.expect(carries(last))
    ours = [p for p in before if p.innermost().proto == UDP and p.innermost().ports()[0] == port]
    tap.check(f"{WHAT}: fragments in the order {order} go where their flow goes",
              ours and final and {backend_of(p) for p in ours} == {backend_of(final)},
              *ours, final)


too_big = (2, 0, mtu) if six else (3, 4, mtu)
exceeded = (3, 0, 0) if six else (11, 0, 0)
for length in (mtu + 2, 1500):
    check_told(f"a packet of {length} bytes is too big, the client learns the MTU",
               datagram(5000 + length, length), *too_big)
out.drain()
fitting = datagram(5999, mtu)
client.send(gateway, fitting)
sent, _ = out.expect(carries(fitting), 30)
tap.check(f"{WHAT}: a packet of {mtu} bytes passes", sent)
# The router between takes one off.
check_told("the TTL runs out at the director, the client is told",
           datagram(6001, 100, ttl=2), *exceeded)
check_order(6002, 77, (0, 1))
check_order(6003, 78, (1, 0))
check_hop(6004, 79)
tap.done()
