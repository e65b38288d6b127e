#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Print a generated file of dsrctl or of its unit tests: names.py SPEC FILE.

FILE is names_gen.h or names_gen.c, which have the names of the values of each enum of the
specification, or spec_gen.h, which has the attributes of services and backends for the
test that compares dsrctl's table of options with the specification.
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


def request(spec, operation):
    return {name for op in spec["operations"]["list"] if op["name"] == operation
            for name in op["do"]["request"]["attributes"]}


def type_of(attribute):
    kind = attribute["type"]
    return kind.replace("u", "be") if attribute.get("byte-order") == "big-endian" else kind


def print_attributes(spec, name):
    settable = request(spec, f"{name}-new") - request(spec, f"{name}-del") - {"unset"}
    attributes = next(a for a in spec["attribute-sets"] if a["name"] == name)["attributes"]
    print(f"\nstatic const struct spec_attribute spec_{name}[] = {{")
    for attribute in attributes:
        number = c_name(spec["name"], "a", name, attribute["name"]).upper()
        words = c_name("names", attribute["enum"]) if "enum" in attribute else "NULL"
        may_set = str(attribute["name"] in settable).lower()
        print(f"\t[{number}] = {{\n\t\t\"{attribute['name']}\", \"{type_of(attribute)}\", "
              f"{words}, {may_set}\n\t}},")
    print("};")


def print_spec(spec):
    print("#ifndef SPEC_GEN_H\n#define SPEC_GEN_H\n")
    print("#include <linux/nf_dsr.h>\n#include <stdbool.h>\n\n#include \"names_gen.h\"\n")
    print("struct spec_attribute {\n\tconst char *name;\n\tconst char *type;\n"
          "\tconst char *const *words;\t/* of its enum, or NULL */\n"
          "\tbool settable;\n};")
    print_attributes(spec, "service")
    print_attributes(spec, "backend")
    print("\n#endif")


with open(sys.argv[1], encoding="utf-8") as file:
    SPEC = yaml.safe_load(file)
print(HEADER.replace("/* SPDX", "// SPDX", 1).replace("later */", "later", 1)
      if sys.argv[2].endswith(".c") else HEADER, end="")
{"names_gen.h": print_header, "names_gen.c": print_names, "spec_gen.h": print_spec}[sys.argv[2]](
    SPEC)
