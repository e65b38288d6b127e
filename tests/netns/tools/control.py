# SPDX-License-Identifier: GPL-2.0-or-later
"""The director's configuration and counters, for scenarios written in Python."""
import functools
import json
import re
import subprocess

DSRCTL = ["dsrctl", "-n", "director"]


def dsr(*lines):
    """Run commands as one batch, which must succeed."""
    done = subprocess.run([*DSRCTL, "-b", "-"], input="\n".join(lines) + "\n", text=True,
                          capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{lines}: {done.stderr}")


def show(*words):
    """Return the output of a command, parsed from JSON."""
    return json.loads(subprocess.run([*DSRCTL, "-j", *words], check=True,
                                     capture_output=True).stdout)


@functools.cache
def options(kind):
    """Return the options of services or backends that the help of dsrctl shows, each with the
    alternatives for its value: words, a range as two numbers, or the form of another value. An
    option without a value has none.
    """
    text = subprocess.run([*DSRCTL, kind, "add", "help"], check=True, capture_output=True,
                          text=True).stdout
    found = {}
    for keyword, form in re.findall(r"\[ ([a-z0-9-]+)(.*?) \]", text.split(f"{kind} add")[1]):
        found[keyword] = [tuple(map(int, value.split(".."))) if ".." in value else value
                          for value in form.strip().split("|") if value]
    del found["unset"]
    return found


def drops():
    """Return the packets dropped so far by reason, without the reasons of no packet."""
    return {name: count for name, count in show("stats", "show")[0]["drops"].items() if count}


def flows():
    return show("flow", "show")


def packets_of_backends():
    """Return how many packets each backend got, by its address."""
    return {b["address"]: b["packets"] for b in show("-s", "backend", "show")}
