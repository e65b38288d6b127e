# SPDX-License-Identifier: GPL-2.0-or-later
"""visits.py N URL...: open N connections, to one URL after the other, and fetch a page by each.
Print how many failed, and for each URL who answered how often.

In emulation, to load a library for HTTP takes longer than the visits."""
import collections
import re
import socket
import sys

from patience import PATIENCE

URL = re.compile(r"(https?)://(\[[^]]*\]|[^:/]*):?(\d*)(/.*)")
PORTS = {"http": 80, "https": 443}


def secured(sock):
    """Return the socket with TLS. The certificates of the test are of no authority."""
    import ssl
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(sock)


def fetch(scheme, host, port, path):
    """Return the page."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as plain:
        plain.settimeout(PATIENCE)
        plain.connect((host.strip("[]"), int(port or PORTS[scheme])))
        with secured(plain) if scheme == "https" else plain as sock:
            sock.sendall(f"GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
            answer = b"".join(iter(lambda: sock.recv(65536), b"")).decode()
    head, _, page = answer.partition("\r\n\r\n")
    if not re.match(r"HTTP/1\.\d 200 ", head):
        raise OSError(head)
    return page.strip()


def visit(url):
    """Return the page, or what went wrong instead."""
    try:
        return fetch(*URL.fullmatch(url).groups())
    except OSError as error:
        return f"failed: {type(error).__name__}"


def main(count, *urls):
    answers = {url: collections.Counter() for url in urls}
    for number in range(int(count)):
        url = urls[number % len(urls)]
        answers[url][visit(url)] += 1
    print(sum(counter[answer] for counter in answers.values() for answer in counter
              if answer.startswith("failed")))
    for url, counter in answers.items():
        print(url, *(f"{answer} {counter[answer]}" for answer in sorted(counter)))


main(*sys.argv[1:])
