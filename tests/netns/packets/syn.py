# SPDX-License-Identifier: GPL-2.0-or-later
"""syn.py 4|6: a SYN with the ports of a flow that is remembered.

The flow's backend drains meanwhile: what is scheduled anew goes elsewhere."""
import sys

from scapy.layers.inet import TCP

import tap
from bench import Bench, address, backend, dsrctl, header, show

family = int(sys.argv[1])
bench = Bench(family, count=2)
key = f"tcp {address(bench.vip, 80)}"


def packet(port, flags, seq):
    return header(bench.client_addr, bench.vip) / TCP(sport=port, dport=80, flags=flags, seq=seq)


def state(port):
    return [flow["state"] for flow in show("flow", "show") if flow["client_port"] == port]


for port, name, story, elsewhere, after in (
        (4001, "after a FIN", ("S", "A", "FA"), True, "syn"),
        (4002, "after a RST", ("S", "A", "R"), True, "syn"),
        (4003, "after a RST to the SYN", ("S", "R"), True, "syn"),
        (4004, "in an established connection", ("S", "A", "PA"), False, "established"),
        (4005, "sent again", ("S",), False, "syn")):
    dsrctl(f"service add {key} method l2",
           *(f"backend add {key} {backend(n, family)}" for n in (1, 2)))
    first = [one.to for one in bench.send([packet(port, flags, 1000 + i)
                                         for i, flags in enumerate(story)])]
    tap.check_eq(f"IPv{family}: a flow has one backend ({name})", 1, len(set(first)))
    dsrctl(f"backend change {key} {backend(first[0][1:], family)} state drain")
    other = "b2" if first[0] == "b1" else "b1"
    tap.check_eq(f"IPv{family}: a SYN {name} goes to {'another' if elsewhere else 'the same'}"
                 " backend, that very packet", other if elsewhere else first[0],
                 bench.one(packet(port, "S", 900000)))
    tap.check_eq(f"IPv{family}: a SYN {name}: the flow's state", [after], state(port))
    tap.check_eq(f"IPv{family}: a SYN {name}: and there it stays", other if elsewhere else first[0],
                 bench.one(packet(port, "A", 900001)))
    dsrctl(f"service del {key}")
dsrctl("flush")
tap.done()
