# SPDX-License-Identifier: GPL-2.0-or-later
"""fail_open.py 4|6: fail-open-below of a service with three backends, under traffic."""
import sys

import tap
from bench import Bench, backend
from control import Monitor, drop_count, dsr, dsrctl, endpoint, show

family = int(sys.argv[1])
bench = Bench(family)
check = bench.check
KEY = f"tcp {endpoint(bench.vip, 80)}"
NAMES = "b1", "b2", "b3"
BACKENDS = {name: backend(i, family) for i, name in enumerate(NAMES, 1)}
ports = iter(range(20000, 60000))
events = Monitor()


def begin(count=40):
    """Begin new flows. Return the backend of each."""
    flows = [next(ports) for _ in range(count)]
    return dict(zip(flows, bench.where([bench.tcp(port) for port in flows])))


def go_on(flows):
    return dict(zip(flows, bench.where([bench.tcp(port, "A", ack=1) for port in flows])))


def health(down, command="change"):
    """Say which backends are down; the others are up."""
    return [f"backend {command} {KEY} {addr} health {'down' if name in down else 'up'}"
            for name, addr in BACKENDS.items()]


def service():
    shown, = show("service", "show", *KEY.split())
    return shown["fail_open"], shown["fail_opens"], shown["healthy"], shown["candidates"]


def told():
    """Return the events since the last call: of services what they say about failing open, of
    backends their address, health and effective state."""
    dsr("service add tcp 192.0.2.1:7", "service del tcp 192.0.2.1:7")
    seen = events.until(lambda e: (e["event"], e.get("port")) == ("service_del", 7))
    return ([(e["fail_open"], e["fail_opens"], e["healthy"]) for e in seen
             if e["event"] == "service_new" and e["port"] == 80],
            [(e["address"], e["health"], e["effective_state"]) for e in seen
             if e["event"] == "backend_new"])


def set_up(words=""):
    dsr(f"service add {KEY} method l2 {words}", *(f"backend add {KEY} {a}" for a in BACKENDS.values()))
    told()


def tear_down():
    dsr(f"service del {KEY}")


def by_default():
    set_up()
    flows = begin()
    check("all backends serve", set(NAMES), set(flows.values()))
    dsr(*health(("b1", "b2")))
    check("one healthy backend: it gets all, and no service event",
          ({"b3"}, []), (set(begin().values()), told()[0]))
    check("flows of the others move", {"b3"}, set(go_on(flows).values()))
    dsr(*health(NAMES))
    again = begin(60)
    check("none is healthy: all serve again, and keep their flows", (set(NAMES), again),
          (set(again.values()), go_on(again)))
    of_service, of_backends = told()
    check("an event tells that the service fails open", [("yes", 1, 0)], of_service)
    check("the event of the last backend has its full state",
          (BACKENDS["b3"], "down", "serving"), of_backends[0])
    check("flows stay where they are", {"b3"}, set(go_on(flows).values()))
    check("the service says so", ("yes", 1, 0, 3), service())
    check("the backends say what they do", [("down", "serving")] * 3,
          [(b["health"], b["effective_state"]) for b in show("backend", "show", *KEY.split())])
    metrics = dsrctl("metrics").stdout
    label = f'{{service="{KEY}",proto="tcp"}}'
    check("metrics, too", [True] * 3,
          [f"nf_dsr_service_{name}{label} {value}\n" in metrics for name, value in
           (("fail_open", 1), ("fail_opens_total", 1), ("backends_healthy", 0))])
    check("and doctor warns", ["fail-open"],
          [f["id"] for f in show("doctor") if f["about"] == KEY])
    dsr(f"backend change {KEY} {BACKENDS['b2']} health up")
    check("one is healthy again: it gets all new flows", {"b2"}, set(begin().values()))
    check("and those of the others", {"b2"}, set(go_on(flows).values()))
    check("an event tells that this is over", [("no", 1, 1)], told()[0])
    tear_down()


def off():
    set_up("fail-open-below off no-backend reject")
    dsr(*health(NAMES))
    before = drop_count("no_backend")
    check("off: no backend takes a flow", set(), set(begin(5).values()) & set(NAMES))
    check("off: no-backend applies", (5, ("no", 0, 0, 3)),
          (drop_count("no_backend") - before, service()))
    dsr(f"service change {KEY} unset fail-open-below")
    check("the option takes effect at once", (set(NAMES), ("yes", 1, 0, 3)),
          (set(begin(60).values()), service()))
    dsr(f"service change {KEY} fail-open-below off")
    check("in both directions", (set(), ("no", 1, 0, 3)),
          (set(begin(5).values()) & set(NAMES), service()))
    tear_down()


def hysteresis(words):
    set_up(f"fail-open-below {words}")
    for down, takes, expected in (
            (("b1",), {"b2", "b3"}, ("no", 0, 2, 3)),
            (("b1", "b2"), set(NAMES), ("yes", 1, 1, 3)),
            (("b1",), set(NAMES), ("yes", 1, 2, 3)),
            (("b3",), set(NAMES), ("yes", 1, 2, 3)),
            ((), set(NAMES), ("no", 1, 3, 3)),
            (("b3",), {"b1", "b2"}, ("no", 1, 2, 3)),
            (NAMES, set(NAMES), ("yes", 2, 0, 3))):
        dsr("\n".join(health(down)), options=("-a",))
        what = f"below {words}, down: {' '.join(down) or 'none'}"
        check(f"{what}: these take new flows", takes, set(begin(60).values()))
        check(f"{what}: the service says", expected, service())
    check(f"below {words}: one event for each beginning and end",
          [("yes", 1, 1), ("no", 1, 3), ("yes", 2, 0)], told()[0])
    dsr(f"backend change {KEY} {BACKENDS['b1']} state down",
        f"backend change {KEY} {BACKENDS['b2']} weight 0")
    check(f"below {words}: backends that an operator has taken out do not count",
          ({"b3"}, ("yes", 2, 0, 1)), (set(begin().values()), service()))
    dsr(f"backend change {KEY} {BACKENDS['b3']} health up")
    check(f"below {words}: all that count are healthy", ("no", 2, 1, 1), service())
    tear_down()


def refused():
    for value in ("0", "65536", "101%", "0%", "%", "on"):
        done = dsrctl("service", "add", *KEY.split(), "fail-open-below", value)
        check(f"{value} is refused", (1, True),
              (done.returncode, "expected 1 to 65535, 1% to 100% or off" in done.stderr))
    for value, shown in ("65535", 65535), ("100%", "100%"), ("off", "off"), ("1", 1):
        dsr(f"service replace {KEY} fail-open-below {value}")
        check(f"{value} is shown", shown, show("service", "show", *KEY.split())[0]["fail_open_below"])
    tear_down()


by_default()
off()
hysteresis("2")
hysteresis("50%")
refused()
events.close()
dsr("flush")
tap.done()
