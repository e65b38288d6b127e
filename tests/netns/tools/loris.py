# SPDX-License-Identifier: GPL-2.0-or-later
"""loris.py ADDRESS PORT COUNT: hold that many connections with requests that never end.

Each connection sends a byte from time to time. Print "held" when all are open, and at the end how
many the server has closed: it must close all of them.
"""
import select
import socket
import sys
import time

import patience

address, port, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
held = [socket.create_connection((address, port)) for _ in range(count)]
for connection in held:
    connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ")
print("held", flush=True)
closed = 0
end = time.monotonic() + patience.PATIENCE
while held and time.monotonic() < end:
    readable = select.select(held, [], [], 0.5)[0]
    for connection in list(held):
        try:
            if connection in readable and connection.recv(4096):
                continue
            connection.send(b"a")
            if connection not in readable:
                continue
        except OSError:
            pass
        held.remove(connection)
        connection.close()
        closed += 1
print(closed)
