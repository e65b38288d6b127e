# SPDX-License-Identifier: GPL-2.0-or-later
"""transaction.py 4|6 SERVICES: check dsrctl --atomic: a refused transaction changes nothing, one
event announces each commit, flows keep their backends, and no packet sees only a part of a commit.
The largest transaction is about so many services."""
import json
import signal
import subprocess
import sys
import threading

import tap
from bench import MARKER_PORT, Bench, backend
from control import Monitor, drop_count, dsr, dsrctl, endpoint, generation, show

family, SERVICES = int(sys.argv[1]), int(sys.argv[2])
bench = Bench(family)
check = bench.check
WEB, DNS, MARKER = (f"{proto} {endpoint(bench.vip, port)}" for proto, port in
                    (("tcp", 80), ("udp", 53), ("udp", MARKER_PORT)))
B1, B2, B3 = (backend(n, family) for n in (1, 2, 3))
ports = iter(range(10000, 60000))
MARK = [f"service add {MARKER}", f"backend add {MARKER} {B1}"]


def batch(*lines, options=()):
    """Run an atomic batch. Return its status, answer and error."""
    done = dsrctl("-j", "-a", *options, "-b", "-", text="\n".join(lines))
    read = json.loads if done.returncode == 0 else str
    return done.returncode, read(done.stdout), json.loads(done.stderr or "null")


def port_of(shown):
    """Return the port of a service, or of a backend's service."""
    return shown.get("service", shown)["port"]


def everything():
    """Return the configuration and its generation, without the markers' service."""
    return [[o for o in show(kind, "show") if port_of(o) != MARKER_PORT]
            for kind in ("service", "backend")] + [generation()]


class Events(Monitor):
    marks = 0

    def since_last(self):
        """Return all events since the last call. A change of the markers' backend is the end."""
        self.marks += 1
        weight = 100 + self.marks
        dsr(f"backend change {MARKER} {B1} weight {weight}")
        return self.until(lambda event: event["event"] == "backend_new" and
                          event.get("weight") == weight)


def refusals(monitor):
    dsr(f"service add {WEB}", f"backend add {WEB} {B1}", f"backend add {WEB} {B2} weight 5",
        f"service add {DNS} scheduler wrr", f"backend add {DNS} {B3}")
    flows = begin(30)
    monitor.since_last()
    before = everything()
    new = f"tcp {endpoint(bench.vip, 8080)}"
    changes = [f"service add {new} timeout tcp 7", f"backend add {new} {B1}",
               f"backend change {WEB} {B2} weight 9 state drain", f"backend del {WEB} {B1}",
               f"backend add {WEB} {B1} weight 3", f"service del {DNS}",
               f"service add {DNS} scheduler wlc on-delete reject", f"service change {WEB} seed 7",
               f"backend add {WEB} {B3}", f"backend del {WEB} {B2}", f"service del {WEB}"]
    for what, lines, status, text, line in (
            ("the last of many", [*changes, "", f"backend del {WEB} {B1}"], 2, "no such service",
             13),
            ("after a flush", ["flush", *changes[:2], f"backend change {WEB} {B1} weight 2"], 2,
             "no such service", 4),
            ("a range over another one", [f"service add {new[:-2]}00-8200", "# so far",
                                          f"service add {new[:-2]}50-8300"], 2, "overlaps", 3),
            ("an address that cannot be", [*changes, f"backend add {new} 224.0.0.1 method ipip"],
             2, "unicast", 12),
            ("one that is there already", [f"backend add {WEB} {B3}", f"backend add {WEB} {B3}"],
             2, "exists already", 2),
            ("a word that means nothing", [*changes, f"service add {WEB} colour red"], 1,
             "colour", 12),
            ("what is no change", [changes[0], "service show"], 1, "service show", 2)):
        seen, _, error = batch(*lines)
        check(f"{what}: refused, with file, line and reason", (status, "-", line, True),
              (seen, error["file"], error["line"], text in error["error"]))
        check(f"{what}: and nothing is changed", before, everything())
    check("none of that was an event", [], monitor.since_last())
    check("nor has it moved a flow", flows, go_on(flows))


def check_generation(events, made):
    """Check that all events are of generation MADE, and return them."""
    check(f"all events of the commit are of generation {made}", {made},
          {event["generation"] for event in events})
    return events


def generations(monitor):
    before, now = everything(), generation()
    status, _, error = batch("flush", options=["-g", str(now + 1)])
    check("another generation: refused, as it has changed", (2, True),
          (status, "has changed" in error["error"]))
    check("another generation: and nothing is changed", before, everything())
    status, answer, _ = batch("", options=["--generation", str(now)])
    check("no commands: the generation is told, and stays",
          (0, [{"generation": now, "operations": 0}], before), (status, answer, everything()))
    check("nor was that an event", [], monitor.since_last())
    now = generation()
    status, answer, _ = batch(f"backend change {WEB} {B1} weight 2",
                              f"backend change {WEB} {B2} weight 2",
                              f"service change {WEB} seed 9", options=["-g", str(now)])
    made = {"generation": now + 1, "operations": 3}
    check("its own generation: done, and it is the next one", (0, [made]), (status, answer))
    check("an event tells of each that has changed, at last one of all",
          [("backend_new", B1, 2), ("backend_new", B2, 2), ("service_new", None, 9),
           ("commit", None, 3)],
          [(e["event"], e.get("address"), e.get("weight") or e.get("seed") or e["operations"])
           for e in check_generation(monitor.since_last(), now + 1)])
    now = generation()
    dsr(f"service change {WEB} seed 0")
    check("what one command changes counts too", now + 1, generation())


def begin(count):
    """Begin new flows of both services. Return the backend of each."""
    flows = [(proto, next(ports)) for proto in ("tcp", "udp") for _ in range(count // 2)]
    return dict(zip(flows, bench.where([packet(flow, "S") for flow in flows])))


def go_on(flows):
    return dict(zip(flows, bench.where([packet(flow) for flow in flows])))


def packet(flow, flags="A"):
    proto, port = flow
    if proto == "udp":
        return bench.udp(port, 53, b"question")
    return bench.tcp(port, flags)


def counters():
    return {(port_of(o), o.get("address")): (o["flows"], o["active"], o["packets"])
            for kind in ("service", "backend") for o in show(kind, "show")
            if port_of(o) in (80, 53)}


def replacement():
    """Check the replacement of a configuration by another one, with live flows."""
    ours = [f"service add {WEB}", *(f"backend add {WEB} {b}" for b in (B1, B2, B3)),
            f"service add {DNS}", *(f"backend add {DNS} {b}" for b in (B3, B2, B1))]
    check("flush and add replace all", 0, batch("flush", *MARK, *ours)[0])
    dsr("flow flush", f"backend change {DNS} {B2} health down")
    flows, was = begin(60), counters()
    check("what comes back is in the order of the lines", [B3, B2, B1],
          [b["address"] for b in show("backend", "show", *DNS.split())])
    batch("flush", *MARK, *ours)
    check("the same again: counters stay", was, counters())
    check("the same again: flows stay", flows, go_on(flows))
    check("and what a health check said", "down",
          show("backend", "show", *DNS.split(), B2)[0]["health"])
    kept = [line for line in ours if B1 not in line]
    batch("flush", *MARK, *(line + (" seed 4 scheduler wrr" if "service" in line else " weight 9")
                            for line in kept))
    now = go_on(flows)
    check("one backend less: its flows move, the others' stay",
          {flow: name for flow, name in flows.items() if name != "b1"},
          {flow: name for flow, name in now.items() if flows[flow] != "b1"})
    check("one backend less: and none is with it", False, "b1" in now.values())
    batch("flush", *MARK, f"service add {WEB}", f"backend add {WEB} {B2}",
          f"service add {DNS}", f"service del {DNS}")
    check("what was added and deleted at once is not there", [MARKER_PORT, 80],
          [s["port"] for s in show("service", "show")][::-1])


def datagrams(count):
    """Yield datagrams to two services in turn. These services have no flows."""
    for _ in range(count):
        for dport in (53, 54):
            yield bench.udp(next(ports), dport, b"")


def atomicity():
    """Check that packets see commits as a whole. Every commit moves both services to their next
    backend, and the packets of a burst go to both in turn. If packets saw one change before the
    other, a packet would get the backend before that of the last packet, which counts as two
    steps forward, and so there would be more steps than commits."""
    keys = [f"udp {endpoint(bench.vip, port)}" for port in (53, 54)]
    states = [[line for key in keys for line in (
        f"service add {key} scheduler wrr one-packet on",
        f"backend add {key} {backend(n, family)}")] for n in (1, 2, 3)]
    at, stop = 0, threading.Event()
    batch("flush", *MARK, *states[0])

    def commits():
        nonlocal at
        while not stop.is_set():
            at += 1
            batch("flush", *MARK, *states[at % 3])

    thread = threading.Thread(target=commits)
    thread.start()
    bursts, forwarded, ahead, between = 0, 0, [], 0
    while at < 40:
        before = at
        left = bench.send(list(datagrams(20)))
        bursts, forwarded = bursts + 1, forwarded + (len(left) == 40)
        went = [int(one.to[1:]) for one in left]
        steps = sum((b - a) % 3 for a, b in zip(went, went[1:]))
        # One commit may have been under way when the burst began.
        if steps > at - before + 1:
            ahead.append((steps, at - before, went))
        between += steps
    stop.set()
    thread.join()
    check(f"{at} commits: no packet of {40 * bursts} sees one service ahead of the other", [],
          ahead)
    check("and none finds no service, or no backend", bursts, forwarded)
    tap.check(f"IPv{family}: some commits came between packets of one burst", between)


def killed():
    before = everything()
    with subprocess.Popen(["dsrctl", "-n", "director", "-a", "-b", "-"], stdin=subprocess.PIPE,
                          text=True) as process:
        process.stdin.write("flush\n" + "\n".join(f"service add {WEB[:-2]}{port}"
                                                   for port in range(1000, 9000)))
        process.stdin.flush()
        process.send_signal(signal.SIGKILL)
        status = process.wait()
    check("killed while it reads the batch: nothing is changed", (-signal.SIGKILL, before),
          (status, everything()))


def many():
    """Check a commit of ten operations for each of many services, and one that is refused."""
    services = [f"tcp {endpoint(bench.vip, port)}" for port in range(1001, 1001 + SERVICES)]
    lines = [line for key in services for line in (
        f"service add {key} table-size 251",
        *(f"backend add {key} {backend(n, family)} weight {n}" for n in (1, 2, 3)),
        *(f"backend change {key} {backend(n, family)} priority {n}" for n in (1, 2, 3)),
        f"service change {key} min-active 2", f"backend del {key} {B1}",
        f"backend add {key} {B1} weight 4")]
    text = f"{len(lines)} operations"
    before = everything()
    status, answer, error = batch(*lines, f"service add {services[0]}")
    check(f"{text} and one that is refused: nothing is changed",
          (2, len(lines) + 1, before), (status, error["line"], everything()))
    status, answer, error = batch(*lines)
    check(f"{text}: done", (0, [{"generation": before[2] + 1, "operations": len(lines)}], None),
          (status, answer, error))
    check(f"{text}: {SERVICES} services, three backends each", (SERVICES, 3 * SERVICES),
          tuple(sum(port_of(o) > 1000 for o in show(kind, "show"))
                for kind in ("service", "backend")))
    check("and away with them", 0, batch(*(f"service del {key}" for key in services))[0])
    check("what was there before is", before[:2], everything()[:2])


listener = Events()
refusals(listener)
generations(listener)
listener.close()
replacement()
atomicity()
killed()
many()
check("nothing was dropped", 0, drop_count("no_backend", "no_route"))
dsr("flush")
tap.done()
