# SPDX-License-Identifier: GPL-2.0-or-later
"""save.py ROUNDS: save and restore random configurations of 50 services each."""
import random
import re
import sys

import tap
from control import dsr, dsrctl, show

ROUNDS, SERVICES = int(sys.argv[1]), 50
DICE = random.Random(33)
NETS = {4: "10.1.{}.{}", 6: "2001:db8:{:x}::{:x}"}
# Words of the grammar that the generator does not use, and the reasons.
LEFT = {"state": "said of each backend", "help": "no keyword", "unset": "says what is not said"}


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


HEADERS = {
    "outer-ttl": lambda _: DICE.choice(["inherit", number(1, 255)]),
    "outer-port": lambda _: number(1, 65535),
    "outer-checksum": lambda _: DICE.choice(["auto", "off", "on"]),
    "gue-variant": lambda _: number(0, 1),
    "gre-key": lambda _: DICE.choice(["none", number(0, 2**32 - 1)]),
    "outer-source": outer_source,
    "method": lambda _: DICE.choice(["l2", "ipip", "gre", "gue"]),
}
SERVICE = {
    **HEADERS,
    "scheduler": lambda _: DICE.choice(["maglev", "wrr", "wlc"]),
    "seed": lambda _: number(0, 2**64 - 1),
    "hash": lambda _: DICE.choice(["5-tuple", "source", "source-port", "destination"]),
    "table-size": lambda _: DICE.choice(["251", "1021", "4093"]),
    "on-delete": lambda _: DICE.choice(["rehash", "drop", "reject"]),
    "no-backend": lambda _: DICE.choice(["drop", "reject", "accept"]),
    "unmatched": lambda _: DICE.choice(["pass", "drop", "reject"]),
    "min-active": lambda _: number(1, 65535),
    "slow-start": lambda _: number(0, 2147483),
    "persist": lambda _: number(0, 2147483),
    "persist-prefix4": lambda _: number(1, 32),
    "persist-prefix6": lambda _: number(1, 128),
    "one-packet": lambda _: DICE.choice(["off", "on"]),
    "dscp": lambda _: number(1, 63),
    "echo": lambda _: DICE.choice(["pass", "forward", "reply", "reply-if-up"]),
    "timeout": lambda _: f"{DICE.choice(TIMEOUTS)} {number(1, 2147483)}",
    "source": lambda family: "203.0.113.0/24" if family == 4 else "2001:db8:cc::/48",
    "source-other": lambda _: DICE.choice(["pass", "drop"]),
    "dev": lambda _: DICE.choice(["any", "eth0", "not-there"]),
    "force": lambda _: "",
}
BACKEND = {
    **HEADERS,
    "weight": lambda _: number(0, 65535),
    "health": lambda _: DICE.choice(["up", "down"]),
    "drain-timeout": lambda _: number(0, 2147483),
    "priority": lambda _: number(0, 255),
    "max-flows": lambda _: number(1000, 2**32 - 1),
    "min-flows": lambda _: number(0, 1000),
}


def grammar(kind):
    """Return the keywords of the command that adds an object, and the names of timeouts."""
    text = dsrctl(kind, "help").stdout
    added = text[text.index(f"dsrctl {kind} add"):text.index(f"dsrctl {kind} change")]
    return re.findall(r"\[ ([a-z0-9-]+)", added), re.findall(r"timeout ([a-z|-]+) SECONDS", added)


def check_grammar():
    for kind, known in (("service", SERVICE), ("backend", BACKEND)):
        words, timeouts = grammar(kind)
        tap.check_eq(f"the generator knows the keywords of a {kind}", [],
                     sorted(set(words) - set(known) - set(LEFT)))
        if timeouts:
            TIMEOUTS.extend(timeouts[0].split("|"))


TIMEOUTS = []


def words_of(table, family):
    chosen = DICE.sample(sorted(table), DICE.randrange(len(table)))
    return " ".join(f"{word} {table[word](family)}" for word in chosen)


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
        if not accepted(f"service add {key} {words_of(SERVICE, family)}"):
            continue
        made += 1
        for _ in range(DICE.randrange(3)):
            state = DICE.choice(["active", "drain", "down"])
            accepted(f"backend add {key} {address(DICE.choice([4, 6]))} state {state} "
                     f"{words_of(BACKEND, family)}")


def everything():
    """Return the configuration, without what is not part of it, such as the remaining time of a
    drain."""
    shown = [show("service", "show"), show("backend", "show"), show("device", "show")]
    for thing in shown[0] + shown[1]:
        for key in ("drain_left", "limited", "effective_state"):
            thing.pop(key, None)
    return shown


check_grammar()
dsr("device replace eth0", "device replace not-there")
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
