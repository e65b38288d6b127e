# SPDX-License-Identifier: GPL-2.0-or-later
"""The network namespaces of nodes."""
import ctypes
import os

CLONE_NEWNET = 0x40000000
libc = ctypes.CDLL(None, use_errno=True)


def enter(node):
    """Continue in the network namespace of a node."""
    enter_file(f"/run/netns/{node}")


def enter_file(path):
    """Continue in the network namespace of a file."""
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if libc.setns(fd, CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"setns {path}")
    finally:
        os.close(fd)
