# SPDX-License-Identifier: GPL-2.0-or-later
"""weight.py [full]: check what weight 0 and the states drain and down do to flows, which is the
table in docs/operation.md. With full: for flows that have no room in the table."""
import sys

import tap
from bench import Bench, backend
from control import dsr, show

bench = Bench(4)
KEY = f"tcp {bench.vip}:80"
FILE = ("flush", f"service add {KEY} scheduler wrr",
        *(f"backend add {KEY} {backend(n)} weight 5" for n in (1, 2)))
ports = iter(range(20000, 60000))


def change(words):
    dsr(f"backend change {KEY} {backend(1)} {words}")


def shown(name, number=1):
    return next(b[name] for b in show("backend", "show", *KEY.split())
                if b["address"] == backend(number))


def begin(flows=12):
    """Begin new flows and confirm them. Return where they go."""
    begun = [next(ports) for _ in range(flows)]
    went = bench.where([bench.tcp(port) for port in begun])
    bench.send([bench.tcp(port, "A", seq=1001, ack=1) for port in begun])
    return dict(zip(begun, went))


def stay(flows, flags):
    """Return where packets of known flows go."""
    return bench.where([bench.tcp(port, flags, seq=5000, ack=1 if "A" in flags else 0)
                        for port in flows])


def check_kept(words, effective):
    dsr(*FILE[1:])
    mine = [port for port, name in begin().items() if name == "b1"]
    change(words)
    tap.check_eq(f"{words}: shown as", effective, shown("effective_state"))
    tap.check_eq(f"{words}: new flows go elsewhere", {"b2"}, set(begin().values()))
    tap.check_eq(f"{words}: flows stay", {"b1"}, set(stay(mine, "A")))
    tap.check_eq(f"{words}: so do SYNs from their ports", {"b1"}, set(stay(mine, "S")))
    tap.check_eq(f"{words}: its flows are still counted", len(mine), shown("active"))
    dsr(f"service del {KEY}")


def check_down(words, effective):
    dsr(*FILE[1:])
    mine = [port for port, name in begin().items() if name == "b1"]
    change(words)
    tap.check_eq(f"{words}: shown as", effective, shown("effective_state"))
    tap.check_eq(f"{words}: flows go elsewhere, and SYNs from their ports", {"b2"},
                 set(stay(mine[:3], "A") + stay(mine[3:], "S")))
    dsr(f"service del {KEY}")


def check_limit():
    """Check that flows from before a change still count for max-flows."""
    dsr(*FILE[1:])
    change("max-flows 3")
    for words, back in (("weight 0", "weight 5"), ("state drain", "state active")):
        while shown("active") < 3:
            begin(2)
        change(words)
        change(back)
        tap.wait_for(lambda: shown("limited") == "yes")
        tap.check_eq(f"{back} after {words}: its flows still count for max-flows", {"b2"},
                     set(begin().values()))
    dsr(f"service del {KEY}")


def check_standby():
    for words in "weight 0", "state drain", "state down", "health down":
        dsr(*FILE[1:], f"backend add {KEY} {backend(3)} priority 1",
            f"service change {KEY} min-active 2")
        change(words)
        tap.check_eq(f"{words}: one more is needed for min-active", {"b2", "b3"},
                     set(begin().values()))
        dsr(f"service del {KEY}")


def check_slow_start():
    dsr(*FILE[1:], f"service change {KEY} slow-start 2")
    tap.wait_for(lambda: shown("effective_state") == "serving")
    for words, back in (("weight 0", "weight 5"), ("state drain", "state active")):
        change(words)
        change(back)
        tap.check_eq(f"{back} after {words}: no slow start", "serving", shown("effective_state"))
    dsr(f"service del {KEY}")


def check_full():
    """Check a full table: the hash over the backends that accept new flows selects a segment's
    backend."""
    for words in "weight 0", "state drain":
        dsr(*FILE[1:])
        mine = [port for port, name in begin(30).items() if name == "b1"]
        tap.check_eq(f"{words}: flows without room went to it, and nothing is remembered",
                     (True, 0), (bool(mine), shown("active")))
        change(words)
        tap.check_eq(f"{words}: flows without room move", {"b2"}, set(stay(mine, "A")))
        dsr(f"service del {KEY}")


def check_file():
    """Check the effects of loading the same file again."""
    for words, name, value in (("weight 0", "weight", 5), ("state drain", "state", "drain"),
                               ("state down", "state", "down"), ("health down", "health", "down")):
        dsr(*FILE[1:])
        change(words)
        dsr(*FILE, options=["-a"])
        tap.check_eq(f"{words}: after the file is put in place again", value, shown(name))
        dsr("flush")


if sys.argv[1:] == ["full"]:
    check_full()
else:
    check_kept("weight 0", "no-weight")
    check_kept("state drain", "draining")
    check_down("state down", "down")
    check_down("health down", "health-down")
    check_limit()
    check_standby()
    check_slow_start()
    check_file()
tap.done()
