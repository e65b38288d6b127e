# SPDX-License-Identifier: GPL-2.0-or-later
"""noise.py PORT ADDRESS...: send datagrams from ever new ports, and begin and abort TCP
connections, until killed."""
import itertools
import socket
import sys
import time

port, addresses = int(sys.argv[1]), sys.argv[2:]

for address in itertools.cycle(addresses):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        with socket.socket(family, kind) as sock:
            sock.setblocking(False)
            try:
                sock.connect((address, port))
                sock.send(b"noise")
            except OSError:
                pass	# no server is there, or not yet: other tests check the replies
    # Leave processor time to the director.
    time.sleep(0.01)
