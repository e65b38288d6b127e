# SPDX-License-Identifier: GPL-2.0-or-later
"""icmp_stateless.py METHOD 4|6: open flows whose backends the hash selects, then send errors about
them when the director does not know them. It could be another one, or have flushed its table."""
import subprocess
import sys

import lab
import tap
import wire
from wire import ICMP, ICMPV6, TCP

method, family = sys.argv[1], int(sys.argv[2])
world = lab.Lab(method, family)
# The service is for TCP, so the markers are TCP packets, too.
world.marker = lambda: world.tcp(30000, payload=b"marker")
ROUTER = lab.ROUTERS[family]


def backend(packet, send=None):
    left = world.forwarded(packet, send)
    return lab.backend_of(left[0], method) if len(left) == 1 else None


def error(port):
    quote = wire.ip(world.vip, world.src, TCP, wire.tcp(world.vip, world.src, 80, port, wire.ACK))
    kind = (1, 4, 0) if family == 6 else (3, 1, 0)
    message = wire.icmp(ROUTER, world.vip, *kind, quote[:(40 if family == 6 else 20) + 8])
    return wire.ip(ROUTER, world.vip, ICMPV6 if family == 6 else ICMP, message)


chosen = {port: backend(world.tcp(port)) for port in range(43000, 43020)}
tap.check_eq(f"{method} {family}: the hash uses all backends", 3, len(set(chosen.values())))
subprocess.run(["dsrctl", "-n", "director", "flow", "flush"], check=True)
# Do not send through the router, as it has the address of the sender.
found = {port: backend(error(port), world.send_direct) for port in chosen}
tap.check_eq(f"{method} {family}: without flows it finds the same ones for errors", chosen, found)
tap.done()
