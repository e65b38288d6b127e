# SPDX-License-Identifier: GPL-2.0-or-later
"""failed_next_hop.py 4|6: check routes of which one of two next hops fails, and answers again."""
import sys

import tap
from hops import Hops

hops = Hops(int(sys.argv[1]))
FLOWS = range(7000, 7060)


def check_fails(how):
    hops.neighbour()
    ways = hops.ways(FLOWS)
    tap.check(f"{hops.what}, {how}: flows go by both next hops",
              0 < hops.by_second(ways) < len(FLOWS) == len(ways), ways)
    # A packet to it would have it solicited, and IPv6 would not avoid it meanwhile.
    hops.neighbour("failed")
    ways = hops.ways(FLOWS)
    tap.check(f"{hops.what}, {how}: when one fails, all go by the other at once",
              len(ways) == len(FLOWS) and not hops.by_second(ways), ways)


# IPv6 avoids a router whose MAC address it does not know.
tap.check_eq(f"{hops.what}: with the default route all flows go by the router", 0,
             hops.by_second(hops.ways(FLOWS)))
hops.route()
check_fails("two next hops")
hops.route_by_group()
check_fails("a group of nexthop objects")
hops.neighbour()
tap.check(f"{hops.what}: when it answers again, flows go by both, without a change of routes",
          tap.wait_for(lambda: 0 < hops.by_second() < 120))
hops.unroute()
tap.done()
