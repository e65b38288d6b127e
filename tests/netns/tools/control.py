# SPDX-License-Identifier: GPL-2.0-or-later
"""The director's configuration and counters, for scenarios written in Python."""
import json
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


def drops():
    """Return the packets dropped so far by reason, without the reasons of no packet."""
    return {name: count for name, count in show("stats", "show")[0]["drops"].items() if count}


def flows():
    return show("flow", "show")


def packets_of_backends():
    """Return how many packets each backend got, by its address."""
    return {b["address"]: b["packets"] for b in show("-s", "backend", "show")}
