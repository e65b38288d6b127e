# SPDX-License-Identifier: GPL-2.0-or-later
"""check_servers.py CERTIFICATE ADDRESS...: servers for health checks of each type, on these addresses
(IPv6) for UDP, and on all addresses for TCP.

7001  TCP: answers a line "EHLO" with "250 hello", and others with "500"
7003  UDP: answers with "got " and the datagram
7004  UDP: does not answer
7005  DNS: has only ok.example
7006  HTTPS, and 7007 HTTP: 200 for the host shop.example, otherwise 404; "end" after 60000 bytes
"""
import http.server
import socketserver
import ssl
import sys
import threading

OK = b"\x02ok\x07example\x00"


class Line(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline()
        self.wfile.write(b"250 hello\r\n" if line == b"EHLO\r\n" else b"500\r\n")


class Datagram(socketserver.BaseRequestHandler):
    def handle(self):
        data, sock = self.request
        sock.sendto(b"got " + data, self.client_address)


class Silence(socketserver.BaseRequestHandler):
    def handle(self):
        pass


class Question(socketserver.BaseRequestHandler):
    def handle(self):
        data, sock = self.request
        code = 0 if data[12:12 + len(OK)].lower() == OK else 3
        sock.sendto(data[:2] + bytes((0x81, 0x80 | code)) + data[4:], self.client_address)


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        ours = self.headers["Host"].split(":")[0] == "shop.example"
        body = b"x" * 60000 + b"end"
        self.send_response(200 if ours else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def serve(server):
    threading.Thread(target=server.serve_forever).start()


class Six:
    """Servers of IPv6, which take IPv4, too."""
    address_family = socketserver.socket.AF_INET6
    allow_reuse_address = True
    daemon_threads = True


class Tcp(Six, socketserver.ThreadingTCPServer):
    pass


class Udp(Six, socketserver.UDPServer):
    pass


def secured(server, certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True,
                                        do_handshake_on_connect=False)
    return server


serve(Tcp(("::", 7001), Line))
# Answers come from the address that was asked.
for address in sys.argv[2:]:
    serve(Udp((address, 7003), Datagram))
    serve(Udp((address, 7004), Silence))
    serve(Udp((address, 7005), Question))
serve(secured(Tcp(("::", 7006), Page), sys.argv[1]))
serve(Tcp(("::", 7007), Page))
