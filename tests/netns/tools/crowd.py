# SPDX-License-Identifier: GPL-2.0-or-later
"""Many clients: crowd.py ADDRESS PORT

Takes commands on standard input and answers each with a line of JSON:
open N  open N more streams and keep them; how many each backend got
names   how many streams each backend has
begin   have all streams talk from now on, line after line, between commands, too
end N [NAME]  until each has had N more answers, but for those with a backend NAME,
        of which none need come. How many are with the backend they were with, which
        has got every byte ("kept"), with another one ("moved"), how many missed bytes
        ("lost"), a reset ("reset"), the end of the stream ("closed") or an answer
        ("silent"). Only the first ones stay in the crowd.
talk    the same as end 1
udp N [SIZE]  send a datagram of SIZE bytes from each of N sockets, twice; how
        many sockets each backend answered, and for how many the two differ or
        one was not answered
"""
import itertools
import json
import math
import random
import select
import selectors
import socket
import struct
import sys
import zlib

from patience import PATIENCE

RESEND = 5
# Some fit into one packet, some do not.
LINES = [random.Random(size).randbytes(size).hex().encode() + b"\n"
         for size in (2, 2000, 40, 700)]
address, port = sys.argv[1], int(sys.argv[2])
family = socket.AF_INET6 if ":" in address else socket.AF_INET
talking = selectors.EpollSelector()
crowd = []


class Stream:
    """A connection: what it has sent, and what became of it once that is known."""

    def __init__(self):
        self.sock = socket.create_connection((address, port), PATIENCE)
        self.lines = itertools.cycle(LINES)
        self.name = self.fate = None
        self.sent = self.crc = self.left = 0
        self.asked = False
        talking.register(self.sock, selectors.EVENT_READ, self)

    def ask(self):
        line = next(self.lines)
        self.sent += len(line)
        self.crc = zlib.crc32(line, self.crc)
        self.asked = True
        self.left -= 1
        try:
            self.sock.sendall(line)
        except OSError:
            self.end("reset")

    def hear(self):
        try:
            answer = self.sock.recv(1024).decode()
        except OSError:
            self.end("reset")
            return
        self.asked = False
        name, _, received = answer.strip().partition(" ")
        self.name = self.name or name
        if not answer:
            self.end("closed")
        elif name != self.name:
            self.end("moved")
        elif received != f"{self.sent} {self.crc}":
            self.end("lost")
        elif self.left > 0:
            self.ask()

    def end(self, fate):
        """By a reset, as nothing shall be sent for it any more."""
        self.fate = fate
        talking.unregister(self.sock)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


def tally(values):
    counts = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    return dict(sorted(counts.items()))


def pump(patience):
    """Let streams go on. False: none was heard."""
    ready = talking.select(patience)
    for key, _ in ready:
        key.data.hear()
    return bool(ready)


def start(streams, count):
    for stream in streams:
        stream.left = count
        if not stream.asked and not stream.fate:
            stream.ask()


def finish(streams, silent=None):
    waiting = [stream for stream in streams if not silent or stream.name != silent]
    while True:
        waiting = [stream for stream in waiting if stream.asked and not stream.fate]
        if not waiting or not pump(PATIENCE):
            break
    for stream in streams:
        if stream.asked and not stream.fate:
            stream.end("silent")
    crowd[:] = [stream for stream in crowd if not stream.fate]


def open_more(count):
    streams = [Stream() for _ in range(int(count))]
    crowd.extend(streams)
    start(streams, 1)
    finish(streams)
    return tally(stream.name or stream.fate for stream in streams)


def names():
    return tally(stream.name for stream in crowd)


def begin():
    start(crowd, math.inf)
    return {}


def end(count=1, silent=None):
    streams = crowd[:]
    start(streams, int(count))
    finish(streams, silent)
    return tally(stream.fate or "kept" for stream in streams)


def send(sockets, question, answers):
    for sock in sockets:
        try:
            sock.sendall(question)
        except OSError as error:
            answers[sock] = str(error)


def collect(sockets, answers, patience):
    """The first answer on each socket, until none came for so long."""
    events = selectors.DefaultSelector()
    for sock in sockets:
        events.register(sock, selectors.EVENT_READ)
    while events.get_map():
        ready = events.select(patience)
        if not ready:
            return
        for key, _ in ready:
            events.unregister(key.fileobj)
            try:
                answers[key.fileobj] = key.fileobj.recv(1024).decode()
            except OSError as error:
                answers[key.fileobj] = str(error)


def ask_datagrams(sockets, question):
    """As a resolver does: ask again where no answer comes."""
    answers = {}
    silent = sockets
    for _ in range(PATIENCE // RESEND):
        send(silent, question, {})
        collect(silent, answers, RESEND)
        silent = [sock for sock in sockets if sock not in answers]
        if not silent:
            break
    return answers


def datagrams(count, size=100):
    sockets, size = [], int(size)
    for _ in range(int(count)):
        sock = socket.socket(family, socket.SOCK_DGRAM)
        # Large ones shall be fragmented rather than refused: IP_MTU_DISCOVER and
        # IPV6_MTU_DISCOVER off. A path MTU learned on the way is no error then.
        if family == socket.AF_INET:
            sock.setsockopt(socket.IPPROTO_IP, 10, 0)
        else:
            sock.setsockopt(socket.IPPROTO_IPV6, 23, 0)
        sock.connect((address, port))
        sockets.append(sock)
    data = bytes(n % 251 for n in range(size))
    first, second = ask_datagrams(sockets, data), ask_datagrams(sockets, data)
    result = {}
    for sock in sockets:
        answer = first.get(sock, "")
        name, _, echo = answer.partition(" ")
        good = echo == f"{size} {zlib.crc32(data)}" and second.get(sock) == answer
        result[name if good else "bad"] = result.get(name if good else "bad", 0) + 1
    return dict(sorted(result.items()))


def commands():
    """The lines of standard input; meanwhile streams go on."""
    while True:
        ready, _, _ = select.select([sys.stdin, talking], [], [])
        if sys.stdin not in ready:
            pump(0)
            continue
        line = sys.stdin.readline()
        if not line:
            return
        yield line.split()


obey = {"open": open_more, "names": names, "begin": begin, "end": end, "talk": end,
        "udp": datagrams}
for command, *arguments in commands():
    print(json.dumps(obey[command](*arguments)), flush=True)
