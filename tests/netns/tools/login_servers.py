# SPDX-License-Identifier: GPL-2.0-or-later
"""login_servers.py SECRET USER PASSWORD ADDRESS...: servers of RADIUS that are not what they should be,
and stand-ins for a server of TACACS+, which Debian does not have. They listen on these addresses.

1821  RADIUS, UDP: accepts with a wrong authenticator
1822  accepts with another identifier
1823  accepts from another port
1824  accepts without a Message-Authenticator, as old servers do
1825  accepts with a right authenticator and a wrong Message-Authenticator
4900  TACACS+: PAP, or ASCII with prompts
4901  replies without hiding the body
4902  replies for another session
4903  replies in parts, byte by byte
"""
import hashlib
import hmac
import os
import socket
import sys
import threading

SECRET, USER, PASSWORD = (text.encode() for text in sys.argv[1:4])
ADDRESSES = sys.argv[4:]
PASS, FAIL, GETUSER, GETPASS, ERROR = 1, 2, 4, 5, 7


def bound(address, port, kind):
    sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, kind)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((address, port))
    return sock


def run(function, *arguments):
    threading.Thread(target=function, args=arguments, daemon=True).start()


def accept(request, port):
    """Return an Access-Accept, or what a forger makes of it."""
    number = request[1] ^ 1 if port == 1822 else request[1]
    signed = port not in (1821, 1824)
    attributes = b"\x50\x12" + bytes(16) if signed else b""
    head = bytes((2, number)) + (20 + len(attributes)).to_bytes(2, "big")
    authenticator = request[4:20]
    if signed:
        key = b"guess" if port == 1825 else SECRET
        attributes = b"\x50\x12" + hmac.digest(key, head + authenticator + attributes, "md5")
    digest = hashlib.md5(head + authenticator + attributes + SECRET).digest()
    return head + (bytes(16) if port == 1821 else digest) + attributes


def radius(address, port):
    sock = bound(address, port, socket.SOCK_DGRAM)
    other = bound(address, 0, socket.SOCK_DGRAM)
    while True:
        request, client = sock.recvfrom(4096)
        (other if port == 1823 else sock).sendto(accept(request, port), client)


def hide(message):
    """Hide the body of a message, or show it."""
    pad, last = b"", b""
    while len(pad) < len(message) - 12:
        last = hashlib.md5(message[4:8] + SECRET + message[:1] + message[2:3] + last).digest()
        pad += last
    return message[:12] + bytes(a ^ b for a, b in zip(message[12:], pad))


def receive(connection):
    """Return a message that makes sense, or end."""
    message = b""
    while len(message) < 12 or len(message) < 12 + int.from_bytes(message[8:12], "big"):
        data = connection.recv(4096)
        if not data:
            raise OSError
        message += data
    return hide(message)


def reply(connection, request, port, status, text=b""):
    body = bytes((status, 0)) + len(text).to_bytes(2, "big") + b"\0\0" + text
    session = os.urandom(4) if port == 4902 else request[4:8]
    flags = b"\1" if port == 4901 else b"\0"
    message = request[:2] + bytes((request[2] + 1,)) + flags + session + \
        len(body).to_bytes(4, "big") + body
    message = message if port == 4901 else hide(message)
    if port != 4903:
        connection.sendall(message)
        return
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for byte in message:
        connection.sendall(bytes((byte,)))


def ask(connection, request, port, status, text):
    """Ask the client. Return its next request, and what it says."""
    reply(connection, request, port, status, text)
    request = receive(connection)
    return request, request[17:17 + int.from_bytes(request[12:14], "big")]


def log_in(connection, port):
    request = receive(connection)
    body = request[12:]
    # A wrong secret leaves nothing that makes sense.
    if len(body) != 8 + sum(body[4:8]):
        reply(connection, request, port, ERROR)
        return
    user = body[8:8 + body[4]]
    password = body[len(body) - body[7]:] if body[7] else b""
    if body[2] == 1 and not user:
        request, user = ask(connection, request, port, GETUSER, b"Username: ")
    if body[2] == 1:
        request, password = ask(connection, request, port, GETPASS, b"Password: ")
    reply(connection, request, port, PASS if (user, password) == (USER, PASSWORD) else FAIL)


def tacacs_client(connection, port):
    try:
        with connection:
            log_in(connection, port)
    except OSError:
        pass


def tacacs(address, port):
    sock = bound(address, port, socket.SOCK_STREAM)
    sock.listen(64)
    while True:
        run(tacacs_client, sock.accept()[0], port)


for where in ADDRESSES:
    for number in range(1821, 1826):
        run(radius, where, number)
    for number in range(4900, 4904):
        run(tacacs, where, number)
threading.Event().wait()
