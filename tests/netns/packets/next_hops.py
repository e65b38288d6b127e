# SPDX-License-Identifier: GPL-2.0-or-later
"""next_hops.py 4|6: check which next hop packets take if a route has two."""
import sys

import lab
import tap
import wire
from control import dsr, endpoint, show
from hops import SECOND, Hops
from lab import describe

family = int(sys.argv[1])
hops = Hops(family)
world, WHAT = hops.world, hops.what
DIRECTOR = lab.DIRECTORS["link"][family]
OVERHEAD = lab.HEADER[family]
# Use only one backend, so that flows spread over next hops alone.
BACKEND = hops.backends[0]
dsr(*(f"backend del {hops.service} {backend}" for backend in hops.backends[1:]))


def too_big(mtu, quote):
    world.send_direct(wire.ip_icmp(hops.router, DIRECTOR, *lab.TOO_BIG[family], mtu, quote))


def check_spread(text, low=30, high=90):
    ways = hops.ways()
    tap.check(f"{WHAT}, {text}: of 120 flows, {low} to {high} take the second next hop",
              len(ways) == 120 and low <= hops.by_second(ways) <= high, ways)
    tap.check_eq(f"{WHAT}, {text}: each flow keeps to its own", ways, hops.ways())
    return ways


hops.neighbour()
hops.ip("route", "replace", hops.net, "via", hops.router, "dev", "eth0")
tap.check_eq(f"{WHAT}: with one next hop, all flows take it", 0, hops.by_second())
hops.route(weight=3)
check_spread("with three quarters for the first", 10, 55)
hops.route()
ways = check_spread("two next hops")
by_mac = {mac: port for port, (_, mac) in ways.items()}
for mac, port in by_mac.items():
    asked, = show("trace", "udp", endpoint(world.src, port), hops.service.split()[1])
    tap.check_eq(f"{WHAT}: trace shows a flow's own next hop",
                 hops.second if mac == SECOND else hops.router, asked["via"])

# an error about a packet by one next hop is valid for both
outer = world.forwarded(world.udp(by_mac[SECOND], 200))[0]
too_big(1400, outer.data[:OVERHEAD + 8])
for mac, port in by_mac.items():
    errors = world.errors_about(world.udp(port, 1400 - OVERHEAD + 1))
    tap.check_eq(f"{WHAT}: the MTU of the way is known to a flow by "
                 f"{'the second' if mac == SECOND else 'the first'} next hop",
                 [(*lab.TOO_BIG[family], 1400 - OVERHEAD)], [describe(e) for e in errors])
hops.ip("route", "flush", "cache")

hops.route_by_group()
check_spread("a group of nexthop objects")
hops.unroute()
hops.route_by_group("type", "resilient", "buckets", "32", "idle_timer", "0")
check_spread("a resilient group")
hops.unroute()

# by two devices, one of which is deleted
hops.ip("link", "add", "eth1", "type", "dummy")
hops.ip("link", "set", "eth1", "up")
hops.ip("address", "add", "2001:db8:7::2/64" if world.ipv6 else "10.7.7.2/24", "dev", "eth1",
        *(["nodad"] if world.ipv6 else []))
there = "2001:db8:7::9" if world.ipv6 else "10.7.7.9"
hops.ip("neighbour", "add", there, "lladdr", "02:00:00:00:00:09", "dev", "eth1", "nud", "permanent")
hops.ip("route", "add", hops.net, "nexthop", "via", hops.router, "dev", "eth0",
        "nexthop", "via", there, "dev", "eth1")
ways = hops.ways()
tap.check(f"{WHAT}: some flows take another device", 30 <= 120 - len(ways) <= 90, ways)
hops.ip("link", "del", "eth1")
tap.check_eq(f"{WHAT}: when that goes, all take the one that is left", 120, len(hops.ways()))
dsr("flush")
tap.done()
