# SPDX-License-Identifier: GPL-2.0-or-later
"""dsrctl top on a terminal of 80 columns and 24 lines, and as plain text: top.py VIP BACKEND..."""
import os
import re
import subprocess
import sys

import tap
from control import dsrctl
from terminal import Terminal

VIP, *BACKENDS = sys.argv[1:]
SERVICE = f"udp {VIP}:53"
TOP = ["dsrctl", "-n", "director"]
# The first row, and the last line.
ROWS, FOOT = 5, "q quit  h help"


def is_complete(lines):
    """Return true if the screen has the service, its backends and the foot, in their places."""
    rows = [line.split() for line in lines[ROWS:ROWS + 1 + len(BACKENDS)]]
    return (" ".join(rows[0][:3]) == f"- {SERVICE}" and
            {row[0] for row in rows[1:] if row} == set(BACKENDS) and lines[-1].startswith(FOOT))


def shares(lines):
    """Return share and weight of each backend on the screen, if all have new flows."""
    found = [re.search(r" (\d+)% +(\d+)%$", line)
             for line in lines[ROWS + 1:ROWS + 1 + len(BACKENDS)]]
    return all(found) and [(int(m[1]), int(m[2])) for m in found]


def send(count):
    subprocess.run(["nsenter", "--net=/run/netns/client", "--", "/usr/bin/python3",
                    os.path.join(os.path.dirname(__file__), "../tools/crowd.py"), VIP, "53"],
                   input=f"udp {count}\n", text=True, check=True, capture_output=True)


def check_screen(top):
    tap.check("the screen has the service, its backends and the keys", top.wait_for(is_complete),
              *top.lines())
    send(60)
    seen = top.wait_for(shares)
    tap.check("each backend has its share of new flows", seen and
              abs(sum(share for share, _ in seen) - 100) <= 2, *top.lines())
    tap.check_eq("and its share by weight", [25, 25, 50], sorted(w for _, w in seen or []))
    tap.check("the head has the totals", any("flow/s" in line and "drop/s" in line
                                             for line in top.lines()[:3]), *top.lines()[:3])
    # pyte wraps what is too long, which would move the rows below.
    tap.check("no line is longer than the screen", top.wait_for(is_complete), *top.lines())


def check_keys(top):
    top.press("\r")
    tap.check("Enter folds the service", top.wait_for(
        lambda lines: lines[ROWS].startswith(f"+ {SERVICE}") and not lines[ROWS + 1]),
        *top.lines())
    top.press("e")
    top.press("e")
    tap.check("e unfolds all", top.wait_for(is_complete), *top.lines())
    top.press(f"/{BACKENDS[1]}\r")
    tap.check("a filter leaves one backend", top.wait_for(
        lambda lines: lines[ROWS + 1].split()[:1] == [BACKENDS[1]] and not lines[ROWS + 2]),
        *top.lines())
    top.press("/\r")
    top.press("d")
    tap.check("d shows the reasons of drops", top.wait_for(
        lambda lines: lines[ROWS - 1].startswith("DROPPED FOR") and
        any(line.startswith("no_backend ") for line in lines)), *top.lines())
    top.press("h")
    tap.check("h shows the keys", top.wait_for(
        lambda lines: lines[ROWS].startswith("q ") and lines[-1].startswith(FOOT)), *top.lines())
    top.press("\x1b")
    tap.check("Escape leads back", top.wait_for(is_complete), *top.lines())
    top.press("i0.3\r")
    tap.check("i changes the interval",
              top.wait_for(lambda lines: "every 0.3 s" in lines[0]), top.lines()[0])


def check_refresh(top):
    """Only what changes is sent, so nothing flickers."""
    def clock(lines):
        return lines[0].split()[2]

    top.wait_for(is_complete)
    before, time = len(top.received), clock(top.lines())
    top.wait_for(lambda lines: clock(lines) != time)
    new = top.received[before:]
    tap.check("a refresh is short", 0 < len(new) < 500, f"{len(new)} bytes", new)
    tap.check("and does not clear the screen", b"\x1b[J" not in new and b"\x1b[2J" not in new, new)


def check_sizes(top):
    top.resize(100, 30)
    tap.check("a larger terminal is used", top.wait_for(
        lambda lines: len(lines) == 30 and is_complete(lines) and
        lines[ROWS - 1].endswith("WEIGHT") and len(lines[ROWS - 1]) == 100), *top.lines())
    top.resize(40, 8)
    tap.check("a small one has the rows that fit", top.wait_for(
        lambda lines: lines[ROWS].startswith(f"- {SERVICE}") and lines[7].startswith(FOOT)),
        *top.lines())
    top.press("\x1b[B" * 9)
    tap.check("and scrolls to the others", top.wait_for(
        lambda lines: not lines[ROWS].startswith("-") and lines[ROWS]), *top.lines())
    top.resize(1, 1)
    top.resize(80, 24)
    tap.check("and back", top.wait_for(is_complete), *top.lines())


def check_end(top):
    top.press("q")
    tap.check_eq("q ends it", 0, top.end())
    other = Terminal(*TOP, "-i", "5", "top", kind="xterm")
    other.wait_for(is_complete)
    other.kill()
    tap.check_eq("a signal ends it, too", 0, other.end())
    tap.check("and the terminal gets its screen back", b"\x1b[?1049l" in other.received,
              other.received[-60:])


def check_plain():
    done = dsrctl("-i", "0.2", "-c", "2", "top")
    blocks = done.stdout.split("\n\n")
    tap.check("without a terminal there is a block for each interval",
              len(blocks) == 3 and not blocks[2] and
              all(block.startswith("dsrctl top") for block in blocks[:2]), done.stdout)
    tap.check("of lines that fit 80 columns", max(map(len, done.stdout.splitlines())) <= 80,
              done.stdout)
    tap.check("with the service and its backends", all(
        any(line.split()[:1] == [name] or f"- {name}" in line for line in blocks[0].splitlines())
        for name in [SERVICE, *BACKENDS]), blocks[0])
    plain = Terminal(*TOP, "-i", "0.1", "-c", "1", "top", "plain")
    tap.check_eq("plain text on a terminal ends well", 0, plain.end())
    tap.check("and moves no cursor", b"\x1b" not in plain.received, plain.received)
    unknown = Terminal(*TOP, "top", kind="no-such-terminal")
    tap.check_eq("an unknown terminal is refused", 1, unknown.end())
    tap.check("with what to do", b"hint: dsrctl top plain" in unknown.received, unknown.received)


def main():
    top = Terminal(*TOP, "-i", "1", "top")
    check_screen(top)
    check_keys(top)
    check_refresh(top)
    check_sizes(top)
    check_end(top)
    check_plain()
    tap.done()


main()
