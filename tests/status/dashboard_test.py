# SPDX-License-Identifier: GPL-2.0-or-later
"""dashboard_test.py METRICS: all that the dashboard and the alerts ask for is among the metrics.

METRICS is what dsrd answered to a scrape. The test prints the names that are missing.
"""
import json
import pathlib
import re
import sys

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
NAME = re.compile(r"\bnf_dsr_[a-z_]+")


def expressions():
    """Yield the expressions of both files."""
    dashboard = json.loads((ROOT / "packaging/grafana/nf_dsr.json").read_text())
    for panel in dashboard["panels"]:
        yield from (target["expr"] for target in panel["targets"])
    for variable in dashboard["templating"]["list"]:
        yield str(variable["query"])
    for annotation in dashboard["annotations"]["list"]:
        yield annotation["expr"]
    rules = yaml.safe_load((ROOT / "packaging/prometheus/nf_dsr.rules.yml").read_text())
    for group in rules["groups"]:
        yield from (rule["expr"] for rule in group["rules"])


known = {line.split("{")[0].split()[0] for line in pathlib.Path(sys.argv[1]).read_text().splitlines()
         if line and not line.startswith("#")}
# A family without a sample yet, such as one of certificates, has its type at least.
known |= {line.split()[2] for line in pathlib.Path(sys.argv[1]).read_text().splitlines()
          if line.startswith("# TYPE ")}
asked = {name for text in expressions() for name in NAME.findall(text)}
missing = sorted(asked - known)
print("\n".join(missing))
sys.exit(bool(missing) or len(asked) < 15)
