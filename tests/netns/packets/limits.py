# SPDX-License-Identifier: GPL-2.0-or-later
"""limits.py 4|6: check backends with a limit of flows."""
import itertools
import sys

from scapy.layers.inet import TCP

import tap
from bench import Bench, backend
from control import drop_count, dsr, endpoint, options_of, show

family = int(sys.argv[1])
bench = Bench(family)
check = bench.check
KEY = f"tcp {endpoint(bench.vip, 80)}"
ports = iter(range(20000, 60000))


def connections(count):
    """Return the SYN and the ACK of each connection: a flow counts once it is confirmed."""
    return [bench.tcp(port, flags) for port in itertools.islice(ports, count) for flags in "SA"]


def syns(count):
    return [bench.tcp(port) for port in itertools.islice(ports, count)]


def active():
    return {f"b{b['address'][-1]}": b["active"]
            for b in show("backend", "show", *KEY.split())}


def limited(number):
    return show("backend", "show", *KEY.split(), backend(number, family))[0]["limited"]


def flush(number):
    dsr(f"flow flush {KEY} {backend(number, family)}")


def change(number, words):
    dsr(f"backend change {KEY} {backend(number, family)} {words}")


before = drop_count("overload")
for scheduler in options_of("service")["scheduler"]:
    # For ovf, a weight is a number of flows. These are so large that only max-flows has an effect.
    dsr(f"service add {KEY} method l2 scheduler {scheduler}",
        f"backend add {KEY} {backend(1, family)} weight 1000 max-flows 10 min-flows 4",
        *(f"backend add {KEY} {backend(n, family)} weight 1000" for n in (2, 3)))
    bench.send(syns(100) + [bench.tcp(port, "A") for port in itertools.islice(ports, 100)])
    check(f"{scheduler}: forged SYNs and ACKs count for no limit", ("no", 0),
          (limited(1), drop_count("overload") - before))
    dsr("flow flush")
    first = connections(120)
    went = bench.where(first)
    check(f"{scheduler}: a burst does not exceed the limit", (10, 120),
          (active()["b1"], sum(active().values())))
    shares = [went.count(name) for name in ("b2", "b3")]
    tap.check(f"IPv{family}: {scheduler}: the others share what it does not take, or the next one "
              "gets it", shares[1] == 0 if scheduler in ("fo", "ovf") else min(shares) > 60,
              active())
    check(f"{scheduler}: it is shown as limited", "yes", limited(1))
    check(f"{scheduler}: known flows stay, also with the limited one", went, bench.where(first))
    if scheduler == "maglev":
        # The same packets in the same order must get the same backends again.
        dsr("flow flush")
        tap.wait_for(lambda: limited(1) == "no")
        check("maglev: the same flows overflow to the same backends", went, bench.where(first))
    flush(1)
    check(f"{scheduler}: with its flows gone it is not limited, within a second or so", True,
          tap.wait_for(lambda: limited(1) == "no"))
    bench.send(connections(60))
    check(f"{scheduler}: and takes flows up to its limit again", 10, active()["b1"])
    change(1, "max-flows 20")
    bench.send(connections(120))
    check(f"{scheduler}: none more while it has more than min-flows", 10, active()["b1"])
    change(1, "min-flows 10")
    bench.send(connections(120))
    check(f"{scheduler}: then up to its limit", 20, active()["b1"])
    dsr(f"service del {KEY}")

dsr(f"service add {KEY} method l2",
    *(f"backend add {KEY} {backend(n, family)} max-flows 4" for n in (1, 2, 3)))
left = [bench.one(packet) for packet in connections(12)]
bench.send(syns(8))
check("all limited: as many flows as they may have, the rest is dropped and counted", (24, 8),
      (len(left) - left.count(None), drop_count("overload") - before))
check("all limited: each has its limit", {"b1": 4, "b2": 4, "b3": 4}, active())
dsr(f"service change {KEY} no-backend reject")
left = bench.send(syns(5))
check("all limited: no-backend says what clients are told", ["router"] * 5,
      [left.to for left in left])
check("all limited: by resets", ["RA"] * 5, [str(one.packet[TCP].flags) for one in left])
dsr(f"backend change {KEY} {backend(2, family)} max-flows 0")
check("a limit that is lifted", ["b2"] * 5, bench.where(syns(5)))
refusal = dsr(f"backend change {KEY} {backend(1, family)} max-flows 5 min-flows 5", fails=True)
tap.check(f"IPv{family}: min-flows that is not below max-flows is refused",
          "min-flows must be less than max-flows" in refusal, refusal)
dsr("flush")
tap.done()
