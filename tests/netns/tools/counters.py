# SPDX-License-Identifier: GPL-2.0-or-later
"""Counters of nftables in nodes. warm.py runs this, without a process of its own:

counters.py add VIP4 VIP6 NODE TABLE DEVICE [NODE TABLE DEVICE]...  add tables with two
    counters: "request" counts packets from clients to a VIP, as they are, encapsulated or
    with the DSCP 42; "reply" counts packets from a VIP
counters.py reset NODE...                   reset all counters of these nodes
counters.py show COUNTER packets|bytes NODE TABLE [NODE TABLE]...   print values, in order"""
import ctypes
import json

from node import enter

JSON = 1 << 4
TABLE = """table netdev {table} {{
    counter request {{ }}
    counter reply {{ }}
    chain packets {{
        type filter hook ingress device {device} priority 0
        ip daddr {vip4} counter name request
        ip6 daddr {vip6} counter name request
        ip protocol {{ 4, 41, 47 }} counter name request
        ip6 nexthdr {{ 4, 41, 47 }} counter name request
        udp dport 6080 counter name request
        ip dscp 42 counter name request
        ip6 dscp 42 counter name request
        ip saddr {vip4} counter name reply
        ip6 saddr {vip6} counter name reply
    }}
}}
"""
nft = ctypes.CDLL("libnftables.so.1")
nft.nft_ctx_new.restype = ctypes.c_void_p
nft.nft_ctx_get_output_buffer.restype = ctypes.c_char_p
nft.nft_ctx_get_error_buffer.restype = ctypes.c_char_p


def run(node, command):
    enter(node)
    context = ctypes.c_void_p(nft.nft_ctx_new(0))
    try:
        nft.nft_ctx_output_set_flags(context, JSON)
        nft.nft_ctx_buffer_output(context)
        nft.nft_ctx_buffer_error(context)
        if nft.nft_run_cmd_from_buffer(context, command.encode()):
            raise RuntimeError(nft.nft_ctx_get_error_buffer(context).decode())
        return nft.nft_ctx_get_output_buffer(context)
    finally:
        nft.nft_ctx_free(context)


def add(vip4, vip6, *places):
    for node, table, device in zip(places[::3], places[1::3], places[2::3]):
        run(node, TABLE.format(table=table, device=device, vip4=vip4, vip6=vip6))
    return ""


def show(counter, unit, *places):
    values = []
    for node, table in zip(places[::2], places[1::2]):
        listed = json.loads(run(node, f"list counter netdev {table} {counter}"))
        values += [item["counter"][unit] for item in listed["nftables"] if "counter" in item]
    return " ".join(map(str, values)) + "\n"


def reset(*nodes):
    for node in nodes:
        run(node, "reset counters")
    return ""


def main(command, *words):
    """Run a command, and return what it prints."""
    return {"add": add, "reset": reset, "show": show}[command](*words)
