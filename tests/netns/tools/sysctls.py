# SPDX-License-Identifier: GPL-2.0-or-later
"""Set sysctls in nodes. warm.py runs this, without a process of its own:

sysctls.py NODE... -- KEY=VALUE..."""
from node import enter


def main(*words):
    """Set the sysctls, and return what this prints."""
    split = words.index("--")
    for node in words[:split]:
        enter(node)
        for setting in words[split + 1:]:
            key, value = setting.split("=", 1)
            with open("/proc/sys/" + key.replace(".", "/"), "w", encoding="ascii") as file:
                file.write(value)
    return ""
