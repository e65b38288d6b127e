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
def choices(option):
    """Return the words that an option of a service takes: dsrctl's refusal of another word lists
    them."""
    refused = subprocess.run([*DSRCTL, "service", "add", "tcp", "192.0.2.1:80", option, "?"],
                             capture_output=True, text=True, check=False)
    return re.search(r"expected ([a-z0-9, -]+)", refused.stderr).group(1).split(", ")


def drops():
    """Return the packets dropped so far by reason, without the reasons of no packet."""
    return {name: count for name, count in show("stats", "show")[0]["drops"].items() if count}


def flows():
    return show("flow", "show")


def packets_of_backends():
    """Return how many packets each backend got, by its address."""
    return {b["address"]: b["packets"] for b in show("-s", "backend", "show")}
