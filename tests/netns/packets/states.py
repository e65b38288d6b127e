# SPDX-License-Identifier: GPL-2.0-or-later
"""states.py 4|6: check live flows and new ones while backends drain, fail, disappear and
return."""
import sys

from scapy.layers.inet import ICMP, TCP
from scapy.layers.inet6 import ICMPv6DestUnreach

import tap
import wire
from bench import Bench, backend, limit_icmp
from control import drop_count, dsr, endpoint, show
from patience import PATIENCE

family = int(sys.argv[1])
bench = Bench(family)
check = bench.check
limit_icmp(0)
TCP_KEY, UDP_KEY = (f"{proto} {endpoint(bench.vip, port)}" for proto, port in
                    (("tcp", 80), ("udp", 53)))
KEYS = TCP_KEY, UDP_KEY
NAMES = "b1", "b2", "b3"
B1, B2, B3 = (backend(n, family) for n in (1, 2, 3))
ACK = 2000
ports = iter(range(20000, 60000))


def packet(flow, flags="A", seq=1000, ack=ACK):
    proto, port = flow
    if proto == "udp":
        return bench.udp(port, 53, b"question")
    return bench.tcp(port, flags, seq=seq, ack=ack)


def begin(count):
    """Begin new flows, half TCP and half UDP. Return the backend of each."""
    flows = [(proto, next(ports)) for proto in ("tcp", "udp") for _ in range(count // 2)]
    return dict(zip(flows, bench.where([packet(flow, "S", ack=0) for flow in flows])))


def go_on(flows):
    return dict(zip(flows, bench.where([packet(flow) for flow in flows])))


def both(command, *words):
    return [f"{command} {key} {' '.join(words)}" for key in KEYS]


def set_up(words=""):
    dsr(*both("service add", "method l2", words),
        *(f"backend add {key} {b}" for key in KEYS for b in (B1, B2, B3)))
    flows = begin(60)
    check(f"60 flows have all backends ({words or 'default'})", set(NAMES), set(flows.values()))
    check("and stay", flows, go_on(flows))
    return flows


def tear_down():
    dsr(*both("service del"))


def drain():
    flows = set_up()
    dsr(*both("backend change", B1, "state drain"))
    check("drain: no flow moves", flows, go_on(flows))
    new = begin(60)
    check("drain: new flows go to the others", {"b2", "b3"}, set(new.values()))
    dsr(*both("backend change", B1, "drain-timeout 1000"))
    shown = show("backend", "show", *TCP_KEY.split(), B1)[0]
    tap.check(f"IPv{family}: the time left is shown",
              1000 - PATIENCE < shown["drain_left"] <= 1000, shown)
    check("drain: no flow moves before the deadline", flows, go_on(flows))
    dsr(*both("backend change", B1, "drain-timeout 1"))
    drained = [flow for flow, name in flows.items() if name == "b1"]
    moved = tap.wait_for(lambda: "b1" not in go_on(drained).values())
    check("drain: after the deadline its flows go to the others", True, moved)
    rest = {flow: name for flow, name in flows.items() if name != "b1"}
    check("drain: the others' stay", rest, go_on(rest))
    check("drain: no time is left", 0,
          show("backend", "show", *TCP_KEY.split(), B1)[0]["drain_left"])
    dsr(*both("backend change", B1, "state active"))
    check("active again: it takes new flows", set(NAMES), set(begin(60).values()))
    tear_down()


def down(what, undo):
    flows = set_up()
    dsr(*both("backend change", B2, what))
    now = go_on(flows)
    check(f"{what}: its flows move with their next packet, the others' stay",
          (False, {f: n for f, n in flows.items() if n != "b2"}),
          ("b2" in now.values(), {f: n for f, n in now.items() if flows[f] != "b2"}))
    check(f"{what}: new flows go to the others", {"b1", "b3"}, set(begin(60).values()))
    dsr(*both("backend change", B2, undo))
    check(f"{undo}: it takes new flows", set(NAMES), set(begin(60).values()))
    tear_down()


def words_of_operator_and_health_check():
    set_up()

    def said():
        shown = show("backend", "show", *TCP_KEY.split(), B1)[0]
        return shown["state"], shown["health"]

    def serves():
        return "b1" in begin(60).values()

    for command, words, expected, takes in (
            ("change", "health down", ("active", "down"), False),
            ("change", "state down", ("down", "down"), False),
            ("change", "health up", ("down", "up"), False),
            ("change", "health down", ("down", "down"), False),
            ("replace", "", ("down", "down"), False),
            ("replace", "state active", ("active", "down"), False),
            ("change", "health up", ("active", "up"), True)):
        dsr(*both(f"backend {command}", B1, words))
        check(f"{command} {words}: each word stands for itself", expected, said())
        check(f"{command} {words}: the worse one holds", takes, serves())
    tear_down()


def reset_is_right(left, sent):
    tcp = left.packet[TCP]
    return (left.to, left.packet.src, left.packet.dst, tcp.sport, tcp.dport, str(tcp.flags),
            tcp.seq) == ("router", bench.vip, bench.client_addr, 80, sent.sport, "R",
                         ACK)


def unreachable_is_right(left):
    if family == 6:
        return left.to == "router" and left.packet[ICMPv6DestUnreach].code == 4
    return left.to == "router" and (left.packet[ICMP].type, left.packet[ICMP].code) == (3, 3)


def refused(flows, policy):
    """Check that no packet of the flows is forwarded, and that clients get an error if the policy
    requires it."""
    before = drop_count("backend_gone")
    sent = [packet(flow) for flow in flows]
    left = bench.send(sent)
    check(f"{policy}: all of its flows' packets are counted", len(flows),
          drop_count("backend_gone") - before)
    if policy == "on-delete drop":
        check(f"{policy}: nothing leaves", [], left)
        return
    check(f"{policy}: each is answered", len(flows), len(left))
    wrong = [a for a, s in zip(left, sent) if not (
        reset_is_right(a, s) if s.proto == wire.TCP else unreachable_is_right(a))]
    check(f"{policy}: by a reset from the VIP with the client's ack, or port unreachable",
          [], wrong)


def delete(policy):
    flows = set_up(policy)
    mine = {flow: name for flow, name in flows.items() if name == "b3"}
    rest = {flow: name for flow, name in flows.items() if name != "b3"}
    dsr(*both("backend del", B3))
    refused(mine, policy)
    check(f"{policy}: the others' flows stay", rest, go_on(rest))
    check(f"{policy}: new flows go to the others", {"b1", "b2"}, set(begin(60).values()))
    dsr(*both("backend add", B3))
    check(f"{policy}: added again it takes new flows", set(NAMES), set(begin(60).values()))
    refused(mine, f"{policy}")
    tcp = [flow for flow in mine if flow[0] == "tcp"]
    again = bench.where([packet(flow, "S", ack=0) for flow in tcp])
    check(f"{policy}: a SYN begins a new connection", len(tcp), sum(n in NAMES for n in again))
    dsr("flow flush")
    check(f"{policy}: forgotten flows are scheduled anew", True,
          all(name in NAMES for name in go_on(mine).values()))
    tear_down()


def delete_and_rehash():
    flows = set_up()
    rest = {flow: name for flow, name in flows.items() if name != "b3"}
    dsr(*both("backend del", B3))
    now = go_on(flows)
    check("rehash: its flows go to the others within one packet", {"b1", "b2"},
          set(now.values()))
    check("rehash: the others' flows stay", rest, {flow: now[flow] for flow in rest})
    dsr(*both("backend add", B3))
    check("rehash: added again it gets none of them back", now, go_on(now))
    tear_down()


drain()
down("state down", "state active")
down("health down", "health up")
words_of_operator_and_health_check()
delete("on-delete drop")
delete("on-delete reject")
delete_and_rehash()
check("nothing was dropped for another reason", 0, drop_count("no_backend", "no_route"))
dsr("flush")
tap.done()
