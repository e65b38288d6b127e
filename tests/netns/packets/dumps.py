# SPDX-License-Identifier: GPL-2.0-or-later
"""A dump takes several reads. It is marked as interrupted if the configuration changes between
two of them, and only then."""
import tap
from control import dsr
from genl import (F_CREATE, F_DUMP, F_EXCL, F_REQUEST, NF_DSR, NLM_F_DUMP_INTR, NLMSG_DONE, Genl,
                  each_message, service_key)

SERVICES = 400
genl = Genl("director")


def add(port):
    """Add a service on another port. No host has the VIP."""
    error, text = genl.request("SERVICE_NEW", service_key("192.0.2.1", 6, port),
                               F_CREATE | F_EXCL)
    if error:
        raise RuntimeError(f"service on port {port}: {error} {text}")


def dump(between):
    """Dump the services, and call between() after the first read. Return the number of services,
    whether there was more than one read, and whether the dump was interrupted."""
    listed = reads = 0
    interrupted = False
    data = genl.ask(NF_DSR["CMD_SERVICE_GET"], b"", F_REQUEST | F_DUMP)
    between()
    while True:
        reads += 1
        for kind, flags, _ in each_message(data):
            interrupted |= bool(flags & NLM_F_DUMP_INTR)
            if kind == NLMSG_DONE:
                return listed, reads > 1, interrupted
            listed += 1
        data = genl.sock.recv(65536)


def change():
    dsr("service add tcp 192.0.2.1:9999")


for number in range(SERVICES):
    add(1000 + number)
tap.check_eq("a dump in several reads lists all and is whole", (SERVICES, True, False),
             dump(lambda: None))
_, several, told = dump(change)
tap.check_eq("a dump with a change in between says so", (True, True), (several, told))
tap.check_eq("the next one is whole again", (SERVICES + 1, True, False), dump(lambda: None))
tap.done()
