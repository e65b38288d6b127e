#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""report.py SAMPLES DIR ENVIRONMENT: what was measured, as a table, as results.json (see
schema.json) and as a plot, cost.svg. The environment is an object in JSON."""
import collections
import json
import pathlib
import statistics
import subprocess
import sys

SIZES = (1, 1000, 60000, 1000000)
BASE = {"part": "established", "kind": "ack", "family": 4}


class Results:
    def __init__(self, samples):
        self.values = collections.defaultdict(list)
        for sample in samples:
            self.values[self.key(**sample)].append(sample["value"])

    @staticmethod
    def key(part, peer, **case):
        return (part, peer, case.get("kind"), case.get("family"), case.get("flows"),
                case.get("services"), case.get("backends"), case.get("conntrack"),
                case.get("limit"))

    def find(self, **wanted):
        """Median, or None if it was not measured."""
        values = self.values.get(self.key(**wanted))
        return statistics.median(values) if values else None
