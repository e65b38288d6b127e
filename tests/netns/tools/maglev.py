# SPDX-License-Identifier: GPL-2.0-or-later
"""The consistent hash, written a second time: which backend a client gets, from the description
in kmod/lib/maglev.c and kmod/lib/hash.c."""
import fractions
import heapq
import ipaddress
import struct

MASK = 2**64 - 1


def _rotate(x, bits):
    return (x << bits | x >> (64 - bits)) & MASK


def _rounds(v, n):
    for _ in range(n):
        v[0] = (v[0] + v[1]) & MASK
        v[2] = (v[2] + v[3]) & MASK
        v[1] = _rotate(v[1], 13) ^ v[0]
        v[3] = _rotate(v[3], 16) ^ v[2]
        v[0] = _rotate(v[0], 32)
        v[2] = (v[2] + v[1]) & MASK
        v[0] = (v[0] + v[3]) & MASK
        v[1] = _rotate(v[1], 17) ^ v[2]
        v[3] = _rotate(v[3], 21) ^ v[0]
        v[2] = _rotate(v[2], 32)


def siphash(words, seed):
    """Return SipHash-2-4 of some words, by the key that a service makes of its seed."""
    key = seed, ~seed & MASK
    v = [0x736f6d6570736575 ^ key[0], 0x646f72616e646f6d ^ key[1],
         0x6c7967656e657261 ^ key[0], 0x7465646279746573 ^ key[1]]
    for word in (*words, 8 * len(words) << 56 & MASK):
        v[3] ^= word
        _rounds(v, 2)
        v[0] ^= word
    v[2] ^= 0xff
    _rounds(v, 4)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def _words(address):
    packed = ipaddress.ip_address(address).packed
    return struct.unpack(">QQ", packed) if len(packed) == 16 else struct.unpack(">I", packed)


def slot(value, slots):
    return ((value & MASK) >> 32) * slots >> 32


def table(weights, seed, slots):
    """Return the backend of each slot. WEIGHTS are those of the backends by address."""
    made = [None] * slots
    if len(weights) == 1:
        return list(weights) * slots
    turns = []
    for address, weight in weights.items():
        value = siphash(_words(address), seed)
        due = 2**16 - (value & 0xffff)
        turns.append([fractions.Fraction(due, weight), value, address, slot(value, slots),
                      slot(value << 32, slots - 1) + 1])
    heapq.heapify(turns)
    for _ in range(slots if turns else 0):
        turn = turns[0]
        while made[turn[3]] is not None:
            turn[3] = (turn[3] + turn[4]) % slots
        made[turn[3]] = turn[2]
        turn[0] += fractions.Fraction(2**16, weights[turn[2]])
        heapq.heapreplace(turns, turn)
    return made


def choice(made, client, seed):
    """Return the backend of an IPv4 client in a table, by "hash source"."""
    return made[slot(siphash((_words(client)[0] << 32, 0), seed), len(made))]
