# SPDX-License-Identifier: GPL-2.0-or-later
"""The director's configuration and counters, for scenarios written in Python."""
import functools
import json
import re
import subprocess


def endpoint(address, port):
    """Return an address and a port as dsrctl writes them."""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def dsrctl(*words, text=None, node="director"):
    """Run dsrctl on a node. Return its status and output, as subprocess.run() does."""
    return subprocess.run(["dsrctl", "-n", node, *words], input=text, capture_output=True,
                          text=True, check=False)


def dsr(*lines, node="director", options=(), fails=False):
    """Run commands as one batch, which must succeed, or fail if FAILS is true. Return what dsrctl
    printed to standard error."""
    done = dsrctl(*options, "-b", "-", text="\n".join(lines) + "\n", node=node)
    if bool(done.returncode) != fails:
        raise RuntimeError(f"{node}: {lines}: status {done.returncode}: {done.stderr}")
    return done.stderr


def show(*words, node="director"):
    """Return the output of a command, parsed from JSON. Objects have their counters."""
    done = dsrctl("-j", "-s", *words, node=node)
    if done.returncode:
        raise RuntimeError(f"{node}: {words}: {done.stderr}")
    return json.loads(done.stdout)


def generation():
    return show("stats", "show")[0]["generation"]


@functools.cache
def options_of(kind):
    """Return the options of services or backends that the help of dsrctl shows, each with the
    alternatives for its value: words, a range as two numbers, or the form of another value. An
    option without a value has none.
    """
    text = dsrctl(kind, "add", "help").stdout
    found = {}
    for keyword, form in re.findall(r"\[ ([a-z0-9-]+)(.*?) \]", text.split(f"{kind} add")[1]):
        found[keyword] = [tuple(map(int, value.split(".."))) if ".." in value else value
                          for value in form.strip().split("|") if value]
    del found["unset"]
    return found


def drops(node="director"):
    """Return the packets dropped so far by reason, without the reasons of no packet."""
    counts = show("stats", "show", node=node)[0]["drops"]
    return {name: count for name, count in counts.items() if count}


def drop_count(*reasons):
    """Return how many packets were dropped so far for these reasons."""
    counts = drops()
    return sum(counts.get(reason, 0) for reason in reasons)


def flows():
    return show("flow", "show")


def flow_states(client_port):
    """Return the states of the flows with this port of a client."""
    return [flow["state"] for flow in flows() if flow["client_port"] == client_port]


def packets_of_backends():
    """Return how many packets each backend got, by its address."""
    return {b["address"]: b["packets"] for b in show("backend", "show")}


class Monitor:
    """A process dsrctl monitor, which has begun to listen."""

    def __init__(self):
        # pylint: disable-next=consider-using-with # until close()
        self.process = subprocess.Popen(["dsrctl", "-n", "director", "-j", "monitor"],
                                        stdout=subprocess.PIPE, text=True)
        first = json.loads(self.process.stdout.readline())
        if first != {"event": "ready"}:
            raise RuntimeError(f"the monitor begins with {first}")

    def until(self, is_end):
        """Return the events since the last call and before the one for which is_end() is true."""
        seen = []
        while True:
            event = json.loads(self.process.stdout.readline())
            if is_end(event):
                return seen
            seen.append(event)

    def close(self):
        self.process.kill()
        self.process.wait()
