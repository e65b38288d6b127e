# SPDX-License-Identifier: GPL-2.0-or-later
"""Health checks of the director itself: sockets with a mark, and how their packets leave."""
import socket

import wire
from patience import PATIENCE
from wire import SYN, TCP, UDP

SO_MARK = 36
NAMES = ("b1", "b2", "b3")
GET = b"GET / HTTP/1.0\r\n\r\n"


def way(packet):
    """Return all of a packet that depends neither on its sender nor on its flow."""
    frame = packet.mac, packet.src_mac, packet.dst, packet.tos
    inner = packet.inner()
    if not inner:
        return frame
    behind = packet.payload[:len(packet.payload) - inner.length]
    if packet.proto == UDP:
        behind = behind[2:4] + behind[8:]
    return *frame, packet.src, packet.proto, packet.ttl, packet.df, behind.hex()


def syn_of(world, source, port):
    """Return the SYN of a connection."""
    def is_it(packet):
        inner = packet.innermost()
        return (inner.proto == TCP and inner.src == source and
                (inner.tcp()["sport"], inner.tcp()["flags"] & SYN) == (port, SYN))
    return world.out.expect(is_it)[0]


def data_ways(world):
    """Return, for each backend, how a client's packets leave the director."""
    before = {}
    for port in range(20000, 20200):
        world.send(world.tcp(port, SYN))
        left = syn_of(world, world.src, port)
        before.setdefault(left.mac, way(left))
        if len(before) == len(NAMES):
            break
    return {name: before.get(mac) for mac, name in world.backends().items()}


def marked(family, kind, mark, source=None, port=0, device=None):
    """Return a socket of the director with a mark."""
    wire.enter("director")
    sock = socket.socket(wire.AF[family], kind)
    sock.settimeout(PATIENCE)
    sock.setsockopt(socket.SOL_SOCKET, SO_MARK, mark)
    if device:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device.encode())
    if source or port:
        sock.bind((source or "", port))
    return sock


def probe(world, mark, source, request=GET):
    """Send a request with a mark. Return the body of the answer, and how the packets left."""
    with marked(world.family, socket.SOCK_STREAM, mark, source) as sock:
        sock.connect((world.vip, 80))
        own, port = sock.getsockname()[:2]
        sock.sendall(request)
        answer = b"".join(iter(lambda: sock.recv(4096), b"")).decode()
    return answer.split("\r\n\r\n")[-1].strip(), way(syn_of(world, own, port))
