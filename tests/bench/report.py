#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""report.py SAMPLES ENVIRONMENT DIR: print the results as tables, and write them to DIR as
results.json (see schema.json) and as a plot, cost.svg. SAMPLES contains a JSON object on
each line, ENVIRONMENT contains one object."""
import dataclasses
import json
import pathlib
import statistics
import subprocess
import sys

import jsonschema

import ratios

SCHEMA = pathlib.Path(__file__).with_name("schema.json")
# The dimensions that distinguish the lines of a metric's table. Its columns are peers.
DIMENSIONS = {
    "cost": ("part", "flows", "services", "backends", "limit"),
    "memory": ("means",), "load": ("scheduler", "services"), "dump": ("flows",),
    "rebuild": ("backends", "slots"), "throughput": ("cpus",), "bulk": (),
}
TITLES = {
    "cost": "Cost of a packet", "memory": "Kernel memory of an IPv4 flow",
    "load": "Loading services with 100 backends each", "dump": "Showing all flows",
    "rebuild": "Having a consistent hash's table made anew",
    "throughput": "Packets per second by processors", "bulk": "Bulk TCP",
}


def table(rows):
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        print("  " + "  ".join(cells).rstrip())
    print()


def number(value):
    if value is None:
        return "-"
    if value >= 1000:
        return f"{value:.0f}"
    return f"{value:.3g}" if value < 100 else f"{value:.1f}"


def label(metric, sample):
    """Return the label of a sample's line. Only the cases of part "limit" show the limit."""
    words = []
    for name in DIMENSIONS[metric]:
        value = sample.get(name)
        if value is None or (name == "limit" and sample["part"] != "limit"):
            continue
        words.append(str(value) if isinstance(value, str) else f"{value} {name}")
    return ", ".join(words)


def show_metric(metric, samples):
    """Print a metric's table, with a line for each case and a column for each peer."""
    found, names = {}, []
    for sample in samples:
        cell = (label(metric, sample), sample["peer"])
        found.setdefault(cell, []).append(sample["value"])
        if sample["peer"] not in names:
            names.append(sample["peer"])
    lines = list(dict.fromkeys(line for line, _ in found))
    rows = [["", *names]]
    for line in lines:
        cells = (found.get((line, name)) for name in names)
        rows.append([line, *(number(statistics.median(cell)) if cell else "-"
                             for cell in cells)])
    print(f"{TITLES[metric]}, {samples[0]['unit']}, medians")
    table(rows)


def wide(target):
    if target.spread is None:
        return ""
    return f"{target.spread:.3f} in {target.rounds} rounds"


def show(samples, targets):
    for metric in DIMENSIONS:
        some = [sample for sample in samples if sample["metric"] == metric]
        if some:
            show_metric(metric, some)
    print("What is to be reached")
    rows = [["", "value", "spread", "must", "aim", ""]]
    for target in targets:
        sign = ">=" if target.higher_is_better else "<="
        rows.append([target.name, number(target.value), wide(target), f"{sign} {target.must:g}",
                     "" if target.aim is None else f"{sign} {target.aim:g}",
                     target.verdict()])
    table(rows)


def plot(samples, path):
    """Plot the cost over the number of flows, with a curve for each peer."""
    points = {}
    for sample in samples.samples:
        if sample["metric"] == "cost" and sample["part"] == "established":
            points.setdefault(sample["peer"], set()).add(sample["flows"])
    script = [
        'set terminal svg size 900,600 dynamic background "white"', f'set output "{path}"',
        'set title "Cost of a packet of an established flow, IPv4, TCP ACK"',
        'set xlabel "flows"', 'set ylabel "ns"', "set logscale xy",
        "set grid", "set autoscale noextend", "set key outside right",
        'set format x "10^{%L}"',
        "set ytics (100, 150, 200, 250, 300, 400, 600, 800, 1200, 1600)",
    ]
    curves = []
    last = max(map(max, points.values()), default=1)
    order = sorted(points, key=lambda peer: -(samples.cost(peer, flows=last) or 1e9))
    for index, peer in enumerate(order):
        lines = [f"{size} {samples.cost(peer, flows=size)}" for size in sorted(points[peer])]
        script += [f"$p{index} << END", *lines, "END"]
        width = 1 if peer.startswith(("drop", "fwd", "forward", "ipvs")) else 3
        dash = 2 if peer.endswith("-default") else 1
        curves.append(f'$p{index} with linespoints lw {width} dt {dash} title "{peer}"')
    script.append("plot " + ", ".join(curves))
    subprocess.run(["gnuplot"], input="\n".join(script), text=True, check=True)
    text = path.read_text(encoding="utf-8")
    head, rest = text.split("\n", 1)
    licence = "<!-- SPDX-License-Identifier: GPL-2.0-or-later -->"
    path.write_text(f"{head}\n{licence}\n{rest}", encoding="utf-8")


def main():
    lines = pathlib.Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
    directory = pathlib.Path(sys.argv[3])
    samples = ratios.Samples([json.loads(line) for line in lines])
    targets = ratios.targets(samples)
    results = {
        "environment": json.loads(pathlib.Path(sys.argv[2]).read_text(encoding="utf-8")),
        "samples": samples.samples,
        "ratios": [dataclasses.asdict(target) for target in targets],
    }
    jsonschema.validate(results, json.loads(SCHEMA.read_text(encoding="utf-8")))
    (directory / "results.json").write_text(json.dumps(results, indent=1) + "\n",
                                            encoding="utf-8")
    plot(samples, directory / "cost.svg")
    show(samples.samples, targets)


if __name__ == "__main__":
    main()
