# SPDX-License-Identifier: GPL-2.0-or-later
"""nfqueue.py QUEUE...: accept all packets that nftables queues, until killed. Each queue has a
process of its own, and processes have different processors if there are several."""
import os
import socket
import struct
import sys

from genl import F_ACK, F_REQUEST, Genl, attr, attributes

NETLINK_NETFILTER, SUBSYSTEM = 12, 3 << 8
PACKET, VERDICT, CONFIG = 0, 1, 2
PACKET_HDR, VERDICT_HDR = 1, 2
CFG_CMD, CFG_PARAMS = 1, 2
BIND, COPY_META, NF_ACCEPT = 1, 1, 1


def message(kind, queue, payload, flags=0):
    return struct.pack("=IHHIIBB", 20 + len(payload), SUBSYSTEM | kind, F_REQUEST | flags, 1, 0,
                       0, 0) + struct.pack("!H", queue) + payload


def opened(queue):
    sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
    for setting in (attr(CFG_CMD, struct.pack("!BxH", BIND, 0)),
                    attr(CFG_PARAMS, struct.pack("!IB", 0, COPY_META))):
        sock.send(message(CONFIG, queue, setting, F_ACK))
        error, text = Genl.verdict(sock.recv(65536))
        if error:
            raise OSError(error, text or f"queue {queue}")
    return sock


def serve(queue):
    sock = opened(queue)
    while True:
        answer = sock.recv(65536)
        number = attributes(answer[20:])[PACKET_HDR][:4]
        sock.send(message(VERDICT, queue, attr(VERDICT_HDR, struct.pack("!I", NF_ACCEPT) + number)))


for number, argument in enumerate(sys.argv[1:]):
    if not os.fork():
        os.sched_setaffinity(0, {number % os.cpu_count()})
        serve(int(argument))
while True:
    os.wait()
