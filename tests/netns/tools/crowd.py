# SPDX-License-Identifier: GPL-2.0-or-later
"""Many clients: crowd.py ADDRESS PORT

Takes commands on standard input and answers each with a line of JSON:
open N  open N more connections and keep them; how many each backend got
talk    exchange a line on every connection; how many are with the backend they
        were with ("kept"), with another one ("moved"), or "broken"
udp N [SIZE]  send a datagram of SIZE bytes from each of N sockets, twice; how
        many sockets each backend answered, and for how many the two differ or
        one was not answered
"""
import json
import selectors
import socket
import sys
import zlib

PATIENCE = 60
RESEND = 5
address, port = sys.argv[1], int(sys.argv[2])
family = socket.AF_INET6 if ":" in address else socket.AF_INET
crowd = {}


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


def ask_streams(sockets, question):
    answers = {}
    send(sockets, question, answers)
    collect([sock for sock in sockets if sock not in answers], answers, PATIENCE)
    return answers


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


def tally(values):
    counts = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    return dict(sorted(counts.items()))


def open_more(count):
    sockets = []
    for _ in range(count):
        sock = socket.create_connection((address, port), PATIENCE)
        sockets.append(sock)
    answers = ask_streams(sockets, b"who\n")
    names = {sock: answers.get(sock, "silent").strip() for sock in sockets}
    crowd.update(names)
    return tally(names.values())


def talk():
    answers = ask_streams(list(crowd), b"who\n")
    result = {"kept": 0, "moved": 0, "broken": 0}
    for sock, name in crowd.items():
        answer = answers.get(sock, "").strip()
        if answer == name:
            result["kept"] += 1
        elif answer.startswith("b") and len(answer) == 2:
            result["moved"] += 1
        else:
            result["broken"] += 1
    return result


def datagrams(count, size=100):
    sockets = []
    for _ in range(count):
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


commands = {"open": open_more, "talk": talk, "udp": datagrams}
for line in sys.stdin:
    command, *numbers = line.split()
    print(json.dumps(commands[command](*map(int, numbers))), flush=True)
