# SPDX-License-Identifier: GPL-2.0-or-later
"""Datagrams in order:

sequence.py serve ADDRESS PORT NAME
    A backend. It answers each datagram with its number, and how many datagrams of the
    sender have arrived here before.
sequence.py send ADDRESS PORT PROCESSORS SENDERS STOP
    Run senders, each with a flow of its own on one processor: PROCESSORS is a list with
    commas. All but the first have real-time priorities and pause before each datagram, so
    that a timer preempts what the kernel does for others, at any place. A sender waits until a
    window of datagrams is answered before it sends the next one; in each window, one
    datagram is sent in fragments. The senders end when the file STOP exists. Print how many
    datagrams were sent, how many of them were not answered, and how many arrived at a
    backend before an earlier one of their flow.
sequence.py pour ADDRESS PORT PROCESSORS SENDERS STOP
    Run senders that do not wait for answers, and print nothing.
"""
import os
import socket
import struct
import sys
import time

from patience import PATIENCE

WINDOW = 16
LARGE = 4000		# more than the MTU
PAUSE = 0.0003


def opened(address):
    return socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET,
                         socket.SOCK_DGRAM)


def serve(address, port, name):
    came = {}
    sock = opened(address)
    sock.bind((address, int(port)))
    while True:
        data, client = sock.recvfrom(65536)
        came[client] = came.get(client, 0) + 1
        sock.sendto(data[:4] + struct.pack("!I", came[client]) + name.encode(), client)


def datagram(number):
    return struct.pack("!I", number).ljust(LARGE if number % WINDOW == WINDOW // 2 else 64)


class Sender:
    def __init__(self, sock, pause):
        self.sock = sock
        self.pause = pause
        self.sent = self.lost = self.overtaken = 0
        self.last = {}

    def window(self, length):
        """Send a window, and wait for all answers. Return False if one is missing."""
        numbers = range(self.sent, self.sent + length)
        self.sent += length
        for number in numbers:
            time.sleep(self.pause)
            self.sock.send(datagram(number))
        answers = []
        try:
            while len(answers) < length:
                answers.append(self.sock.recv(100))
        except TimeoutError:
            self.lost = length - len(answers)
        self.compare(answers)
        return not self.lost

    def compare(self, answers):
        """Count datagrams that were overtaken, in the order of arrival at each backend."""
        for answer in sorted(answers, key=lambda answer: answer[4:8]):
            number, backend = struct.unpack("!I", answer[:4])[0], answer[8:]
            self.overtaken += number < self.last.get(backend, -1)
            self.last[backend] = max(number, self.last.get(backend, -1))


def wait_for_answers(sock, priority, stop, report):
    sender = Sender(sock, PAUSE if priority else 0)
    if priority:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(priority))
    sock.settimeout(PATIENCE)
    # The first datagram begins the flow.
    going = sender.window(1)
    while going and not os.path.exists(stop):
        going = sender.window(WINDOW)
    os.write(report, struct.pack("!III", sender.sent, sender.lost, sender.overtaken))


def pour(sock, stop):
    sock.setblocking(False)
    while not os.path.exists(stop):
        for number in range(WINDOW):
            try:
                sock.send(datagram(number))
            except OSError:
                pass	# the queue is full, or an ICMP error came


def run(mode, address, port, processors, senders, stop):
    processors = [int(processor) for processor in processors.split(",")]
    reports, report = os.pipe()
    for index in range(int(senders)):
        if os.fork():
            continue
        # Packets are received on the processor that sends them.
        os.sched_setaffinity(0, {processors[index % len(processors)]})
        with opened(address) as sock:
            sock.connect((address, int(port)))
            if mode == "pour":
                pour(sock, stop)
            else:
                wait_for_answers(sock, index, stop, report)
        os._exit(0)
    os.close(report)
    for _ in range(int(senders)):
        os.wait()
    if mode == "send":
        counts = [struct.unpack("!III", os.read(reports, 12)) for _ in range(int(senders))]
        print(*[sum(column) for column in zip(*counts)])


if sys.argv[1] == "serve":
    serve(*sys.argv[2:])
else:
    run(*sys.argv[1:])
