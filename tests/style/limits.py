# SPDX-License-Identifier: GPL-2.0-or-later
"""Print which files and functions are too long, and which lines are copies: limits.py FILE...

A file has at most 750 lines, and a function at most 80 between its braces, which are in
the first column. No 8 consecutive lines occur in two places. The caller must not pass
generated files, nor files that are not code.
"""
import sys

FILE_LIMIT = 750
FUNCTION_LIMIT = 80
CLONE_LINES = 8


def long_functions(path, lines):
    start = None
    for number, line in enumerate(lines, 1):
        if line == "{":
            start = number
        elif line == "}" and start:
            if number - start - 1 > FUNCTION_LIMIT:
                yield f"{path}:{start}: function of {number - start - 1} lines"
            start = None


def telling_lines(lines):
    """Yield the lines to be compared, with their numbers, but no short lines and comments."""
    for number, line in enumerate(lines, 1):
        text = " ".join(line.split())
        if len(text) > 3 and not text.startswith(("#include", "//", "*", "/*", "# ")):
            yield number, text


def clones(files):
    seen = {}
    for path, lines in files.items():
        told = list(telling_lines(lines))
        end = 0
        for i in range(len(told) - CLONE_LINES + 1):
            window = tuple(text for _, text in told[i:i + CLONE_LINES])
            number = told[i][0]
            first = seen.setdefault(window, f"{path}:{number}")
            if first != f"{path}:{number}" and number > end:
                yield f"{path}:{number}: as at {first}"
                end = told[i + CLONE_LINES - 1][0]


def main():
    files = {}
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            files[path] = file.read().splitlines()
    found = [f"{path}: {len(lines)} lines" for path, lines in files.items()
             if len(lines) > FILE_LIMIT]
    for path, lines in files.items():
        found += long_functions(path, lines)
    found += clones(files)
    print("\n".join(found))
    return bool(found) or not files


if __name__ == "__main__":
    sys.exit(main())
