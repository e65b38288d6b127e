# SPDX-License-Identifier: GPL-2.0-or-later
"""A backend: echo.py PORT ADDRESS... NAME

Serves TCP and UDP. It answers a line received over TCP with a line of the backend's name,
and the number and the CRC of all bytes received so far; a datagram with the name, the
datagram's length and its CRC.
"""
import selectors
import socket
import sys
import zlib

port, addresses, name = int(sys.argv[1]), sys.argv[2:-1], sys.argv[-1]
events = selectors.DefaultSelector()
# For each connection, the number of bytes received and their CRC.
came = {}


def bound(address, kind):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, kind)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((address, port))
    return sock


def accept(listener):
    connection, _ = listener.accept()
    came[connection] = 0, 0
    events.register(connection, selectors.EVENT_READ, answer_line)


def answer_line(connection):
    try:
        data = connection.recv(65536)
        if data:
            count, crc = came[connection]
            count, crc = came[connection] = count + len(data), zlib.crc32(data, crc)
            if data.endswith(b"\n"):
                connection.sendall(f"{name} {count} {crc}\n".encode())
            return
    except ConnectionError:
        pass
    events.unregister(connection)
    del came[connection]
    connection.close()


def answer_datagram(sock):
    data, client = sock.recvfrom(65536)
    sock.sendto(f"{name} {len(data)} {zlib.crc32(data)}".encode(), client)


for own in addresses:
    datagrams = bound(own, socket.SOCK_DGRAM)
    events.register(datagrams, selectors.EVENT_READ, answer_datagram)
    listening = bound(own, socket.SOCK_STREAM)
    listening.listen(4096)
    events.register(listening, selectors.EVENT_READ, accept)
while True:
    for key, _ in events.select():
        key.data(key.fileobj)
