# SPDX-License-Identifier: GPL-2.0-or-later
"""ipvsadm on the director, and what the kernel's log says of it. packets/ipvs_*.py run once with
IPVS and once with nf_dsr_ipvs."""
import os
import re
import subprocess

from wire import enter


def ipvsadm(*words, lines=None):
    """Run ipvsadm, with lines for "ipvsadm -R". Return its status, output and messages."""
    text = None if lines is None else "".join(f"{line}\n" for line in lines)
    done = subprocess.run(["ipvsadm", *words], input=text, capture_output=True, text=True,
                          check=False)
    return done.returncode, done.stdout, done.stderr


def listing(*words):
    """Return the lines that ipvsadm prints. It must have nothing to say."""
    status, output, messages = ipvsadm(*words)
    if status or messages:
        raise RuntimeError(f"ipvsadm {words}: status {status}: {messages}")
    return output.splitlines()


def restore(lines):
    """Run lines of ipvsadm by one process. Return what they print: "-S" and "-L" may be among
    them. No line may fail."""
    status, output, messages = ipvsadm("-R", lines=lines)
    if status or messages:
        raise RuntimeError(f"ipvsadm -R: status {status}: {messages}\n" + "\n".join(lines))
    return output.splitlines()


class Refusals:
    """The sentences of nf_dsr_ipvs in the kernel's log, of which ipvsadm knows nothing. Of many at
    a time, the log has only some."""

    def __init__(self):
        self.log = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)
        os.lseek(self.log, 0, os.SEEK_END)

    def take(self):
        """Return the sentences since the last call."""
        found = []
        while True:
            try:
                record = os.read(self.log, 8192).decode(errors="replace")
            except BlockingIOError:
                return found
            found += re.findall(r";nf_dsr_ipvs: refused: (.*)", record)


def begin():
    """Continue in the namespace of the director."""
    enter("director")
