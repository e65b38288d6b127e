#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""config_scale.py SERVICES...: the time and memory of commands about a configuration file, for
each number of services with ten backends each. The file differs from the running configuration
by one weight. It runs in a guest:

  tests/vm/run --kernel 6.12 --mem 2560 -- tests/bench/config_scale.py 1000 3000 10000
"""
import os
import subprocess
import sys
import time

BACKENDS = 10
APPLIED, CHANGED = "/tmp/applied.yaml", "/tmp/changed.yaml"


def write(path, services, weight):
    """Write a file in which one backend has the weight."""
    with open(path, "w", encoding="ascii") as file:
        file.write("version: 1\n"
                   "defaults: {service: {seed: 7, table-size: 251, method: ipip}}\n"
                   "services:\n")
        for i in range(services):
            file.write(f"  - match: tcp 192.0.{2 + i // 5000}.{i % 250}:{1 + i // 250 % 20}\n"
                       "    backends:\n")
            for j in range(BACKENDS):
                mine = weight if (i, j) == (services // 2, BACKENDS // 2) else 1
                file.write(f"      - {{address: 10.{1 + j}.{i >> 8}.{i & 255}, weight: {mine}}}\n")


def run(services, *words):
    """Run a command, and print what it took."""
    start = time.monotonic()
    pid = os.fork()
    if not pid:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        os.execvp("dsrctl", ["dsrctl", "-n", "director", *words])
    _, status, usage = os.wait4(pid, 0)
    print(f"{services:6} services  {words[0]:8} status {os.waitstatus_to_exitcode(status)}"
          f"  {time.monotonic() - start:7.2f} s  {usage.ru_utime + usage.ru_stime:7.2f} s of CPU"
          f"  {usage.ru_maxrss >> 10:5} MiB", flush=True)


def main():
    subprocess.run(["ip", "netns", "add", "director"], check=True)
    for services in map(int, sys.argv[1:]):
        write(APPLIED, services, 1)
        write(CHANGED, services, 3)
        run(services, "check", APPLIED)
        run(services, "apply", APPLIED)
        run(services, "diff", CHANGED)
        run(services, "preview", CHANGED)
        run(services, "apply", CHANGED)
        run(services, "apply", CHANGED)
        run(services, "export")
        run(services, "flush")


main()
