# SPDX-License-Identifier: GPL-2.0-or-later
"""The command destroy: the object need not exist; in a transaction, when the command runs."""
import tap
from control import dsrctl, generation, show
from genl import Genl, attr

SERVICE, OTHER = "tcp 192.0.2.80:80", "tcp 192.0.2.80:81"
BACKEND = "10.1.1.51"
genl = Genl("director")


def run(line):
    """Run dsrctl. Return its status and the first line of its output."""
    return outcome(dsrctl(*line.split()))


def commit(*lines):
    return outcome(dsrctl("-a", "-b", "-", text="\n".join(lines) + "\n"))


def outcome(done):
    return done.returncode, (done.stderr + done.stdout).split("\n", maxsplit=1)[0]


def there():
    """Return the ports of the services, and the numbers of backends and devices."""
    return ([service["port"] for service in show("service", "show")],
            len(show("backend", "show")),
            len([d for d in show("device", "show") if d["device"] == "none0"]))


def check_absent():
    before = generation()
    for line in (f"service destroy {SERVICE}", f"backend destroy {SERVICE} {BACKEND}",
                 "service destroy mark 7/ipv6", "device destroy none0"):
        tap.check_eq(f"destroy: there is none: {line}", (0, ""), run(line))
    run(f"service add {SERVICE}")
    tap.check_eq("destroy: there is the service, but not the backend", (0, ""),
                 run(f"backend destroy {SERVICE} {BACKEND}"))
    tap.check_eq("destroy: nothing of that was a change", before + 1, generation())
    for line, text in ((f"service del {OTHER}", "no such service"),
                       (f"backend del {SERVICE} {BACKEND}", "no such backend in this service"),
                       (f"backend del {OTHER} {BACKEND}", "no such service"),
                       ("device del none0", "the device has not been added")):
        tap.check_eq(f"destroy: refused still: {line}", (2, f"Error: {text}"), run(line))
    for command in ("SERVICE_DESTROY", "BACKEND_DESTROY", "DEVICE_DESTROY"):
        tap.check("destroy: refused: one that names nothing, " + command,
                  genl.request(command, b"", 0)[1])
    tap.check("destroy: refused: what is no key", genl.request(
        "SERVICE_DESTROY", attr("SERVICE_ADDR4", bytes((127, 0, 0, 1))), 0)[1])


def check_present():
    run(f"backend add {SERVICE} {BACKEND}")
    run("device add none0")
    tap.check_eq("destroy: there is one of each", ([80], 1, 1), there())
    for line, left in ((f"backend destroy {SERVICE} {BACKEND}", ([80], 0, 1)),
                       (f"service destroy {SERVICE}", ([], 0, 1)),
                       ("device destroy none0", ([], 0, 0))):
        tap.check_eq(f"destroy: gone: {line}", ((0, ""), left), (run(line), there()))


def check_commit():
    add, destroy = f"service add {SERVICE}", f"service destroy {SERVICE}"
    backend = f"backend destroy {SERVICE} {BACKEND}"
    tap.check_eq("destroy: again and again in a transaction", ((0, ""), [80]),
                 (commit(destroy, backend, add, backend, destroy, destroy, add), there()[0]))
    before = generation()
    tap.check_eq("destroy: what the transaction adds again is the same as before",
                 ((0, ""), before), (commit(destroy, add), generation()))
    tap.check_eq("destroy: what the transaction has flushed", (0, ""),
                 commit("flush", destroy, backend, add))
    tap.check_eq("destroy: undone with its transaction", ((2, "-:2: no such service"), [80]),
                 (commit(destroy, f"service del {OTHER}"), there()[0]))
    tap.check_eq("destroy: what is not there any more cannot be changed",
                 ((2, "-:2: no such service"), [80]),
                 (commit(destroy, f"service change {SERVICE} seed 1"), there()[0]))
    tap.check_eq("destroy: devices follow", (0, ""),
                 commit("device destroy none0", destroy, "device destroy none0"))
    tap.check_eq("destroy: all is gone", ([], 0, 0), there())


check_absent()
check_present()
check_commit()
tap.done()
