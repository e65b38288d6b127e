# SPDX-License-Identifier: GPL-2.0-or-later
"""Routes with two next hops on the director's link, to test which of them packets take. One is
the router; the other one has a MAC address that no node has, but the test sees its frames."""
import lab
from control import dsr, endpoint

SECOND = bytes.fromhex("020000000009")


class Hops:
    """Twelve backends of method ipip, behind the two next hops."""

    def __init__(self, family):
        self.world = world = lab.Lab("ipip", family)
        self.what, self.ip = f"IPv{family}", world.ip
        self.router, self.second = f"{lab.LINK[family]}1", f"{lab.LINK[family]}9"
        self.net = f"{lab.LAN[family]}{'/64' if world.ipv6 else '0/24'}"
        self.backends = [f"{lab.LAN[family]}{host}" for host in range(51, 63)]
        self.service = f"udp {endpoint(world.vip, 9)}"
        dsr(f"service add {self.service} method ipip",
            *(f"backend add {self.service} {backend}" for backend in self.backends))
        # The router itself is the backend of the markers: no route decides their way.
        world.separate_markers(self.router, "ipip")

    def neighbour(self, state="permanent"):
        """Set the neighbour entry of the second next hop."""
        lladdr = [] if state == "failed" else ["lladdr", "02:00:00:00:00:09"]
        self.ip("neighbour", "replace", self.second, *lladdr, "dev", "eth0", "nud", state)

    def route(self, weight=1):
        """Route to the backends by two next hops of the route itself."""
        self.ip("route", "replace", self.net,
                "nexthop", "via", self.router, "dev", "eth0", "weight", str(weight),
                "nexthop", "via", self.second, "dev", "eth0")

    def route_by_group(self, *kind):
        """Route to the backends by a group of nexthop objects."""
        for number, via in ((1, self.router), (2, self.second)):
            self.ip("nexthop", "replace", "id", str(number), "via", via, "dev", "eth0")
        lab.ip("nexthop", "replace", "id", "10", "group", "1/2", *kind)
        self.ip("route", "replace", self.net, "nhid", "10")

    def unroute(self):
        self.ip("route", "del", self.net)
        lab.ip("nexthop", "flush")

    def ways(self, ports=range(7000, 7120)):
        """Send a packet of each flow. Return, by the flow's port, the backend and the MAC address
        that its packet was sent to."""
        world, seen = self.world, {}
        world.out.drain()
        for port in ports:
            world.send(world.udp(port, 100))
        for packet in world.until_marker():
            inner = packet.innermost()
            if inner.dst == world.vip and inner.ports()[1] == 9:
                seen[inner.ports()[0]] = (packet.dst, packet.mac)
        return seen

    def by_second(self, ways=None):
        return sum(mac == SECOND for _, mac in (self.ways() if ways is None else ways).values())
