# SPDX-License-Identifier: GPL-2.0-or-later
"""preview.py ROUNDS: after random changes, a service is what "dsrctl preview" said it would be.
The test computes the consistent hash itself, and traces show which backends clients get."""
import ipaddress
import json
import random
import sys

import maglev
import tap
import wire
from control import dsr, dsrctl, generation, show
from traces import Tracer, trace_request

ROUNDS, SEED, VIP = int(sys.argv[1]), 15, "192.0.2.90"
DICE = random.Random(15)
SERVICE = f"tcp {VIP}:80"
MANY = 700		# backends, more than fit into one answer
tracer = Tracer("director")


class Model:
    """What the service has: its backends with their options, and the size of its table."""

    def __init__(self):
        self.slots = 251
        self.backends = {}

    def weights(self):
        """Return the weights of the backends that take new flows: those of the best priority."""
        able = {address: b for address, b in self.backends.items()
                if b["weight"] and b["state"] == "active" and b["health"] == "up"}
        best = min((b["priority"] for b in able.values()), default=0)
        return {address: b["weight"] for address, b in able.items() if b["priority"] == best}

    def table(self):
        return maglev.table(self.weights(), SEED, self.slots)

    def change(self):
        """Make a random change, and return its words."""
        kind = DICE.choice(["add", "add", "del", "change", "change", "change", "size"])
        if kind == "size":
            self.slots = DICE.choice([251, 509, 1021])
            return f"service change {SERVICE} table-size {self.slots}"
        if kind == "add" or not self.backends:
            address = f"10.1.1.{DICE.choice(sorted(set(range(100, 120)) - self.hosts()))}"
            self.backends[address] = {"weight": 1, "state": "active", "health": "up",
                                      "priority": 0}
            return f"backend add {SERVICE} {address}"
        address = DICE.choice(sorted(self.backends))
        if kind == "del":
            del self.backends[address]
            return f"backend del {SERVICE} {address}"
        key, values = DICE.choice([("weight", [0, 1, 2, 7]), ("state", ["active", "drain", "down"]),
                                   ("health", ["up", "down"]), ("priority", [0, 0, 1])])
        self.backends[address][key] = DICE.choice(values)
        return f"backend change {SERVICE} {address} {key} {self.backends[address][key]}"

    def hosts(self):
        return {int(address.split(".")[3]) for address in self.backends}


def moved(before, after):
    """Return how many slots have another backend, or none any more."""
    n = len(after) if any(after) else len(before)
    middle = [((2 * i + 1) << 31) // n << 32 for i in range(n)]
    old = [before[maglev.slot(m, len(before))] for m in middle]
    new = [after[maglev.slot(m, len(after))] for m in middle]
    return sum(a is not None and a != b for a, b in zip(old, new))


def preview(words):
    return json.loads(dsrctl("-j", "preview", *words.split()).stdout)


def expected(before, after):
    """Return the slots of each backend that has or had some, and how many slots move."""
    return moved(before, after), {address: {"before": before.count(address),
                                            "after": after.count(address)}
                                  for address in {*before, *after} - {None}}


def seen(objects):
    slots = {o["address"]: o["slots"] for o in objects if o["object"] == "backend"}
    return (objects[0]["moved"] if objects else 0,
            {address: n for address, n in slots.items() if n["before"] or n["after"]})


def check_changes():
    model, faults, changes = Model(), [], 0
    dsr(f"service add {SERVICE} seed {SEED} hash source table-size {model.slots}")
    for _ in range(ROUNDS):
        before, was = model.table(), generation()
        words = model.change()
        said = preview(words)
        if generation() != was:
            faults.append(f"{words}: the preview changed something")
        dsr(words)
        after = model.table()
        changes += before != after
        if said and seen(said) != expected(before, after) or not said and before != after:
            faults.append(f"{words}: expected {expected(before, after)}, seen {seen(said)}")
        faults.extend(wrong_choices(words, after))
    tap.check(f"{ROUNDS} changes move the slots that their previews have", not faults, *faults)
    tap.check("most of them move some", changes > ROUNDS / 3, changes)
    dsr(f"service del {SERVICE}")


def wrong_choices(words, table):
    """Yield clients that get another backend than that of the table."""
    clients = [f"198.51.100.{i}" for i in range(1, 60)]
    requests = [trace_request(ipaddress.ip_address(client).packed, ipaddress.ip_address(VIP).packed,
                              wire.TCP, 1000, 80) for client in clients]
    for client, request in zip(clients, requests):
        found = tracer.one(request).backend
        if found != maglev.choice(table, client, SEED):
            yield f"{words}: {client} gets {found}, not {maglev.choice(table, client, SEED)}"


def check_schedulers():
    """With other schedulers, the share is that of the weights."""
    dsr(f"service add {SERVICE} scheduler wrr seed {SEED}", f"backend add {SERVICE} 10.1.1.100",
        f"backend add {SERVICE} 10.1.1.101 weight 3")
    said = preview(f"backend change {SERVICE} 10.1.1.101 weight 1")
    tap.check_eq("by turns, shares follow the weights",
                 [{"before": 250, "after": 500}, {"before": 750, "after": 500}],
                 [o["permille"] for o in said[1:]])
    said = preview(f"service change {SERVICE} scheduler maglev")
    tap.check_eq("and slots with another scheduler", [250, 750],
                 [o["permille"]["after"] for o in said[1:]])
    tap.check_eq("no slot moves by that", 0, said[0]["moved"])


def check_many():
    """The rest of a preview comes with further answers."""
    addresses = [f"10.1.{2 + i // 250}.{1 + i % 250}" for i in range(MANY)]
    dsr(f"service add udp {VIP}:53 seed {SEED}",
        *(f"backend add udp {VIP}:53 {address} method ipip" for address in addresses),
        *(f"service add udp {VIP}:{port}" for port in range(1000, 1300)))
    said = preview(f"service change udp {VIP}:53 table-size 8191")
    tap.check_eq(f"a preview has {MANY} backends", addresses, [o["address"] for o in said[1:]])
    tap.check_eq("their slots add up", 8191, sum(o["slots"]["after"] for o in said[1:]))
    said = preview("flush")
    tap.check_eq("and all services, each once", len(show("service", "show")),
                 len({o["match"] for o in said if o["object"] == "service"}))
    tap.check_eq("in as many objects", 302, sum(o["object"] == "service" for o in said))
    tap.check_eq("each of their backends, too", MANY + 2,
                 len({o["address"] for o in said if o["object"] == "backend"}))
    dsr("flush")


def check_refusals():
    done = dsrctl("preview", "backend", "del", *SERVICE.split(), "10.1.1.99")
    tap.check_eq("what the kernel refuses, its preview refuses, too",
                 (2, "no such service" in done.stderr), (done.returncode, True))
    done = dsrctl("preview", "flow", "flush")
    tap.check_eq("a preview is of services and backends", 1, done.returncode)


check_changes()
check_schedulers()
check_many()
check_refusals()
tap.done()
