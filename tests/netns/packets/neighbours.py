# SPDX-License-Identifier: GPL-2.0-or-later
"""neighbours.py METHOD 4|6: check backends on the director's link that disappear, or whose MAC
address changes."""
import errno
import json
import select
import socket
import struct
import sys

import lab
import tap
import wire
from lab import describe, ip, quoted
from patience import PATIENCE

method, family = sys.argv[1], int(sys.argv[2])
WHAT = f"{method}, IPv{family}"
# The director and the backends are on one segment for every method.
world = lab.Lab("l2", family)
ip("neigh", "flush", "dev", "eth0")
macs = world.backends()
UNREACHABLE = (*lab.UNREACHABLE[family], 0)


def address(name):
    return f"{lab.LAN[family]}5{name[1:]}"


def state(name):
    shown = json.loads(ip("-j", "neigh", "show", address(name)))
    return shown[0]["state"][0] if shown else "none"


def reaches(port):
    """Send a packet of this flow. Return the MAC address that it leaves to."""
    packet = world.udp(port, 200)
    left = [p for p in world.forwarded(packet) if lab.carries(packet)(p)]
    return left[0].mac if len(left) == 1 else None


def goes_to(port, patience=PATIENCE):
    """Send a packet of this flow. Return the backend that gets it. This works when a backend is
    gone; the marker of reaches() may be for that backend."""
    packet = world.udp(port, 200)
    world.send(packet)
    seen = world.out.expect(lab.carries(packet), patience)[0]
    return macs.get(seen.mac) if seen else None


def own_errors():
    """Return the error that sockets of the director itself get. They send to the VIP from enough
    ports to reach every backend."""
    wire.enter("director")
    level, option = ((socket.IPPROTO_IPV6, 25) if family == 6 else (socket.IPPROTO_IP, 11))
    senders = [socket.socket(wire.AF[family], socket.SOCK_DGRAM) for _ in range(16)]
    poll = select.poll()
    for number, sender in enumerate(senders):
        sender.setsockopt(level, option, 1)
        sender.bind(("", 6000 + number))
        sender.connect((world.vip, 9))
        sender.send(b"own")
        poll.register(sender, 0)
    while ready := poll.poll(PATIENCE * 1000):
        sender, = (s for s in senders if s.fileno() == ready[0][0])
        error = sender.recvmsg(64, 512, socket.MSG_ERRQUEUE)[1][0][2]
        # The address of its sender follows the error. Backends may send errors, too, so only
        # those of the director count.
        if wire.packed(lab.DIRECTORS["lan"][family]) in error[16:]:
            return error[:6]
    return None


def lost(port):
    """Send packets of this flow. Return the errors that the client gets once the kernel's probes
    have failed."""
    world.client.drain()
    for length in (200, 201, 202):
        world.send(world.udp(port, length))
    wanted = lambda p: lab.is_error(p) and quoted(p).ports() == (port, 9)
    return [world.client.expect(wanted)[0] for _ in range(3)]


flows = {}
for port in range(7000, 7100):
    flows.setdefault(macs.get(reaches(port)), port)
    if len(flows) == 3:
        break
gone, moved, quiet = flows

# gone
ip("link", "set", "eth0", "down", node=gone)
ip("neigh", "flush", "to", address(gone), "dev", "eth0")
errors = lost(flows[gone])
tap.check_eq(f"{WHAT}: packets that wait for a backend that is gone: the client is told of each",
             [(UNREACHABLE, world.src, world.vip, True)] * 3,
             [(describe(e), quoted(e).src, quoted(e).dst, e.l4_csum_ok()) if e else None
              for e in errors])
tap.check(f"{WHAT}: its entry has failed", state(gone) in ("FAILED", "INCOMPLETE", "none"),
          state(gone))
errors = lost(flows[gone])
tap.check(f"{WHAT}: so it is of later ones", all(errors), *errors)
# struct sock_extended_err: errno, origin (ICMP or ICMPv6) and type
tap.check_eq(f"{WHAT}: and the director itself of its own packets",
             struct.pack("=IBB", errno.EHOSTUNREACH, 3 if family == 6 else 2,
                         UNREACHABLE[0]), own_errors())
tap.check_eq(f"{WHAT}: the other backends are reached meanwhile", moved,
             goes_to(flows[moved]))
ip("link", "set", "eth0", "up", node=gone)
# A link that goes down loses its IPv6 addresses.
ip("address", "replace", f"{lab.LAN[6]}5{gone[1:]}/64", "dev", "eth0", "nodad", node=gone)
tap.check(f"{WHAT}: it is reached again when it is back",
          tap.wait_for(lambda: goes_to(flows[gone], 1) == gone))

# moved: another network card, which announces itself
new = bytes([2, 0, 0, family, 0, 77])
ip("link", "set", "eth0", "address", new.hex(":"), node=moved)
port = wire.Port(moved, "eth0")
if family == 4:
    mine = wire.packed(address(moved))
    arp = b"\0\1\x08\0\6\4\0\1" + new + mine + bytes(6) + mine
    port.sock.send(wire.BROADCAST + new + b"\x08\x06" + arp)
else:
    nodes = "ff02::1"
    port.send(bytes.fromhex("333300000001"),
              wire.ip_icmp(address(moved), nodes, 136, 0, 0x20000000,
                           wire.packed(address(moved)) + b"\2\1" + new, ttl=255))
tap.check(f"{WHAT}: a backend that announces another MAC address is sent to that one",
          tap.wait_for(lambda: reaches(flows[moved]) == new))

# quiet: it gets only these packets, and sends nothing to the director
tap.check(f"{WHAT}: an entry that is old gets stale",
          tap.wait_for(lambda: state(quiet) == "STALE"), state(quiet))
seen = set()


def probed():
    reaches(flows[quiet])
    seen.add(state(quiet))
    return "REACHABLE" in seen


tap.check(f"{WHAT}: and is probed while only the director's packets go there",
          tap.wait_for(probed), *seen)
tap.done()
