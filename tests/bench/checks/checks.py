#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""checks.py native|guest [BACKENDS]: measure what health checks of many backends cost, and how many
are made in a second. The backends are addresses of one namespace, with nginx; the checks come from
another. In a guest, dsrd and keepalived check the same backends one after the other. Natively, where
the module must not be loaded, dsrd has a kernel's side that pretends (kernel.c).

Print one line for each case: what was asked for and made in a second, counted by the backends'
kernel, and the processor time of a check in microseconds, of the process that checks alone."""
import contextlib
import dataclasses
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

DIRECTOR, BACKENDS = "checks-director", "checks-backends"
SERVICES = 10
INTERVAL = 2
SECONDS = 20
PATIENCE = 60
# What counts the checks of a kind, in /proc/net/snmp of the backends.
COUNTERS = {"tcp": ("Tcp", "PassiveOpens"), "tls": ("Tcp", "PassiveOpens"),
            "icmp": ("Icmp", "InEchos")}
PORTS = {"tcp": 80, "tls": 443, "icmp": 0}
DSRD = os.environ.get("DSRD", "dsrd")


@dataclasses.dataclass(frozen=True)
class Case:
    program: str
    kind: str
    backends: int	# of all services together


def run(*command, **more):
    subprocess.run(command, check=True, **more)


def inside(net, *command):
    return ["nsenter", f"--net=/run/netns/{net}", "--", *command]


def vip(number):
    return f"198.18.0.{number}"


def address(number):
    return f"10.8.{number >> 8}.{number & 255}"


# --- the backends ---------------------------------------------------------------

@contextlib.contextmanager
def network():
    """Two namespaces, in one of which all addresses of the backends are local."""
    try:
        for net in (DIRECTOR, BACKENDS):
            run("ip", "netns", "add", net)
            run("ip", "-n", net, "link", "set", "lo", "up")
        run("ip", "-n", DIRECTOR, "link", "add", "out", "type", "veth", "peer", "name", "in",
            "netns", BACKENDS)
        for net, device, own in ((DIRECTOR, "out", "10.9.0.1/30"), (BACKENDS, "in", "10.9.0.2/30")):
            run("ip", "-n", net, "address", "add", own, "dev", device)
            run("ip", "-n", net, "link", "set", device, "up")
        run("ip", "-n", DIRECTOR, "route", "add", "10.8.0.0/16", "via", "10.9.0.2")
        run("ip", "-n", BACKENDS, "route", "add", "local", "10.8.0.0/16", "dev", "lo")
        # A director closes many connections from few addresses.
        run(*inside(DIRECTOR, "sysctl", "-qw", "net.ipv4.ip_local_port_range=1024 65535"))
        run(*inside(BACKENDS, "sysctl", "-qw", "net.ipv4.icmp_ratelimit=0"))
        yield
    finally:
        for net in (DIRECTOR, BACKENDS):
            subprocess.run(["ip", "netns", "del", net], check=False)


NGINX = """worker_processes 1; daemon off; pid {work}/nginx.pid; error_log stderr crit;
worker_rlimit_nofile 20000;
events {{ worker_connections 16384; }}
http {{
    access_log off; keepalive_timeout 0; client_body_temp_path {work}/body;
    proxy_temp_path {work}/proxy; fastcgi_temp_path {work}/fastcgi; uwsgi_temp_path {work}/uwsgi;
    scgi_temp_path {work}/scgi; ssl_session_cache off; ssl_session_tickets off;
    ssl_certificate {work}/crt; ssl_certificate_key {work}/key;
    server {{ listen 80 backlog=4096; listen 443 ssl backlog=4096; return 200; }}
}}
"""


@contextlib.contextmanager
def process(command, log, **more):
    """Run a program until the end of the block."""
    with open(log, "w", encoding="utf-8") as output:
        with subprocess.Popen(command, stdout=output, stderr=output, **more) as running:
            try:
                yield running
            finally:
                running.send_signal(signal.SIGTERM)
                running.wait(PATIENCE)


def servers(work):
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
        "-nodes", "-subj", "/CN=checks", "-days", "2", "-keyout", f"{work}/key", "-out", f"{work}/crt",
        stderr=subprocess.DEVNULL)
    (work / "nginx.conf").write_text(NGINX.format(work=work), encoding="ascii")
    return process(inside(BACKENDS, "nginx", "-e", "stderr", "-c", f"{work}/nginx.conf"),
                   work / "nginx.log")


# --- the programs ---------------------------------------------------------------

def dsrd_file(case):
    port = f", port: {PORTS[case.kind]}" * bool(PORTS[case.kind])
    yield "version: 1"
    yield f"checks: [{{name: c, type: {case.kind}, target: host, interval: {INTERVAL}{port}}}]"
    yield "defaults: {service: {seed: 7, method: ipip}}"
    yield "services:"
    each = case.backends // SERVICES
    for i in range(SERVICES):
        yield f"  - match: tcp {vip(i)}:80"
        yield "    checks: c"
        yield "    backends:"
        for j in range(each):
            yield f"      - {{address: {address(i * each + j)}}}"


def keepalived_file(case):
    check = {"tcp": "TCP_CHECK {{ connect_port 80 connect_timeout 1 }}"}[case.kind]
    each = case.backends // SERVICES
    for i in range(SERVICES):
        yield f"virtual_server {vip(i)} 80 {{"
        yield f"  delay_loop {INTERVAL}\n  lb_kind TUN\n  lb_algo rr\n  protocol TCP"
        for j in range(each):
            yield f"  real_server {address(i * each + j)} 80 {{ {check.format()} }}"
        yield "}"


@contextlib.contextmanager
def dsrd(case, work):
    file = work / "checks.yaml"
    file.write_text("\n".join(dsrd_file(case)), encoding="ascii")
    if DSRD == "dsrd":
        run("dsrctl", "-n", DIRECTOR, "apply", file, stdout=subprocess.DEVNULL)
    environment = {**os.environ, "NF_DSR_SERVICES": str(SERVICES),
                   "NF_DSR_BACKENDS": str(case.backends // SERVICES)}
    with process([DSRD, "-n", DIRECTOR, "-f", file], work / "dsrd.log",
                 env=environment) as running:
        yield lambda: running.pid
    if DSRD == "dsrd":
        run("dsrctl", "-n", DIRECTOR, "flush", stdout=subprocess.DEVNULL)


def checker_of(pid):
    """Return the process of keepalived that checks."""
    for entry in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            fields = (entry / "stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
            if int(fields[1]) == pid:
                return int(entry.name)
    raise RuntimeError("keepalived has no checker")


@contextlib.contextmanager
def keepalived(case, work):
    file = work / "keepalived.conf"
    file.write_text("\n".join(keepalived_file(case)) + "\n", encoding="ascii")
    command = inside(DIRECTOR, "keepalived", "--dont-fork", "--log-console", "--check",
                     "--use-file", file, "--pid", work / "k", "--checkers_pid", work / "kc")
    with process(command, work / "keepalived.log") as running:
        yield lambda: checker_of(running.pid)


# --- measuring ------------------------------------------------------------------

def made(kind):
    """Return how many checks the backends have seen."""
    protocol, name = COUNTERS[kind]
    text = subprocess.run(inside(BACKENDS, "cat", "/proc/net/snmp"), text=True, check=True,
                          stdout=subprocess.PIPE).stdout
    names, values = [line.split() for line in text.splitlines()
                     if line.startswith(f"{protocol}: ")]
    return int(values[names.index(name)])


def processor_time(pid):
    """Return the seconds that a process has taken."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid):
    """Return how much memory a process has, in MiB."""
    with open(f"/proc/{pid}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20


def wait_until_busy(case, begin, log):
    """Wait until each backend was checked twice, on the average."""
    limit = time.monotonic() + PATIENCE
    while made(case.kind) < begin + 2 * case.backends:
        if time.monotonic() > limit:
            raise RuntimeError(f"{case}: {made(case.kind) - begin} checks in {PATIENCE} s: {log()}")
        time.sleep(0.2)


PROGRAMS = {"dsrd": dsrd, "keepalived": keepalived}


def measure(case, work):
    begin = made(case.kind)
    with PROGRAMS[case.program](case, work) as pid:
        wait_until_busy(case, begin, (work / f"{case.program}.log").read_text)
        before, spent, start = made(case.kind), processor_time(pid()), time.monotonic()
        time.sleep(SECONDS)
        checks, spent = made(case.kind) - before, processor_time(pid()) - spent
        seconds = time.monotonic() - start
        print(f"{case.program:12} {case.kind:5} {case.backends:6} backends"
              f"  {case.backends / INTERVAL:7.0f}/s wanted  {checks / seconds:7.0f}/s made"
              f"  {spent / checks * 1e6:7.1f} us a check  {spent / seconds * 100:5.1f} % of a core"
              f"  {memory(pid()):4} MiB", flush=True)
    return spent / checks


def main():
    native = sys.argv[1] == "native"
    many = int(sys.argv[2]) if len(sys.argv) > 2 else 10000
    costs = {}
    with tempfile.TemporaryDirectory() as name, network():
        work = pathlib.Path(name)
        os.chmod(work, 0o755)
        if not native:
            run("modprobe", "nf_dsr_ipvs")
        with servers(work):
            for kind, backends in (("tcp", many), ("icmp", many), ("tls", many // 10)):
                costs[kind] = measure(Case("dsrd", kind, backends), work)
                if not native and kind == "tcp":
                    other = measure(Case("keepalived", kind, backends), work)
                    print(f"a check by TCP: dsrd / keepalived {costs[kind] / other:.3f}")


main()
