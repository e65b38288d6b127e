# SPDX-License-Identifier: GPL-2.0-or-later
"""warm.py FIFO: run Python programs in copies of a process that has already loaded the modules
that most of them need. In emulation, loading these takes seconds each time.

A request is a line of words, quoted as in the shell: a FIFO for the exit status, the process
whose standard files the program uses, a network namespace (may be empty), the program, its
arguments."""
import ctypes
import gc
import json			# noqa: F401
import os
import runpy
import select
import selectors		# noqa: F401
import shlex
import signal
import subprocess		# noqa: F401
import sys
import traceback

import scapy.layers.inet6	# noqa: F401
import scapy.layers.ipsec	# noqa: F401
import scapy.layers.sctp	# noqa: F401

ctypes.CDLL("libnftables.so.1")
libc = ctypes.CDLL(None, use_errno=True)


def enter(node):
    fd = os.open(f"/run/netns/{node}", os.O_RDONLY | os.O_CLOEXEC)
    if libc.setns(fd, 0x40000000):
        raise OSError(ctypes.get_errno(), f"setns {node}")


def become(process, node, *argv):
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for fd, mode in ((0, os.O_RDONLY), (1, os.O_WRONLY), (2, os.O_WRONLY)):
        os.dup2(os.open(f"/proc/{process}/fd/{fd}", mode | os.O_CLOEXEC), fd)
    if node:
        enter(node)
    sys.argv[:] = argv
    runpy.run_path(argv[0], run_name="__main__")


def start(process, node, *argv):
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        become(process, node, *argv)
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def reply(fifo, status):
    try:
        with open(os.open(fifo, os.O_WRONLY | os.O_NONBLOCK), "w", encoding="ascii") as file:
            print(os.waitstatus_to_exitcode(status), file=file)
    except OSError:
        pass		# the process that sent the request no longer waits


def reap(running):
    while running:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        reply(running.pop(pid), status)


def serve(path):
    running = {}
    ended, wakeup = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(wakeup)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    # Open the FIFO for writing, too, so that reading never sees its end.
    requests = os.fdopen(os.open(path, os.O_RDWR | os.O_CLOEXEC), "rb", buffering=0)
    while True:
        ready, _, _ = select.select([requests, ended], [], [])
        if ended in ready:
            os.read(ended, 512)
            reap(running)
        if requests in ready:
            fifo, *rest = shlex.split(requests.readline().decode())
            running[start(*rest)] = fifo


gc.freeze()
serve(sys.argv[1])
