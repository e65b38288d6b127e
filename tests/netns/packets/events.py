# SPDX-License-Identifier: GPL-2.0-or-later
"""Check the events of single commands and of transactions, and the generations of events, answers
and dumps."""
import json

import tap
from bench import Bench, backend
from control import Monitor, dsr, dsrctl, endpoint, generation, show
from genl import F_DUMP, F_REQUEST, NF_DSR, Genl, attr, attributes, nest, service_key

bench = Bench(4)
WEB, DNS = (f"{proto} {endpoint(bench.vip, port)}" for proto, port in (("tcp", 80), ("udp", 53)))
B1, B2, B3 = (backend(n) for n in (1, 2, 3))
MARK = "192.0.2.1:7"
COUNTERS = ("flows", "packets", "bytes", "active", "icmp_errors", "unreachable", "check_packets",
            "check_bytes")
FILE = ["flush", f"service add udp {bench.vip}:9", f"backend add udp {bench.vip}:9 {B1}",
        f"service add {WEB} scheduler wrr timeout tcp 100", f"backend add {WEB} {B1} weight 3",
        f"backend add {WEB} {B2} drain-timeout 7", f"service add {DNS} source 198.51.100.0/24",
        f"backend add {DNS} {B3} max-flows 5"]


class Events(Monitor):
    def since_last(self):
        """Return the events since the last call. A service, added and deleted, marks the end."""
        dsr(f"service add tcp {MARK}", f"service del tcp {MARK}")
        return [event for event in self.until(is_mark) if event.get("port") != 7]


def is_mark(event):
    return (event["event"], event.get("protocol"), event.get("port")) == ("service_del", "tcp", 7)


def atomic(*lines):
    done = dsrctl("-j", "-a", "-b", "-", text="\n".join(lines))
    return json.loads(done.stdout)[0]["generation"]


def brief(events):
    return [(e["event"], e.get("service", e).get("port"), e.get("address")) for e in events]


def check_change(monitor, text, lines, expected, several=False):
    """Run lines, as one transaction or (SEVERAL) one by one. Check their events and generations."""
    before = generation()
    if several:
        dsr(*lines)
    else:
        tap.check_eq(f"{text}: the answer has the generation", before + bool(expected),
                     atomic(*lines))
    after = generation()
    events = monitor.since_last()
    tap.check_eq(f"{text}: its events", expected, brief(events))
    if not several:
        tap.check_eq(f"{text}: all of the generation it made", {after} if expected else set(),
                     {event["generation"] for event in events})
    tap.check_eq(f"{text}: as many generations", len(expected) if several else bool(expected),
                 after - before)
    return events


def check_commits(monitor):
    atomic(*FILE)
    monitor.since_last()
    check_change(monitor, "the same file again", FILE, [])
    check_change(monitor, "the same file in another order", [*FILE[:3], *FILE[6:], *FILE[3:6]], [])
    check_change(monitor, "the same weight", [f"backend change {WEB} {B1} weight 3"], [])
    check_change(monitor, "there and back",
                 [f"service change {WEB} slow-start 5", f"service change {WEB} slow-start 0",
                  f"service add udp {bench.vip}:77", f"service del udp {bench.vip}:77"], [])
    events = check_change(
        monitor, "some of it",
        [*FILE[:4], f"backend add {WEB} {B1} weight 4", f"backend add {WEB} {B3}", FILE[6],
         f"backend add {DNS} {B3} max-flows 5", f"service add tcp {bench.vip}:81"],
        [("backend_new", 80, B1), ("backend_del", 80, B2), ("backend_new", 80, B3),
         ("service_new", 81, None), ("commit", None, None)])
    tap.check_eq("and what they say is what there is",
                 [without(one, *COUNTERS) for one in show("backend", "show", *WEB.split())],
                 [without(event, "event", "generation") for event in events
                  if event["event"] == "backend_new"])
    check_change(monitor, "a service goes with its backends", [f"service del {WEB}"],
                 [("service_del", 80, None), ("commit", None, None)])
    check_change(monitor, "another one for it",
                 [f"service change {DNS} persist 5", f"backend del {DNS} {B3}",
                  f"backend add {DNS} {B3} max-flows 6"],
                 [("service_new", 53, None), ("backend_new", 53, B3), ("commit", None, None)])


def without(shown, *keys):
    return {key: value for key, value in shown.items() if key not in keys}


def check_commands(monitor):
    dsr(*FILE)
    monitor.since_last()
    check_change(monitor, "commands that change nothing",
                 [f"backend change {WEB} {B1} weight 3", f"backend replace {WEB} {B1} weight 3",
                  f"service change {WEB} timeout tcp 100", f"backend change {WEB} {B1} health up",
                  f"service replace {DNS} source 198.51.100.0/24"], [], True)
    check_change(monitor, "commands that change something",
                 [f"backend change {WEB} {B1} weight 4", f"backend change {WEB} {B1} health down",
                  f"service change {DNS} source any", f"backend del {WEB} {B1}",
                  f"service del {WEB}"],
                 [("backend_new", 80, B1), ("backend_new", 80, B1), ("service_new", 53, None),
                  ("backend_del", 80, B1), ("service_del", 80, None)], True)
    check_change(monitor, "a flush", ["flush"],
                 [("service_del", 9, None), ("service_del", 53, None), ("commit", None, None)])


def check_answers():
    """Check that each answer of the kernel has a generation."""
    atomic(*FILE)
    bench.send([bench.udp(4000, 53, b"question")])
    dsr("device add later0")
    genl, now = Genl("director"), generation()
    vip = bytes(map(int, bench.vip.split(".")))
    key = service_key(bench.vip, 17, 53)
    client = bytes(map(int, bench.client_addr.split(".")))
    flow = (attr("FLOW_SRC4", client) + attr("FLOW_DST4", vip) + attr("FLOW_PROTOCOL", b"\x11") +
            attr("FLOW_SRC_PORT", (4000).to_bytes(2, "big")) + attr("FLOW_DST_PORT", b"\0\x35"))
    probe = (attr("TRACE_SRC4", client) + attr("TRACE_DST4", vip) +
             attr("TRACE_PROTOCOL", b"\x11"))
    b3 = attr("BACKEND_ADDR4", bytes(map(int, B3.split("."))))
    device = attr("DEVICE_NAME", b"later0\0")
    for command, payload, flags in (
            ("SERVICE_GET", key, 0), ("SERVICE_GET", b"", F_DUMP),
            ("BACKEND_GET", nest("BACKEND_SERVICE", key) + b3, 0), ("BACKEND_GET", b"", F_DUMP),
            ("FLOW_GET", flow, 0), ("FLOW_GET", attr("FLOW_DST_PORT", b"\0\x35"), F_DUMP),
            ("DEVICE_GET", device, 0), ("DEVICE_GET", b"", F_DUMP),
            ("TRACE", probe, 0), ("STATS_GET", b"", 0)):
        genl = Genl("director")
        answer = genl.ask(NF_DSR["CMD_" + command], payload, F_REQUEST | flags)
        name = command.removesuffix("_GET") + "_GENERATION"
        seen = attributes(answer[20:int.from_bytes(answer[:4], "little")]).get(
            NF_DSR["A_" + name], b"")
        tap.check_eq(f"{command}, {'a dump' if flags else 'one'}: of this generation", now,
                     int.from_bytes(seen, "little"))


listener = Events()
check_commits(listener)
check_commands(listener)
listener.close()
check_answers()
tap.done()
