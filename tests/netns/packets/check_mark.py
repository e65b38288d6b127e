# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks: a socket of the director with the check-mark of a backend reaches this backend as the
packets of clients do, whatever its state is, and leaves no trace in flows and counters."""
import socket

import lab
import tap
import wire
from control import drops, dsr, endpoint, flows, show
from patience import PATIENCE
from probe import NAMES, SO_MARK, data_ways, marked, probe
from wire import UDP

# method, families of VIP and backends, further options
WAYS = (("l2", 4, 4, ""), ("l2", 6, 6, ""), ("ipip", 4, 4, "outer-ttl 255"), ("ipip", 6, 6, ""),
        ("gre", 4, 4, "gre-key 42"), ("gue", 4, 6, ""), ("dscp", 4, 4, "dscp 42"),
        ("dscp", 6, 6, "dscp 42"))
MARKS = (101, 102, 103)
UPLOAD = 300000
STATES = ("state down", "health down", "state drain", "weight 0", "max-flows 1")
worlds = {family: lab.Lab("l2", family) for family in (4, 6)}


def counts():
    """Return what the service and its backends count, without the counters of checks."""
    return [[seen.get(key) for key in ("flows", "packets", "bytes", "active")]
            for seen in (*show("service", "show"), *show("backend", "show"))]


def checks():
    return [seen["check_packets"] for seen in show("backend", "show")]


def check_probes(text, world, expected, source=None):
    seen = {}
    for mark, name in zip(MARKS, NAMES):
        who, seen[name] = probe(world, mark, source)
        tap.check_eq(f"{text}: a check of {name} is answered by it", name, who)
    tap.check_eq(f"{text}: checks leave as a client's packets for that backend", expected, seen)


def check_upload(text, world):
    """Have a check send much at once: the socket makes GSO packets of it."""
    head = f"PUT /up/check HTTP/1.0\r\nContent-Length: {UPLOAD}\r\n\r\n".encode()
    before = show("backend", "show")[1]
    probe(world, MARKS[1], None, head + bytes(UPLOAD))
    after = show("backend", "show")[1]
    sent = after["check_bytes"] - before["check_bytes"]
    tap.check(f"{text}: a check may send much, in GSO packets, which count as segments",
              sent > UPLOAD and after["check_packets"] - before["check_packets"] > UPLOAD // 1500,
              before, after)


def configure(world, method, outer, words):
    service = f"tcp {endpoint(world.vip, 80)}"
    addresses = worlds[outer].backend_addrs
    dsr(f"service add {service} method {method} {words}",
        *(f"backend add {service} {address} check-mark {mark}"
          for address, mark in zip(addresses, MARKS)))
    return service, addresses


def check_states(text, world, service, addresses, ways):
    for state in STATES:
        dsr(*(f"backend change {service} {address} {state}" for address in addresses))
        check_probes(f"{text}, {state}", world, ways)
        dsr(*(f"backend change {service} {address} state active health up weight 1 max-flows 0"
              for address in addresses))


def mac_of(world, sock, port, payload=b"x"):
    """Send a datagram to the VIP. Return the name of the backend that it, or its first fragment,
    leaves to."""
    source = sock.getsockname()[1]
    sock.sendto(payload, (world.vip, port))
    left, _ = world.out.expect(lambda p: p.proto == UDP and p.dst == world.vip and
                               p.ports() == (source, port))
    return world.backends().get(left.mac) if left else None


def check_datagrams(text, world):
    """Checks neither follow nor change the flow of the same addresses and ports. A large datagram
    leaves in fragments, but IPv6 is fragmented by its sender only, which nf_dsr is not."""
    size = 40 if world.ipv6 else 3000
    key = f"udp {endpoint(world.vip, 7000)}-7009"
    dsr(f"service add {key}", *(f"backend add {key} {address} check-mark {200 + i}"
                                for i, address in enumerate(world.backend_addrs)))
    with marked(world.family, socket.SOCK_DGRAM, 0, port=5353) as sock:
        own = mac_of(world, sock, 7005)
        before = counts()
        seen = []
        for i in range(len(NAMES)):
            sock.setsockopt(socket.SOL_SOCKET, SO_MARK, 200 + i)
            seen.append((mac_of(world, sock, 7005), mac_of(world, sock, 7009, bytes(size))))
        tap.check_eq(f"{text}: datagrams, also in fragments, go to the backend of the mark",
                     [(name, name) for name in NAMES], seen)
        tap.check_eq(f"{text}: they count for no flow and no service", before, counts())
        sock.setsockopt(socket.SOL_SOCKET, SO_MARK, 0)
        tap.check_eq(f"{text}: the flow of the same ports stays where it is", own,
                     mac_of(world, sock, 7005))
        sock.setsockopt(socket.SOL_SOCKET, SO_MARK, 299)
        tap.check_eq(f"{text}: a mark of no backend is none of a check", own,
                     mac_of(world, sock, 7005))
    dsr(f"service del {key}")


def check_forwarded(text, world):
    """A rule gives a client's packets the check-mark of one backend."""
    lab.run("nsenter", "--net=/run/netns/director", "--", "nft",
            "add table inet marks; add chain inet marks raw "
            "{ type filter hook prerouting priority raw; }; "
            "add rule inet marks raw tcp dport 80 meta mark set 101")
    before = checks()
    seen = {world.receiver(world.tcp(port, wire.SYN)) for port in range(30000, 30030)}
    tap.check_eq(f"{text}: packets that arrive with the mark go to all backends",
                 set(world.backend_addrs), seen)
    tap.check_eq(f"{text}: and are no checks", before, checks())
    lab.in_node("director", "nft", "delete table inet marks")


def traced(world, *words):
    shown, = show("trace", "tcp", endpoint(lab.DIRECTORS["lan"][world.family], 40000),
                  endpoint(world.vip, 80), *words)
    return shown.get("chosen_by"), shown.get("backend"), shown["verdict"]


def check_trace(text, world, service):
    dsr(f"backend change {service} {world.backend_addrs[1]} state down")
    tap.check_eq(f"{text}: a trace knows a check", ("check", world.backend_addrs[1], "forward"),
                 traced(world, "mark", "102"))
    chosen, backend, _ = traced(world, "mark", "102", "dev", "eth0")
    tap.check(f"{text}: and that a packet with this mark that arrives is none",
              chosen == "scheduler" and backend != world.backend_addrs[1], chosen, backend)
    dsr(f"backend change {service} {world.backend_addrs[1]} state active")


def check_own_vip(text, world, ways):
    """Give the director the VIP, as VRRP does. A check binds its own address then. One that does
    not would be answered by the director itself, and is dropped."""
    lab.ip("address", "add", world.vip, "dev", "eth0", *(["nodad"] if world.ipv6 else []))
    check_probes(f"{text}, the VIP is the director's, too", world, ways,
                 lab.DIRECTORS["lan"][world.family])
    before = drops().get("martian", 0)
    with marked(world.family, socket.SOCK_DGRAM, 101, world.vip) as sock:
        service = f"udp {endpoint(world.vip, 9)}"
        dsr(f"service add {service}",
            f"backend add {service} {world.backend_addrs[0]} check-mark 109")
        sock.setsockopt(socket.SOL_SOCKET, SO_MARK, 109)
        try:
            sock.sendto(b"x", (world.vip, 9))
        except PermissionError:
            pass
        tap.check_eq(f"{text}: a check from the VIP itself is dropped", before + 1,
                     drops().get("martian", 0))
        dsr(f"service del {service}")
    lab.ip("address", "del", world.vip, "dev", "eth0")


for method, family, outer, words in WAYS:
    world = worlds[family]
    text = f"{method}, IPv{family} by IPv{outer}"
    service, addresses = configure(world, method, outer, words)
    ways = data_ways(world)
    tap.check(f"{text}: a client's packets reach every backend", None not in ways.values(), ways)
    dsr("flow flush")
    before = counts()
    check_probes(text, world, ways)
    for mark in MARKS:
        lab.in_node("director", "ping", "-n", "-c", "1", "-W", str(PATIENCE), "-m", str(mark),
                    world.vip)
    tap.ok(f"{text}: pings with the marks are answered")
    tap.check_eq(f"{text}: checks make no flow", [], flows())
    tap.check_eq(f"{text}: and no other counter counts them", before, counts())
    tap.check(f"{text}: but those of checks", min(checks()) >= 4, checks())
    if method in ("l2", "ipip"):
        check_upload(text, world)
    if method == "l2":
        check_states(text, world, service, addresses, ways)
        check_datagrams(text, world)
        check_forwarded(text, world)
        check_trace(text, world, service)
        check_own_vip(text, world, ways)
    dsr("flush")
# Sockets learn the MTU of tunnels.
tap.check_eq("nothing else was dropped", {"martian", "too_big"}, set(drops()))
tap.done()
