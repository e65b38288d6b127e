#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Print the names of the values of each enum of the specification, for dsrctl: names.py
SPEC FILE, where FILE is names_gen.h or names_gen.c.
"""
import sys

import yaml

HEADER = """\
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Do not edit directly, auto-generated from: */
/*	include/netlink/specs/nf_dsr.yaml */
"""


def c_name(*parts):
    return "_".join(parts).replace("-", "_")


def enums(spec):
    for definition in spec["definitions"]:
        if definition["type"] == "enum":
            names = [entry["name"] if isinstance(entry, dict) else entry
                     for entry in definition["entries"]]
            yield definition["name"], names


def print_header(spec):
    print("#ifndef DSRCTL_NAMES_GEN_H\n#define DSRCTL_NAMES_GEN_H\n")
    print("/* The names of the values of each enum, indexed by value. Each list ends with\n"
          " * NULL.\n */")
    for enum, _ in enums(spec):
        print(f"extern const char *const {c_name('names', enum)}[];")
    print("\n#endif")


def print_names(spec):
    print("#include <linux/nf_dsr.h>\n#include <stddef.h>\n\n#include \"names_gen.h\"")
    for enum, names in enums(spec):
        print(f"\nconst char *const {c_name('names', enum)}[] = {{")
        for name in names:
            print(f"\t[{c_name(spec['name'], enum, name).upper()}] = \"{name}\",")
        print("\tNULL\n};")


with open(sys.argv[1], encoding="utf-8") as file:
    SPEC = yaml.safe_load(file)
print(HEADER.replace("/* SPDX", "// SPDX", 1).replace("later */", "later", 1)
      if sys.argv[2].endswith(".c") else HEADER, end="")
{"names_gen.h": print_header, "names_gen.c": print_names}[sys.argv[2]](SPEC)
