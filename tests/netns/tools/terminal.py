# SPDX-License-Identifier: GPL-2.0-or-later
"""A terminal of a given size, for programs that draw on one."""
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time

import pyte
from patience import PATIENCE


class Terminal:
    """A program on a terminal. Its screen is a list of lines."""

    def __init__(self, *command, columns=80, lines=24, kind="linux"):
        self.screen = pyte.Screen(columns, lines)
        self.stream = pyte.ByteStream(self.screen)
        self.received = b""
        self.pid, self.fd = pty.fork()
        if not self.pid:
            self._exec(command, columns, lines, kind)

    @staticmethod
    def _exec(command, columns, lines, kind):
        set_size(0, columns, lines)
        os.environ["TERM"] = kind
        os.execvp(command[0], command)

    def read(self, seconds):
        """Draw what the program writes within this time. Return False if it has ended."""
        if not select.select([self.fd], [], [], seconds)[0]:
            return True
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            return False
        self.received += data
        self.stream.feed(data)
        return bool(data)

    def lines(self):
        return [line.rstrip() for line in self.screen.display]

    def wait_for(self, condition):
        """Read until condition(lines) is true, or PATIENCE is over. Return its last value."""
        end = time.monotonic() + PATIENCE
        while True:
            value = condition(self.lines())
            if value or time.monotonic() > end or not self.read(0.1):
                return value

    def press(self, keys):
        os.write(self.fd, keys.encode())

    def resize(self, columns, lines):
        self.screen.resize(lines, columns)
        set_size(self.fd, columns, lines)

    def kill(self, number=signal.SIGTERM):
        os.kill(self.pid, number)

    def end(self):
        """Read until the program has ended. Return its exit status, or minus a signal."""
        end = time.monotonic() + PATIENCE
        while self.read(0.1) and time.monotonic() < end:
            pass
        os.close(self.fd)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def set_size(fd, columns, lines):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
