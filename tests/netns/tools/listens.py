# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether a server listens in a node. warm.py runs this, without a process of its own:

listens.py NODE PORT    fail unless a TCP or UDP socket listens on this port, on any address"""
from node import enter

# The states of sockets that listen, as /proc/net has them: TCP's LISTEN, UDP's unconnected.
STATES = {"tcp": "0A", "tcp6": "0A", "udp": "07", "udp6": "07"}


def main(node, port):
    """Fail unless a server listens, and return what this prints."""
    enter(node)
    suffix = f":{int(port):04X}"
    for table, state in STATES.items():
        with open(f"/proc/thread-self/net/{table}", encoding="ascii") as file:
            for line in file:
                fields = line.split()
                if fields[1].endswith(suffix) and fields[3] == state:
                    return ""
    raise RuntimeError(f"{node}: no server listens on port {port}")
