# SPDX-License-Identifier: GPL-2.0-or-later
"""docs.py DIR FILE...: extract the commands from the documentation, so that tests can run them.

A fenced block with a language has a comment in the line before it, which names the test that
runs it:

  <!-- run: NODE... -->            scenario docs, on these nodes of its topology
  <!-- run: NODE... as NAME -->    the same, and again where the scenario uses this name
  <!-- run: NODE... endless -->    the same; the command runs until the test ends it
  <!-- run: in SCENARIO: NAME -->  another scenario, which uses the block by its name
  <!-- run: by FILE -->            another test, which is not a scenario

A block without a language is a picture, a packet or the output of a command. Links within
the project must have an existing target.

Write each block to DIR, under its name if it has one. Print a line for each block of scenario
docs: FILE:LINE LANGUAGE BLOCK NODE...
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
FENCE = re.compile(r"^ *```(\w*)$")
RUN = re.compile(r"^ *<!-- run: (.*) -->$")
LINK = re.compile(r"\]\(([^):]*?)(?:#([^)]*))?\)")
PROMPT = re.compile(r"^ *[#$] ")


def blocks(path):
    """Yield for each block: what runs it, the number of its first line, its language, its
    text."""
    language, said, start, text = None, None, 0, []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        fence = FENCE.match(line)
        if language is None and fence:
            language, start, text = fence[1], number + 1, []
        elif fence:
            yield said, start, language, "\n".join(text) + "\n"
            language = None
        elif language is not None:
            text.append(line)
        if language is None:
            run = RUN.match(line)
            said = run[1] if run else None


def scenario_knows(scenario, name):
    found = list((ROOT / "tests/netns").glob(f"*_{scenario}.sh"))
    return len(found) == 1 and name in re.findall(r"[\w-]+", found[0].read_text())


def anchors(path):
    """Return the anchors of a document, which are those of its headings."""
    headings = re.findall(r"^#+ (.*)$", path.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", text.lower()).replace(" ", "-") for text in headings}


def broken_links(path):
    """Yield the links within the project whose target does not exist."""
    for name, anchor in LINK.findall(path.read_text()):
        target = path.parent / name if name else path
        if not target.exists() or anchor and anchor not in anchors(target):
            yield f"{name}#{anchor}"


def read(said):
    """Return the nodes, the block's name, and the scenario that uses it."""
    other = re.fullmatch(r"in (\w+): ([\w-]+)", said)
    if other:
        return "", other[2], other[1]
    nodes, _, name = said.partition(" as ")
    return nodes, name, "docs"


def mistake(said, language, text):
    """Return the error of a block, or None."""
    if not language:
        commands = [line for line in text.splitlines() if PROMPT.match(line)]
        return f"commands without a language: {commands}" if said or commands else None
    if not said:
        return "nothing says what runs it"
    if said.startswith("by "):
        return None if (ROOT / said[3:]).exists() else f"there is no {said[3:]}"
    _, name, scenario = read(said)
    if name and not scenario_knows(scenario, name):
        return f"scenario {scenario} does not run {name}"
    return None


def main(directory, files):
    wrong = 0
    for file in files:
        for link in broken_links(ROOT / file):
            print(f"{file}: broken link {link}", file=sys.stderr)
            wrong = 1
        for said, line, language, text in blocks(ROOT / file):
            error = mistake(said, language, text)
            if error:
                print(f"{file}:{line}: {error}", file=sys.stderr)
                wrong = 1
            if error or not language or said.startswith("by "):
                continue
            nodes, name, _ = read(said)
            block = directory / (name or f"{file.replace('/', '-')}-{line}")
            block.write_text(text)
            if nodes:
                print(f"{file}:{line}", language, block, nodes)
    return wrong


sys.exit(main(pathlib.Path(sys.argv[1]), sys.argv[2:]))
