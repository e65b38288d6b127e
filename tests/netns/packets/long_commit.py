# SPDX-License-Identifier: GPL-2.0-or-later
"""A user without privileges sends a large commit in a namespace of their own. The sender leaves
the kernel while a worker prepares the commit, no process on the host waits for it, and the kernel
rolls all of it back when the sender is killed.

The order of events shows that the checks run during the commit: the kernel refuses a dump, as the
commit is in progress, before and after them, and its answer to the commit arrives later."""
import ctypes
import errno
import json
import os
import select
import signal
import socket
import subprocess

import tap
from genl import (F_ACK, F_DUMP, F_REQUEST, NF_DSR, NLMSG_DONE, Genl, attr, each_message,
                  end_of_dump, nest, op, service_key, u8, u32)

NOBODY = 65534
CLONE_NEWUSER, CLONE_NEWNET, PR_SET_DUMPABLE = 0x10000000, 0x40000000, 4
# Filling a table of this size for this many backends takes milliseconds, and longer on a debug
# kernel.
TABLE, BACKENDS = 131071, 24
WMEM = 4 << 20
OLD = ["udp", "192.0.2.1:9"]
NAMED = "named0"
libc = ctypes.CDLL(None, use_errno=True)


def service(number):
    return service_key("192.0.2.80", 6, number)


def backend(of, host, weight):
    return (nest("BACKEND_SERVICE", of) + attr("BACKEND_ADDR4", bytes((10, 9, 9, host))) +
            attr("BACKEND_WEIGHT", u32(weight)))


def commit(services):
    """Return the operations of a commit. The first one changes an existing backend. No two of the
    new services have the same weights, so each gets a table of its own; the weights of its
    backends are nearly equal, which takes the longest."""
    old = service_key("192.0.2.1", 17, 9)
    more = (attr("SERVICE_TABLE_SIZE", u32(TABLE)) +
            attr("SERVICE_METHOD", u8(NF_DSR["METHOD_IPIP"])))
    return op("BACKEND_CHANGE", backend(old, 2, 7)) + b"".join(
        op("SERVICE_ADD", service(n) + more) +
        b"".join(op("BACKEND_ADD", backend(service(n), 2 + i, 64 + (n >> i & 1)))
                 for i in range(BACKENDS)) for n in range(1, services + 1))


def run(*command):
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)


def write(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


class Sender:
    """The user's process, which runs the commands that it receives."""

    def __init__(self, words, answers):
        self.words, self.answers = words, answers
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
        libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)		# so that it may write its uid_map
        if libc.unshare(CLONE_NEWUSER | CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "unshare")
        write("/proc/self/uid_map", f"0 {NOBODY} 1")
        for line in ("link set lo up", "link add d0 type dummy", "link set d0 up",
                     "address add 10.9.9.1/24 dev d0", "route add default dev d0",
                     "neighbour add 10.9.9.2 dev d0 lladdr 02:00:00:00:00:02"):
            subprocess.run(["ip", *line.split()], check=True)
        self.genl, self.other, self.last = Genl(None), Genl(None), None
        self.genl.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, WMEM)

    def send(self, services):
        self.genl.sock.send(self.genl.message(NF_DSR["CMD_COMMIT"], commit(int(services)),
                                              F_REQUEST | F_ACK))
        return "sent"

    def answer(self):
        """Wait for the answer to the commit, and return its error."""
        self.last = self.last or str(Genl.verdict(self.genl.sock.recv(65536))[0])
        return self.last

    def answered(self):
        ready = self.last or select.select([self.genl.sock], [], [], 0)[0]
        return self.answer() if ready else "none yet"

    def dump(self):
        """Dump the services. Return the error with which the kernel ends the dump."""
        self.other.sock.send(self.other.message(NF_DSR["CMD_SERVICE_GET"], b"",
                                                F_REQUEST | F_DUMP))
        while True:
            for kind, _, message in each_message(self.other.sock.recv(65536)):
                if kind == NLMSG_DONE:
                    error, _ = end_of_dump(message)
                    return errno.errorcode[error] if error else "no error"

    def serve(self):
        self.answers.send(b"ready")
        while word := self.words.recv(100).decode():
            name, *arguments = word.split()
            self.answers.send(getattr(self, name)(*arguments).encode())


class User:
    """The user's process, and the namespace that it created."""

    def __init__(self):
        self.socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.pid = os.fork()
        if not self.pid:
            self.socket.close()
            try:
                Sender(theirs, theirs).serve()
            finally:
                os._exit(1)
        theirs.close()
        self.hear("ready")
        self.net = os.open(f"/proc/{self.pid}/ns/net", os.O_RDONLY)
        self.must("dsrctl", "service", "add", *OLD, "method", "ipip")
        self.must("dsrctl", "backend", "add", *OLD, "10.9.9.2")
        self.must("dsrctl", "service", "add", "udp", "192.0.2.2:9", "dev", NAMED)
        # The director forwards this packet, so there is a path over d0.
        self.must("bash", "-c", "echo >/dev/udp/192.0.2.1/9")
        tap.check_eq("a packet has gone to a backend over d0", [1],
                     [b["packets"] for b in json.loads(self.must("dsrctl", "-j", "-s",
                                                                 "backend", "show"))])

    def hear(self, expected=None):
        heard = self.socket.recv(1000).decode()
        if expected not in (None, heard):
            raise RuntimeError(f"the sender says {heard}")
        return heard

    def ask(self, word):
        self.socket.send(word.encode())
        return self.hear()

    def inside(self, *command):
        return run("nsenter", f"--net=/proc/{os.getpid()}/fd/{self.net}", "--", *command)

    def must(self, *command):
        done = self.inside(*command)
        if done.returncode:
            raise RuntimeError(f"{command}: {done.stderr}")
        return done.stdout

    def generation(self):
        return json.loads(self.must("dsrctl", "-j", "stats", "show"))[0]["generation"]

    def configuration(self):
        return self.must("dsrctl", "save").splitlines(), self.generation()

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def meanwhile(user):
    """Run commands during the commit. A command that waited for the commit would end after it."""
    for text, how, *command in (
            ("a device comes on the host", run, "ip", "link", "add", "idle0", "type", "dummy"),
            ("and goes", run, "ip", "link", "del", "idle0"),
            ("the host's services are shown", run, "dsrctl", "service", "show"),
            ("the host's configuration is changed by a commit",
             run, "bash", "-c", "echo service add tcp 192.0.2.7:7 | dsrctl -a -b -"),
            ("a genetlink family comes", run, "modprobe", "fou"),
            ("a device comes where the commit is made, whose name a service has",
             user.inside, "ip", "link", "add", NAMED, "type", "dummy"),
            ("the device goes that leads to backends", user.inside, "ip", "link", "del", "d0"),
            ("the namespace's statistics are shown", user.inside, "dsrctl", "stats", "show")):
        done = how(*command)
        tap.check(text, done.returncode == 0, done.stderr)
    tap.check_eq("all that while the commit was under way", ("none yet", "EBUSY", "none yet"),
                 (user.ask("answered"), user.ask("dump"), user.ask("answered")))
    run("modprobe", "-r", "fou")
    run("dsrctl", "flush")


def begin(user, services):
    tap.check_eq("the sender of a large commit does not wait for it in the kernel", "sent",
                 user.ask(f"send {services}"))
    # The commands that run during the commit get priority over it.
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    tap.check("the commit is under way", tap.wait_for(lambda: user.ask("dump") == "EBUSY"))
    meanwhile(user)
    os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))


def check_killed(services):
    user = User()
    lines, generation = user.configuration()
    begin(user, services)
    tap.check_eq("the sender is killed at once", -signal.SIGKILL, user.kill())
    after, seen = user.configuration()
    tap.check("nothing of the commit is left", after == lines, *after[:10])
    tap.check_eq("nor is there a new generation", generation, seen)
    user.must("dsrctl", "flush")


def check_answered(services):
    user = User()
    before = user.generation()
    begin(user, services)
    tap.check_eq("the sender who waits is answered", "0", user.ask("answer"))
    tap.check_eq("all of the commit is done, as one change", (services + 2, before + 1),
                 (len(json.loads(user.must("dsrctl", "-j", "service", "show"))),
                  user.generation()))
    trace = ("dsrctl", "-j", "trace", "udp", "198.51.100.1:1", "192.0.2.2:9", "dev", NAMED)
    tap.check("the service knows its device that came meanwhile",
              tap.wait_for(lambda: "192.0.2.2" in str(json.loads(user.must(*trace))[0]
                                                      .get("service"))), user.must(*trace))
    user.kill()


def main():
    before = run("sysctl", "-n", "net.core.wmem_max").stdout.strip()
    run("sysctl", "-w", f"net.core.wmem_max={WMEM}")
    run("modprobe", "-r", "fou")
    check_killed(1000)
    check_answered(400)
    run("sysctl", "-w", f"net.core.wmem_max={before}")
    tap.done()


main()
