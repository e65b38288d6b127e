# SPDX-License-Identifier: GPL-2.0-or-later
"""Assertions of the scenarios written in Python; tests/netns/run numbers them."""
import sys
import time

from patience import PATIENCE

SOME_FAILED = 3		# the same exit status as in lib.sh
failed = False


def ok(text):
    print(f"ok - {text}", flush=True)


def not_ok(text, *diagnostics):
    global failed
    failed = True
    print(f"not ok - {text}")
    for line in "\n".join(str(d) for d in diagnostics).splitlines():
        print(f"# {line}")
    sys.stdout.flush()


def check(text, condition, *diagnostics):
    if condition:
        ok(text)
    else:
        not_ok(text, *diagnostics)


def check_eq(text, expected, seen):
    check(text, expected == seen, f"expected: {expected}", f"seen: {seen}")


def wait_for(condition, patience=PATIENCE):
    """Poll until condition() is true or PATIENCE is over. Return its last value. As in lib.sh, the
    pauses grow."""
    end = time.monotonic() + patience
    pause = 0.1
    while True:
        value = condition()
        if value or time.monotonic() > end:
            return value
        time.sleep(pause)
        pause = min(pause + 0.1, 0.3)


def done():
    sys.exit(SOME_FAILED if failed else 0)
