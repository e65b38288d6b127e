# SPDX-License-Identifier: GPL-2.0-or-later
"""Counters of nftables in nodes, without a process for each node:

counters.py reset NODE...                   all of them
counters.py show COUNTER packets|bytes NODE TABLE [NODE TABLE]...   values, in order"""
import ctypes
import json
import sys

from wire import enter

JSON = 1 << 4
nft = ctypes.CDLL("libnftables.so.1")
nft.nft_ctx_new.restype = ctypes.c_void_p
nft.nft_ctx_get_output_buffer.restype = ctypes.c_char_p


def run(node, command):
    enter(node)
    context = ctypes.c_void_p(nft.nft_ctx_new(0))
    nft.nft_ctx_output_set_flags(context, JSON)
    nft.nft_ctx_buffer_output(context)
    if nft.nft_run_cmd_from_buffer(context, command.encode()):
        sys.exit(f"{node}: {command} failed")
    return nft.nft_ctx_get_output_buffer(context)


def show(counter, unit, *places):
    values = []
    for node, table in zip(places[::2], places[1::2]):
        listed = json.loads(run(node, f"list counter netdev {table} {counter}"))
        values += [item["counter"][unit] for item in listed["nftables"] if "counter" in item]
    print(*values)


if sys.argv[1] == "reset":
    for name in sys.argv[2:]:
        run(name, "reset counters")
else:
    show(*sys.argv[2:])
