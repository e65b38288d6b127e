# SPDX-License-Identifier: GPL-2.0-or-later
"""downloads.py N ADDRESS PATH FILE: begin N downloads by HTTP. When each has begun, print "running".
They go on slowly until a line comes from standard input, and then to their ends. Print how many
brought the content of FILE, as "whole", and what became of the others."""
import collections
import json
import pathlib
import select
import selectors
import socket
import sys
import time
import zlib

from patience import PATIENCE

# Most of a file must wait for the client, not in its buffer. So the server sends as long as the
# client reads, and the client acknowledges.
BUFFER = 8192
SLOW = 2048
PAUSE = 0.5


class Download:
    def __init__(self, address, path):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.sock = socket.socket(family)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        self.sock.settimeout(PATIENCE)
        self.sock.connect((address, 80))
        self.sock.sendall(f"GET /{path} HTTP/1.0\r\nHost: vip\r\n\r\n".encode())
        self.sock.setblocking(False)
        self.head, self.size, self.crc, self.fate = b"", 0, 0, None

    def body(self, data):
        if self.head is None:
            return data
        self.head += data
        _, found, rest = self.head.partition(b"\r\n\r\n")
        if found:
            self.head = None
        return rest

    def hear(self, most):
        """Read some bytes. Return false at the end."""
        try:
            data = self.sock.recv(most)
        except BlockingIOError:
            return True
        except OSError as error:
            self.fate = type(error).__name__
            return False
        if not data:
            self.fate = "ended"
            return False
        body = self.body(data)
        self.size += len(body)
        self.crc = zlib.crc32(body, self.crc)
        return True


def hear_all(waiting, most, patience):
    """Read from all that have something. Return false if none has."""
    ready = waiting.select(patience)
    for key, _ in ready:
        if not key.data.hear(most):
            waiting.unregister(key.fileobj)
    return bool(ready)


def main(count, address, path, name):
    waiting = selectors.EpollSelector()
    downloads = [Download(address, path) for _ in range(int(count))]
    for download in downloads:
        waiting.register(download.sock, selectors.EVENT_READ, download)
    while not all(download.size or download.fate for download in downloads):
        if not hear_all(waiting, SLOW, PATIENCE):
            break
    print("running", flush=True)
    while not select.select([sys.stdin], [], [], PAUSE)[0]:
        hear_all(waiting, SLOW, 0)
    end = time.monotonic() + PATIENCE
    while waiting.get_map() and time.monotonic() < end:
        hear_all(waiting, 65536, 1)
    content = pathlib.Path(name).read_bytes()
    whole = len(content), zlib.crc32(content)
    print(json.dumps(collections.Counter(
        "whole" if (d.size, d.crc) == whole else d.fate or "silent" for d in downloads)))


main(*sys.argv[1:])
