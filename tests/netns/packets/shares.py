# SPDX-License-Identifier: GPL-2.0-or-later
"""shares.py 4|6: check which backends new flows go to, and in which shares."""
import math
import sys
import time

from scapy.layers.inet import UDP

import tap
from bench import Bench, backend, header
from control import dsr, endpoint, options_of, show
from patience import PATIENCE

family = int(sys.argv[1])
bench = Bench(family)
check = bench.check
KEY, UDP_KEY = f"tcp {endpoint(bench.vip, 80)}", f"udp {endpoint(bench.vip, 53)}"
ALL = {"b1", "b2", "b3"}
ports = iter(range(20000, 60000))


def syns(count):
    return [bench.tcp(next(ports)) for _ in range(count)]


def begin(count=60):
    """Begin COUNT new flows. Return how many of them each backend gets."""
    went = bench.where(syns(count))
    return {name: went.count(name) for name in sorted(set(went))}


def change(number, words):
    dsr(f"backend change {KEY} {backend(number, family)} {words}")


def set_up(service, *words):
    dsr(f"service add {KEY} method l2 {service}",
        *(f"backend add {KEY} {backend(n, family)} {w}" for n, w in enumerate(words, 1)))


def priorities():
    for scheduler in options_of("service")["scheduler"]:
        set_up(f"scheduler {scheduler}", "", "priority 1", "priority 2")
        for doing, expected in (
                (None, {"b1"}),
                ((1, "state drain"), {"b2"}),
                ((2, "health down"), {"b3"}),
                ((1, "state active"), {"b1"}),
                ((1, "weight 0"), {"b3"})):
            if doing:
                change(*doing)
            check(f"{scheduler}: {doing or 'all up'}: new flows go to {expected}", expected,
                  set(begin(12)))
        dsr(f"service del {KEY}")
    set_up("min-active 2", "", "priority 7", "priority 255")
    check("min-active 2: the next priority helps out", {"b1", "b2"}, set(begin()))
    change(2, "priority 0")
    check("min-active 2: two of the best are enough", {"b1", "b2"}, set(begin()))
    change(1, "state down")
    check("min-active 2: one is not", {"b2", "b3"}, set(begin()))
    dsr(f"service change {KEY} min-active 1")
    check("min-active 1: one is", {"b2"}, set(begin()))
    dsr(f"service del {KEY}")


def come_up(ramp):
    """Activate the third backend. Return how many of 66 new flows it gets directly after that,
    and for how many seconds it may have been active then."""
    change(3, "state down")
    dsr(f"service change {KEY} slow-start {ramp}")
    check("slow start: those that have been up for long have equal shares",
          {"b1": 30, "b2": 30}, begin())
    start = time.monotonic()
    change(3, "state active")
    # The kernel counts whole seconds.
    return begin(66).get("b3", 0), time.monotonic() - start + 1


def slow_start():
    since = time.monotonic()
    set_up("slow-start 1000 scheduler wrr", "", "", "")
    check("slow start: all of one age have equal shares", {"b1": 20, "b2": 20, "b3": 20}, begin())
    dsr(f"service change {KEY} slow-start 0")
    check("slow start 0: equal shares", {"b1": 20, "b2": 20, "b3": 20}, begin())
    # On a slow machine, the measurement may take a large part of the slow start, and the share
    # is then not small. So repeat it with a longer slow start.
    ramp = 6
    while True:
        tap.wait_for(lambda: time.monotonic() > since + ramp + 1, ramp + PATIENCE)
        first, took = come_up(ramp)
        if took <= ramp / 2:
            break
        ramp = math.ceil(3 * took)
    tap.check(f"IPv{family}: slow start: who came up gets little beside those that are up",
              first < 20, first)
    check("slow start: and its full share in time", True,
          tap.wait_for(lambda: begin(66) == {"b1": 22, "b2": 22, "b3": 22}, ramp + PATIENCE))
    dsr(f"service del {KEY}")


def least_flows():
    set_up("scheduler wlc", "", "weight 2", "weight 3")
    check("wlc: flows by weight", {"b1": 10, "b2": 20, "b3": 30}, begin())
    change(3, "state drain")
    check("wlc: two share", {"b1": 10, "b2": 20}, begin(30))
    change(3, "state active")
    check("wlc: who has fewer for its weight catches up", {"b3": 30}, begin(30))
    dsr(f"flow flush {KEY} {backend(1, family)}")
    seen = tap.wait_for(lambda: show("backend", "show", *KEY.split(),
                                     backend(1, family))[0]["active"] == 0)
    check("wlc: flows are forgotten", True, seen)

    def all_go_to_b1():
        return begin(5) == {"b1": 5}

    check("wlc: and make room, within a second or so", True, tap.wait_for(all_go_to_b1))
    dsr(f"service del {KEY}")


def without_weights():
    set_up("scheduler rr", "", "weight 2", "weight 3")
    check("rr: in turn, whatever the weights", {"b1": 20, "b2": 20, "b3": 20}, begin())
    change(2, "weight 0")
    check("rr: but not with weight 0", {"b1": 30, "b3": 30}, begin())
    dsr(f"service del {KEY}")
    set_up("scheduler lc", "", "weight 2", "weight 3")
    check("lc: equal numbers of flows", {"b1": 20, "b2": 20, "b3": 20}, begin())
    change(3, "state drain")
    begin(20)
    change(3, "state active")
    check("lc: who has fewer catches up", {"b3": 10}, begin(10))
    dsr(f"service del {KEY}")


def idle_first():
    set_up("scheduler nq", "", "weight 40", "weight 80")
    check("nq: the first flows go to one idle backend each", {"b1": 1, "b2": 1, "b3": 1}, begin(3))
    check("nq: then by weight", {"b2": 19, "b3": 39}, begin(58))
    dsr(f"service del {KEY}")


def ranks():
    for scheduler in "fo", "ovf":
        set_up(f"scheduler {scheduler}", "weight 5", "weight 9", "weight 7")
        check(f"{scheduler}: the largest weight gets it", {"b2": 10}, begin(10))
        if scheduler == "ovf":
            check("ovf: and with more flows than that, the next ones", {"b1": 6, "b3": 8},
                  begin(14))
            check("ovf: if all have more, the first again", {"b2": 5}, begin(5))
        change(2, "weight 0")
        check(f"{scheduler}: weight 0 gets nothing", {"b3": 5}, begin(5))
        check(f"{scheduler}: nor a segment of an unknown connection", {"b3"},
              set(bench.where([bench.tcp(next(ports), "A") for _ in range(9)])))
        dsr(f"service del {KEY}")


def one_packet():
    dsr(f"service add {UDP_KEY} method l2 scheduler wrr",
        *(f"backend add {UDP_KEY} {backend(n, family)}" for n in (1, 2, 3)))
    question = header(bench.client_addr, bench.vip) / UDP(sport=5353, dport=53) / b"q"

    def names(count):
        return [one.to for one in bench.send([question] * count)]

    def flows():
        return sum(flow["client_port"] == 5353 for flow in show("flow", "show"))

    check("a client's datagrams go to one backend", 1, len(set(names(6))))
    check("as a flow", 1, flows())
    dsr(f"service change {UDP_KEY} one-packet on")
    check("one-packet: the flow is forgotten", 0, flows())
    seen = names(6)
    check("one-packet: each is scheduled by itself", [2, 2, 2],
          [seen.count(name) for name in sorted(ALL)])
    check("one-packet: without a flow", 0, flows())
    dsr(f"service change {UDP_KEY} one-packet off")
    check("one-packet off: a flow again", (1, 1), (len(set(names(6))), flows()))


priorities()
slow_start()
least_flows()
without_weights()
idle_first()
ranks()
one_packet()
dsr("flush")
tap.done()
