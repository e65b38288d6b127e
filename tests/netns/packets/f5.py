# SPDX-License-Identifier: GPL-2.0-or-later
"""Replay the client's packets. Compare what leaves the director, and what reaches the server, with
the captures, field by field.

The captures contain neither the payloads nor the rule for the outer identification. A payload
here has the length of the captured one and, by its last two bytes, its checksum.
"""
import tap
import wire
from wire import ACK, PSH, RST, SYN, TCP

CLIENT, VIP = "192.168.11.201", "172.16.4.99"
MEMBERS = {"10.1.1.51": "b1", "10.1.1.52": "b2", "10.1.1.53": "b3"}
MINE, THEIRS = 277734018, 2220389578	# initial sequence numbers
# mss 1460, nop, wscale 8, nop, nop, sackOK
SYN_OPTIONS = bytes.fromhex("020405b4" "01" "030308" "0101" "0402")

# identification, flags, seq, ack, window, options, payload, TCP checksum, length
CAPTURE = [
    (7056, SYN, MINE, 0, 64240, SYN_OPTIONS, 0, 0x156e, 52),
    (7057, ACK, MINE + 1, THEIRS + 1, 513, b"", 0, 0x55fd, 40),
    (7058, PSH | ACK, MINE + 1, THEIRS + 1, 513, b"", 26, 0x6a0c, 66),
    (7059, PSH | ACK, MINE + 27, THEIRS + 29, 513, b"", 23, 0x70da, 63),
    (7060, ACK, MINE + 50, THEIRS + 48, 513, b"", 0, 0x559d, 40),
    (7061, RST | ACK, MINE + 50, THEIRS + 48, 0, b"", 0, 0x579a, 40),
]


def segment(flags, seq, ack, win, options, size, csum):
    def build(payload):
        return wire.tcp(CLIENT, VIP, 61067, 49, flags, seq, ack, win, options, payload)

    plain = build(bytes(size))
    if not size:
        return plain
    have = int.from_bytes(plain[16:18], "big")
    missing = (have - csum) % 0xffff
    # The last whole word of an odd payload ends one byte before its end.
    return build(bytes(size - 2 - size % 2) + missing.to_bytes(2, "big") + bytes(size % 2))


def describe(packet):
    """Return all fields of an inner packet that the captures contain."""
    return {"src": packet.src, "dst": packet.dst, "ttl": packet.ttl, "tos": packet.tos,
            "id": packet.ident, "df": packet.df, "mf": packet.mf, "offset": packet.offset,
            "proto": packet.proto, "length": packet.length, "ip csum ok": packet.csum_ok,
            "tcp csum": packet.payload[16:18].hex(), "tcp csum ok": packet.l4_csum_ok(),
            **packet.tcp()}


def describe_outer(packet):
    return {"src": packet.src, "dst": packet.dst, "ttl": packet.ttl, "tos": packet.tos,
            "df": packet.df, "proto": packet.proto, "length": packet.length,
            "csum ok": packet.csum_ok}


def has_id(ident):
    return lambda packet: packet.version == 4 and packet.innermost().ident == ident


client = wire.Port("client", "eth0")
gateway = wire.Port("router", "client").mac
director_in = wire.Port("director", "eth0")
director_out = wire.Port("router", "director")
servers = {member: wire.Port(node, "eth0") for member, node in MEMBERS.items()}
chosen = None

for number, (ident, flags, seq, ack, win, options, size, csum, length) in enumerate(CAPTURE, 1):
    text = f"packet {number} (id {ident})"
    data = segment(flags, seq, ack, win, options, size, csum)
    client.send(gateway, wire.ip4(CLIENT, VIP, TCP, data, ttl=128, ident=ident))

    came, _ = director_in.expect(has_id(ident))
    want = {"src": CLIENT, "dst": VIP, "ttl": 127, "tos": 0, "id": ident, "df": True,
            "mf": False, "offset": 0, "proto": 6, "length": length, "ip csum ok": True,
            "tcp csum": f"{csum:04x}", "tcp csum ok": True, "sport": 61067, "dport": 49,
            "seq": seq, "ack": ack, "flags": flags, "win": win, "urgent": 0,
            "options": options.hex(), "payload": data[20 + len(options):].hex()}
    tap.check_eq(f"{text}: reaches the director as captured there", want, describe(came))

    left, _ = director_out.expect(has_id(ident))
    chosen = chosen or left.dst
    want_outer = {"src": CLIENT, "dst": chosen, "ttl": 255, "tos": 0, "df": True, "proto": 4,
                  "length": length + 20, "csum ok": True}
    tap.check_eq(f"{text}: leaves it in an outer header as captured", want_outer,
                 describe_outer(left))
    tap.check_eq(f"{text}: leaves it with nothing changed but the TTL, to 126",
                 {**want, "ttl": 126}, describe(left.inner()))

    got, _ = servers[chosen].expect(has_id(ident))
    tap.check_eq(f"{text}: reaches the server as captured there",
                 ({**want_outer, "ttl": 254}, {**want, "ttl": 126}),
                 (describe_outer(got), describe(got.inner())))

tap.check("the connection's server is one of the pool", chosen in MEMBERS, chosen)
tap.done()
