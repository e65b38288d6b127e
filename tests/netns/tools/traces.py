# SPDX-License-Identifier: GPL-2.0-or-later
"""Trace packets in the kernel, with many requests in a message; and isolate a director, so that
the test sees all that it sends and no host answers."""
import ipaddress
import socket
import struct

import wire
from genl import F_REQUEST, NF_DSR, NLMSG_ERROR, Genl, attr, attributes
from lab import LAN, add_neighbours, ip

BATCH = 64		# requests in flight, whose answers fit into the buffer
SO_RCVBUFFORCE = 33
COMMAND = NF_DSR["CMD_TRACE"]
ROUTER_MAC = bytes.fromhex("020000000001")

PASS, FORWARD, LOCAL, REPLY, DROP, REJECT = (NF_DSR["TRACE_VERDICT_" + name] for name in (
    "PASS", "FORWARD", "LOCAL", "REPLY", "DROP", "REJECT"))
ERROR = attr("TRACE_ERROR", b"")
_A = {name.removeprefix("A_TRACE_").lower(): value for name, value in NF_DSR.items()
      if name.startswith("A_TRACE_")}


# The layout of the attributes, prepared once, as there are many requests.
_ENDS = {4: (struct.Struct("=HH4sHH4sHHB3x"), _A["src4"], _A["dst4"]),
         16: (struct.Struct("=HH16sHH16sHHB3x"), _A["src6"], _A["dst6"])}
_PORT = struct.Struct("=HH2s2x")


def trace_request(src, dst, proto, sport=0, dport=0):
    """Return the attributes of a trace request. Addresses are bytes."""
    layout, src_attr, dst_attr = _ENDS[len(src)]
    size = 4 + len(src)
    text = layout.pack(size, src_attr, src, size, dst_attr, dst, 5, _A["protocol"], proto)
    if sport:
        text += _PORT.pack(6, _A["src_port"], sport.to_bytes(2, "big"))
    if dport:
        text += _PORT.pack(6, _A["dst_port"], dport.to_bytes(2, "big"))
    return text


class Result:
    """The kernel's answer, as plain values. A value is None if the answer does not have it."""

    def __init__(self, message):
        self.raw = message[20:]
        found = attributes(self.raw)
        self.verdict = found[_A["verdict"]][0]
        self.reason = found.get(_A["reason"], b"").rstrip(b"\0").decode()
        self.by = self._number(found, "chosen_by")
        self.state = self._number(found, "state")
        self.method = self._number(found, "method")
        self.mtu, self.inner_mtu = self._number(found, "mtu"), self._number(found, "inner_mtu")
        self.fragmented = _A["fragmented"] in found
        self.lladdr = found.get(_A["lladdr"])
        self.has_service = _A["service"] in found
        backend = found.get(_A["backend4"]) or found.get(_A["backend6"])
        self.backend = str(ipaddress.ip_address(backend)) if backend else None

    @staticmethod
    def _number(found, name):
        value = found.get(_A[name])
        return None if value is None else int.from_bytes(value, "little")

    def __str__(self):
        return " ".join(f"{name}={value}" for name, value in vars(self).items() if name != "raw")


_results = {}


def result_of(message):
    """Return the Result of a message. Answers are cached, as there are many and most are equal."""
    raw = message[20:]
    if raw not in _results:
        _results[raw] = Result(message)
    return _results[raw]


class Tracer(Genl):
    def __init__(self, node):
        super().__init__(node)
        self.sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 24)

    def messages(self, requests):
        """Yield the kernel's answers to many requests, in their order and unparsed."""
        for start in range(0, len(requests), BATCH):
            batch = requests[start:start + BATCH]
            self.sock.send(b"".join(self.message(COMMAND, q, F_REQUEST) for q in batch))
            for request in batch:
                answer = self.sock.recv(8192)
                if answer[4:6] == struct.pack("=H", NLMSG_ERROR):
                    raise RuntimeError(f"{request.hex()}: refused: {self.verdict(answer)}")
                yield answer

    def one(self, request):
        return Result(next(self.messages([request])))


def isolate(node, neighbours):
    """Disconnect a director from the switch, and give it these permanent neighbours (addresses
    and their MAC addresses). Return the port at the other end of its wire."""
    neighbours = {**neighbours, **{f"{net}1": ROUTER_MAC for net in LAN.values()}}
    ip("link", "set", node, "nomaster", node="switch")
    add_neighbours(node, neighbours)
    return wire.Port("switch", node)


def is_chatter(packet):
    """Return true if an IPv6 host sends such a packet by itself."""
    return packet.version == 6 and (packet.proto == 0 or (
        packet.proto == wire.ICMPV6 and packet.payload[0] >= 130))
