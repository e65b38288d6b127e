# SPDX-License-Identifier: GPL-2.0-or-later
"""dump_filters.py 4|6: the kernel lists the services, backends and flows that match the
attributes of a dump, and refuses attributes that it does not know."""
import errno
import sys

import tap
from bench import Bench, backend
from control import dsr, endpoint, show
from genl import (F_DUMP, F_REQUEST, NF_DSR, NLM_F_DUMP_INTR, NLMSG_DONE, NLMSG_ERROR, Genl, attr,
                  each_message, end_of_dump, nest, service_key)

family = int(sys.argv[1])
bench = Bench(family)
check = bench.check
WEB, DNS = (f"{proto} {endpoint(bench.vip, port)}" for proto, port in (("tcp", 80), ("udp", 53)))
B1, B2, B3 = (backend(n, family) for n in (1, 2, 3))
NEAR, FAR = {4: ("203.0.113.{}", "198.51.100.{}"), 6: ("2001:db8:a::{:x}", "2001:db8:c::{:x}")}[family]
NEAR_NET = {4: "203.0.113.0/24", 6: "2001:db8:a::/64"}[family]
HALF = {4: "203.0.113.8/29", 6: "2001:db8:a::8/125"}[family]
OTHER = {4: "192.0.2.1", 6: "2001:db8:80::1"}[family]
OTHER_NET = {4: "192.0.2.0/26", 6: "2001:db8:80::/122"}[family]


def flows(words="", **wanted):
    """Check that the flows shown for WORDS are those of all flows that pass the tests WANTED."""
    everything = [flow for flow in show("flow", "show") if flow["port"] != 9]
    right = [flow for flow in everything if all(test(flow) for test in wanted.values())]
    seen = [flow for flow in show("flow", "show", *words.split()) if flow["port"] != 9]
    order = {"key": lambda flow: (flow["client"], flow["client_port"])}
    check(f"flow show {words}: {len(right)} of {len(everything)}",
          ends(sorted(right, **order)), ends(sorted(seen, **order)))
    tap.check(f"IPv{family}: and these are some, and not all", 0 < len(right) < len(everything))


def ends(some):
    return [(flow["client"], flow["client_port"], flow["port"], flow["backend"]) for flow in some]


def check_flows():
    bench.send([bench.tcp(1000 + n, "S" if n % 2 else "A", src=NEAR.format(n))
                for n in range(1, 17)] +
               [bench.udp(2000 + n, 53, b"question", src=FAR.format(n)) for n in range(1, 17)])
    flows(DNS, service=lambda flow: flow["port"] == 53)
    flows(f"{WEB} {B2}", service=lambda flow: flow["port"] == 80,
          backend=lambda flow: flow["backend"] == B2)
    flows(f"backend {B1}", backend=lambda flow: flow["backend"] == B1)
    flows(f"client {NEAR.format(5)}", client=lambda flow: flow["client"] == NEAR.format(5))
    flows(f"client {NEAR_NET}", client=lambda flow: flow["port"] == 80)
    flows(f"client {HALF}", client=lambda flow: 1008 <= flow["client_port"] <= 1015)
    flows("state syn", state=lambda flow: flow["state"] == "syn")
    flows("protocol udp", protocol=lambda flow: flow["protocol"] == "udp")
    # The backend of a flow that matches all the other words.
    chosen = next(flow["backend"] for flow in show("flow", "show")
                  if 1008 <= flow["client_port"] <= 1015 and flow["state"] == "syn")
    flows(f"{WEB} client {HALF} state syn backend {chosen}",
          client=lambda flow: 1008 <= flow["client_port"] <= 1015,
          state=lambda flow: flow["state"] == "syn",
          backend=lambda flow: flow["backend"] == chosen)
    count = len([f for f in show("flow", "show") if f["port"] == 80])
    check("flow count goes by the same", [{"flows": count}],
          show("flow", "count", "client", NEAR_NET))
    for words in (f"client {OTHER}", f"vip {OTHER}", "state closing", "protocol 132"):
        check(f"flow show {words}: none", [], show("flow", "show", *words.split()))
    check("a client of the other family: none", [],
          show("flow", "show", "client", "2001:db8::7" if family == 4 else "192.0.2.7"))
    check("and all have the VIP", len(show("flow", "show")),
          len(show("flow", "show", "vip", bench.vip)))
    check("a backend that the service has not: refused", True,
          "no such backend" in dsr(f"flow show {WEB} {OTHER}", fails=True))


def listed(kind, *words):
    """Return the port of each service, with the backend's address, without the marker's."""
    return [(o.get("service", o).get("port"), *([o["address"]] if "address" in o else []))
            for o in show(kind, "show", *words) if o.get("service", o).get("port") != 9]


def check_services():
    other = "ipv6" if family == 4 else "ipv4"
    dsr(f"service add tcp {endpoint(OTHER, 8080)}", "service add mark 7",
        "service add mark 7/ipv6")
    check("service show protocol tcp", [(80,), (8080,)],
          sorted(listed("service", "protocol", "tcp")))
    check("service show protocol any: marks", [(None,)] * 2, listed("service", "protocol", "any"))
    check("service show address: those within", [(8080,)], listed("service", "address", OTHER_NET))
    check("service show address: that one", [(8080,)], listed("service", "address", OTHER))
    check("service show family: the mark of that family", [(None,)],
          listed("service", "family", other))
    check("service show vrf: none is in it", [], listed("service", "vrf", "blue"))
    check("service show vrf none: all", 5, len(listed("service", "vrf", "none")))
    check("service show with all of it", [(53,)],
          listed("service", "protocol", "udp", "address", bench.vip, "family", f"ipv{family}"))
    dsr("service del mark 7", "service del mark 7/ipv6",
        f"service del tcp {endpoint(OTHER, 8080)}")


def check_backends():
    dsr(f"backend change {WEB} {B2} state drain")
    check("backend show address: in all services", [(53, B2), (80, B2)],
          sorted(listed("backend", "address", B2)))
    check("backend show state", [(80, B2)], listed("backend", "state", "drain"))
    check("backend show SERVICE state", [(80, B1), (80, B3)],
          listed("backend", *WEB.split(), "state", "active"))
    check("backend show SERVICE BACKEND state: that one is not", [],
          listed("backend", *WEB.split(), B2, "state", "active"))
    dsr(f"backend change {WEB} {B2} state active")


def dump(genl, command, payload):
    genl.sock.send(genl.message(NF_DSR["CMD_" + command], payload, F_REQUEST | F_DUMP))
    return rest_of_dump(genl)


def rest_of_dump(genl):
    """Return how many objects a dump listed, the error at its end, the text of the error, and
    whether the dump was interrupted."""
    count, interrupted = 0, False
    while True:
        for kind, flags, message in each_message(genl.sock.recv(65536)):
            interrupted |= bool(flags & NLM_F_DUMP_INTR)
            if kind in (NLMSG_DONE, NLMSG_ERROR):
                return count, *end_of_dump(message), interrupted
            count += 1


def check_refusals():
    genl = Genl("director")
    ipv4 = attr("FLOW_SRC4", bytes((10, 0, 0, 1)))
    key = service_key("192.0.2.1", 6)
    for what, command, payload, text in (
            ("services by a port", "SERVICE_GET", attr("SERVICE_PORT", b"\0\x50"),
             "cannot be filtered by port"),
            ("services of family 5", "SERVICE_GET", attr("SERVICE_FAMILY", b"\5"), "4 or 6"),
            ("services of an address and another family", "SERVICE_GET",
             attr("SERVICE_ADDR4", bytes((192, 0, 2, 1))) + attr("SERVICE_FAMILY", b"\6"),
             "that of an address"),
            ("services by a length alone", "SERVICE_GET", attr("SERVICE_PREFIX_LEN", b"\1"),
             "exactly one address"),
            ("services of a prefix too long", "SERVICE_GET",
             attr("SERVICE_ADDR4", bytes(4)) + attr("SERVICE_PREFIX_LEN", b"\x21"), "longer than"),
            ("backends of no service", "BACKEND_GET", nest("BACKEND_SERVICE", key),
             "no such service"),
            ("backends of two addresses", "BACKEND_GET",
             attr("BACKEND_ADDR4", bytes((10, 0, 0, 1))) + attr("BACKEND_ADDR6", b"\x20" * 16),
             "exactly one address"),
            ("backends in state 3", "BACKEND_GET", attr("BACKEND_STATE", b"\3"), ""),
            ("flows with bits behind the prefix", "FLOW_GET",
             ipv4 + attr("FLOW_SRC_PREFIX_LEN", b"\x18"), "behind its prefix"),
            ("flows by a length alone", "FLOW_GET", attr("FLOW_SRC_PREFIX_LEN", b"\x18"),
             "exactly one address"),
            ("flows by when they expire", "FLOW_GET", attr("FLOW_EXPIRES", bytes(4)), ""),
            ("devices by name", "DEVICE_GET", attr("DEVICE_NAME", b"eth0\0"), "lists all")):
        count, error, said, _ = dump(genl, command, payload)
        tap.check(f"IPv{family}: refused: to dump {what}",
                  error and not count and text in said, error, said)
    for what, command, payload in (
            ("flow by its state", "FLOW_GET",
             ipv4 + attr("FLOW_DST4", bytes(4)) + attr("FLOW_PROTOCOL", b"\6") +
             attr("FLOW_STATE", b"\0")),
            ("backend by its state", "BACKEND_GET",
             nest("BACKEND_SERVICE", key) + attr("BACKEND_ADDR4", bytes((10, 0, 0, 1))) +
             attr("BACKEND_STATE", b"\0"))):
        error, said = genl.request(command, payload, 0)
        check(f"refused: to get one {what}", (errno.EINVAL, True), (error, "for dumps" in said))


def check_interruption():
    """Check a dump during which the table grows, before it has listed anything."""
    genl = Genl("director")
    udp = attr("FLOW_PROTOCOL", b"\x11")
    before = dump(genl, "FLOW_GET", udp)
    check("a dump that no resize disturbs is whole", (0, "", False), before[1:])
    small = show("stats", "show")[0]["buckets"]
    genl.sock.send(genl.message(NF_DSR["CMD_FLOW_GET"], udp, F_REQUEST | F_DUMP))
    for start in range(0, 4000, 1000):
        bench.send([bench.udp(10000 + start + n, 53, b"question") for n in range(1000)])
    tap.wait_for(lambda: show("stats", "show")[0]["buckets"] > small)
    check("one that a resize ran into says so", True, rest_of_dump(genl)[3])


dsr(*(f"service add {key} method l2 seed 0" for key in (WEB, DNS)),
    *(f"backend add {key} {b}" for key in (WEB, DNS) for b in (B1, B2, B3)))
check_services()
check_backends()
check_flows()
check_refusals()
if family == 4:
    check_interruption()
tap.done()
