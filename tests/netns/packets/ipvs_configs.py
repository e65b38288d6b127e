# SPDX-License-Identifier: GPL-2.0-or-later
"""ipvs_configs.py SEED N [FILE]: restore N random configurations by ipvsadm, and then what it
saves of them, which it saves again in the same way. With FILE, write what it saves to the file."""
import json
import sys

import ipvs
import ipvs_config
import tap

# A service behind all others in what is saved, which marks the end of a configuration.
END_MARK = "-f 2000000000"
SEED, N = sys.argv[1], int(sys.argv[2])


def saved(configurations):
    """Return what ipvsadm saves of each of them. One process restores all of them, as it may save
    in between."""
    lines = []
    for configuration in configurations:
        lines += ["-C", *configuration, f"-A {END_MARK} -s rr", "-S -n"]
    found, current = [], []
    for line in ipvs.restore([*lines, "-C"]):
        if line.startswith(f"-A {END_MARK}"):
            found.append(current)
            current = []
        else:
            current.append(line)
    return found


def main():
    print(f"# seed {SEED}")
    ipvs.begin()
    made = [ipvs_config.lines(SEED, number) for number in range(N)]
    first = saved(made)
    second = saved(first)
    wrong = [f"{number}: {made[number]}\n{one}\n{other}"
             for number, (one, other) in enumerate(zip(first, second)) if one != other]
    tap.check(f"{N} random configurations are saved as they were restored from what is saved",
              len(first) == len(second) == N and not wrong, *wrong[:5])
    lost = [f"{number}: {made[number]}\n{one}" for number, one in enumerate(first)
            if len(one) != len(made[number])]
    tap.check("with each of their services and backends", not lost, *lost[:5])
    if len(sys.argv) > 3:
        with open(sys.argv[3], "w", encoding="utf-8") as file:
            json.dump(first, file)
    tap.done()


main()
