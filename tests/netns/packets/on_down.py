# SPDX-License-Identifier: GPL-2.0-or-later
"""on_down.py 4|6: on-down and drain-for of services of TCP and UDP, with live flows."""
import sys

from scapy.layers.inet import TCP

import tap
from bench import Bench, backend
from control import drop_count, drops, dsr, endpoint, show

family = int(sys.argv[1])
bench = Bench(family)
check = bench.check
KEYS = tuple(f"{proto} {endpoint(bench.vip, port)}" for proto, port in (("tcp", 80), ("udp", 53)))
NAMES = "b1", "b2", "b3"
B1, B2, B3 = (backend(n, family) for n in (1, 2, 3))
ACK = 2000
ports = iter(range(20000, 60000))


def packet(flow, flags="A", ack=ACK):
    proto, port = flow
    if proto == "udp":
        return bench.udp(port, 53, b"question")
    return bench.tcp(port, flags, ack=ack)


def begin(count=60):
    flows = [(proto, next(ports)) for proto in ("tcp", "udp") for _ in range(count // 2)]
    return dict(zip(flows, bench.where([packet(flow, "S", 0) for flow in flows])))


def go_on(flows):
    return dict(zip(flows, bench.where([packet(flow) for flow in flows])))


def both(command, *words):
    dsr(*(f"{command} {key} {' '.join(words)}" for key in KEYS))


def set_up(words):
    """Return the flows of b2, and those of the others."""
    both("service add", "method l2", words)
    dsr(*(f"backend add {key} {b}" for key in KEYS for b in (B1, B2, B3)))
    flows = begin()
    check(f"{words}: all backends have flows", set(NAMES), set(flows.values()))
    return [[flow for flow, name in flows.items() if (name == "b2") == mine]
            for mine in (True, False)], flows


def check_others(words, flows, others):
    check(f"{words}: the flows of others stay", {f: flows[f] for f in others}, go_on(others))
    check(f"{words}: new flows go to others", {"b1", "b3"}, set(begin().values()))


def moved(flows):
    return "b2" not in go_on(flows).values()


def rehash(words):
    (mine, others), flows = set_up(words)
    both("backend change", B2, "health down")
    check(f"{words}: its flows go to others", True, moved(mine))
    check_others(words, flows, others)
    both("service del")


def by_on_delete():
    words = "on-delete drop"
    (mine, others), flows = set_up(words)
    both("backend change", B2, "health down")
    before = drop_count("backend_gone")
    check(f"{words}: on-delete applies to its flows, {len(mine)} of them", ([], len(mine)),
          (bench.send([packet(flow) for flow in mine]), drop_count("backend_gone") - before))
    check_others(words, flows, others)
    both("service change", "on-down keep")
    check(f"{words}: another on-down takes effect at once", {"b2"}, set(go_on(mine).values()))
    both("service del")


def keep():
    words = "on-down keep"
    (mine, others), flows = set_up(words)
    both("backend change", B2, "health down")
    check(f"{words}: its flows stay", {"b2"}, set(go_on(mine).values()))
    check(f"{words}: also those that use their ports again", {"b2"},
          set(bench.where([packet(flow, "S", 0) for flow in mine])))
    check_others(words, flows, others)
    check(f"{words}: it is called down", "health-down",
          show("backend", "show", *KEYS[0].split(), B2)[0]["effective_state"])
    both("backend change", B2, "state down")
    check(f"{words}: the operator's word is worse", True, moved(mine))
    both("service del")


def drain_for():
    words = "on-down keep drain-for 1000"
    (mine, others), flows = set_up(words)
    both("backend change", B2, "health down")
    check(f"{words}: its flows stay", {"b2"}, set(go_on(mine).values()))
    check_others(words, flows, others)
    both("service change", "drain-for 1")
    check(f"{words}, then 1: they go when the time is over", True,
          tap.wait_for(lambda: moved(mine)))
    both("backend change", B2, "health up")
    check(f"{words}: up again, it takes new flows", set(NAMES), set(begin().values()))
    both("service del")


def is_reset(left, sent):
    tcp = left.packet[TCP]
    return (left.to, left.packet.src, left.packet.dst, tcp.sport, tcp.dport, str(tcp.flags),
            tcp.seq) == ("router", bench.vip, bench.client_addr, 80, sent.sport, "R", ACK)


def reset():
    words = "on-down reset"
    (mine, others), flows = set_up(words)
    tcp = [flow for flow in mine if flow[0] == "tcp"]
    both("backend change", B2, "health down")
    check(f"{words}: datagrams go to others", True, moved([f for f in mine if f[0] == "udp"]))
    before = drop_count("backend_down")
    sent = [packet(flow) for flow in tcp]
    left = bench.send(sent)
    check(f"{words}: TCP flows are reset, {len(tcp)} of them, by the VIP with the right numbers",
          [True] * len(tcp), [is_reset(a, s) for a, s in zip(left, sent)])
    check(f"{words}: and counted", len(tcp), drop_count("backend_down") - before)
    check(f"{words}: a client that connects again from the same port is served by others", set(),
          set(bench.where([packet(flow, "S", 0) for flow in tcp])) - {"b1", "b3"})
    check_others(words, flows, others)
    both("service del")


rehash("on-down on-delete")
rehash("on-delete reject on-down rehash")
by_on_delete()
keep()
drain_for()
reset()
check("nothing else was dropped", {"backend_gone", "backend_down"}, set(drops()))
dsr("flush")
tap.done()
