# SPDX-License-Identifier: GPL-2.0-or-later
"""readers.py: as a user without any rights, read what /proc/net shows of IPVS again and again,
until SIGTERM. Then print how often that succeeded, and how often a total was less than before."""
import os
import signal
import time

DIRECTORY = "/proc/thread-self/net"
FILES = "ip_vs", "ip_vs_stats", "ip_vs_stats_percpu"
NOBODY = 65534
running = True


def stop(*_):
    global running
    running = False


def processors(text):
    """Return what each processor counted."""
    counted = {}
    for line in text.splitlines()[2:]:
        processor, *fields = line.split()
        if processor == "~":
            break
        counted[processor] = [int(field, 16) for field in fields]
    return counted


def main():
    signal.signal(signal.SIGTERM, stop)
    os.setuid(NOBODY)
    read = less = 0
    last = {}
    while running:
        try:
            for name in FILES:
                with open(f"{DIRECTORY}/{name}", encoding="ascii") as file:
                    text = file.read()
        except OSError:
            last = {}	# the module is gone
        else:
            read += 1
            now = processors(text)
            less += any(new < old for key in last for new, old in zip(now[key], last[key]))
            last = now
        # Leave processor time to the director.
        time.sleep(0.05)
    print(f"{read} {less}")


main()
