# SPDX-License-Identifier: GPL-2.0-or-later
"""echo.py 4|6: check echo requests to a VIP, for each policy of its services."""
import sys

from scapy.layers.inet import ICMP, IP, UDP, IPOption_RR, fragment
from scapy.layers.inet6 import (ICMPv6EchoReply, ICMPv6EchoRequest, IPv6, IPv6ExtHdrDestOpt,
                                IPv6ExtHdrFragment, fragment6)
from scapy.packet import Raw

import lab
import tap
from bench import header
from control import drop_count, drops, dsr, endpoint, flows
from wire import ACK

family = int(sys.argv[1])
six = family == 6
world = lab.Lab("l2", family)
CLIENT, VIP, OTHER = world.src, world.vip, {4: "192.0.2.81", 6: "2001:db8:80::81"}[family]
SERVICE = f"tcp {endpoint(VIP, 80)}"
BACKENDS = world.backend_addrs
WHAT = f"IPv{family}"
macs = list(world.backends())
ports = iter(range(20000, 30000))
# The service is for TCP, and so are the markers.
world.marker = lambda: world.tcp(next(ports), ACK)


def request(ident, data=b"abcdefgh", dst=VIP, **fields):
    head = header(CLIENT, dst, **fields)
    if six:
        return head / ICMPv6EchoRequest(id=ident, seq=7, data=data)
    return head / ICMP(id=ident, seq=7) / Raw(data)


def what_leaves(*sent):
    """Return all that leaves the director because of these packets."""
    world.out.drain()
    for packet in sent:
        world.send(bytes(packet))
    return [p for p in world.until_marker() if {p.src, p.dst} & {CLIENT, VIP, OTHER}]


def again(packet):
    """Return the packet as scapy builds it with new checksums."""
    data = (IPv6 if six else IP)(packet)
    for layer in (data, data.getlayer(1)):
        for name in ("chksum", "cksum"):
            if name in layer.fields:
                delattr(layer, name)
    return bytes(data)


def reply(ident, data=b"abcdefgh", ttl=64, tos=0):
    if six:
        return bytes(IPv6(src=VIP, dst=CLIENT, hlim=ttl, tc=tos) /
                     ICMPv6EchoReply(id=ident, seq=7, data=data))
    return bytes(IP(src=VIP, dst=CLIENT, ttl=ttl, tos=tos) /
                 ICMP(type=0, id=ident, seq=7) / Raw(data))


def without_id(packet):
    """Return the packet without IPv4's identification, which the director may choose freely."""
    if not six:
        packet = IP(bytes(packet))
        packet.id = 1
        del packet.chksum
    return bytes(packet)


def check_answered(text, *sent, **expected):
    left = what_leaves(*sent)
    want = reply(**expected)
    tap.check(f"{WHAT}: {text}", len(left) == 1 and left[0].src == VIP and
              without_id(left[0].data) == without_id(want) and again(left[0].data) == left[0].data,
              *left, want.hex(), left[0].data.hex() if left else "")


def check_nothing(text, *sent):
    left = what_leaves(*sent)
    tap.check(f"{WHAT}: {text}", not left, *left)


def service(line):
    dsr(f"service {line}")


# --- no policy -----------------------------------------------------------------
service(f"add {SERVICE}")
for backend in BACKENDS:
    dsr(f"backend add {SERVICE} {backend}")
check_nothing("a ping to the VIP of a TCP service is the stack's, which is not the VIP",
              request(1))
service(f"change {SERVICE} echo pass")
check_nothing("and so it is with echo pass", request(2))

# --- reply ---------------------------------------------------------------------
service(f"change {SERVICE} echo reply")
check_answered("echo reply: the director answers for a VIP that is not its own",
               request(3), ident=3)
for size in (0, 1, 57, 1400):
    data = bytes(range(256)) * 6
    check_answered(f"with {size} bytes of data", request(4, data[:size]), ident=4,
                   data=data[:size])
tos = {"tc": 0xb8} if six else {"tos": 0xb8}
check_answered("with the TOS of the request", request(5, **tos), ident=5, tos=0xb8)
if six:
    odd = IPv6(src=CLIENT, dst=VIP) / IPv6ExtHdrDestOpt() / ICMPv6EchoRequest(
        id=6, seq=7, data=b"abcdefgh")
else:
    odd = request(6, options=[IPOption_RR(length=39, pointer=4, routers=["0.0.0.0"] * 9)])
check_answered("without the options of the request", odd, ident=6)

big = bytes(range(256)) * 12
if six:
    pieces = fragment6(IPv6(src=CLIENT, dst=VIP) / IPv6ExtHdrFragment(id=9) /
                       ICMPv6EchoRequest(id=7, seq=7, data=big), 1400)
else:
    pieces = fragment(request(7, big), 1400)
left = what_leaves(*pieces)
joined = b"".join(p.payload for p in sorted(left, key=lambda p: p.offset))
answer = (ICMPv6EchoReply if six else ICMP)(joined)
tap.check(f"{WHAT}: a request in fragments is answered, in fragments",
          len(left) > 1 and {p.src for p in left} == {VIP} and
          joined[8:] == big and answer.id == 7 and answer.type == (129 if six else 0) and
          all(p.length <= 1500 for p in left), *left)

before = drops()
bad = bytearray(bytes(request(8)))
bad[-1] ^= 1
check_nothing("a request with a wrong checksum is not answered", bytes(bad))
before["malformed"] = before.get("malformed", 0) + 1
tap.check_eq(f"{WHAT}: but dropped as malformed", before, drops())
tap.check_eq(f"{WHAT}: no answer made a flow", [], [f for f in flows() if f["state"] == "icmp"])

# --- reply-if-up ---------------------------------------------------------------
service(f"change {SERVICE} echo reply-if-up")
check_answered("echo reply-if-up: answers while backends are active", request(10), ident=10)
for backend, state in zip(BACKENDS, ("drain", "down")):
    dsr(f"backend change {SERVICE} {backend} state {state}")
check_answered("and with one of three active", request(11), ident=11)
dsr(f"backend change {SERVICE} {BACKENDS[2]} weight 0")
want = drop_count("echo_down") + 3
# Without a backend no marker leaves the director, so wait for the counter.
for ident in range(3):
    world.send(bytes(request(12 + ident)))
seen = tap.wait_for(lambda: drop_count("echo_down") == want)
tap.check(f"{WHAT}: drops the request when none takes new flows", seen, drops())
dsr(f"backend change {SERVICE} {BACKENDS[1]} state active")
check_answered("and answers when one does again", request(15), ident=15)
for backend in BACKENDS:
    dsr(f"backend replace {SERVICE} {backend} state active")

# --- forward -------------------------------------------------------------------
service(f"change {SERVICE} echo forward")
chosen = {}
wrong = []
for ident in list(range(100, 130)) * 2:
    left = what_leaves(request(ident))
    if (len(left) != 1 or left[0].mac not in macs or left[0].dst != VIP or
            chosen.setdefault(ident, left[0].mac) != left[0].mac):
        wrong += [ident, *left]
tap.check(f"{WHAT}: echo forward: each ping goes to a backend, the same one again", not wrong,
          *wrong)
tap.check_eq(f"{WHAT}: and different ones to all of them", 3, len(set(chosen.values())))

# --- which service's policy applies --------------------------------------------
dsr(f"service add any {VIP} echo reply", f"backend add any {VIP} {BACKENDS[0]}")
check_answered("protocol any stands first, and decides", request(20), ident=20)
service(f"change any {VIP} echo default")
left = what_leaves(request(21))
tap.check(f"{WHAT}: when it is silent, who says something decides",
          len(left) == 1 and left[0].mac in macs, *left)
service(f"change {SERVICE} echo pass")
check_nothing("even against protocol any's default", request(22))
service(f"change {SERVICE} echo default")
left = what_leaves(request(23))
tap.check(f"{WHAT}: all silent, protocol any forwards",
          len(left) == 1 and left[0].mac == macs[0], *left)
check_nothing("a ping to another address is none of ours", request(24, dst=OTHER))

# --- ICMP errors about other packets -------------------------------------------
quote = header(OTHER, CLIENT) / UDP(sport=53, dport=1)
check_nothing("an error about what the VIP did not send is the stack's",
              world.icmp(*lab.PORT_UNREACHABLE[family], 0, bytes(quote)))
dsr("flush")
tap.done()
