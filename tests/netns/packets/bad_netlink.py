# SPDX-License-Identifier: GPL-2.0-or-later
"""Netlink messages that no valid client sends: the kernel refuses each with a reason, and random
messages do no harm."""
import errno
import random
import socket

import tap
from control import dsr, options_of, show
from genl import (F_ACK, F_CREATE, F_DUMP, F_EXCL, F_REPLACE, F_REQUEST, NF_DSR, SOL_NETLINK, Genl,
                  attr, be16, nest, op, op_kind, u8, u32)

ADD = F_CREATE | F_EXCL
NF_DSR_OPERATIONS_MAX = 262144
SO_SNDBUFFORCE, SO_RCVBUFFORCE, NETLINK_CAP_ACK = 32, 33, 10
genl = Genl("director")


def service(addr=None, addr6=None, protocol=6, port=81, more=b""):
    """Return the attributes of a service. With the defaults and an address, they are valid."""
    message = b""
    if addr:
        message += attr("SERVICE_ADDR4", bytes(map(int, addr.split("."))))
    if addr6:
        message += attr("SERVICE_ADDR6", addr6)
    if protocol is not None:
        message += attr("SERVICE_PROTOCOL", u8(protocol))
    if port is not None:
        message += attr("SERVICE_PORT", be16(port))
    return message + more


VIP, VIP6 = "192.0.2.80", bytes.fromhex("20010db8008000000000000000000080")
KEY = nest("BACKEND_SERVICE", service(VIP, port=80))
B2 = attr("BACKEND_ADDR4", bytes((10, 1, 1, 52)))
MARK = attr("SERVICE_MARK", u32(7))
SOURCE = attr("PREFIX_ADDR4", bytes((10, 1, 1, 1)))


def probe(protocol=6, src=VIP, dst=VIP, more=b""):
    """Return the attributes of a trace. With the defaults, they are valid."""
    message = b"".join(attr(f"TRACE_{end}4", bytes(map(int, addr.split("."))))
                       for end, addr in (("SRC", src), ("DST", dst)) if addr)
    if protocol is not None:
        message += attr("TRACE_PROTOCOL", u8(protocol))
    return message + more


def device(name):
    return attr("DEVICE_NAME", name + b"\0")


PROBE6 = attr("TRACE_SRC6", VIP6) + attr("TRACE_DST6", VIP6)

# the fault, command, attributes, flags, a part of the text or None, error
REFUSED = [
    ("no attributes at all", "SERVICE_NEW", b"", ADD, "exactly one address", None),
    ("no address", "SERVICE_NEW", service(), ADD, "exactly one address", None),
    ("addr4 and addr6", "SERVICE_NEW", service(VIP, VIP6), ADD, "exactly one address", None),
    ("addr4 of 3 bytes", "SERVICE_NEW", attr("SERVICE_ADDR4", b"abc"), ADD, "", None),
    ("addr6 of 15 bytes", "SERVICE_NEW", attr("SERVICE_ADDR6", b"\x20" * 15), ADD, "", None),
    ("addr6 of 17 bytes", "SERVICE_NEW", attr("SERVICE_ADDR6", b"\x20" * 17), ADD, "", None),
    ("an IPv4-mapped address", "SERVICE_NEW",
     service(addr6=bytes(10) + b"\xff\xff" + bytes((192, 0, 2, 1))), ADD, "IPv4-mapped", None),
    ("port 0", "SERVICE_NEW", service(VIP, port=0), ADD, "port must be 1 to 65535", None),
    ("port of 1 byte", "SERVICE_NEW",
     service(VIP, port=None, more=attr("SERVICE_PORT", b"\0")), ADD, "", None),
    ("a range that ends before it begins", "SERVICE_NEW",
     service(VIP, more=attr("SERVICE_PORT_END", be16(7))), ADD, "ends before it begins", None),
    ("a range without a first port", "SERVICE_NEW",
     service(VIP, port=None, more=attr("SERVICE_PORT_END", be16(7))), ADD, "first port", None),
    ("a port of protocol any", "SERVICE_NEW", service(VIP, protocol=0), ADD, "no ports", None),
    ("protocol 1", "SERVICE_NEW", service(VIP, protocol=1), ADD, "protocol must be", None),
    ("prefix length 33", "SERVICE_NEW",
     service(VIP, more=attr("SERVICE_PREFIX_LEN", u8(33))), ADD, "longer than", None),
    ("bits behind the prefix", "SERVICE_NEW",
     service(VIP, more=attr("SERVICE_PREFIX_LEN", u8(24))), ADD, "behind its prefix", None),
    ("a multicast VIP", "SERVICE_NEW", service("224.0.0.1"), ADD, "unicast", None),
    ("a loopback VIP", "SERVICE_NEW", service("127.0.0.1"), ADD, "unicast", None),
    ("an unknown scheduler", "SERVICE_NEW",
     service(VIP, more=attr("SERVICE_SCHEDULER", b"best\0")), ADD,
     "no such scheduler: there are " + " ".join(options_of("service")["scheduler"]), None),
    ("a scheduler without its end", "SERVICE_NEW",
     service(VIP, more=attr("SERVICE_SCHEDULER", b"maglev")), ADD, "", None),
    ("a scheduler too long", "SERVICE_NEW",
     service(VIP, more=attr("SERVICE_SCHEDULER", b"m" * 16 + b"\0")), ADD, "", None),
    ("a method behind the last one", "SERVICE_NEW",
     service(VIP, more=attr("SERVICE_METHOD", u8(len(options_of("service")["method"])))), ADD, "", None),
    ("timeout 0", "SERVICE_NEW",
     service(VIP, more=attr("SERVICE_TIMEOUT_TCP", u32(0))), ADD, "timeout must be", None),
    ("a timeout that is too long", "SERVICE_NEW",
     service(VIP, more=attr("SERVICE_TIMEOUT_UDP", u32(2147484))), ADD, "timeout must be", None),
    ("outer-source address without one", "SERVICE_NEW",
     service(VIP, more=attr("SERVICE_OUTER_SOURCE", u8(2))), ADD, "needs an address", None),
    ("mark 0", "SERVICE_NEW", attr("SERVICE_MARK", u32(0)), ADD, "mark must be", None),
    ("a mark with an address", "SERVICE_NEW",
     service(VIP, protocol=0, port=None, more=MARK), ADD, "neither address nor ports", None),
    ("a mark with a port", "SERVICE_NEW", MARK + attr("SERVICE_PORT", be16(80)), ADD,
     "neither address nor ports", None),
    ("a mark with TCP", "SERVICE_NEW", MARK + attr("SERVICE_PROTOCOL", u8(6)), ADD,
     "any protocol", None),
    ("a mark of family 5", "SERVICE_NEW", MARK + attr("SERVICE_FAMILY", u8(5)), ADD,
     "family must be", None),
    ("a family with an address", "SERVICE_NEW",
     service(VIP, more=attr("SERVICE_FAMILY", u8(4))), ADD, "only for services with a mark", None),
    ("a VRF's name that is too long", "SERVICE_NEW",
     service(VIP, more=attr("SERVICE_VRF", b"v" * 16 + b"\0")), ADD, "", None),
    ("a VRF that is another device", "SERVICE_NEW",
     service(VIP, more=attr("SERVICE_VRF", b"eth0\0")), ADD, "no VRF", None),
    ("echo 5", "SERVICE_NEW", service(VIP, more=attr("SERVICE_ECHO", u8(5))), ADD, "", None),
    ("source-other 2", "SERVICE_NEW",
     service(VIP, more=attr("SERVICE_SOURCE_OTHER", u8(2))), ADD, "", None),
    ("a device's name that is too long", "SERVICE_NEW",
     service(VIP, more=attr("SERVICE_DEV", b"d" * 16 + b"\0")), ADD, "", None),
    ("a source that is no nest", "SERVICE_NEW",
     service(VIP, more=attr("SERVICE_SOURCE", b"abcdefgh")), ADD, "", None),
    ("a source without an address", "SERVICE_NEW",
     service(VIP, more=nest("SERVICE_SOURCE", attr("PREFIX_PREFIX_LEN", u8(8)))), ADD,
     "exactly one address", None),
    ("a source of the other family", "SERVICE_NEW",
     service(VIP, more=nest("SERVICE_SOURCE", attr("PREFIX_ADDR6", VIP6))), ADD,
     "service's family", None),
    ("a source with bits behind its prefix", "SERVICE_NEW",
     service(VIP, more=nest("SERVICE_SOURCE", SOURCE + attr("PREFIX_PREFIX_LEN", u8(8)))), ADD,
     "behind its prefix", None),
    ("seventeen sources", "SERVICE_NEW",
     service(VIP, more=nest("SERVICE_SOURCE", SOURCE) * 17), ADD, "more than 16", None),
    ("neither create nor replace", "SERVICE_NEW", service(VIP), 0, "NLM_F_CREATE", None),
    ("a service that exists", "SERVICE_NEW", service(VIP, port=80), ADD, "exists already",
     errno.EEXIST),
    ("to change one that does not", "SERVICE_NEW", service(VIP), F_REPLACE, "no such service",
     errno.ENOENT),
    ("to delete one that does not exist", "SERVICE_DEL", service(VIP), 0, "no such service",
     errno.ENOENT),
    ("to delete none", "SERVICE_DEL", b"", 0, "exactly one address", None),
    ("an attribute of another operation", "SERVICE_DEL",
     service(VIP, more=attr("SERVICE_METHOD", u8(0))), 0, "", None),
    ("a table of 1000 slots", "SERVICE_NEW",
     service(VIP, more=attr("SERVICE_TABLE_SIZE", u32(1000))), ADD, "must be a prime", None),
    ("a table of 241 slots", "SERVICE_NEW",
     service(VIP, more=attr("SERVICE_TABLE_SIZE", u32(241))), ADD, "251 to 131071", None),
    ("hash 4", "SERVICE_NEW", service(VIP, more=attr("SERVICE_HASH", u8(4))), ADD, "", None),
    ("on-delete 3", "SERVICE_NEW",
     service(VIP, more=attr("SERVICE_ON_DELETE", u8(3))), ADD, "", None),
    ("no-backend 3", "SERVICE_NEW",
     service(VIP, more=attr("SERVICE_NO_BACKEND", u8(3))), ADD, "", None),
    ("unmatched 3", "SERVICE_NEW",
     service(VIP, more=attr("SERVICE_UNMATCHED", u8(3))), ADD, "", None),
    ("min-active 0", "SERVICE_NEW",
     service(VIP, more=attr("SERVICE_MIN_ACTIVE", u32(0))), ADD, "min-active must be", None),
    ("fail-open-below 0 %", "SERVICE_NEW",
     service(VIP, more=attr("SERVICE_FAIL_OPEN_BELOW", u32(65536))), ADD, "65537 to 65636", None),
    ("fail-open-below 101 %", "SERVICE_NEW",
     service(VIP, more=attr("SERVICE_FAIL_OPEN_BELOW", u32(65637))), ADD, "65537 to 65636", None),
    ("on-down 4", "SERVICE_NEW",
     service(VIP, more=attr("SERVICE_ON_DOWN", u8(4))), ADD, "", None),
    ("drain-for that is too long", "SERVICE_NEW",
     service(VIP, more=attr("SERVICE_DRAIN_FOR", u32(2147484))), ADD, "drain-for must", None),
    ("that it fails open", "SERVICE_NEW",
     service(VIP, more=attr("SERVICE_FAIL_OPEN", u8(1))), ADD, "", None),
    ("a persistence that is too long", "SERVICE_NEW",
     service(VIP, more=attr("SERVICE_PERSIST", u32(2147484))), ADD, "persist must be", None),
    ("a slow start that is too long", "SERVICE_NEW",
     service(VIP, more=attr("SERVICE_SLOW_START", u32(2147484))), ADD, "slow-start must", None),
    ("persist-prefix4 0", "SERVICE_NEW",
     service(VIP, more=attr("SERVICE_PERSIST_PREFIX4", u8(0))), ADD, "must be 1 to 32", None),
    ("persist-prefix4 33", "SERVICE_NEW",
     service(VIP, more=attr("SERVICE_PERSIST_PREFIX4", u8(33))), ADD, "must be 1 to 32", None),
    ("persist-prefix6 129", "SERVICE_NEW",
     service(VIP, more=attr("SERVICE_PERSIST_PREFIX6", u8(129))), ADD, "must be 1 to 128", None),
    ("one-packet 2", "SERVICE_NEW",
     service(VIP, more=attr("SERVICE_ONE_PACKET", u8(2))), ADD, "must be 0 or 1", None),
    ("health 2", "BACKEND_NEW", KEY + B2 + attr("BACKEND_HEALTH", u8(2)), ADD, "", None),
    ("a drain deadline that is too far", "BACKEND_NEW",
     KEY + B2 + attr("BACKEND_DRAIN_TIMEOUT", u32(2147484)), ADD, "drain-timeout must", None),
    ("min-flows without max-flows", "BACKEND_NEW",
     KEY + B2 + attr("BACKEND_MIN_FLOWS", u32(1)), ADD, "less than max-flows", None),
    ("what only the kernel says", "BACKEND_NEW",
     KEY + B2 + attr("BACKEND_LIMITED", u8(1)), ADD, "", None),
    ("a backend without a service", "BACKEND_NEW", B2, ADD, "the service is missing", None),
    ("a service that is no nest", "BACKEND_NEW",
     attr("BACKEND_SERVICE", b"abcdefgh") + B2, ADD, "", None),
    ("an empty service", "BACKEND_NEW", nest("BACKEND_SERVICE", b"") + B2, ADD,
     "exactly one address", None),
    ("a backend without an address", "BACKEND_NEW", KEY, ADD, "exactly one address", None),
    ("a backend with two", "BACKEND_NEW", KEY + B2 + attr("BACKEND_ADDR6", VIP6), ADD,
     "exactly one address", None),
    ("weight 65536", "BACKEND_NEW", KEY + B2 + attr("BACKEND_WEIGHT", u32(65536)), ADD,
     "weight must be", None),
    ("weight of 2 bytes", "BACKEND_NEW", KEY + B2 + attr("BACKEND_WEIGHT", b"\1\0"), ADD,
     "", None),
    ("state 3", "BACKEND_NEW", KEY + B2 + attr("BACKEND_STATE", u8(3)), ADD, "", None),
    ("outer-source 4", "BACKEND_NEW", KEY + B2 + attr("BACKEND_OUTER_SOURCE", u8(4)), ADD,
     "", None),
    ("a multicast outer source", "BACKEND_NEW",
     KEY + B2 + attr("BACKEND_OUTER_SOURCE", u8(2)) +
     attr("BACKEND_OUTER_ADDR4", bytes((224, 0, 0, 1))), ADD, "unicast", None),
    ("the VIP as backend", "BACKEND_NEW",
     KEY + attr("BACKEND_ADDR4", bytes((192, 0, 2, 80))) + attr("BACKEND_METHOD", u8(1)), ADD,
     "VIP itself", None),
    ("a commit of another generation", "COMMIT", attr("COMMIT_GENERATION", u32(1 << 31)), 0,
     "has changed", errno.ESTALE),
    ("a generation of 2 bytes", "COMMIT", attr("COMMIT_GENERATION", b"\1\0"), 0, "", None),
    ("a commit's answer as request", "COMMIT", attr("COMMIT_OPS", u32(1)), 0, "", None),
    ("an operation that is no nest", "COMMIT", attr("COMMIT_OP", b"abcdefgh"), 0, "", None),
    ("an operation that ends in the middle", "COMMIT",
     nest("COMMIT_OP", op_kind("SERVICE_ADD") + b"\x20\0\2\x80"), 0, "", None),
    ("an operation of no kind", "COMMIT", nest("COMMIT_OP", b""), 0, "kind of operation", None),
    ("a kind there is not", "COMMIT", nest("COMMIT_OP", attr("OP_KIND", u8(11))), 0, "", None),
    ("a kind of 0 bytes", "COMMIT", nest("COMMIT_OP", attr("OP_KIND", b"")), 0, "", None),
    ("an operation without its service", "COMMIT", op("SERVICE_ADD"), 0, "needs a service", None),
    ("an operation without its backend", "COMMIT", op("BACKEND_DEL"), 0, "needs a backend", None),
    ("a service with a flush", "COMMIT", op("FLUSH", service(VIP)), 0, "takes no service", None),
    ("a backend with a service", "COMMIT",
     op("SERVICE_ADD", service(VIP), nest("OP_BACKEND", KEY + B2)), 0, "takes no backend", None),
    ("a service that is no nest in an operation", "COMMIT",
     nest("COMMIT_OP", op_kind("SERVICE_ADD") + attr("OP_SERVICE", b"abcdefgh")), 0, "", None),
    ("an attribute of a service in the deletion of it", "COMMIT",
     op("SERVICE_DEL", service(VIP, port=80, more=attr("SERVICE_METHOD", u8(0)))), 0, "", None),
    ("a service added twice in a commit", "COMMIT", op("SERVICE_ADD", service(VIP)) * 2, 0,
     "service exists already", errno.EEXIST),
    ("a service deleted twice in a commit", "COMMIT",
     op("SERVICE_DEL", service(VIP, port=80)) * 2, 0, "no such service",
     errno.ENOENT),
    ("a backend of a service that the commit deletes", "COMMIT",
     op("SERVICE_DEL", service(VIP, port=80)) + op("BACKEND_ADD", KEY + B2), 0,
     "no such service", errno.ENOENT),
    ("the change of a service that a commit has flushed", "COMMIT",
     op("FLUSH") + op("SERVICE_CHANGE", service(VIP, port=80)), 0, "no such service",
     errno.ENOENT),
    ("a flush and an operation that is wrong", "COMMIT",
     op("FLUSH") * 100 + op("SERVICE_ADD", service(VIP, port=0)), 0, "port must be 1 to 65535",
     None),
    ("a question about nothing", "TRACE", b"", 0, "exactly one address", None),
    ("a question without a source", "TRACE", probe(src=None), 0, "exactly one address", None),
    ("a question without a destination", "TRACE", probe(dst=None), 0, "exactly one address",
     None),
    ("a question without a protocol", "TRACE", probe(None), 0, "and a protocol", None),
    ("a question of two families", "TRACE",
     probe(dst=None, more=attr("TRACE_DST6", VIP6)), 0, "of one family", None),
    ("a question about an extension header", "TRACE",
     PROBE6 + attr("TRACE_PROTOCOL", u8(44)), 0, "extension header", None),
    ("a question about a port of ESP", "TRACE",
     probe(50, more=attr("TRACE_SRC_PORT", be16(1))), 0, "have ports", None),
    ("a question about a port of ICMP", "TRACE",
     probe(1, more=attr("TRACE_DST_PORT", be16(1))), 0, "have ports", None),
    ("a question about flags of UDP", "TRACE",
     probe(17, more=attr("TRACE_TCP_FLAGS", u8(2))), 0, "only TCP", None),
    ("a question about flags of an error", "TRACE",
     probe(more=attr("TRACE_TCP_FLAGS", u8(2)) + attr("TRACE_ERROR", b"")), 0, "only TCP", None),
    ("a question with df 2", "TRACE", probe(more=attr("TRACE_DF", u8(2))), 0, "0 or 1", None),
    ("a question about IPv6 without DF", "TRACE",
     PROBE6 + attr("TRACE_PROTOCOL", u8(6)) + attr("TRACE_DF", u8(0)), 0, "do not fragment IPv6", None),
    ("a question about 39 bytes of TCP", "TRACE",
     probe(more=attr("TRACE_LENGTH", u32(39))), 0, "length must be", None),
    ("a question about 65536 bytes", "TRACE",
     probe(more=attr("TRACE_LENGTH", u32(65536))), 0, "length must be", None),
    ("a question about a device that is not there", "TRACE",
     probe(more=attr("TRACE_DEV", b"none0\0")), 0, "no such device", errno.ENODEV),
    ("a question about a device without its end", "TRACE",
     probe(more=attr("TRACE_DEV", b"eth0")), 0, "", None),
    ("a question with its answer", "TRACE",
     probe(more=attr("TRACE_VERDICT", u8(1))), 0, "", None),
    ("a device without a name", "DEVICE_NEW", b"", ADD, "the name of the device is missing", None),
    ("to delete a device without a name", "DEVICE_DEL", b"", 0, "the name of the device is missing", None),
    ("to show a device without a name", "DEVICE_GET", b"", 0, "the name of the device is missing", None),
    ("a device whose name has no end", "DEVICE_NEW", attr("DEVICE_NAME", b"eth1"), ADD, "", None),
    ("a device of no letters", "DEVICE_NEW", device(b""), ADD, "invalid device name", None),
    ("a device of 16 letters", "DEVICE_NEW", device(b"e" * 16), ADD, "", None),
    ("a device that is a path", "DEVICE_NEW", device(b"eth/1"), ADD, "invalid device name", None),
    ("a device of two words", "DEVICE_NEW", device(b"eth 1"), ADD, "invalid device name", None),
    ("to delete a device that was not added", "DEVICE_DEL", device(b"none0"), 0,
     "the device has not been added", errno.ENOENT),
    ("what only the kernel says of a device", "DEVICE_NEW",
     device(b"eth1") + attr("DEVICE_ATTACHED", u8(1)), ADD, "", None),
    ("an operation there is not", 200, b"", 0, "", None),
    ("a notification as request", "SERVICE_NTF", b"", 0, "", None),
]

for what, command, message, flags, text, error in REFUSED:
    seen, said = genl.request(command, message, flags)
    tap.check(f"netlink: refused: {what}", seen and text in said and error in (None, seen),
              f"error {seen}, text {said!r}", f"expected {error or 'an error'}, text {text!r}")

many = Genl("director")
many.sock.setsockopt(socket.SOL_SOCKET, SO_SNDBUFFORCE, 1 << 23)
many.sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 23)
many.sock.setsockopt(SOL_NETLINK, NETLINK_CAP_ACK, 1)
seen, said = many.request("COMMIT", op("FLUSH") * (NF_DSR_OPERATIONS_MAX + 1),
                          0)
tap.check_eq("netlink: refused: one operation more than a commit may have", (errno.E2BIG, True),
             (seen, "more than" in said))

crowd = Genl("client")
for number in range(64):
    crowd.request("DEVICE_NEW", device(b"dev%d" % number), ADD)
seen, said = crowd.request("DEVICE_NEW", device(b"dev64"), ADD)
tap.check_eq("netlink: refused: a 65th device", (errno.ENOSPC, "more than 64 devices"),
             (seen, said))
seen, said = crowd.request("DEVICE_NEW", device(b"dev7"), ADD)
tap.check_eq("netlink: refused: a device that was added", (errno.EEXIST, "device exists already"),
             (seen, said))
for number in range(64):
    crowd.request("DEVICE_DEL", device(b"dev%d" % number), 0)

DICE = random.Random(1)
SOUND = [device(b"eth0"), device(b"lo"),
         service(VIP, port=80), service(VIP), KEY + B2, KEY, probe(), b"",
         op("SERVICE_ADD", service(VIP, port=80)) + op("BACKEND_ADD", KEY + B2) +
         op("SERVICE_REPLACE", service(VIP)) + op("BACKEND_CHANGE", KEY + B2),
         op("FLUSH") + op("SERVICE_ADD", service(VIP)) + op("SERVICE_DEL", service(VIP)),
         op("FLUSH") + op("SERVICE_ADD", service(VIP, port=80)) + op("BACKEND_REPLACE", KEY + B2) +
         op("BACKEND_DEL", KEY + B2) + op("BACKEND_ADD", KEY + B2)]
COMMANDS = [NF_DSR["CMD_" + name] for name in
            ("SERVICE_GET", "BACKEND_GET", "FLOW_GET", "STATS_GET", "TRACE", "FLOW_FLUSH",
             "SERVICE_NEW", "BACKEND_NEW", "SERVICE_DEL", "BACKEND_DEL", "COMMIT", "COMMIT",
             "DEVICE_GET", "DEVICE_NEW", "DEVICE_DEL")]


def garbled():
    """Return a valid message with some bytes changed, removed or added."""
    message = bytearray(DICE.choice(SOUND))
    for _ in range(DICE.randint(0, 4)):
        if message:
            message[DICE.randrange(len(message))] = DICE.randrange(256)
    if DICE.random() < 0.3:
        del message[DICE.randint(0, len(message)):]
    if DICE.random() < 0.3:
        message += DICE.randbytes(DICE.randint(1, 60))
    return bytes(message)


# This uses another namespace, as the kernel may accept a random message by chance.
genl = Genl("client")
genl.sock.setblocking(False)
accepted = 0
for _ in range(4000):
    flags = DICE.choice((0, F_DUMP, ADD, F_CREATE | F_REPLACE, F_REPLACE))
    try:
        genl.sock.send(genl.message(DICE.choice(COMMANDS), garbled(), F_REQUEST | F_ACK | flags))
        accepted += genl.verdict(genl.sock.recv(65536)) == (0, "")
    except OSError:
        pass
tap.check(f"netlink: of 4000 random messages some were sound ({accepted})", accepted > 100)
dsr("flush", node="client")
tap.check_eq("netlink: after them there is nothing that cannot be flushed", [],
             show("service", "show", node="client"))
tap.done()
