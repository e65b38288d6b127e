# SPDX-License-Identifier: GPL-2.0-or-later
"""icmp_stateless.py METHOD 4|6: open flows whose backends the hash selects, then send errors about
them when the director does not know them. It could be another one, or have flushed its table."""
import sys

import lab
import tap
import wire
from control import dsr
from wire import TCP

method, family = sys.argv[1], int(sys.argv[2])
world = lab.Lab(method, family)
# The service is for TCP, so the markers are TCP packets, too.
world.marker = lambda: world.tcp(30000, payload=b"marker")


def backend(packet, send=None):
    left = world.forwarded(packet, send)
    return lab.backend_of(left[0], method) if len(left) == 1 else None


def error(port):
    quote = wire.ip(world.vip, world.src, TCP, wire.tcp(world.vip, world.src, 80, port, wire.ACK))
    kind = lab.PORT_UNREACHABLE[6] if world.ipv6 else lab.UNREACHABLE[4]
    return world.icmp(*kind, 0, quote[:lab.HEADER[family] + 8], src=lab.ROUTERS[family])


chosen = {port: backend(world.tcp(port)) for port in range(43000, 43020)}
tap.check_eq(f"{method} {family}: the hash uses all backends", 3, len(set(chosen.values())))
dsr("flow flush")
# Do not send through the router, as it has the address of the sender.
found = {port: backend(error(port), world.send_direct) for port in chosen}
tap.check_eq(f"{method} {family}: without flows it finds the same ones for errors", chosen, found)
tap.done()
