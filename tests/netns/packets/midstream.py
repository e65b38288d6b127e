# SPDX-License-Identifier: GPL-2.0-or-later
"""Check connections whose beginning the director did not see."""
import tap
import wire
from control import flow_states
from wire import ACK, PSH, RST, TCP

CLIENT, VIP = "198.51.100.201", "192.168.5.10"
client = wire.Port("client", "eth0")
gateway = wire.Port("router", "client").mac
out = wire.Port("switch", "director")
servers = [wire.Port(node, "eth0").mac for node in ("b1", "b2")]

for name, flags, payload, port, state in (
        ("an ACK", ACK, b"", 40001, "unconfirmed"),
        ("data", PSH | ACK, b"middle of something", 40002, "unconfirmed"),
        ("a RST", RST | ACK, b"", 40003, "unconfirmed")):
    data = wire.tcp(CLIENT, VIP, port, 8080, flags, 1000, 2000, 512, b"", payload)
    client.send(gateway, wire.ip4(CLIENT, VIP, TCP, data, ident=port))
    left, _ = out.expect(lambda p: p.version == 4 and p.ident == port)
    tap.check(f"{name} without a SYN before goes to a server", left and left.mac in servers, left)
    tap.check_eq(f"{name}: the connection is remembered", [state], flow_states(port))
tap.done()
