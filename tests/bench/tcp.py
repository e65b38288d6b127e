#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""tcp.py ROUNDS LIMIT SECONDS [...]: measure, in the virtual machine, the throughput of one TCP
connection, with segments as large as GRO and GSO make them. Print one sample on each line, see
schema.json.
A connection takes SECONDS. Run at least ROUNDS rounds, then stop when the spread of their
ratios is narrow or after LIMIT seconds.

    client ---- director ---- backend
       '---------- back ---------'

Replies go directly from the backend to the client, for each peer."""
import json
import os
import subprocess
import sys
import time

import peers
import spread
from generator import sample

HERE = os.path.dirname(os.path.abspath(__file__))
BACKEND_SETUP = os.path.join(HERE, "..", "netns", "backend-setup.sh")
NODES = ("client", "director", "backend")
VIP, BACKEND, PORT = "20.0.0.1", "10.2.0.2", 5201
PEERS = ["forward", "l2", "ipip"]


def add_network():
    lines = [f"netns add {node}" for node in NODES]
    lines += ["link add eth0 netns client type veth peer name in netns director",
              "link add out netns director type veth peer name eth0 netns backend",
              "link add back netns backend type veth peer name back netns client"]
    peers.run("ip", "-batch", "-", stdin="\n".join(lines))
    addresses = {
        "client": {"eth0": "10.1.0.2/24", "back": "10.3.0.2/24", "lo": "11.0.0.1/32"},
        "director": {"in": "10.1.0.1/24", "out": "10.2.0.1/24"},
        "backend": {"eth0": f"{BACKEND}/24", "back": "10.3.0.1/24"},
    }
    routes = {"client": [f"{VIP} via 10.1.0.1 src 11.0.0.1"],
              "director": ["11.0.0.1 via 10.1.0.2"], "backend": ["11.0.0.1 via 10.3.0.2"]}
    for node in NODES:
        lines = [f"link set {device} up" for device in {**addresses[node], "lo": ""}]
        lines += [f"address add {address} dev {device}"
                  for device, address in addresses[node].items()]
        lines += [f"route add {route}" for route in routes[node]]
        peers.run("ip", "-n", node, "-batch", "-", stdin="\n".join(lines))
        peers.sysctl(node, net__ipv4__conf__all__rp_filter=0)
        for device in addresses[node]:
            if device != "lo":
                peers.within(node, "ethtool", "-K", device, "gro", "on", "tso", "on")


def set_up(peer):
    add_network()
    method = "l2" if peer == "forward" else peer
    peers.within("backend", BACKEND_SETUP, method, VIP, BACKEND)
    if peer == "forward":
        peers.sysctl("director", net__ipv4__ip_forward=1)
        peers.run("ip", "-n", "director", "route", "add", VIP, "via", BACKEND)
    else:
        commands = (f"service add tcp {VIP}:{PORT} method {method}\n"
                    f"backend add tcp {VIP}:{PORT} {BACKEND}\n")
        peers.within("director", "dsrctl", "--batch", "-", stdin=commands)
        peers.add_devices("director", ["in"])


def tear_down():
    for node in NODES:
        peers.del_net(node)


def bulk(seconds):
    """Return how many Mbit/s arrived at the backend, without the first second."""
    with subprocess.Popen(["nsenter", "--net=/run/netns/backend", "--", "iperf3", "-s", "-1"],
                          stdout=subprocess.DEVNULL) as server:
        while not peers.within("backend", "ss", "-Hltn", f"sport = :{PORT}"):
            time.sleep(0.1)
        text = peers.within("client", "iperf3", "-J", "-c", VIP, "-t", str(seconds), "-O", "1")
        server.wait()
    return json.loads(text)["end"]["sum_received"]["bits_per_second"] / 1e6


def main():
    peers.run("modprobe", "nf_dsr")
    least, end = int(sys.argv[1]), time.monotonic() + int(sys.argv[2])
    samples, number = [], 0
    while number < least or (time.monotonic() < end and
                             not spread.is_enough(spread.bulk(samples), least)):
        for peer in spread.in_turn(PEERS, number):
            set_up(peer)
            try:
                samples.append(sample("bulk", "Mbit/s", round(bulk(int(sys.argv[3])), 1), peer,
                                      round=number))
            finally:
                tear_down()
        number += 1


main()
