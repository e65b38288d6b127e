# SPDX-License-Identifier: GPL-2.0-or-later
"""l2_rewrite.py 4|6: send packets of all kinds, and compare them byte by byte when they leave."""
import random
import sys

import lab
import tap
import wire
from wire import ACK, SYN, TCP, UDP

family = int(sys.argv[1])
world = lab.Lab("l2", family)
macs = world.backends()
SRC, VIP = world.src, world.vip
DICE = random.Random(1)
ip = world.packet


def expected(packet):
    """Return the packet with the TTL decremented, and IPv4's header checksum adjusted."""
    if family == 6:
        return packet[:7] + bytes([packet[7] - 1]) + packet[8:]
    head = packet[:8] + bytes([packet[8] - 1, packet[9], 0, 0]) + packet[12:20]
    return head[:10] + wire.checksum(head).to_bytes(2, "big") + head[12:] + packet[20:]


def wrong(packet):
    """Send a packet. Return the difference to what is expected, or None."""
    left = world.forwarded(packet, world.send_direct)
    if len(left) != 1:
        return f"{len(left)} packets left: {[str(p) for p in left]}"
    if left[0].mac not in macs or left[0].src_mac != world.director:
        return f"from {left[0].src_mac.hex()} to {left[0].mac.hex()}"
    if left[0].data != expected(packet):
        return f"expected {expected(packet).hex()}\nseen {left[0].data.hex()}"
    return None


def check(text, packet):
    fault = wrong(packet)
    tap.check(f"IPv{family}: {text} arrives at a backend as it came", not fault, fault)


def segment(flags, options=b"", payload=b""):
    return wire.tcp(SRC, VIP, 1234, 80, flags, 77, 88, 99, options, payload)


# Kinds 253 and 254 are for experiments, 34 is a Fast Open cookie, 8 a timestamp.
ODD = bytes.fromhex("fd04beef" "fe0400ff" "2206c0ffee01" "080a0000000100000002" "0101")
CLASS = 46 << 2 | 2	# expedited forwarding, ECT(0)
service_class = {"tos": CLASS} if family == 4 else {"tclass": CLASS}
check("a SYN with odd options, DSCP 46 and ECT(0)", ip(TCP, segment(SYN, ODD), **service_class))
check("one with data", ip(TCP, segment(SYN, ODD[:4], b"early")))
check("a segment with reserved bits set", ip(TCP, segment(ACK)[:12] + b"\x5e" + segment(ACK)[13:]))
check("a packet with a wrong TCP checksum", ip(TCP, segment(ACK)[:16] + b"\0\1\0\0"))
check("a packet marked as congested", ip(UDP, world.datagram(5, b"x"),
                                         **{key: CLASS | 3 for key in service_class}))
check("a datagram of odd length", ip(UDP, world.datagram(5, b"x" * 777)))
check("one without data", ip(UDP, world.datagram(5)))
check("ESP", ip(50, bytes(range(64))))
check("a protocol that nobody knows", ip(253, b"experiment"))
check("TTL 255", ip(UDP, world.datagram(5, b"x"), ttl=255))
check("TTL 2", ip(UDP, world.datagram(5, b"x"), ttl=2))
if family == 4:
    no_sum = world.datagram(5, b"x")
    check("a datagram without checksum", ip(UDP, no_sum[:6] + b"\0\0" + no_sum[8:]))
    check("a packet without DF", ip(UDP, world.datagram(5, b"x"), df=False, ident=4711))
    # Decrementing the TTL increments the upper byte of the checksum: with a carry from 0xff00
    # on, and from 0xfeff to 0.
    plain = int.from_bytes(ip(UDP, no_sum)[10:12], "big")
    for csum in (0, 0xfefe, 0xfeff, 0xff00, 0xff01, 0xfffe):
        packet = ip(UDP, no_sum, ident=(plain - csum) % 0xffff)
        assert packet[10:12] == csum.to_bytes(2, "big")
        check(f"a header with checksum {csum:#06x}", packet)
else:
    check("a flow label", ip(UDP, world.datagram(5, b"x"), label=0xfedcb))


def thrown():
    size = DICE.choice((0, 1, 7, 100, 1000, 1400))
    data = DICE.randbytes(size)
    port = DICE.randrange(1, 65536)
    fields = {"ttl": DICE.randrange(2, 256)}
    if family == 4:
        fields |= {"tos": DICE.randrange(256), "ident": DICE.randrange(65536),
                   "df": DICE.random() < .5}
    else:
        fields |= {"tclass": DICE.randrange(256), "label": DICE.randrange(1 << 20)}
    if DICE.random() < .5:
        return ip(UDP, wire.udp(SRC, VIP, port, DICE.randrange(1, 65536), data), **fields)
    options = DICE.choice((b"", ODD, b"\1" * 40))
    flags = DICE.randrange(256)
    return ip(TCP, wire.tcp(SRC, VIP, port, 80, flags, DICE.randrange(1 << 32), 0, 1, options,
                            data), **fields)


faults = [fault for fault in (wrong(thrown()) for _ in range(50)) if fault]
tap.check(f"IPv{family}: so do 50 packets with random fields", not faults, *faults[:3])
tap.done()
