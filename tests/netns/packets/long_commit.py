# SPDX-License-Identifier: GPL-2.0-or-later
"""A user without privileges has a large commit made in a namespace of their own. The
sender leaves the kernel while it is made; the host goes on, and the sender can be killed."""
import errno
import os
import signal
import socket
import struct
import subprocess
import sys

import genl
import tap
from genl import F_ACK, F_DUMP, F_REQUEST, NF_DSR, Genl, attr, nest

SERVICES = 2000
WMEM = 4 << 20
NLMSG_DONE = 3
TOOLS = os.path.dirname(genl.__file__)


def op(kind, request):
    return nest("COMMIT_OP", attr("OP_KIND", struct.pack("=B", NF_DSR["OP_KIND_" + kind])) +
                nest("OP_" + kind.split("_")[0], request))


def service(number):
    return (attr("SERVICE_ADDR4", socket.inet_aton("192.0.2.80")) +
            attr("SERVICE_PROTOCOL", b"\6") + attr("SERVICE_PORT", struct.pack("!H", number)))


def backend(number, host, weight):
    return op("BACKEND_ADD", nest("BACKEND_SERVICE", service(number)) +
              attr("BACKEND_ADDR4", bytes((10, 9, 9, host))) +
              attr("BACKEND_METHOD", struct.pack("=B", NF_DSR["METHOD_IPIP"])) +
              attr("BACKEND_WEIGHT", struct.pack("=I", weight)))


def commit():
    """No two services have the same weights, so each gets a table of its own."""
    size = attr("SERVICE_TABLE_SIZE", struct.pack("=I", 131071))
    return b"".join(op("SERVICE_ADD", service(n) + size) + backend(n, 2, n) +
                    b"".join(backend(n, host, 1) for host in range(3, 10))
                    for n in range(1, SERVICES + 1))


def run(*command):
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)


class Child:
    """What the user does, line by line."""

    def __init__(self):
        for line in ("link set lo up", "link add d0 type dummy", "link set d0 up",
                     "address add 10.9.9.1/24 dev d0"):
            subprocess.run(["ip", *line.split()], check=True)
        self.genl = Genl(None)
        self.genl.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, WMEM)
        self.other = Genl(None)

    def send(self):
        self.genl.sock.send(self.genl.message(NF_DSR["CMD_COMMIT"], commit(), F_REQUEST | F_ACK))
        return "sent"

    def dump(self):
        """The error with which the kernel ends a dump of the services."""
        answer = self.other.ask(NF_DSR["CMD_SERVICE_GET"], b"", F_REQUEST | F_DUMP)
        kind, = struct.unpack("=H", answer[4:6])
        return errno.errorcode[-struct.unpack("=i", answer[16:20])[0]] \
            if kind == NLMSG_DONE and any(answer[16:20]) else "no error"

    def serve(self):
        print("ready", flush=True)
        for line in sys.stdin:
            print(getattr(self, line.strip())(), flush=True)


class User:
    def __init__(self):
        # pylint: disable-next=consider-using-with # until it is killed
        self.process = subprocess.Popen(["unshare", "-Urn", sys.executable, __file__, "child"],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env={**os.environ, "PYTHONPATH": TOOLS})
        assert self.process.stdout.readline() == "ready\n"
        self.net = os.open(f"/proc/{self.process.pid}/ns/net", os.O_RDONLY)

    def ask(self, line):
        print(line, file=self.process.stdin, flush=True)
        return self.process.stdout.readline().strip()

    def inside(self, *command):
        return run("nsenter", f"--net=/proc/{os.getpid()}/fd/{self.net}", "--", *command)


def meanwhile(user):
    """Done by the host."""
    for text, done in (
            ("a device is added on the host", run("ip", "link", "add", "idle0", "type", "dummy")),
            ("a device is added where the commit is made",
             user.inside("ip", "link", "add", "idle0", "type", "dummy")),
            ("a genetlink family comes", run("modprobe", "fou")),
            ("the namespace's statistics are shown", user.inside("dsrctl", "stats", "show"))):
        tap.check(text, done.returncode == 0, done.stderr)


def main():
    before = run("sysctl", "-n", "net.core.wmem_max").stdout.strip()
    run("sysctl", "-w", f"net.core.wmem_max={WMEM}")
    run("modprobe", "-r", "fou")
    user = User()
    tap.check_eq("the sender of a large commit does not wait for it in the kernel", "sent",
                 user.ask("send"))
    # What is done meanwhile goes before what is waited for.
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    tap.check("the commit is under way", tap.wait_for(lambda: user.ask("dump") == "EBUSY"))
    meanwhile(user)
    user.process.send_signal(signal.SIGKILL)
    tap.check_eq("the sender can be killed", -signal.SIGKILL, user.process.wait())
    run("ip", "link", "del", "idle0")
    done = user.inside("dsrctl", "service", "add", "udp", "192.0.2.1:9")
    tap.check("the namespace can be configured again", done.returncode == 0, done.stderr)
    run("sysctl", "-w", f"net.core.wmem_max={before}")
    tap.done()


if sys.argv[1:] == ["child"]:
    Child().serve()
else:
    main()
