# SPDX-License-Identifier: GPL-2.0-or-later
"""Unload the module while the first services are being created. They must be refused, with the
reason."""
import errno
import socket
import subprocess

import tap
from genl import F_ACK, F_REQUEST, NF_DSR, Genl, attr, nest, op, service_key, u32

SERVICES = 60
SO_SNDBUFFORCE = 32


def service(number):
    return service_key("192.0.2.80", 6, number)


def commit():
    """Return a commit with large tables, no two of them equal, so that it takes longer than to
    start the unloading."""
    size = attr("SERVICE_TABLE_SIZE", u32(131071))
    return b"".join(op("SERVICE_ADD", service(n) + size) + b"".join(
        op("BACKEND_ADD", nest("BACKEND_SERVICE", service(n)) +
           attr("BACKEND_ADDR4", bytes((10, 1, 1, 60 + host))) +
           attr("BACKEND_WEIGHT", u32(n if host else 1)))
        for host in range(8)) for n in range(1, SERVICES + 1))


genl = Genl("director")
genl.sock.setsockopt(socket.SOL_SOCKET, SO_SNDBUFFORCE, 1 << 20)
genl.sock.send(genl.message(NF_DSR["CMD_COMMIT"], commit(), F_REQUEST | F_ACK))
gone = subprocess.run(["rmmod", "nf_dsr"], capture_output=True, text=True, check=False)
tap.check_eq("the module goes while services are made", (0, ""), (gone.returncode, gone.stderr))
tap.check_eq("they are refused with the reason",
             (errno.ENODEV, "the module is being unloaded: load it again first"),
             Genl.verdict(genl.sock.recv(1 << 20)))
subprocess.run(["modprobe", "nf_dsr"], check=True)
tap.done()
