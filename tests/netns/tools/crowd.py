# SPDX-License-Identifier: GPL-2.0-or-later
"""Many clients: crowd.py ADDRESS PORT

Reads commands from standard input, and answers each with a line of JSON:
open N  open N more streams and keep them. Answer how many each backend got.
names   Answer how many streams each backend has.
begin   let all streams send line after line from now on, also between commands
end N [NAME]  wait until each stream received N more answers; streams of the backend NAME
        need not receive any. Answer how many streams still have their backend, which
        received every byte ("kept"), have another one ("moved"), missed bytes ("lost"), got
        a reset ("reset"), got the end of the stream ("closed") or no answer ("silent").
        Only the streams that are "kept" remain in the crowd.
talk    the same as end 1
udp N [SIZE]  send two datagrams of SIZE bytes, one after the other, from each of N sockets.
        Answer how many sockets each backend answered, and for how many sockets the two
        answers differ or one is missing.
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

RESEND = 1
# Between commands, streams send and receive once in so many seconds. The director and other tests
# need the processor, too.
PAUSE = 0.5
# Some lines fit into one packet, others do not.
LINES = [random.Random(size).randbytes(size).hex().encode() + b"\n"
         for size in (2, 2000, 40, 700)]
address, port = sys.argv[1], int(sys.argv[2])
family = socket.AF_INET6 if ":" in address else socket.AF_INET
talking = selectors.EpollSelector()
crowd = []


class Stream:
    """A connection: what it has sent, and its fate, once it is known."""

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
        """End the connection by a reset, so that no more packets of it are sent."""
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
    """Let streams receive and send. Return false if none received anything."""
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


def hear(sock):
    """Return the name of who answered and what, or an error."""
    try:
        return tuple(sock.recv(1024).decode().split(" ", 1))
    except OSError as error:
        return str(error), ""


def collect(sockets, answers, late, patience):
    """Collect the first answer on each socket, until none arrived for PATIENCE seconds. Skip a LATE
    one, to an earlier question that was sent again."""
    events = selectors.DefaultSelector()
    for sock in sockets:
        events.register(sock, selectors.EVENT_READ)
    while events.get_map():
        ready = events.select(patience)
        if not ready:
            return
        for key, _ in ready:
            answer = hear(key.fileobj)
            if late and answer[1] and answer == late.get(key.fileobj):
                continue
            events.unregister(key.fileobj)
            answers[key.fileobj] = answer


def ask_datagrams(sockets, question, late=None):
    """Send a datagram from each socket, and again if there is no answer, as a resolver does."""
    answers = {}
    silent = sockets
    for _ in range(PATIENCE // RESEND):
        send(silent, question, {})
        collect(silent, answers, late, RESEND)
        silent = [sock for sock in sockets if sock not in answers]
        if not silent:
            break
    return answers


def datagrams(count, size=100):
    sockets, size = [], int(size)
    for _ in range(int(count)):
        sock = socket.socket(family, socket.SOCK_DGRAM)
        # Switch IP_MTU_DISCOVER and IPV6_MTU_DISCOVER off, so that large datagrams are
        # fragmented and not refused. A path MTU that the kernel learns is no error then.
        if family == socket.AF_INET:
            sock.setsockopt(socket.IPPROTO_IP, 10, 0)
        else:
            sock.setsockopt(socket.IPPROTO_IPV6, 23, 0)
        sock.connect((address, port))
        sockets.append(sock)
    cycle = bytes(range(251)) * (size // 251 + 2)
    questions = [cycle[first:first + size] for first in (0, 1)]
    first = ask_datagrams(sockets, questions[0])
    second = ask_datagrams(sockets, questions[1], first)
    result = {}
    for sock in sockets:
        name = first.get(sock, ("bad", ""))[0]
        wanted = [(name, f"{size} {zlib.crc32(question)}") for question in questions]
        good = [first.get(sock), second.get(sock)] == wanted
        result[name if good else "bad"] = result.get(name if good else "bad", 0) + 1
    return dict(sorted(result.items()))


def commands():
    """Yield the lines of standard input. Streams receive and send in the meantime."""
    while True:
        ready, _, _ = select.select([sys.stdin, talking], [], [])
        if sys.stdin not in ready:
            pump(0)
            select.select([sys.stdin], [], [], PAUSE)
            continue
        line = sys.stdin.readline()
        if not line:
            return
        yield line.split()


obey = {"open": open_more, "names": names, "begin": begin, "end": end, "talk": end,
        "udp": datagrams}
for command, *arguments in commands():
    print(json.dumps(obey[command](*arguments)), flush=True)
