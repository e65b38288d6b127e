# SPDX-License-Identifier: GPL-2.0-or-later
"""put.py ADDRESS URL-PATH FILE: upload a file by HTTP, in a single send(). A program that sends
one buffer at a time never gives TCP more than a buffer for one packet."""
import socket
import sys

from patience import PATIENCE

address, path, name = sys.argv[1:]
with open(name, "rb") as file:
    body = file.read()
head = (f"PUT /{path} HTTP/1.1\r\nHost: vip\r\nConnection: close\r\n"
        f"Content-Length: {len(body)}\r\n\r\n").encode()
with socket.create_connection((address, 80), timeout=PATIENCE) as sock:
    sock.sendall(head + body)
    reply = sock.makefile("rb").read()
if reply.split()[1] not in (b"201", b"204"):
    sys.exit(reply.decode())
