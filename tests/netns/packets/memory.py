# SPDX-License-Identifier: GPL-2.0-or-later
"""memory.py SERVICES: check how much memory this many services need. Then check flows in a
namespace that a user without privileges created: their memory is charged to that user's memory
cgroup, even if another process sends the packets. The number of flows ends at the limit of the
cgroup and at that of all namespaces together; the director continues to forward packets."""
import json
import os
import socket
import subprocess
import sys
import tempfile

import tap
import wire

FLOWS = 20000
TOTAL = "/sys/module/nf_dsr/parameters/max_flows_total"
SERVICE = ("any", "198.18.0.0/16")
# The memory that must suffice for 5000 services with ten backends each, which share no tables.
ROOM, BACKENDS = 128 << 20, 10


class Cgroup:
    """A memory cgroup of the unified hierarchy."""

    def __init__(self):
        self.top = tempfile.mkdtemp()
        subprocess.run(["mount", "-t", "cgroup2", "none", self.top], check=True)
        self.write(self.top, "cgroup.subtree_control", "+memory")
        self.path = os.path.join(self.top, "dsr")
        os.mkdir(self.path)

    @staticmethod
    def write(path, name, value):
        with open(os.path.join(path, name), "w", encoding="ascii") as file:
            file.write(str(value))

    def read(self, name):
        with open(os.path.join(self.path, name), encoding="ascii") as file:
            return file.read()

    def enter(self):
        self.write(self.path, "cgroup.procs", os.getpid())

    def leave(self):
        self.write(self.top, "cgroup.procs", os.getpid())

    def kernel_bytes(self):
        return int(dict(line.split() for line in self.read("memory.stat").splitlines())["kernel"])

    def close(self):
        os.rmdir(self.path)
        subprocess.run(["umount", self.top], check=True)


class Tenant:
    """A user and a network namespace, with a service for a prefix of VIPs."""

    def __init__(self):
        # pylint: disable-next=consider-using-with # until close()
        self.process = subprocess.Popen(["unshare", "-Urn", "sleep", "infinity"])
        tap.wait_for(lambda: os.readlink(f"/proc/{self.process.pid}/ns/net") !=
                     os.readlink("/proc/self/ns/net"))
        for line in ("link set lo up", "link add d0 type dummy", "link set d0 up",
                     "address add 10.9.9.1/24 dev d0", "route add default dev d0"):
            self.run("ip", *line.split())
        self.dsrctl("service", "add", *SERVICE, "method", "ipip")
        self.dsrctl("backend", "add", *SERVICE, "10.9.9.2")

    def run(self, *command):
        return subprocess.run(["nsenter", "-U", "-n", "--preserve-credentials",
                               f"--target={self.process.pid}", "--", *command],
                              check=True, capture_output=True, text=True).stdout

    def dsrctl(self, *command):
        return self.run("dsrctl", *command)

    def shown(self, *command):
        return json.loads(self.dsrctl("-j", "-s", *command, "show"))[0]

    def send(self, count):
        """Send packets of COUNT flows."""
        if pid := os.fork():
            return os.waitpid(pid, 0)
        net = os.open(f"/proc/{self.process.pid}/ns/net", os.O_RDONLY)
        wire.libc.setns(net, 0x40000000)
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        for i in range(count):
            sock.sendto(b"", (f"198.18.{i >> 8 & 3}.{i & 255}", 1 + (i >> 10)))
        os._exit(0)

    def close(self):
        """Remove the flows and end the process. The namespace itself may exist a little longer."""
        self.dsrctl("flow", "flush")
        self.process.kill()
        self.process.wait()


def many(count):
    """Yield the commands for services with default options. All backends have different
    addresses."""
    for n in range(count):
        key = f"udp 198.19.{n >> 8}.{n & 255}:9"
        yield f"service add {key} method ipip\n"
        for host in range(BACKENDS * n + 2, BACKENDS * n + 2 + BACKENDS):
            yield f"backend add {key} 10.{host >> 16}.{host >> 8 & 255}.{host & 255}\n"


def load(group, path):
    """Load a file in a process that is in the group; this process need not be."""
    done = subprocess.run(["sh", "-c", 'echo $$ >"$1/cgroup.procs" && '
                           'exec dsrctl -n tenant -a -b "$2"', "sh", group.path, path],
                          check=False, capture_output=True, text=True)
    return done.returncode, done.stderr


def check_many(group, count):
    """Load many services, in a namespace of the host: only the host's root may send a request
    that large."""
    for line in ("netns add tenant", "-n tenant link set lo up",
                 "-n tenant link add d0 type dummy", "-n tenant link set d0 up",
                 "-n tenant address add 10.255.255.1/8 dev d0"):
        subprocess.run(["ip", *line.split()], check=True)
    with tempfile.NamedTemporaryFile("w", encoding="ascii") as file:
        file.writelines(many(count))
        file.flush()
        group.write(group.path, "memory.max", ROOM * count // 5000 // 8)
        code, said = load(group, file.name)
        tap.check("services that do not fit into their owner's memory are refused, with a reason",
                  code == 2 and "not enough memory" in said, code, said)
        tap.check("and nobody is killed for it", "oom_kill 0\n" in group.read("memory.events"),
                  group.read("memory.events"))
        group.write(group.path, "memory.max", ROOM)
        tap.check_eq(f"{count} services with {BACKENDS} backends each fit into 128 MiB",
                     (0, ""), load(group, file.name))
    charged = group.kernel_bytes()
    dsrctl = ["dsrctl", "-j", "-n", "tenant"]
    seen = json.loads(subprocess.run([*dsrctl, "service", "show"], check=True,
                                     capture_output=True).stdout)
    tap.check_eq("all of them are there", (count, count * BACKENDS),
                 (len(seen), sum(service["backends"] for service in seen)))
    subprocess.run(["dsrctl", "-n", "tenant", "flush"], check=True)
    tap.check("and their owner is charged for them, until they go", charged > 4096 * count and
              tap.wait_for(lambda: group.kernel_bytes() < charged / 2),
              charged, group.kernel_bytes())
    group.write(group.path, "memory.max", "max")
    subprocess.run(["ip", "netns", "del", "tenant"], check=True)


def check_charge(group):
    group.enter()
    tenant = Tenant()
    group.leave()
    tenant.send(1)
    tap.check("min_flows gives no room to the namespace of a container",
              tenant.shown("stats")["buckets"] == 512)
    before = group.kernel_bytes()
    tenant.send(FLOWS)
    tap.check_eq("all flows are remembered", 1 + FLOWS, tenant.shown("stats")["flows"])
    tap.check("the table has grown", tap.wait_for(lambda: tenant.shown("stats")["buckets"] > 8000))
    grown = group.kernel_bytes() - before
    tap.check("and its owner is charged for it", grown > FLOWS * 32, f"{grown} bytes")
    tenant.close()


def check_limit(group):
    group.enter()
    tenant = Tenant()
    group.leave()
    group.write(group.path, "memory.max", int(group.read("memory.current")) + 256 * 1024)
    tenant.send(FLOWS)
    # The tenant's process is in the group, so if it were killed the next checks would fail.
    tap.check("for flows beyond the owner's limit nobody is killed",
              "oom_kill 0\n" in group.read("memory.events"), group.read("memory.events"))
    flows = tenant.shown("stats")["flows"]
    tap.check("at the owner's limit no more flows are remembered", 0 < flows < FLOWS, flows)
    tap.check_eq("but every packet is forwarded", FLOWS, tenant.shown("service")["packets"])
    group.write(group.path, "memory.max", "max")
    tenant.close()


def check_total():
    with open(TOTAL, "r+", encoding="ascii") as total:
        before = total.read()
        total.write("1000")
    tenants = [Tenant(), Tenant()]
    for tenant in tenants:
        tenant.send(1000)
    flows = [tenant.shown("stats")["flows"] for tenant in tenants]
    tap.check("all namespaces together have as many flows as they may", 700 < sum(flows) <= 1000,
              flows)
    tap.check_eq("every packet is forwarded", [1000, 1000],
                 [tenant.shown("service")["packets"] for tenant in tenants])
    tenants[0].dsrctl("flow", "flush")
    tenants[1].send(1000)
    tap.check("what one gives back the other one can have",
              tenants[1].shown("stats")["flows"] > 700, tenants[1].shown("stats")["flows"])
    for tenant in tenants:
        tenant.close()
    with open(TOTAL, "w", encoding="ascii") as total:
        total.write(before)


def main():
    group = Cgroup()
    check_many(group, int(sys.argv[1]))
    check_charge(group)
    check_limit(group)
    check_total()
    tap.wait_for(lambda: not group.read("cgroup.procs"))
    group.close()
    tap.done()


sys.exit(main())
