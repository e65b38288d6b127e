# SPDX-License-Identifier: GPL-2.0-or-later
"""Health checks of the director itself. A firewall mark for each backend selects it. The packets
must leave the director as a client's packets for that backend do, and must be answered."""
import lab
import tap
from control import dsr, endpoint
from patience import PATIENCE
from probe import NAMES, data_ways, probe

# method, families of VIP and backends, further options
WAYS = (("l2", 4, 4, ""), ("l2", 6, 6, ""), ("ipip", 4, 4, "outer-ttl 255"), ("ipip", 6, 6, ""),
        ("gre", 4, 4, "gre-key 42"), ("gre", 6, 4, ""), ("gue", 4, 4, ""), ("gue", 4, 6, ""))
worlds = {family: lab.Lab("l2", family) for family in (4, 6)}


def check_probes(text, world, expected, source=None):
    seen = {}
    for number, name in enumerate(NAMES, 101):
        who, seen[name] = probe(world, number, source)
        tap.check_eq(f"{text}: the answer to a probe of {name} comes from there", name, who)
    tap.check_eq(f"{text}: probes leave as a client's packets for that backend", expected, seen)


def configure(world, method, outer, words):
    addresses = worlds[outer].backend_addrs
    service = f"tcp {endpoint(world.vip, 80)}"
    lines = [f"service add {service} method {method} {words}",
             *(f"backend add {service} {address}" for address in addresses)]
    for number, address in enumerate(addresses, 101):
        mark = f"mark {number}{'/ipv6' if world.ipv6 else ''}"
        lines += [f"service add {mark} method {method} {words}", f"backend add {mark} {address}"]
    dsr(*lines)
    return service, addresses


for method, family, outer, words in WAYS:
    world = worlds[family]
    text = f"{method}, IPv{family} by IPv{outer}"
    service, addresses = configure(world, method, outer, words)
    ways = data_ways(world)
    tap.check(f"{text}: a client's packets reach every backend", None not in ways.values(), ways)
    check_probes(text, world, ways)
    if method == "l2":
        dsr(*(f"backend change {service} {address} state down" for address in addresses))
        check_probes(f"{text}, backends down", world, ways)
        lab.in_node("director", "ping", "-n", "-c", "1", "-W", str(PATIENCE), "-m", "102", world.vip)
        tap.ok(f"{text}: a marked ping is answered, too")
        # Give the director the VIP, as VRRP does. Then the socket must bind its own address.
        lab.ip("address", "add", world.vip, "dev", "eth0", *(["nodad"] if world.ipv6 else []))
        check_probes(f"{text}, the VIP is the director's, too", world, ways,
                     lab.DIRECTORS["lan"][family])
        lab.ip("address", "del", world.vip, "dev", "eth0")
    dsr("flush")
tap.done()
