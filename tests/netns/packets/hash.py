# SPDX-License-Identifier: GPL-2.0-or-later
"""hash.py 4|6: check which packets go to the same backend, for each hash of a service."""
import sys

import tap
from bench import Bench, backend, error_about
from control import dsr, show

six = sys.argv[1] == "6"
family = 6 if six else 4
bench = Bench(family)
check = bench.check
VIP = bench.vip
key = f"tcp {VIP}"
clients = [f"2001:db8:c::{n:x}" if six else f"198.51.100.{n}" for n in range(10, 50)]


def add(words, vip_key=key):
    dsr(f"service add {vip_key} method l2 seed 0 {words}",
        *(f"backend add {vip_key} {backend(n, family)}" for n in (1, 2, 3)))


def syn(src, sport, dport=80, dst=VIP):
    return bench.tcp(sport, dport=dport, src=src, dst=dst)


def backends_of(packets):
    """Return the backend of all packets, or the number of backends if there are several."""
    found = set(bench.where(packets))
    return found.pop() if len(found) == 1 else len(found)


for words, same_source, same_port in (("", 3, 3), ("hash 5-tuple", 3, 3), ("hash source", 1, 1),
                                      ("hash source-port", 3, 1)):
    add(words)
    name = words or "by default"
    one = bench.where([syn(clients[0], port) for port in range(2000, 2040)])
    check(f"{name}: 40 ports of a client go to {same_source} backends", same_source,
          len(set(one)))
    # These packets differ only in the VIP's port, which bench.where() does not distinguish.
    left = bench.send([syn(clients[0], 3001, port) for port in range(81, 121)])
    check(f"{name}: one port of it to 40 of the VIP, to {same_port}", same_port,
          len({left.to for left in left}))
    first = bench.where([syn(client, 2000) for client in clients])
    check(f"{name}: 40 clients go to all backends", {"b1", "b2", "b3"}, set(first))
    dsr("flow flush")
    errors = bench.send([error_about(client, VIP, 80, 2000, clients[0]) for client in clients])
    check(f"{name}: errors about forgotten flows go where the flows went", first,
          [left.to for left in errors])
    dsr("flow flush")
    check(f"{name}: and so do the flows", first,
          bench.where([syn(client, 2000) for client in clients]))
    dsr(f"service del {key}")

if not six:
    prefix = "tcp 192.0.2.96/28"
    add("hash destination", prefix)
    vips = [f"192.0.2.{n}" for n in range(96, 112)]
    per_vip = [{left.to for left in bench.send([syn(client, 2000 + n, 80 + n, vip)
                                                for n, client in enumerate(clients)])}
               for vip in vips]
    check("hash destination: each VIP of a prefix has one backend", [1] * 16,
          [len(found) for found in per_vip])
    check("hash destination: together they have all", {"b1", "b2", "b3"}, set.union(*per_vip))
    dsr(f"service del {prefix}")

add("table-size 251 hash source-port")
spread = bench.where([syn(client, port) for client in clients for port in range(2000, 2005)])
shares = [spread.count(name) for name in ("b1", "b2", "b3")]
tap.check(f"IPv{family}: a table of 251 slots shares 200 flows out",
          all(45 < share < 90 for share in shares), shares)
shown = show("service", "show", "tcp", VIP)[0]
check("table and hash are shown", (251, "source-port"), (shown["table_size"], shown["hash"]))
refusal = dsr(f"service change {key} table-size 1000", fails=True)
tap.check(f"IPv{family}: a size that is no prime is refused with the reason",
          "table-size must be a prime" in refusal, refusal)
check("and nothing has changed", 251, show("service", "show", "tcp", VIP)[0]["table_size"])
dsr(f"service change {key} table-size 131071")
again = bench.where([syn(client, port) for client in clients for port in range(2000, 2005)])
check("flows stay when the size changes", spread, again)
check("replace sets both back to their defaults", (4093, "5-tuple"), (
    dsr(f"service replace {key}"),
    *(show("service", "show", "tcp", VIP)[0][word] for word in ("table_size", "hash")))[1:])
dsr("flush")
tap.done()
