# SPDX-License-Identifier: GPL-2.0-or-later
"""docs.py DIR FILE...: take the commands out of the documentation, for the tests to run.

A fenced block with a language has a comment in the line before it that says what runs it:

  <!-- run: NODE... -->            scenario docs, on these nodes of its topology
  <!-- run: NODE... as NAME -->    the same, and once more where it asks for that name
  <!-- run: NODE... endless -->    the same; the command goes on until it is ended
  <!-- run: in SCENARIO: NAME -->  another scenario, which asks for the block by its name
  <!-- run: by FILE -->            another test, of machines that are not scenarios'

A block without a language is a picture, a packet or what a command printed. Links within
the project must lead somewhere.

Each block is written to DIR, by its name if it has one. Standard output gets a line for
each of those of scenario docs: FILE:LINE LANGUAGE BLOCK NODE...
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
    """What runs it, its first line's number, language, text."""
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
    """What links may name of a document: its headings."""
    headings = re.findall(r"^#+ (.*)$", path.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", text.lower()).replace(" ", "-") for text in headings}


def broken_links(path):
    """Links within the project to what is not there."""
    for name, anchor in LINK.findall(path.read_text()):
        target = path.parent / name if name else path
        if not target.exists() or anchor and anchor not in anchors(target):
            yield f"{name}#{anchor}"


def read(said):
    """The nodes, the block's name, the scenario that asks for it."""
    other = re.fullmatch(r"in (\w+): ([\w-]+)", said)
    if other:
        return "", other[2], other[1]
    nodes, _, name = said.partition(" as ")
    return nodes, name, "docs"


def mistake(said, language, text):
    """What is wrong with a block, or None."""
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
