# SPDX-License-Identifier: GPL-2.0-or-later
"""Check the header of a request, attributes that occur twice, and events for which there is no
memory."""
import errno
import os
import struct

import tap
from genl import (CTRL_ATTR_FAMILY_NAME, CTRL_GETFAMILY, F_ACK, F_CREATE, F_DUMP, F_EXCL, F_REPLACE,
                  F_REQUEST, GENL_ID_CTRL, NF_DSR, NLMSGERR_ATTR_OFFS, SOL_NETLINK, Genl, attr,
                  attributes, be16, end_of_dump, nest, op, op_kind, u8, u32)

ADD = F_CREATE | F_EXCL
NETLINK_ADD_MEMBERSHIP, CTRL_ATTR_MCAST_GROUPS, CTRL_ATTR_MCAST_GRP_ID = 1, 7, 2
FAULT, FAILSLAB = "/proc/thread-self/fail-nth", "/sys/kernel/debug/failslab/"
HEADERS = 20
genl = Genl("director")


def addr(name, last):
    return attr(name, bytes((192, 0, 2, last)))


KEY = addr("SERVICE_ADDR4", 1) + attr("SERVICE_PROTOCOL", u8(6))
NESTED_KEY = nest("BACKEND_SERVICE", KEY)
B1 = addr("BACKEND_ADDR4", 9)
SEED = [attr("SERVICE_SEED", struct.pack("=Q", n)) for n in (1, 2)]
WEIGHT = [attr("BACKEND_WEIGHT", u32(n)) for n in (1, 2)]
SOURCE = [nest("SERVICE_SOURCE", addr("PREFIX_ADDR4", n)) for n in (3, 4)]
KIND = op_kind("SERVICE_ADD")


def send(command, payload, flags, **header):
    message = genl.message(NF_DSR["CMD_" + command], payload, F_REQUEST | F_ACK | flags, **header)
    genl.sock.send(message)
    return genl.sock.recv(65536)


def check_header():
    for what, command, flags, header, text, error in (
            ("reserved 1", "SERVICE_NEW", ADD, {"reserved": 1}, "reserved must be 0",
             errno.EINVAL),
            ("version 2", "SERVICE_NEW", ADD, {"version": 2}, "version must be 1",
             errno.EPROTONOSUPPORT),
            ("version 0", "SERVICE_NEW", ADD, {"version": 0}, "version must be 1",
             errno.EPROTONOSUPPORT),
            ("reserved 256 of a dump", "SERVICE_GET", F_DUMP, {"reserved": 256},
             "reserved must be 0", errno.EINVAL),
            ("version 2 of a dump", "FLOW_GET", F_DUMP, {"version": 2}, "version must be 1",
             errno.EPROTONOSUPPORT)):
        payload = KEY if command == "SERVICE_NEW" else b""
        seen, said = dump_verdict(send(command, payload, flags, **header), flags)
        tap.check(f"netlink: refused: {what}", seen == error and text in said, seen, said)


def dump_verdict(answer, flags):
    """Return the error number and text of an answer. For a dump they are in the message that ends
    it."""
    return end_of_dump(answer) if flags == F_DUMP else Genl.verdict(answer)


def check_twice():
    """Check attributes that occur twice. The offset in the answer must be that of the second."""
    ops = nest("COMMIT_OP", KIND + nest("OP_SERVICE", KEY))
    for what, command, before, bad in (
            ("a seed", "SERVICE_NEW", KEY + SEED[0], SEED[1]),
            ("the same seed", "SERVICE_NEW", KEY + SEED[0], SEED[0]),
            ("an address", "SERVICE_NEW", KEY, addr("SERVICE_ADDR4", 7)),
            ("a weight", "BACKEND_NEW", NESTED_KEY + B1 + WEIGHT[0], WEIGHT[1]),
            ("a service", "BACKEND_NEW", NESTED_KEY + B1, NESTED_KEY),
            ("a generation", "COMMIT", ops + attr("COMMIT_GENERATION", u32(1)),
             attr("COMMIT_GENERATION", u32(2))),
            ("a source of a packet", "TRACE", addr("TRACE_SRC4", 1), addr("TRACE_SRC4", 2)),
            ("a flag", "STATS_GET", attr("STATS_EXPLAIN", b""), attr("STATS_EXPLAIN", b""))):
        check_offset(what, send(command, before + bad, ADD), HEADERS + len(before))
    inner = KEY + SEED[0]
    check_offset("a seed in a commit",
                 send("COMMIT", ops + nest("COMMIT_OP",
                                           KIND + nest("OP_SERVICE", inner + SEED[1])), 0),
                 HEADERS + len(ops) + 4 + len(KIND) + 4 + len(inner))
    inner = addr("PREFIX_ADDR4", 3)
    check_offset("an address in a source",
                 send("SERVICE_NEW", KEY + nest("SERVICE_SOURCE", inner * 2), ADD),
                 HEADERS + len(KEY) + 4 + len(inner))
    inner = KEY + attr("SERVICE_PORT", be16(80))
    check_offset("a port in a backend's key",
                 send("BACKEND_NEW", nest("BACKEND_SERVICE", inner + inner[len(KEY):]) + B1, ADD),
                 HEADERS + 4 + len(inner))
    answer = send("BACKEND_GET", NESTED_KEY * 2, F_DUMP)
    tap.check_eq("netlink: refused: a service twice in a dump",
                 (errno.EINVAL, "attribute is given twice"), dump_verdict(answer, F_DUMP))


def check_offset(what, answer, offset):
    seen, said = Genl.verdict(answer)
    at = Genl.extack(answer).get(NLMSGERR_ATTR_OFFS, b"\0" * 4)
    tap.check_eq(f"netlink: refused: {what} given twice", (errno.EINVAL, True, offset),
                 (seen, "attribute is given twice" in said, *struct.unpack("=I", at)))


def check_lists():
    tap.check_eq("netlink: two sources of a service are no ambiguity", (0, ""),
                 Genl.verdict(send("SERVICE_NEW", KEY + SOURCE[0] + SOURCE[1], ADD)))
    tap.check_eq("netlink: nor are two operations of a commit", (0, ""),
                 Genl.verdict(send("COMMIT", op("FLUSH") * 2, 0)))


def listener():
    listening = Genl("director")
    listening.family, family = GENL_ID_CTRL, listening.family
    reply = listening.ask(CTRL_GETFAMILY, attr(CTRL_ATTR_FAMILY_NAME, b"nf_dsr\0"), F_REQUEST)
    groups = attributes(attributes(reply[HEADERS:])[CTRL_ATTR_MCAST_GROUPS])
    group, = struct.unpack("=I", attributes(groups[1])[CTRL_ATTR_MCAST_GRP_ID])
    listening.family = family
    listening.sock.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group)
    listening.sock.setblocking(False)
    return listening


def heard(listening):
    """Read all that a listener received so far. Return whether it was an event, the error for a
    lost one, or nothing."""
    seen = set()
    while True:
        try:
            seen.add("event" if len(listening.sock.recv(65536)) > HEADERS else "no message")
        except BlockingIOError:
            return " and ".join(sorted(seen)) or "nothing"
        except OSError as error:
            seen.add(errno.errorcode[error.errno])


def change(seed, fail):
    """Make a change in which allocation number FAIL fails. Return the error, and whether an
    allocation failed."""
    payload = KEY + attr("SERVICE_SEED", struct.pack("=Q", seed))
    message = genl.message(NF_DSR["CMD_SERVICE_NEW"], payload, F_REQUEST | F_ACK | F_REPLACE)
    with open(FAULT, "r+b", buffering=0) as fault:
        fault.write(str(fail).encode())
        try:
            genl.sock.send(message)
        except OSError as error:
            return error.errno, True
        finally:
            left = int(fault.read(16))
            fault.write(b"0")
    try:
        answer = genl.sock.recv(65536)
        while struct.unpack("=I", answer[8:12])[0] != genl.sequence:
            answer = genl.sock.recv(65536)
        return Genl.verdict(answer)[0], left == 0
    except OSError:
        return None, True	# there was no memory for the answer


def check_missed():
    """Let each allocation fail once, on kernels with fault injection."""
    listening, outcomes = listener(), set()
    send("SERVICE_NEW", KEY, ADD)
    tap.check_eq("netlink: a listener hears of a service", "event", heard(listening))
    if not os.path.exists(FAILSLAB):
        return
    for name, value in (("ignore-gfp-wait", "N"), ("verbose", "0")):
        with open(FAILSLAB + name, "w", encoding="ascii") as setting:
            setting.write(value)
    genl.sock.settimeout(5)
    for fail in range(1, 200):
        error, failed = change(1000 + fail, fail)
        outcome = (error == 0, heard(listening))
        if error is not None:
            outcomes.add(outcome)
        if not failed:
            break
    tap.check("netlink: each allocation of a change has failed once", 5 < fail < 199, fail)
    tap.check_eq("netlink: what is done is an event or ENOBUFS, what is refused is neither",
                 {(True, "event"), (True, "ENOBUFS"), (False, "nothing")}, outcomes)


check_header()
check_twice()
check_lists()
check_missed()
tap.done()
