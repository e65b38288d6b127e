# SPDX-License-Identifier: GPL-2.0-or-later
"""Generic netlink without a library, for messages that no valid client sends."""
import os
import re
import socket
import struct

import wire
from patience import PATIENCE

NETLINK_GENERIC, GENL_ID_CTRL, CTRL_GETFAMILY = 16, 16, 3
NLMSG_DONE, NLM_F_DUMP_INTR = 3, 0x10
CTRL_ATTR_FAMILY_ID, CTRL_ATTR_FAMILY_NAME = 1, 2
SOL_NETLINK, NETLINK_EXT_ACK = 270, 11
NLMSG_ERROR, NLMSGERR_ATTR_MSG, NLMSGERR_ATTR_OFFS = 2, 1, 2
F_REQUEST, F_ACK, F_REPLACE, F_EXCL, F_CREATE, F_DUMP = 1, 4, 0x100, 0x200, 0x400, 0x300
NESTED = 0x8000

HEADER = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                      "../../../include/uapi/linux/nf_dsr.h")


def constants():
    """Return the names and values of the enums in the uapi header."""
    names = {}
    with open(HEADER, encoding="ascii") as header:
        for body in re.findall(r"enum[^{;]*{(.*?)}", header.read(), re.S):
            value = -1
            for name, given in re.findall(r"^\t(NF_DSR_\w+)(?: = (\d+))?,", body, re.M):
                value = int(given) if given else value + 1
                names[name.removeprefix("NF_DSR_")] = value
    return names


NF_DSR = constants()


def u8(value):
    return struct.pack("=B", value)


def u32(value):
    return struct.pack("=I", value)


def be16(value):
    return struct.pack("!H", value)


def attr(kind, payload):
    """Return an attribute. KIND is its number, or its name, such as SERVICE_PORT."""
    if isinstance(kind, str):
        kind = NF_DSR["A_" + kind]
    return struct.pack("=HH", 4 + len(payload), kind) + payload + b"\0" * (-len(payload) % 4)


def nest(kind, payload):
    return attr(NF_DSR["A_" + kind] | NESTED, payload)


def service_key(vip, protocol, port=None):
    """Return the attributes that identify a service of an IPv4 address."""
    key = attr("SERVICE_ADDR4", wire.packed(vip)) + attr("SERVICE_PROTOCOL", u8(protocol))
    return key if port is None else key + attr("SERVICE_PORT", be16(port))


def op_kind(name):
    return attr("OP_KIND", u8(NF_DSR["OP_KIND_" + name]))


def op(name, request=None, more=b""):
    """Return an operation of a commit, such as SERVICE_ADD, with the attributes of the
    corresponding request and MORE of the operation itself."""
    target = "OP_BACKEND" if name.startswith("BACKEND") else "OP_SERVICE"
    return nest("COMMIT_OP", op_kind(name) +
                (b"" if request is None else nest(target, request)) + more)


def each_message(data):
    """Yield type, flags and bytes of each netlink message."""
    while data:
        length, kind, flags = struct.unpack("=IHH", data[:8])
        yield kind, flags, data[:length]
        data = data[length + 3 & ~3:]


def end_of_dump(message):
    """Return the error number and text in the message that ends a dump."""
    error, = struct.unpack("=i", message[16:20])
    text = attributes(message[20:]).get(NLMSGERR_ATTR_MSG, b"")
    return -error, text.rstrip(b"\0").decode()


def each_attribute(data):
    """Yield the number and the payload of each attribute."""
    while len(data) >= 4:
        length, kind = struct.unpack("=HH", data[:4])
        yield kind & 0x3fff, data[4:length]
        data = data[max(4, length + 3 & ~3):]


def attributes(data):
    return dict(each_attribute(data))


class Genl:
    """A socket to nf_dsr in the namespace of a node, or of the process if NODE is None."""

    def __init__(self, node):
        if node:
            wire.enter(node)
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_GENERIC)
        self.sock.setsockopt(SOL_NETLINK, NETLINK_EXT_ACK, 1)
        self.sock.settimeout(PATIENCE)
        self.sequence = 0
        self.family = GENL_ID_CTRL
        reply = self.ask(CTRL_GETFAMILY, attr(CTRL_ATTR_FAMILY_NAME, b"nf_dsr\0"), F_REQUEST)
        self.family, = struct.unpack("=H", attributes(reply[20:])[CTRL_ATTR_FAMILY_ID][:2])

    def message(self, command, payload, flags, version=1, reserved=0):
        self.sequence += 1
        return struct.pack("=IHHIIBBH", 20 + len(payload), self.family, flags,
                           self.sequence, 0, command, version, reserved) + payload

    def ask(self, command, payload, flags):
        self.sock.send(self.message(command, payload, flags))
        return self.sock.recv(65536)

    def request(self, command, payload, flags):
        """Send a request. Return the error number and text of the kernel's answer, 0 and "" if
        the kernel accepts the request."""
        if isinstance(command, str):
            command = NF_DSR["CMD_" + command]
        answer = self.ask(command, payload, F_REQUEST | F_ACK | flags)
        return self.verdict(answer)

    @staticmethod
    def extack(answer):
        """Return the attributes that follow the quoted request in an error message."""
        length, _, flags = struct.unpack("=IHH", answer[:8])
        inner, = struct.unpack("=I", answer[20:24])
        # The quote includes the payload unless the answer has NLM_F_CAPPED.
        quoted = 16 if flags & 0x100 else inner + 3 & ~3
        return attributes(answer[20 + quoted:length]) if flags & 0x200 else {}

    @staticmethod
    def verdict(answer):
        kind, = struct.unpack("=H", answer[4:6])
        if kind != NLMSG_ERROR:
            return 0, ""
        error, = struct.unpack("=i", answer[16:20])
        text = Genl.extack(answer).get(NLMSGERR_ATTR_MSG, b"")
        return -error, text.rstrip(b"\0").decode()
