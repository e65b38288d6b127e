# SPDX-License-Identifier: GPL-2.0-or-later
"""preferred_source.py 4|6: check the outer source of tunnels to IPv4 or IPv6 backends, for routes
with and without a preferred source."""
import sys

import lab
import tap
from control import dsr, endpoint

family = int(sys.argv[1])
WHAT = f"IPv{family}"
world = lab.Lab("ipip", family)
DIRECTOR, BACKEND = lab.DIRECTORS["link"][family], f"{lab.LAN[family]}51"
ROUTER, PREFERRED = f"{lab.LINK[family]}1", f"{lab.LINK[family]}77"
PLEN = 128 if world.ipv6 else 32
# The address that is nearest to the backend: it has the longest prefix in common.
NEAR = f"{lab.LAN[family]}50"
SERVICE = f"udp {endpoint(world.vip, 9)}"
ip = world.ip


def address(word, *words):
    ip("address", word, *words, "dev", "eth0", *(["nodad"] if world.ipv6 and word == "add" else []))


def sources():
    """Send a datagram. Return the sources of what leaves the director for it."""
    return [p.src for p in world.forwarded(world.udp(7000, 100))]


dsr(f"service add {SERVICE} method ipip", f"backend add {SERVICE} {BACKEND}")
tap.check_eq(f"{WHAT}: without another word routing picks the source", [DIRECTOR], sources())
address("add", f"{PREFERRED}/{PLEN}")
ip("route", "replace", "default", "via", ROUTER, "src", PREFERRED)
tap.check_eq(f"{WHAT}: a default route with a source decides", [PREFERRED], sources())
address("add", f"{NEAR}/{PLEN}")
tap.check_eq(f"{WHAT}: another address that comes changes nothing", [PREFERRED], sources())
ip("route", "add", BACKEND, "via", ROUTER, "src", DIRECTOR)
tap.check_eq(f"{WHAT}: nor does the default route where a longer one says another source",
             [DIRECTOR], sources())
ip("route", "del", BACKEND)
if world.ipv6:
    # A route by a nexthop object, which has the next hop in another structure.
    ip("nexthop", "add", "id", "1", "via", ROUTER, "dev", "eth0")
    ip("route", "replace", BACKEND, "nhid", "1", "src", PREFERRED)
    tap.check_eq(f"{WHAT}: so does one by a nexthop object", [PREFERRED], sources())
    ip("route", "del", BACKEND)
    ip("nexthop", "del", "id", "1")
address("del", f"{NEAR}/{PLEN}")
tap.check_eq(f"{WHAT}: another address that goes changes nothing", [PREFERRED], sources())
ip("route", "replace", "default", "via", ROUTER)
address("del", f"{PREFERRED}/{PLEN}")
tap.check_eq(f"{WHAT}: without the preferred source routing picks again", [DIRECTOR], sources())
dsr("flush")
tap.done()
