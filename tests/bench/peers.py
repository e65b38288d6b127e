# SPDX-License-Identifier: GPL-2.0-or-later
"""The peers, which the benchmark compares: how to set up each in a network namespace."""
import dataclasses
import re
import subprocess
from collections.abc import Callable

VIPS = {4: "20.0.0.0/16", 6: "2001:db8:20::/64"}
CLIENTS = {4: "11.0.0.0/8", 6: "2001:db8:11::/48"}
GUE_PORT = 6080


@dataclasses.dataclass(frozen=True)
class Peer:
    """set_up(NET, CASE) configures the peer. ipvs is the module that serves ipvsadm, if the peer
    needs one, and ipvs_bits the size of IPVS's table. grows: its table grows with the flows.
    tuned: it has room for a million flows from the beginning if a case needs it, and uses the
    ingress hook."""
    set_up: Callable
    ipvs: str = ""
    ipvs_bits: int = 0
    grows: bool = False
    tuned: bool = False


def vip(family, number):
    if family == 4:
        return f"20.0.{number >> 8}.{number & 255}"
    return f"2001:db8:20::{number:x}"


def backend(family, number):
    number += 256
    if family == 4:
        return f"10.1.{number >> 8}.{number & 255}"
    return f"2001:db8:1::{number:x}"


def host(address):
    return f"[{address}]" if ":" in address else address


def run(*command, stdin=None):
    done = subprocess.run(command, input=stdin, text=True, capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stdout}{done.stderr}")
    return done.stdout


def within(net, *command, **more):
    return run("nsenter", f"--net=/run/netns/{net}", "--", *command, **more)


def sysctl(net, **settings):
    """Set sysctls of a namespace. Their names have __ for dots."""
    within(net, "sysctl", "-qw", *(f"{name.replace('__', '.')}={value}"
                                   for name, value in settings.items()))


def add_net(net, backends, inputs):
    """Create a namespace. Packets arrive on the devices INPUTS and leave by the device "out",
    where all neighbours are known."""
    run("ip", "netns", "add", net)
    lines = ["link set lo up"]
    for device in [*inputs, "out"]:
        lines += [f"link add {device} type dummy", f"link set {device} up"]
    lines += ["address add 10.1.0.1/16 dev out",
              "address add 2001:db8:1::1/64 dev out nodad"]
    for family, clients in CLIENTS.items():
        lines.append(f"route add {clients} dev {inputs[0]}")
        lines += [f"neighbour add {backend(family, number)} lladdr 02:00:00:00:"
                  f"{number >> 8:02x}:{number & 255:02x} dev out nud permanent"
                  for number in range(backends)]
    run("ip", "-n", net, "-batch", "-", stdin="\n".join(lines))


def del_net(net):
    run("ip", "netns", "del", net)


# --- plain Linux ----------------------------------------------------------------

def hook(rule):
    return f"""table netdev bench {{
        chain in {{
            type filter hook ingress device in priority 0
            {rule}
        }}
    }}"""


def drop(net, case):
    """Drop all packets: the cost of generator and driver alone, called the floor."""
    within(net, "nft", "-f", "-", stdin=hook("drop"))


def forward(net, case):
    sysctl(net, net__ipv4__ip_forward=1, net__ipv6__conf__all__forwarding=1)
    run("ip", "-n", net, "route", "add", VIPS[case.family], "via", backend(case.family, 0))


def fwd(net, case):
    """Forward by stateless nft rules: a hash of the client selects a backend from a map."""
    ip = "ip" if case.family == 4 else "ip6"
    port = "udp" if case.kind == "udp" else "tcp"
    addresses = ", ".join(f"{number} : {backend(case.family, number)}"
                          for number in range(case.backends))
    within(net, "nft", "-f", "-", stdin=hook(
        f"{ip} daddr {VIPS[case.family]} fwd {ip} to jhash {ip} saddr . {port} sport mod "
        f"{case.backends} map {{ {addresses} }} device out"))


# --- IPVS -----------------------------------------------------------------------

# The consistent hash, with ports. Such peers have a large table and no estimation of rates,
# too.
TUNED = "-s mh -b mh-port"


def ipvs(scheduler, *method):
    def set_up(net, case):
        run("ip", "-n", net, "route", "add", "local", VIPS[case.family], "dev", "lo")
        # Disable estimation before there is a service: in 6.12, a process that stops an
        # estimator while it starts may wait for the estimator, which waits for the process.
        if scheduler == TUNED:
            sysctl(net, net__ipv4__vs__run_estimation=0)
        within(net, "ipvsadm", "-R", stdin="\n".join(ipvs_rules(case, scheduler, method)))
    return Peer(set_up, ipvs="ip_vs", ipvs_bits=20 if scheduler == TUNED else 12)


def ipvs_rules(case, scheduler, method):
    proto = "-u" if case.kind == "udp" else "-t"
    for number in range(case.services):
        service = f"{proto} {host(vip(case.family, number))}:80"
        yield f"-A {service} {scheduler}"
        for there in range(case.backends):
            yield f"-a {service} -r {host(backend(case.family, there))}:80 {' '.join(method)}"


# --- nf_dsr ---------------------------------------------------------------------

def dsr(*method, tuned=True):
    def set_up(net, case):
        run("dsrctl", "-n", net, "--atomic", "--batch", "-",
            stdin="\n".join(dsr_commands(case, method)))
    return Peer(set_up, grows=True, tuned=tuned)


def dsr_by_ipvsadm(scheduler, *method):
    def set_up(net, case):
        within(net, "ipvsadm", "-R", stdin="\n".join(ipvs_rules(case, scheduler, method)))
    return Peer(set_up, ipvs="nf_dsr_ipvs", grows=True, tuned=True)


def dsr_commands(case, method):
    proto = "udp" if case.kind == "udp" else "tcp"
    for number in range(case.services):
        service = f"{proto} {host(vip(case.family, number))}:80"
        yield f"service add {service} method {' '.join(method)}"
        for there in range(case.backends):
            yield f"backend add {service} {backend(case.family, there)}"


PEERS = {
    "drop": Peer(drop),
    "forward": Peer(forward),
    "fwd": Peer(fwd),
    "ipvs-dr": ipvs(TUNED, "-g"),
    "ipvs-tun": ipvs(TUNED, "-i"),
    "ipvs-gre": ipvs(TUNED, "-i", "--tun-type gre"),
    "ipvs-gue": ipvs(TUNED, "-i", f"--tun-type gue --tun-port {GUE_PORT} --tun-nocsum"),
    "ipvs-dr-default": ipvs("-s rr", "-g"),
    "ipvs-tun-default": ipvs("-s rr", "-i"),
    "l2": dsr("l2"),
    "ipip": dsr("ipip"),
    "gre": dsr("gre"),
    "gue": dsr("gue", "outer-checksum", "off"),
    "dscp": dsr("dscp", "dscp", "12"),
    "l2-by-ipvsadm": dsr_by_ipvsadm(TUNED, "-g"),
    "l2-default": dsr("l2", tuned=False),
    "ipip-default": dsr("ipip", tuned=False),
}


def ipvs_modules():
    """Return what serves ipvsadm now, those first that others use."""
    with open("/proc/modules", encoding="ascii") as file:
        found = re.findall(r"^(ip_vs\w*|nf_dsr_ipvs) ", file.read(), re.M)
    return sorted(found, reverse=True)


def is_loaded(peer):
    if peer.ipvs not in ipvs_modules():
        return False
    if not peer.ipvs_bits:
        return True
    with open("/sys/module/ip_vs/parameters/conn_tab_bits", encoding="ascii") as file:
        return int(file.read()) == peer.ipvs_bits


def load_ipvs(name):
    """Load what serves ipvsadm for the peer, in place of what serves another. The size of IPVS's
    table is fixed when it is loaded."""
    peer = PEERS[name]
    if not peer.ipvs or is_loaded(peer):
        return
    if loaded := ipvs_modules():
        run("rmmod", *loaded)
    run("modprobe", peer.ipvs, *([f"conn_tab_bits={peer.ipvs_bits}"] * bool(peer.ipvs_bits)))


def set_module(parameter, value):
    """Set a module parameter, for namespaces created later."""
    with open(f"/sys/module/nf_dsr/parameters/{parameter}", "w", encoding="ascii") as file:
        file.write(str(value))


def add_devices(net, devices):
    """Register the ingress hook, which runs before IP's input, for these devices."""
    for device in devices:
        run("dsrctl", "-n", net, "device", "add", device)


def track(net):
    """Enable connection tracking, as the rules of a firewall do."""
    within(net, "nft", "-f", "-", stdin="""table inet track {
        chain in {
            type filter hook prerouting priority 0
            ct state new counter
        }
    }""")
