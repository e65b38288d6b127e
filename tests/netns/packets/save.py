# SPDX-License-Identifier: GPL-2.0-or-later
"""save.py ROUNDS: save and restore random configurations of 50 services each."""
import random
import sys

import tap
from control import dsr, dsrctl, options_of, show

ROUNDS, SERVICES = int(sys.argv[1]), 50
DICE = random.Random(33)
NETS = {4: "10.1.{}.{}", 6: "2001:db8:{:x}::{:x}"}


def some(number, low, high):
    """Return the number or one of the limits."""
    return str(DICE.choice([low, high, number]))


def number(low, high):
    return some(DICE.randint(low, high), low, high)


def address(family, host=None):
    return NETS[family].format(DICE.randrange(1, 200), host or DICE.randrange(2, 250))


def outer_source(family):
    word = DICE.choice(["route", "client", "address", "prefix"])
    if word == "address":
        return address(family)
    if word == "prefix":
        return "198.51.100.0/24" if family == 4 else "2001:db8:aa::/48"
    return word


# The values of options of which not every value that the help shows is accepted, or whose form
# does not say what they are. The state is given for each backend.
SPECIAL = {
    "outer-source": outer_source,
    "method": lambda _: DICE.choice(["l2", "ipip", "gre", "gue"]),
    "seed": lambda _: number(0, 2**64 - 1),
    "table-size": lambda _: DICE.choice(["251", "1021", "4093"]),
    "timeout": lambda _: f"{DICE.choice(TIMEOUTS)} {number(1, 2147483)}",
    "source": lambda family: "203.0.113.0/24" if family == 4 else "2001:db8:cc::/48",
    "dev": lambda _: DICE.choice(["any", "eth0", "not-there", r'"it\'s#\\"', "'#1'"]),
    "max-flows": lambda _: number(1000, 2**32 - 1),
    "min-flows": lambda _: number(0, 1000),
    "check-mark": lambda _: number(1, 2**32 - 1),
    "fail-open-below": lambda _: DICE.choice(["off", "1", "65535", "1%", "100%"]),
}
OPTIONS = {kind: options_of(kind) for kind in ("service", "backend")}
del OPTIONS["backend"]["state"]
TIMEOUTS = OPTIONS["service"]["timeout"][:-1] + \
    [OPTIONS["service"]["timeout"][-1].removesuffix(" SECONDS")]


def value_of(kind, word, family):
    """Return a value of an option, and "" for one without a value."""
    alternatives = OPTIONS[kind][word]
    if word in SPECIAL:
        return SPECIAL[word](family)
    if not alternatives:
        return ""
    value = DICE.choice(alternatives)
    if value == "SECONDS":
        value = (0, 2147483)
    return number(*value) if isinstance(value, tuple) else value


def check_grammar():
    for kind, n in (("service", 24), ("backend", 13)):
        tap.check(f"the help has the options of a {kind}", len(OPTIONS[kind]) >= n,
                  *OPTIONS[kind])


def words_of(kind, family):
    chosen = DICE.sample(sorted(OPTIONS[kind]), DICE.randrange(len(OPTIONS[kind])))
    return " ".join(f"{word} {value_of(kind, word, family)}" for word in chosen)


def service_key(family, index):
    vip = address(family, index)
    port = DICE.randrange(1, 60000)
    host = vip if family == 4 else f"[{vip}]"
    return DICE.choice([f"tcp {host}:{port}", f"udp {host}:{port}-{port + 9}", f"sctp {host}:{port}",
                        f"any {vip}", f"tcp {vip}", f"udp 10.{index}.0.0/16",
                        f"mark {index}{'/ipv6' if family == 6 else ''}"])


def accepted(line):
    """Run a command. Return true if the kernel accepts it: random options may conflict."""
    return not dsrctl(*line.split()).returncode


def configure():
    made = 0
    while made < SERVICES:
        family = DICE.choice([4, 6])
        key = service_key(family, made + 2)
        if not accepted(f"service add {key} {words_of('service', family)}"):
            continue
        made += 1
        for _ in range(DICE.randrange(3)):
            state = DICE.choice(["active", "drain", "down"])
            accepted(f"backend add {key} {address(DICE.choice([4, 6]))} state {state} "
                     f"{words_of('backend', family)}")


def everything():
    """Return the configuration, without what is not part of it, such as the remaining time of a
    drain."""
    shown = [show("service", "show"), show("backend", "show"), show("device", "show")]
    for thing in shown[0] + shown[1]:
        for key in ("drain_left", "limited", "effective_state"):
            thing.pop(key, None)
    return shown


check_grammar()
dsr("device replace eth0", "device replace not-there", r"device replace \#'\"\'")
for turn in range(ROUNDS):
    dsr("flush")
    configure()
    saved, before = dsrctl("save").stdout, everything()
    dsr(saved, options=["-a"])
    tap.check_eq(f"configuration {turn}: what was saved changes nothing", before, everything())
    dsr("flush")
    dsr(saved)
    tap.check_eq(f"configuration {turn}: and makes the same from nothing", before, everything())
    tap.check_eq(f"configuration {turn}: which is saved as the same", saved, dsrctl("save").stdout)
    tap.check(f"configuration {turn}: of services and backends", len(before[0]) == SERVICES and
              before[1], len(before[1]))
dsr("flush")
tap.done()
