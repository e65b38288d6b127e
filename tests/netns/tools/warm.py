# SPDX-License-Identifier: GPL-2.0-or-later
"""warm.py FIFO: run Python programs in copies of a process that has already loaded the modules
that most of them need. In emulation, loading these takes seconds each time.

A request is a line of words, quoted as in the shell: "run" or "start", a FIFO for the answer, the
process whose files the program uses, the numbers of its three standard files there, a network
namespace (may be empty), the program, its arguments. The answer to "run" is the exit status, and
comes when the program has ended; that to "start" is the number of the process, or empty if there is
none, and comes at once.
This process itself runs those programs that scenarios run most often."""
import contextlib
import ctypes
import functools
import gc
import os
import select
import selectors		# noqa: F401
import shlex
import signal
import sys
import threading
import traceback
import types

# scapy needs this to encrypt packets, which nothing here does. It takes a third of the time to load.
sys.modules["cryptography"] = None

import scapy.layers.ipsec	# noqa: F401
import scapy.layers.sctp	# noqa: F401

import bench			# noqa: F401
import counters
import listens
import sysctls
from node import enter, enter_file

OWN = {"counters.py": counters.main, "listens.py": listens.main, "sysctls.py": sysctls.main}


def standard_file(process, fd, mode):
    """Open a standard file of the process that sent the request. It may be a regular file, to
    which the process writes, too."""
    return os.open(f"/proc/{process}/fd/{fd}", mode | os.O_APPEND | os.O_CLOEXEC)


@functools.cache
def code_of(program):
    with open(program, "rb") as file:
        return compile(file.read(), program, "exec")


def become(opened, node, *argv):
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for fd, file in enumerate(opened):
        os.dup2(file, fd)
        os.close(file)
    if node:
        enter(node)
    sys.argv[:] = argv
    main = sys.modules["__main__"] = types.ModuleType("__main__")
    main.__file__ = argv[0]
    exec(code_of(argv[0]), main.__dict__)
    for thread in threading.enumerate():
        if thread is not threading.main_thread() and not thread.daemon:
            thread.join()


def run(process, files, program, words):
    """Run a program here. Return its exit status."""
    try:
        fd, text, status = files[1], OWN[program](*words), 0
    except (OSError, RuntimeError) as error:
        fd, text, status = files[2], f"{program}: {error}\n", 1
    enter_file("/proc/1/ns/net")
    with open(standard_file(process, fd, os.O_WRONLY), "w", encoding="utf-8") as file:
        file.write(text)
    return status


def start(process, files, node, *argv):
    # The process that sent the request may close its files after the answer.
    opened = [standard_file(process, fd, mode)
              for fd, mode in zip(files, (os.O_RDONLY, os.O_WRONLY, os.O_WRONLY))]
    # All copies have the code then. What is wrong with it, the copy reports.
    with contextlib.suppress(Exception):
        code_of(argv[0])
    pid = os.fork()
    if pid:
        for file in opened:
            os.close(file)
        return pid
    status = 1
    try:
        become(opened, node, *argv)
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def reply(fifo, text):
    try:
        with open(os.open(fifo, os.O_WRONLY | os.O_NONBLOCK), "w", encoding="ascii") as file:
            print(text, file=file)
    except OSError:
        pass		# the process that sent the request no longer waits


def answer(running, line):
    """Start what a request asks for, or do it. Two processes that use one FIFO at a time would
    read each other's status, so this ends them both."""
    how, fifo, process, *words = shlex.split(line)
    files, node, argv = words[:3], words[3], words[4:]
    program = os.path.basename(argv[0])
    failure = 125 if how == "run" else ""
    try:
        if fifo in running.values():
            reply(fifo, failure)
        elif program in OWN:
            reply(fifo, run(process, files, program, argv[1:]))
        else:
            pid = start(process, files, node, *argv)
            running[pid] = fifo if how == "run" else None
            if how == "start":
                reply(fifo, pid)
    except OSError:
        reply(fifo, failure)	# the process that sent the request has ended, its files are gone


def reap(running):
    while running:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        fifo = running.pop(pid)
        if fifo:
            reply(fifo, os.waitstatus_to_exitcode(status))


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
            answer(running, requests.readline().decode())


gc.freeze()
serve(sys.argv[1])
