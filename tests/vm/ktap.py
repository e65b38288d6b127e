# SPDX-License-Identifier: GPL-2.0-or-later
"""Turn KUnit's results into flat TAP: ktap.py RESULTS <SUITES

For each suite, RESULTS contains a line "suite NAME" and then the contents of its debugfs
file. SUITES are the names of the suites that must be there. A suite that is missing, or
that ran more or fewer cases than it planned, is a failure.
"""
import re
import sys

CASE = re.compile(r" {4}(not ok|ok) \d+ (\S+)(.*)")
PLAN = re.compile(r" {4}1\.\.(\d+)$")


class Tap:
    def __init__(self):
        self.count = 0
        self.failed = 0

    def report(self, passed, name, diagnostics=()):
        self.count += 1
        self.failed += not passed
        print(f"{'ok' if passed else 'not ok'} {self.count} - {name}")
        for line in diagnostics:
            print("#", line.strip(" #"))


def split_suites(lines):
    suites = {}
    for line in lines:
        if line.startswith("suite "):
            current = suites.setdefault(line.split()[1], [])
        elif not line.startswith("#") and suites:
            current.append(line)
        elif suites:
            current.append("    " + line)
    return suites


def report_suite(tap, name, lines):
    plan = None
    cases = 0
    notes = []
    for line in lines:
        if match := PLAN.match(line):
            plan = int(match[1])
        elif match := CASE.match(line):
            cases += 1
            verdict, case, directive = match.groups()
            passed = verdict == "ok"
            tap.report(passed, f"{name}.{case}{directive}", [] if passed else notes)
            notes = []
        else:
            notes.append(line)
    tap.report(bool(cases) and cases == plan, f"{name} ran all its cases",
               [f"planned {plan}, ran {cases}"] if cases != plan else [])


def main():
    expected = sys.stdin.read().split()
    with open(sys.argv[1], encoding="utf-8", errors="replace") as file:
        suites = split_suites(file.read().splitlines())
    tap = Tap()
    for name in sorted(expected + [s for s in suites if s not in expected]):
        report_suite(tap, name, suites.get(name, []))
    print(f"1..{tap.count}")
    return tap.failed or not tap.count


if __name__ == "__main__":
    sys.exit(bool(main()))
