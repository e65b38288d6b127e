# SPDX-License-Identifier: GPL-2.0-or-later
"""syn.py 4|6: send a SYN with the ports of a flow that is in the table.

The flow's backend drains in the meantime, so a packet that is scheduled again would go to another
backend. This happens once the flow's backend is down."""
import sys

from scapy.layers.inet import TCP

import tap
from bench import Bench, backend, header
from control import dsr, endpoint, flow_states

family = int(sys.argv[1])
bench = Bench(family, count=2)
key = f"tcp {endpoint(bench.vip, 80)}"


def packet(port, flags, seq, data=""):
    return (header(bench.client_addr, bench.vip) /
            TCP(sport=port, dport=80, flags=flags, seq=seq) / data)


for port, name, story, before, after in (
        (4001, "after a FIN", ("S", "A", "FA"), "closing", "reset"),
        (4002, "after a RST", ("S", "A", "R"), "reset", "reset"),
        (4003, "after a RST to the SYN", ("S", "R"), "reset", "reset"),
        (4004, "in an established connection", ("S", "A", "PA"), "established", "established"),
        (4005, "sent again", ("S",), "syn", "syn")):
    dsr(f"service add {key} method l2",
        *(f"backend add {key} {backend(n, family)}" for n in (1, 2)))
    first = [one.to for one in bench.send([packet(port, flags, 1000 + i)
                                         for i, flags in enumerate(story)])]
    tap.check_eq(f"IPv{family}: a flow has one backend ({name})", (1, [before]),
                 (len(set(first)), flow_states(port)))
    dsr(f"backend change {key} {backend(first[0][1:], family)} state drain")
    other = "b2" if first[0] == "b1" else "b1"
    tap.check_eq(f"IPv{family}: a SYN {name} goes to the same backend", first[0],
                 bench.one(packet(port, "S", 900000)))
    tap.check_eq(f"IPv{family}: a SYN {name}: the flow's state", [after], flow_states(port))
    tap.check_eq(f"IPv{family}: a SYN {name}: and there it stays", (first[0], ["established"]),
                 (bench.one(packet(port, "A", 900001)), flow_states(port)))
    dsr(f"backend change {key} {backend(first[0][1:], family)} state down")
    tap.check_eq(f"IPv{family}: a SYN {name} goes to another backend when that one is down",
                 other, bench.one(packet(port, "S", 1800000)))
    dsr(f"service del {key}")

dsr(f"service add {key} method l2 timeout tcp 3600",
    *(f"backend add {key} {backend(n, family)}" for n in (1, 2)))
for port, story, data, after in (
        (4101, ("S", "A", "R", "A"), "", "established"),
        (4102, ("S", "A", "FA", "A"), "", "closing"),
        (4103, ("S", "A", "FA", "A"), "more", "established"),
        (4104, ("S", "A", "FA", "S", "A"), "", "established"),
        (4105, ("S", "A", "R", "FA"), "", "closing")):
    bench.send([packet(port, flags, 1000 + i, data if flags == "A" else "")
                for i, flags in enumerate(story)])
    tap.check_eq(f"IPv{family}: {', '.join(story)}{' with data' if data else ''}: the state",
                 [after], flow_states(port))
dsr("flush")
tap.done()
