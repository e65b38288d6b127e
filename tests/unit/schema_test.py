# SPDX-License-Identifier: GPL-2.0-or-later
"""schema_test.py DSRCTL CONFIG_TEST: the JSON Schema of configuration files agrees with dsrctl."""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import jsonschema
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests/netns/tools"))
import random_config	# noqa: E402

DSRCTL, CONFIG_TEST = sys.argv[1:]
# Errors that no schema finds: of the text of the file, and those that compare values.
BEYOND = ("given twice|anchor|alias|a tag|second document|NUL|nested too deeply|could not find|"
          "a key that is|have the name|the name of one of the pools|family of the service|host bits|"
          "the name of one of the checks|of type|at (most|least) the (interval|sweep)|because|an absolute path|"
          "'/' first|escaped|status \"399|1\\.2345|more than|of a device\"?$|mapping announce|not with a mark|"
          "fail-open-below|two VRFs")
number = 0
failed = False


class Loader(yaml.SafeLoader):	# pylint: disable=too-many-ancestors
    """Read scalars as YAML 1.2 does, and so editors."""

    yaml_implicit_resolvers = {}


def integer(loader, node):
    return int(node.value, 16 if node.value.startswith("0x") else 10)


for tag, regex in (("bool", "true|false"), ("null", "null|~|"), ("int", "-?[0-9]+|0x[0-9a-fA-F]+"),
                   ("float", r"-?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))([eE][-+]?[0-9]+)?")):
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{regex})$"), None)
Loader.add_constructor("tag:yaml.org,2002:int", integer)


def check(text, *faults):
    """Print an assertion, which holds if there are no faults."""
    global number, failed
    number += 1
    failed |= bool(faults)
    print(f"{'not ' if faults else ''}ok {number} - {text}")
    for line in "\n".join(map(str, faults)).splitlines():
        print(f"# {line}")


def accepts(text):
    """Return true if dsrctl finds no error in a file."""
    return not subprocess.run([DSRCTL, "check", "-"], input=text, text=True, capture_output=True,
                              check=False).returncode


def error_of(schema, text):
    """Return what the schema finds wrong with a file, or None."""
    error = jsonschema.exceptions.best_match(schema.iter_errors(yaml.load(text, Loader)))
    return error and f"{error.json_path}: {error.message}"


def examples():
    """Yield the files of the documentation."""
    page = (ROOT / "userspace/man/nf_dsr.yaml.5").read_text()
    yield re.search(r"(?s)^version: 1\n.*?(?=^\.Ed)", page, re.M)[0].replace("\\", "")
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        yield from re.findall(r"(?ms)^version: 1\n.*?(?=^END$|^```)", path.read_text())


def check_examples(schema):
    found = list(examples())
    check("the documentation has examples", *([] if len(found) > 1 else [found]))
    check("they are valid", *filter(None, (error_of(schema, text) for text in found)))


def check_golden(schema):
    """Check the files of config_test, of which most have errors."""
    missed, wrong = [], []
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run([CONFIG_TEST, directory], check=True)
        for path in sorted(pathlib.Path(directory).glob("*.yaml")):
            errors = path.with_suffix(".errors")
            if not errors.exists():
                wrong.append(error_of(schema, path.read_text()))
            elif not re.search(BEYOND, errors.read_text()):
                if not error_of(schema, path.read_text()):
                    missed.append(path.read_text() + errors.read_text())
    check("files with errors are not", *missed)
    check("the file without errors is", *filter(None, wrong), *([] if len(wrong) == 1 else wrong))


def check_random(schema):
    texts = [random_config.text(1, n) for n in range(100)]
    check("dsrctl accepts random files", *(text for text in texts if not accepts(text)))
    check("the schema accepts them", *(error_of(schema, text) for text in texts
                                       if error_of(schema, text)))


def values_of(schema):
    """Yield values that the schema of an option names, and such that it does not."""
    yield from ([], {}, "nonsense", 1.5, True, -1)
    yield from schema.get("enum", ())
    if "maximum" in schema:
        yield from (schema["minimum"] + d for d in (-1, 0, 1))
        yield from (schema["maximum"] + d for d in (-1, 0, 1))
    for choice in schema.get("anyOf", ()):
        yield from values_of(choice)
    for key, option in schema.get("properties", {}).items():
        yield {f"{key}x": 1}
        yield from ({key: value} for value in values_of(option))


def check_options(schema, kind, frame):
    """Give each key of a kind of mapping each of these values. frame() puts it into a file."""
    faults = []
    for key, option in schema.schema["$defs"][kind]["properties"].items():
        if key in ("match", "name", "address", "backends", "pool", "checks", "announce"):
            continue
        for value in values_of(option):
            text = json.dumps(frame({key: value}))
            error = error_of(schema, text)
            if accepts(text) != (error is None):
                faults.append(f"{text}: {error or 'the schema accepts it, dsrctl does not'}")
    check(f"schema and dsrctl agree about the options of {kind}", *faults)


def check_keys(schema, kind, frame):
    """Compare the keys of a kind of mapping with those that an error lists."""
    said = subprocess.run([DSRCTL, "-j", "check", "-"], input=json.dumps(frame({"?": 1})), text=True,
                          capture_output=True, check=False).stdout
    expected = next(error["error"] for error in json.loads(said) if "is not a key" in error["error"])
    mapping = schema.schema["$defs"][kind] if kind else schema.schema
    seen = ", ".join(mapping["properties"])
    # Sources have the family of a service, so their default has an error of its own.
    listed = expected.split("expected ")[1].replace(
        "source, source-other" if kind == "service-defaults" else "?", "source-other")
    check(f"schema and dsrctl have the same keys of {kind or 'the file'}",
          *([] if seen == listed else [listed, seen]))


def service(more):
    return {"version": 1, "services": [{"match": "tcp 192.0.2.1:80", "scheduler": "wrr"} | more]}


FRAMES = {
    "": lambda more: {"version": 1} | more,
    "defaults": lambda more: {"version": 1, "defaults": more},
    "service-defaults": lambda more: {"version": 1, "defaults": {"service": more}},
    "backend-defaults": lambda more: {"version": 1, "defaults": {"backend": more}},
    "pool": lambda more: {"version": 1, "pools": [{"name": "p", "backends": []} | more]},
    "announce": lambda more: {"version": 1, "announce": more},
    "check": lambda more: {"version": 1, "checks": [{"name": "c", "type": "icmp"} | more]},
    "service": service,
    "backend": lambda more: service({"backends": [{"address": "10.0.0.1"} | more]}),
}


def main():
    printed = json.loads(subprocess.run([DSRCTL, "schema"], capture_output=True, check=True).stdout)
    jsonschema.Draft202012Validator.check_schema(printed)
    schema = jsonschema.Draft202012Validator(printed)
    check_examples(schema)
    check_golden(schema)
    check_random(schema)
    for kind, frame in FRAMES.items():
        check_keys(schema, kind, frame)
    check_options(schema, "service", FRAMES["service"])
    check_options(schema, "backend", FRAMES["backend"])
    print(f"1..{number}")
    return failed


sys.exit(main())
