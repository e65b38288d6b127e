# SPDX-License-Identifier: GPL-2.0-or-later
"""round_trips.py SEED N: N random configuration files take effect one after the other, are
exported, and the exports take effect in the same way. Each file differs from the one before in
everything, so this also tests the change from one configuration to another."""
import itertools
import json
import pathlib
import subprocess
import sys
import tempfile

import random_config
import tap
from control import options_of

SEED, N = sys.argv[1], int(sys.argv[2])
CHUNK = 500		# files at a time
FAULTS_MAX = 5
DIRECTORY = pathlib.Path(tempfile.mkdtemp())
faults = []


def fault(number, what, *texts):
    faults.append(f"file {number} of seed {SEED}: {what}")
    faults.extend(texts)


def run(batch):
    """Run lines with one dsrctl, which takes no time to start. Return what it printed, and its
    last message: a command that fails ends the batch."""
    done = subprocess.run(["dsrctl", "-n", "director", "-j", "-b", "-"], input=batch, text=True,
                          capture_output=True, check=False)
    return done.stdout, "" if done.returncode in (0, 3) else done.stderr.splitlines()[-1]


def parse(output):
    """Yield what each "apply", "diff", "export" printed: two arrays and a file. No line of such a
    file begins as an array does."""
    decoder = json.JSONDecoder()
    at = 0
    while at < len(output):
        _, at = decoder.raw_decode(output, at)
        if output[at + 1:at + 2] != "[":
            return
        diff, at = decoder.raw_decode(output, at + 1)
        end = output.find("\n[", at)
        end = end + 1 if end >= 0 else len(output)
        if end > at + 1:
            yield diff, output[at + 1:end]
        at = end


def apply(numbers, kind):
    """Have files of a kind take effect. Yield the number and the export of each that did."""
    numbers = list(numbers)
    while numbers and len(faults) < FAULTS_MAX:
        paths = [DIRECTORY / f"{number}.{kind}" for number in numbers]
        output, error = run("".join(f"apply {path}\ndiff {path}\nexport\n" for path in paths))
        for path, (diff, export) in zip(paths, parse(output)):
            number = numbers.pop(0)
            if diff:
                fault(number, f"{path} differs after it was applied", json.dumps(diff),
                      path.read_text(), export)
            yield number, export
        if error and numbers:
            path = DIRECTORY / f"{numbers[0]}.{kind}"
            fault(numbers.pop(0), error, path.read_text())


def round_trips(numbers):
    """Apply files, and then their exports. Return how many were applied."""
    exports = {}
    for number in numbers:
        (DIRECTORY / f"{number}.yaml").write_text(random_config.text(SEED, number))
    for number, export in apply(numbers, "yaml"):
        exports[number] = export
        (DIRECTORY / f"{number}.export").write_text(export)
    for number, export in apply(exports, "export"):
        if export != exports[number]:
            fault(number, "the export of its export differs", exports[number], export)
    for path in DIRECTORY.iterdir():
        path.unlink()
    return len(exports)


def keys(value):
    """Yield all keys of a file."""
    if isinstance(value, dict):
        yield from value
    for item in value.values() if isinstance(value, dict) else value:
        if isinstance(item, (dict, list)):
            yield from keys(item)


def check_coverage():
    """Assert that the files have each option that the help shows."""
    options = set(options_of("service")) | set(options_of("backend"))
    given = set()
    for number in range(min(N, 1000)):
        given.update(keys(random_config.Config(SEED, number).file()))
    tap.check_eq("every option is in one of the files", set(), options - given)


def main():
    print(f"# seed {SEED}")
    check_coverage()
    done = 0
    for first in itertools.count(0, CHUNK):
        if first >= N or len(faults) >= FAULTS_MAX:
            break
        done += round_trips(range(first, min(first + CHUNK, N)))
    tap.check(f"{N} random configurations are what their exports are", not faults and done == N,
              f"{done} were applied", *faults)
    tap.done()


main()
