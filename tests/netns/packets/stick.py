# SPDX-License-Identifier: GPL-2.0-or-later
"""stick.py 4|6: check a thousand flows while one backend is added and another removed."""
import sys

import tap
from bench import Bench, backend
from control import dsr, endpoint

FLOWS = 1000
family = int(sys.argv[1])
bench = Bench(family)
check = bench.check
KEY = f"tcp {endpoint(bench.vip, 80)}"


def packets(ports, flags):
    return [bench.tcp(port, flags) for port in ports]


known = range(20000, 20000 + FLOWS)
dsr(f"service add {KEY} method l2", f"backend add {KEY} {backend(1, family)}",
    f"backend add {KEY} {backend(2, family)} weight 3")
went = bench.where(packets(known, "S"))
check("established: both backends", {"b1", "b2"}, set(went))
dsr(f"backend add {KEY} {backend(3, family)} weight 5")
check(f"a backend more: each of {FLOWS} flows stays", went, bench.where(packets(known, "A")))
check("a backend more: it takes new flows", True,
      "b3" in bench.where(packets(range(30000, 30060), "S")))
dsr(f"backend change {KEY} {backend(1, family)} weight 0")
dsr(f"service change {KEY} scheduler wrr table-size 251 hash source seed 7")
stay = [port for port, name in zip(known, went) if name == "b2"][:300]
check("weights, scheduler, table, hash and seed changed: flows stay", ["b2"] * len(stay),
      bench.where(packets(stay, "A")))
dsr(f"backend del {KEY} {backend(1, family)}")
check("a backend less: the flows of the others stay", ["b2"] * len(stay),
      bench.where(packets(stay, "A")))
dsr("flush")
tap.done()
