#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""plan.py full|quick: print as JSON which cases guest.py measures, and how often.

A case has peers, which take turns, and a number of packets for each peer in each round.
guest.py sends fewer packets if the machine is otherwise idle, and more if other programs
are always on the processor. A peer that is in "slow" gets that many times fewer packets. A
case may have fewer rounds than the plan."""
import json
import sys

SIZES = (1, 1000, 60000, 1000000)
PACKETS = 2000000
# Each SYN is a flow, and the table has room for this many.
SYNS = 1000000
# Packets of the cases that no target uses.
FEWER = 1000000

PLAIN = ["drop", "forward", "fwd"]
# The peers that the targets compare.
CORE = PLAIN + ["ipvs-dr", "ipvs-tun", "l2", "ipip"]
TUNED = CORE + ["ipvs-gre", "ipvs-gue", "gre", "gue", "dscp"]
IPVS_DEFAULT = ["ipvs-dr-default", "ipvs-tun-default"]
DSR_DEFAULT = ["l2-default", "ipip-default"]
AS_DISTRIBUTED = IPVS_DEFAULT + DSR_DEFAULT
# What ipvsadm has configured by nf_dsr_ipvs.
BY_IPVSADM = ["l2-by-ipvsadm"]


def entry(peers, packets=PACKETS, rounds=None, slow=None, **case):
    made = {"case": case, "peers": peers, "packets": packets}
    if rounds:
        made["rounds"] = rounds
    if slow:
        made["slow"] = slow
    return made


def quick():
    cases = [entry(CORE + BY_IPVSADM, part="established", flows=flows) for flows in SIZES[::2]]
    cases.append(entry(CORE, part="established", flows=SIZES[-1], rounds=2))
    cases.append(entry(["drop", "ipvs-dr", "l2"], SYNS, part="syn", kind="syn"))
    return {"rounds": 3, "cases": cases}


def established():
    """Yield the cases with established flows. IPVS with its default settings has a small
    table: the more flows share a chain, the slower it is. A million flows are measured only
    once with it, and with UDP: the first flows of TCP time out before the last ones exist."""
    for flows in SIZES[:-1]:
        slow = {peer: 10 for peer in IPVS_DEFAULT} if flows > 1000 else None
        yield entry(TUNED + AS_DISTRIBUTED + BY_IPVSADM, part="established", flows=flows,
                    slow=slow)
    yield entry(TUNED + DSR_DEFAULT, part="established", flows=SIZES[-1])
    yield entry(["drop", "ipvs-dr-default"], part="default", kind="udp",
                flows=SIZES[-1], rounds=1, slow={"ipvs-dr-default": 20})


def full():
    cases = list(established())
    cases.append(entry(TUNED + DSR_DEFAULT, SYNS, part="syn", kind="syn"))
    cases += [entry(TUNED, FEWER, part="udp", kind="udp", flows=flows)
              for flows in SIZES[:-1]]
    cases.append(entry(CORE, FEWER, part="udp", kind="udp", flows=SIZES[-1]))
    cases += [entry(TUNED, FEWER, part="ipv6", family=6, flows=flows)
              for flows in (1, 60000)]
    cases.append(entry(CORE, FEWER, part="ipv6", family=6, flows=SIZES[-1]))
    cases.append(entry(TUNED + AS_DISTRIBUTED, FEWER, part="conntrack", conntrack=True,
                       slow={peer: 10 for peer in IPVS_DEFAULT}))
    cases.append(entry(CORE, FEWER, part="services", services=100))
    # The tables of so many services take long to create.
    cases.append(entry(["drop", "ipvs-dr", "l2"], FEWER, part="services", services=10000,
                       backends=3, rounds=3))
    cases += [entry(CORE, FEWER, part="backends", backends=number) for number in (3, 1000)]
    # Half of the flows are in the table, or only 3 % of them.
    cases += [entry(["drop", "l2", "ipip"], FEWER, part="limit", flows=flows, limit=30000)
              for flows in (60000, 1000000)]
    return {"rounds": 5, "cases": cases}


if __name__ == "__main__":
    json.dump({"full": full, "quick": quick}[sys.argv[1]](), sys.stdout, indent=1)
