# SPDX-License-Identifier: GPL-2.0-or-later
"""Check a client on the director's link with a link-local address, with backends on that link, on
another one and behind a tunnel."""
import lab
import tap
import wire
from control import drop_count, dsr
from wire import ICMPV6, SYN, TCP, UDP

CLIENT, BEYOND_SCOPE = "fe80::1234", (1, 2)
NEAR, FAR = "2001:db8:1::51", "2001:db8:7::51"
world = lab.Lab("l2", 6)
ports = iter(range(7000, 60000))
lab.ip("neigh", "replace", CLIENT, "dev", "eth0", "lladdr", world.router.mac.hex(":"),
       "nud", "permanent")


def datagram(port):
    return wire.ip6(CLIENT, world.vip, UDP, wire.udp(CLIENT, world.vip, port, 9, b"hello"))


def segment(port):
    return wire.ip6(CLIENT, world.vip, TCP, wire.tcp(CLIENT, world.vip, port, 80, SYN))


def answers(packet):
    """Send a packet. Return what leaves the director for it: the packet, and errors about it."""
    world.out.drain()
    world.send_direct(packet)
    # The director answers this ping after the packet, whatever services it has.
    world.send_direct(wire.ip_icmp("2001:db8:1::1", "2001:db8:1::2", 128, 0, next(ports)))
    last, before = world.out.expect(lambda p: p.proto == ICMPV6 and p.payload[0] == 129)
    if not last:
        raise lab.LostMarker("the director did not answer a ping")
    return [p for p in before if world.is_ours(p) or lab.is_error(p)]


def seen(packet):
    """Send a packet. Return where it was forwarded to, or which error its sender got."""
    found = []
    for left in answers(packet):
        if lab.is_error(left):
            quote = left.payload[8:8 + len(packet)]
            found.append(("told", tuple(left.payload[:2]), left.dst, quote == packet))
        else:
            found.append(("sent", left.innermost().ttl, left.mac))
    return found


def check(text, expected, packet, count):
    before = drop_count("scope")
    tap.check_eq(f"{text}: {'it is told' if count else 'it is served'}", [expected], seen(packet))
    tap.check_eq(f"{text}: {count} packet is counted as scope", count,
                 drop_count("scope") - before)


TOLD = ("told", BEYOND_SCOPE, CLIENT, True)
SENT = ("sent", 63, wire.Port("b1", "eth0").mac)
for name, make in (("datagram", datagram), ("segment", segment)):
    text = f"a {name} from a link-local address"
    port = next(ports)
    dsr(f"service add any {world.vip}", f"backend add any {world.vip} {NEAR}")
    check(f"{text}, l2 by the same link", SENT, make(port), 0)
    check(f"{text}, and the next one of its flow", SENT, make(port), 0)
    dsr(f"backend change any {world.vip} {NEAR} method ipip")
    check(f"{text}, known, and its backend has gone into a tunnel", TOLD, make(port), 1)
    check(f"{text}, new, and its backend in a tunnel", TOLD, make(next(ports)), 1)
    dsr("flush", f"service add any {world.vip}", f"backend add any {world.vip} {FAR}")
    check(f"{text}, l2 by another link", TOLD, make(next(ports)), 1)
    dsr("flush")
tap.done()
