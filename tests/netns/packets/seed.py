# SPDX-License-Identifier: GPL-2.0-or-later
"""Check the seed that directors choose, and the backends that their flows get by it."""
import tap
import wire
from control import dsr, show
from traces import Result, Tracer, trace_request

NODES = "director", "b2"
VIP = "192.0.2.80"
WEB, DNS = f"tcp {VIP}:80", f"udp {VIP}:53"
BACKENDS = [f"10.1.1.{number}" for number in range(100, 103)]
CLIENTS = [f"198.51.100.{number}" for number in range(1, 251)]
LINES = [f"service add {key} method ipip hash source" for key in (WEB, DNS)] + [
    f"backend add {key} {backend}" for key in (WEB, DNS) for backend in BACKENDS]


def seeds(node):
    return [service["seed"] for service in show("service", "show", node=node)]


def placed(node, proto=wire.TCP, port=80):
    """Return the backend of each client."""
    requests = [trace_request(wire.packed(client), wire.packed(VIP), proto, 2000, port)
                for client in CLIENTS]
    return [Result(message).backend for message in Tracer(node).messages(requests)]


def agreeing(one, other):
    return sum(a == b for a, b in zip(one, other))


for name in NODES:
    dsr(*LINES, node=name)
ours, others = (seeds(node) for node in NODES)
tap.check_eq("both services of a director have one seed", [1, 1], [len(set(ours)),
                                                                  len(set(others))])
tap.check("it is not 0, nor the same on two directors", 0 not in ours + others and
          ours != others, ours, others)
before = placed("director")
tap.check_eq("all backends have clients", set(BACKENDS), set(before))
tap.check_eq("a client has the same backend by both services", before,
             placed("director", wire.UDP, 53))
same = agreeing(before, placed("b2"))
tap.check("another director agrees about some of the clients, by chance",
          same < len(CLIENTS) // 2, same)
dsr(*(f"service change {key} seed {ours[0]}" for key in (WEB, DNS)), node="b2")
tap.check_eq("and about all of them once it has been told the seed", before, placed("b2"))

for text, lines, options in (
        ("service replace", [LINES[0].replace("add", "replace"),
                             LINES[1].replace("add", "replace")], []),
        ("the same configuration, at once", ["flush", *LINES], ["-a"]),
        ("flush, and the same configuration", ["flush", *LINES], []),
        ("a service that goes and comes", [f"service del {WEB}", *(
            line for line in LINES if WEB in line)], [])):
    dsr(*lines, options=options)
    tap.check_eq(f"{text}: the seed stays", ours, seeds("director"))
    tap.check_eq(f"{text}: and so do clients", before, placed("director"))

dsr(f"service change {WEB} seed 0")
same = agreeing(before, placed("director"))
tap.check("what seed 0 says, which anybody can compute, tells little", same < len(CLIENTS) // 2,
          same)
zero = placed("director")
for text, lines, options in (("service replace", [LINES[0].replace("add", "replace")], []),
                             ("the same configuration, at once", ["flush", *LINES], ["-a"])):
    dsr(*lines, options=options)
    tap.check_eq(f"{text}: a seed that was given stays, too", ([0, ours[0]], zero),
                 (sorted(seeds("director")), placed("director")))
dsr(f"service del {WEB}", *(line for line in LINES if WEB in line))
tap.check_eq("a new service has that of the director", ours, seeds("director"))
for name in NODES:
    dsr("flush", node=name)
tap.done()
