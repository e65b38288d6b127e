# SPDX-License-Identifier: GPL-2.0-or-later
"""Check the same VIP, clients and backends in two VRFs and outside of them."""
import errno
import socket
import struct

from scapy.layers.inet import ICMP, TCP, UDP
from scapy.layers.inet6 import ICMPv6EchoRequest

import lab
import tap
import wire
from bench import header
from control import drops, dsr, dsrctl, endpoint, flows, show
from lab import ip
from genl import Genl, attr, nest
from probe import marked

CLIENT, VIP, NET = lab.CLIENTS, lab.VIPS, lab.LAN
ARMS = ("green", "red", "blue")
VRF = {"green": "", "red": "%vrf-red", "blue": "%vrf-blue"}
BACKEND = {"green": 51, "red": 52, "blue": 53}
wires = {arm: wire.Port(arm, "lan") for arm in ARMS}
directors = {arm: wire.Port("director", f"{arm}0").mac for arm in ARMS}
tagged = wire.Port("green", "lan.100")


def service(family, arm, port=80):
    return f"tcp {endpoint(VIP[family] + VRF[arm], port)}"


def packet(family, sport, dport=80):
    return header(CLIENT[family], VIP[family]) / TCP(sport=sport, dport=dport, flags="A")


def neighbour(mac):
    return int(mac[-1:].hex()) if mac[:2] == b"\x02\0" else None


numbers = iter(range(1000, 60000))


def until_marker(arm):
    """Send a marker. Return what left by the arm before it. The marker's service, which each arm
    has, matches nothing else; its backend is neighbour 3."""
    number = next(numbers)
    wires[arm].send(directors[arm], wire.ip(CLIENT[4], "192.0.2.99", wire.UDP, wire.udp(
        CLIENT[4], "192.0.2.99", number, 9, b"marker")))
    last, before = wires[arm].expect(lambda p: p.proto == wire.UDP and p.dst == "192.0.2.99" and
                                     p.ports()[0] == number)
    if not last:
        raise lab.LostMarker(f"the marker did not leave the director by {arm}")
    return before


def ways(arm, sent):
    """Send a packet into an arm. Return where it leaves, as a list of (arm, neighbour). Director
    and wires keep the order of packets, so the markers are the end."""
    for port in wires.values():
        port.drain()
    wires[arm].send(directors[arm], bytes(sent))
    return [(other, neighbour(p.mac)) for other in ARMS for p in until_marker(other)
            if {p.dst, p.innermost().dst, p.src} & {*VIP.values()}]


def check_ways(text, arm, sent, *expected):
    seen = ways(arm, sent)
    tap.check_eq(text, list(expected), seen)


for name in ARMS:
    dsr(f"service add udp 192.0.2.99{VRF[name]}", f"backend add udp 192.0.2.99{VRF[name]} 10.1.1.3")
for family in (4, 6):
    what = f"IPv{family}"
    for name in ARMS:
        dsr(f"service add {service(family, name)}",
            f"backend add {service(family, name)} {NET[family]}{BACKEND[name]}")
    for name in ARMS:
        check_ways(f"{what}: what comes in by {name} goes to its own backend, once, by its own device",
                   name, packet(family, 4000), (name, BACKEND[name]))
    seen = sorted(f["service"].get("vrf", "") for f in flows() if f["client_port"] == 4000 and
                  f["protocol"] == "tcp" and f["vip"] == VIP[family])
    tap.check_eq(f"{what}: the same addresses and ports are a flow in each VRF",
                 ["", "vrf-blue", "vrf-red"], seen)
    counts = {b["service"].get("vrf", ""): b["packets"] for b in show("backend", "show")
              if b["service"]["vip"] == VIP[family]}
    tap.check_eq(f"{what}: each packet is counted once", {"": 1, "vrf-red": 1, "vrf-blue": 1}, counts)
    dsr(f"service del {service(family, 'red')}")
    check_ways(f"{what}: in a VRF no service from outside matches", "red", packet(family, 4001))
    check_ways(f"{what}: and the others go on", "blue", packet(family, 4000), ("blue", 53))
    dsr(f"service add {service(family, 'red')} echo reply",
        f"backend add {service(family, 'red')} {NET[family]}52")
    ping = header(CLIENT[family], VIP[family]) / (
        ICMPv6EchoRequest(id=3) if family == 6 else ICMP(id=3))
    check_ways(f"{what}: a ping is answered in its VRF", "red", ping, ("red", 1))
    check_ways(f"{what}: and not in another one", "blue", ping)

# --- routes of the VRF ---------------------------------------------------------
for name in ("red", "blue"):
    dsr(f"service add {service(4, name, 81)} method ipip",
        f"backend add {service(4, name, 81)} 10.9.9.9")
check_ways("a tunnelled packet takes the routes of its VRF", "red", packet(4, 5000, 81), ("red", 1))
check_ways("as it does in another one", "blue", packet(4, 5000, 81), ("blue", 3))
ip("route", "del", "default")
wires["red"].drain()
dying = packet(4, 5000)
dying.ttl = 1
wires["red"].send(directors["red"], bytes(dying))
got, _ = wires["red"].expect(lambda p: p.proto == wire.ICMP and p.dst == CLIENT[4])
tap.check("a client whom only routes of the VRF lead to is told of a TTL that ran out",
          got and got.payload[0] == 11 and neighbour(got.mac) == 1, got)

# --- refusals ------------------------------------------------------------------
ip("-6", "route", "del", "default")
for family in (4, 6):
    what = f"IPv{family}: a client whom only routes of the VRF lead to"
    where = endpoint(VIP[family] + "%vrf-red", 84)
    dsr(f"service add tcp {where} no-backend reject", f"service add udp {where} no-backend reject")
    wires["red"].drain()
    wires["red"].send(directors["red"], bytes(packet(family, 5002, 84)))
    got, _ = wires["red"].expect(lambda p: p.proto == wire.TCP and p.src in VIP.values())
    tap.check(f"{what} is sent the VIP's reset",
              got and got.dst == CLIENT[family] and got.ports() == (84, 5002) and
              got.tcp()["flags"] == wire.RST and neighbour(got.mac) == 1, got)
    refused = header(CLIENT[family], VIP[family]) / UDP(sport=5002, dport=84)
    wires["red"].send(directors["red"], bytes(refused))
    got, _ = wires["red"].expect(lambda p: p.proto in (wire.ICMP, wire.ICMPV6) and p.dst in CLIENT.values())
    tap.check(f"{what} is told that the port is unreachable",
              got and got.payload[:2] == (bytes([1, 4]) if family == 6 else bytes([3, 3])) and
              neighbour(got.mac) == 1, got)
    dsr(f"service del tcp {where}", f"service del udp {where}")
ip("route", "add", "default", "via", "10.1.1.1")
ip("route", "add", "default", "via", "2001:db8:1::1")
warned = dsrctl("backend", "add", *service(4, "red").split(), "10.2.2.51")
tap.check("of a backend that is on-link only outside of the VRF the operator is warned",
          warned.returncode == 0 and "not on-link" in warned.stderr, warned)
dsr(f"backend del {service(4, 'red')} 10.2.2.51")
refused = dsrctl("service", "add", "tcp", "192.0.2.1%red0:1")
tap.check("a device that is no VRF is refused",
          refused.returncode == 2 and "no VRF" in refused.stderr, refused)

# --- marks: nftables sets 7 for port 82 -----------------------------------------
dsr("service add mark 7%vrf-red", "backend add mark 7%vrf-red 10.1.1.51")
check_ways("a mark in a VRF", "red", packet(4, 5001, 82), ("red", 51))
check_ways("is not that mark in another one", "blue", packet(4, 5001, 82))
genl = Genl("director")
RED = nest("FLOW_SERVICE", attr("SERVICE_MARK", struct.pack("=I", 7)) +
           attr("SERVICE_VRF", b"vrf-red\0"))
FLOW = (attr("FLOW_SRC4", wire.packed(CLIENT[4])) + attr("FLOW_DST4", wire.packed(VIP[4])) +
        attr("FLOW_PROTOCOL", b"\6") + attr("FLOW_SRC_PORT", struct.pack("!H", 5001)) +
        attr("FLOW_DST_PORT", struct.pack("!H", 82)))
tap.check_eq("a flow in a VRF is asked for with its service",
             [errno.ENOENT, 0], [genl.request("FLOW_GET", FLOW + more, 0)[0]
                                 for more in (b"", RED)])

# --- checks: a socket that is bound to the VRF sends them --------------------------


def check_leaves(text, mark, device, *expected):
    for port in wires.values():
        port.drain()
    with marked(4, socket.SOCK_STREAM, mark, device=device) as sock:
        sock.setblocking(False)
        sock.connect_ex((VIP[4], 80))
        own = sock.getsockname()[1]
        seen = {(arm, neighbour(p.mac)) for arm in ARMS for p in until_marker(arm)
                if p.proto == wire.TCP and p.ports()[0] == own}
    tap.check_eq(text, set(expected), seen)


dsr(f"backend add {service(4, 'red')} 10.1.1.51 weight 0 check-mark 70",
    f"backend add {service(4, 'green')} 10.1.1.52 weight 0 check-mark 71")
check_leaves("a check in a VRF leaves by it to the backend of the mark", 70, "vrf-red", ("red", 51))
check_leaves("a check outside of VRFs as well", 71, None, ("green", 52))
check_leaves("a mark of a backend in a VRF is none of a check outside", 70, None, ("green", 51))
check_leaves("nor the other way round", 71, "vrf-red", ("red", 52))
source = endpoint("10.1.1.2", 40000)
traced = show("trace", "tcp", source, endpoint(VIP[4], 80), "mark", "70", "dev", "vrf-red")[0]
tap.check_eq("a trace by the VRF knows the check", ("check", "10.1.1.51"),
             (traced.get("chosen_by"), traced.get("backend")))
dsr(f"backend del {service(4, 'red')} 10.1.1.51", f"backend del {service(4, 'green')} 10.1.1.52")

# --- devices appear and disappear ----------------------------------------------
for word in ("down", "name", "up"):
    ip("link", "set", "vrf-pink" if word == "up" else "vrf-red",
       *(("name", "vrf-pink") if word == "name" else (word,)))
dsr("service add udp 192.0.2.99%vrf-pink", "backend add udp 192.0.2.99%vrf-pink 10.1.1.3")
check_ways("a VRF that is renamed has other services", "red", packet(4, 4000))
dsr("service del udp 192.0.2.99%vrf-pink")
for word in ("down", "name", "up"):
    ip("link", "set", "vrf-red" if word == "up" else "vrf-pink",
       *(("name", "vrf-red") if word == "name" else (word,)))
check_ways("and its own again by its old name", "red", packet(4, 4000), ("red", 52))
ip("link", "del", "vrf-blue")
tap.check_eq("the services of a deleted VRF stay", 3,
             len([s for s in show("service", "show") if s.get("vrf") == "vrf-blue"
                  and s["protocol"] == "tcp"]))
ip("link", "add", "vrf-blue", "type", "vrf", "table", "200")
ip("link", "set", "vrf-blue", "up")
ip("link", "set", "blue0", "master", "vrf-blue")
for host in (3, 53):
    ip("neighbour", "replace", f"10.1.1.{host}", "dev", "blue0", "lladdr",
       f"02:00:00:00:00:{host:02}", "nud", "permanent")
check_ways("and match again when there is one of its name", "blue", packet(4, 4000), ("blue", 53))

# --- VLAN, one arm -------------------------------------------------------------
dsr(f"service add {service(4, 'green', 83)}", f"backend add {service(4, 'green', 83)} 10.2.2.51")
tagged.drain()
wires["green"].send(directors["green"], bytes(packet(4, 6000, 83)))
got, _ = tagged.expect(lambda p: p.dst == VIP[4])
tap.check("a backend in a VLAN gets its packet with the VLAN's tag",
          got and neighbour(got.mac) == 51 and got.ttl == 63, got)
wires["green"].drain()
wires["green"].send(directors["green"], bytes(packet(4, 6001)))
got, before = wires["green"].expect(lambda p: p.dst == VIP[4])
tap.check("out by the arm it came in by: no redirect goes to the client",
          got and not [p for p in before if p.proto == wire.ICMP], got, *before)
tap.check_eq("nothing else was dropped", {"ttl_exceeded": 1, "no_backend": 4}, drops())
dsr("flush")
tap.done()
