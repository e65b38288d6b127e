# SPDX-License-Identifier: GPL-2.0-or-later
"""forge.py 4|6 FLAG...: for each TCP flow in the director's table, send a segment with each of
these flags in turn, with the address of its client but wrong sequence numbers."""
import sys

import tap
import wire
from control import show

family, flags = int(sys.argv[1]), sys.argv[2:]
SEQ = 7
director = wire.Port("director", "eth0").mac
servers = {wire.Port(f"b{n}", "eth0").mac: str(n) for n in (1, 2, 3, 4)}
router = wire.Port("router", "lan")
out = wire.Port("switch", "director")
flows = [flow for flow in show("flow", "show") if flow["protocol"] == "tcp"]
sent = {}
for flow in flows:
    for flag in flags:
        src, dst, port = flow["client"], flow["vip"], flow["client_port"]
        segment = wire.tcp(src, dst, port, flow["port"], getattr(wire, flag), SEQ)
        router.send(director, wire.ip(src, dst, wire.TCP, segment))
        sent[port, flag] = flow["backend"][-1]
went = {}


def record(packet):
    """Record where a packet went. Return true when all have left."""
    if packet.proto == wire.TCP and packet.tcp()["seq"] == SEQ:
        flag, = (name for name in flags if getattr(wire, name) == packet.tcp()["flags"])
        went[packet.ports()[0], flag] = servers.get(packet.mac)
    return len(went) == len(sent)


out.expect(record)
tap.check(f"IPv{family}: {len(sent)} forged {', '.join(flags)} go to the backends of the flows "
          "that they name", sent and went == sent, f"sent {sent}", f"went {went}")
tap.done()
