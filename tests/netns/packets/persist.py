# SPDX-License-Identifier: GPL-2.0-or-later
"""persist.py 4|6: check that clients of one prefix keep one backend."""
import sys

import tap
from bench import Bench, backend, error_about
from control import dsr, endpoint, show

family = int(sys.argv[1])
six = family == 6
bench = Bench(family)
check = bench.check
KEY, OTHER = (f"tcp {endpoint(bench.vip, port)}" for port in (80, 443))
ports = iter(range(20000, 60000))


def client(prefix, host):
    """Return an address in one of the prefixes /28 or /124 of the client's network."""
    number = prefix * 16 + host
    return f"2001:db8:c::{number:x}" if six else f"198.51.100.{number}"


def syns(prefix, hosts=range(1, 13), dport=80):
    return [bench.tcp(next(ports), dport=dport, src=client(prefix, host)) for host in hosts]


def backends_of(packets):
    return set(bench.where(packets))


def error(prefix):
    return error_about(client(prefix, 1), bench.vip, 80, 1, client(prefix, 2))


def entries():
    return [flow for flow in show("flow", "show") if flow["state"] == "persist"]


def idle(prefix):
    return next(e["idle"] for e in entries() if e["client"] == client(prefix, 0))


def change(name, words):
    dsr(f"backend change {KEY} {backend(name[1:], family)} {words}")


dsr(*(line for key in (KEY, OTHER) for line in (
    f"service add {key} method l2 scheduler wrr persist 1000 persist-prefix4 28 "
    "persist-prefix6 124", *(f"backend add {key} {backend(n, family)}" for n in (1, 2, 3)))))
first = backends_of(syns(3))
check("clients of one prefix have one backend, though taking turns is the scheduler", 1,
      len(first))
others = [backends_of(syns(prefix)) for prefix in (4, 5, 6, 7)]
check("and so have those of each other prefix", [1] * 4, [len(names) for names in others])
check("the turns go over prefixes", {"b1", "b2", "b3"}, set.union(*others))
check("each prefix is one entry, of its service",
      sorted((client(p, 0), bench.vip, 80) for p in (3, 4, 5, 6, 7)),
      sorted((e["client"], e["vip"], e["port"]) for e in entries()))
backends_of(syns(3, dport=443))
check("another service remembers by itself", 6, len(entries()))
check("entries count in the table but are no flows of a backend", (60 + 12, 60 + 12 + 6),
      (sum(s["active"] for s in show("service", "show") if s["port"] != 9),
       show("stats", "show")[0]["flows"] - sum(
           s["active"] for s in show("service", "show") if s["port"] == 9)))
dsr(f"service del {OTHER}", f"service change {KEY} timeout tcp-syn 1")
# Apart from the entries of prefixes, only the flow of the markers is left.
tap.wait_for(lambda: len(show("flow", "show")) == len(entries()) + 1)
left = bench.send([error(prefix) for prefix in (3, 4, 5, 6, 7)])
check("errors about flows that are forgotten go where the prefix is at home",
      [first] + others, [{one.to} for one in left])
dsr(f"service change {KEY} timeout tcp-syn 60")
tap.wait_for(lambda: idle(4) > 1)
backends_of(syns(3))
tap.check(f"IPv{family}: a prefix is remembered from the beginning of its last flow on",
          idle(3) < idle(4), *entries())

name = first.pop()
for away, back in (("state drain", "state active"), ("state down", "state active"),
                   ("health down", "health up"), ("weight 0", "weight 1")):
    change(name, away)
    now = backends_of(syns(3))
    check(f"{away}: the prefix moves, as one", (1, False), (len(now), name in now))
    change(name, back)
    check(f"{back}: and stays where it is", now, backends_of(syns(3)))
    name = now.pop()
check("each prefix is still one entry", 5, len(entries()))

dsr(f"backend del {KEY} {backend(name[1:], family)}")
now = backends_of(syns(3))
check("deleted: the prefix moves, as one", (1, False), (len(now), name in now))
dsr(f"backend add {KEY} {backend(name[1:], family)}")
check("added again: it stays where it is", now, backends_of(syns(3)))

dsr("flow flush", f"service change {KEY} persist 2")
before = backends_of(syns(3))
check("a prefix of which no flow has begun for its time is forgotten", True,
      tap.wait_for(lambda: not entries()))
dsr(f"service change {KEY} persist 0")
check("without persistence the scheduler decides", {"b1", "b2", "b3"}, backends_of(syns(3)))
check("and nothing is remembered of prefixes", 0, len(entries()))
dsr("flush")
tap.done()
