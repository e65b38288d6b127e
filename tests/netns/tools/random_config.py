# SPDX-License-Identifier: GPL-2.0-or-later
"""random_config.py SEED FIRST N DIRECTORY: write N configuration files, DIRECTORY/FIRST.yaml and
so on, with any keys and values that the kernel accepts together. A file depends only on SEED and
its number, so one that fails can be made again."""
import json
import pathlib
import random
import re
import sys

PRIMES = (251, 251, 251, 509, 1021, 2039, 4093, 8191)
# Words that YAML could take for something else, or that need quotes.
NAMES = ("no", "null", "true", "012", "0x10", "1e3", "1.5", "2026-01-01", "1_000", "y", "a" * 63)
DEVICES = ("eth0", "eth1", "no", "012", "a#b", "it's", "{x}", "-", "*a", "&b", "!c", "@d", "`e`",
           '"f"', "\\g", "?", "|h", ">i", "\u00e4\u20ac", "\x01j", "\x7fk", "null", "~", "-1", "[l",
           "a,b", "=", "<<", "...", "---")
TIMEOUTS = ("tcp", "tcp-syn", "tcp-closing", "udp", "icmp", "other", "tcp-unconfirmed")
SECONDS_MAX = 2147483


class Config:
    """One file. Without "mixed", backends have the family of their service, and any method;
    with it, any family, and a method that pushes headers. Two files each have the same services
    and backends with other options, and a few backends fewer."""

    def __init__(self, seed, number):
        self.random = random.Random(f"{seed}/{number // 2}")
        self.values = random.Random(f"{seed}/{number}/values")
        self.mixed = self.chance(0.3)
        self.names = set()
        self.addresses = 0
        self.vips = {}
        self.codes = {}
        self.defaults = {}

    def chance(self, p):
        return self.random.random() < p

    def pick(self, *choices):
        return self.random.choice(choices)

    def number(self, low, high):
        """Return a number of the range, often one of its ends."""
        return self.random.choice((low, high, self.random.randint(low, high),
                                   self.random.randint(low, min(high, low + 99))))

    def written(self, number):
        """A number is a number, quoted or not, and with zeros in front."""
        return self.pick(number, number, number, str(number), f"0{number}")

    def vary(self, make, *args):
        """Make something that differs between the two files."""
        self.random, self.values = self.values, self.random
        made = make(*args)
        self.random, self.values = self.values, self.random
        return made

    def some(self, options, p=0.15):
        """Return some of the options, whose values are made only if they are given."""
        return {name: make() for name, make in options.items() if self.chance(p)}

    def address(self, family):
        """Return a new address of a backend."""
        self.addresses += 1
        n = self.addresses
        return f"10.9.{n >> 8}.{n & 255}" if family == 4 else f"2001:db8:900::{n:x}"

    def prefix(self, family):
        length = self.random.randint(0, 32 if family == 4 else 64)
        bits = self.random.getrandbits(length) << ((32 if family == 4 else 64) - length)
        if family == 4:
            return f"{'.'.join(str(bits >> s & 255) for s in (24, 16, 8, 0))}/{length}"
        return f"{':'.join(f'{bits >> s & 0xffff:x}' for s in (48, 32, 16, 0))}::/{length}"

    def outer_prefix(self, family):
        return (self.pick("10.8.0.0/16", "10.8.1.0/24", "10.8.0.1/32") if family == 4 else
                self.pick("2001:db8:8::/64", "2001:db8:8::1/128"))

    def outer_address(self, family):
        return "10.8.0.1" if family == 4 else "2001:db8:8::1"

    def outer_source(self, families):
        words = ["route"] if self.mixed else ["route", "client"]
        if self.chance(0.4):
            return self.pick(*words)
        made = [self.pick(self.outer_address, self.outer_prefix)(family) for family in families]
        self.random.shuffle(made)
        return made[0] if len(made) == 1 and self.chance(0.5) else made

    def fwd(self, families, dscp):
        """Options that services and backends have."""
        methods = ["ipip", "gre", "gue"]
        if not self.mixed:
            methods += ["l2", "local"] + ["dscp"] * bool(dscp)
        return {
            "method": lambda: self.pick(*methods),
            "outer-source": lambda: self.outer_source(families),
            "outer-ttl": lambda: self.pick("inherit", self.written(self.number(1, 255))),
            "outer-port": lambda: self.number(1, 65535),
            "outer-checksum": lambda: self.pick("auto", "off", "on"),
            "gue-variant": lambda: self.pick(0, 1, "0", "1"),
            "gre-key": lambda: self.pick("none", self.written(self.number(0, 2**32 - 1))),
        }

    def timeout(self):
        made = self.some({key: lambda: self.written(self.number(1, SECONDS_MAX))
                          for key in TIMEOUTS}, 0.4)
        return made or None

    def service_options(self, families, dscp):
        return self.fwd(families, dscp) | {
            "scheduler": lambda: self.pick("maglev", "wrr", "wlc", "rr", "lc", "nq", "fo",
                                           "ovf"),
            "seed": lambda: self.pick(0, 2**64 - 1, self.random.getrandbits(64),
                                      hex(self.random.getrandbits(64))),
            "timeout": self.timeout,
            "source-other": lambda: self.pick("pass", "drop"),
            "dev": lambda: self.pick("any", *DEVICES),
            "hash": lambda: self.pick("5-tuple", "source", "source-port", "destination"),
            "table-size": lambda: self.random.choice(PRIMES),
            "on-delete": lambda: self.pick("rehash", "drop", "reject"),
            "on-down": lambda: self.pick("on-delete", "keep", "rehash", "reset"),
            "drain-for": lambda: self.number(0, SECONDS_MAX),
            "fail-open-below": lambda: self.pick("off", "1%", "100%",
                                                 self.written(self.number(1, 65535))),
            "no-backend": lambda: self.pick("drop", "reject", "accept"),
            "unmatched": lambda: self.pick("pass", "drop", "reject"),
            "min-active": lambda: self.written(self.number(1, 65535)),
            "slow-start": lambda: self.number(0, SECONDS_MAX),
            "persist": lambda: self.number(0, SECONDS_MAX),
            "persist-prefix4": lambda: self.number(1, 32),
            "persist-prefix6": lambda: self.number(1, 128),
            "one-packet": lambda: self.pick("off", "on"),
            "echo": lambda: self.pick("default", "pass", "forward", "reply", "reply-if-up"),
        }

    def backend_options(self, families, dscp):
        return self.fwd(families, dscp) | {
            "state": lambda: self.pick("active", "drain", "down"),
            "health": lambda: self.pick("up", "down"),
            "weight": lambda: self.written(self.number(0, 65535)),
            "drain-timeout": lambda: self.number(0, SECONDS_MAX),
            "priority": lambda: self.number(0, 255),
        }

    def flows(self, made):
        """Limits of flows, of which the second has to be less than the first."""
        if self.chance(0.2):
            made["max-flows"] = self.written(self.number(0, 2**32 - 1))
        if int(made.get("max-flows", 0)) and self.chance(0.5):
            made["min-flows"] = self.number(0, int(made["max-flows"]) - 1)
        return made

    def name(self, names):
        name = self.pick(self.pick(*NAMES), f"n{self.random.getrandbits(32):x}")
        if name in names or not self.chance(0.5):
            return {}
        names.add(name)
        return {"name": name}

    def backend(self, family, dscp, names):
        made = {"address": self.address(family)} | self.name(names)
        options = self.backend_options([family], dscp)
        return made | self.vary(lambda: self.flows(self.some(options)))

    def backend_list(self, family, dscp, names):
        """Return up to seven backends."""
        made = [self.backend(self.pick(4, 6) if self.mixed else family, dscp, names)
                for _ in range(self.pick(0, 1, 2, 2, 3, 4, 7))]
        return [backend for backend in made if self.vary(self.chance, 0.9)]

    def pool(self, n):
        family = self.pick(4, 6)
        return {"family": family, "names": (names := set()),
                "made": {"name": f"{n}{self.pick('pool', '-', '.x')}",
                         "backends": self.backend_list(family, False, names)}}

    def ports(self, vip, protocol):
        """Return ports that no other service of the VIP has, "" for any."""
        if protocol == "any":
            return ""
        first = self.vips.setdefault(vip, 1)
        last = first + self.pick(0, 0, 0, 1, 1000)
        self.vips[vip] = last + 1
        return f":{first}" if last == first else f":{first}-{last}"

    def match(self, n, family):
        """Return what a service matches, and the VIP if it is a single one, else None."""
        vrf = f"%{self.pick('red', 'no', 'v#', 'v-.')}" if self.chance(0.1) else ""
        if self.chance(0.1):
            mark = self.pick(n + 1, hex(2**32 - 1 - n))
            return f"mark {mark}{vrf}{'/ipv6' if family == 6 else ''}", None
        protocol = self.pick("tcp", "tcp", "udp", "sctp", "any")
        # Protocol any has no ports, so it has VIPs of its own.
        block = 64 + n if protocol == "any" else self.random.randint(0, 62)
        single = self.chance(0.8)
        if family == 4:
            vip = f"192.0.2.{block}" if single else f"198.51.{block}.0"
        else:
            vip = f"2001:db8:{block:x}::{'1' if single else ''}"
        ports = self.ports(vip + vrf, protocol)
        text = f"[{vip}{vrf}]" if ports and family == 6 else vip + vrf
        if single:
            text += self.pick("", "", "/32" if family == 4 else "/128")
        else:
            text += "/24" if family == 4 else "/64"
        return f"{protocol} {text}{ports}", vip if single else None

    def service(self, n, pools):
        family = self.pick(4, 6)
        match, vip = self.match(n, family)
        names = set()
        made = {"match": match} | self.name(self.names)
        usable = [pool for pool in pools if self.mixed or pool["family"] == family]
        if usable and self.chance(0.5):
            pool = self.random.choice(usable)
            made["pool"] = pool["made"]["name"]
            names |= pool["names"]
        if vip:
            # Method dscp needs a code for each VIP.
            made["dscp"] = self.codes.setdefault(vip, 1 + len(self.codes) % 63)
        if self.mixed and "method" not in self.defaults:
            made["method"] = self.pick("ipip", "gre", "gue")
        made |= self.vary(self.given, family, vip)
        if self.chance(0.8):
            made["backends"] = self.backend_list(family, vip, names)
            self.check(made)
        return self.vary(self.shuffled, made)

    def check(self, service):
        """Give some backends check-marks. No other backend may have the same, so backends of pools
        and defaults have none."""
        for backend in service["backends"]:
            if self.chance(0.2) and not service["match"].startswith("mark"):
                backend["check-mark"] = self.written(self.random.getrandbits(32) | 1)

    def given(self, family, vip):
        """Return the options of a service."""
        made = self.some(self.service_options([4, 6] if self.mixed else [family], vip))
        if self.chance(0.2):
            sources = list(dict.fromkeys(self.prefix(family) for _ in range(self.pick(1, 2, 16))))
            made["source"] = self.pick(sources, sources, "any", sources[0])
        if self.chance(0.2):
            made["force"] = self.pick("yes", "no", True, False)
        return made

    def shuffled(self, made):
        """Return the keys in any order, as they have none."""
        items = list(made.items())
        self.random.shuffle(items)
        return dict(items)

    def default_options(self):
        """Return the defaults, which suit all services and backends."""
        made = {"service": self.some(self.service_options([4, 6], False)) or None,
                "backend": self.some(self.backend_options([4, 6], False)) or None}
        self.defaults = made["service"] or {}
        return self.some({key: lambda key=key: made[key] for key in made}, 0.9) or None

    def file(self):
        """Return the content of a file."""
        made = {"version": 1}
        if self.chance(0.5):
            made["defaults"] = self.vary(self.default_options)
            self.defaults = (made["defaults"] or {}).get("service") or {}
        pools = [self.pool(n) for n in range(self.pick(0, 0, 1, 3))]
        if pools:
            made["pools"] = [pool["made"] for pool in pools]
        if self.chance(0.95):
            n = self.pick(0, 1, 2, 3, 5, 10)
            made["services"] = [self.service(i, pools) for i in range(n)]
        if self.chance(0.1):
            made["devices"] = self.random.sample(DEVICES, self.pick(0, 1, 2))
        return self.vary(self.shuffled, made)


def scalar(value):
    """Return the text of a scalar, with quotes if it needs some."""
    if value is None:
        return ""
    if isinstance(value, str) and re.fullmatch(r"\w[\w./:-]*[\w/]", value, re.ASCII):
        return value
    return json.dumps(value).replace("\x7f", "\\u007f")


def block(value, indent=""):
    """Return the text of a value in block style, which continues a line."""
    deeper = indent + "  "
    if isinstance(value, dict) and value:
        return "".join(f"\n{indent}{key}: {block(item, deeper)}" for key, item in value.items())
    if isinstance(value, list) and value:
        return "".join(f"\n{indent}- {block(item, deeper).lstrip()}" for item in value)
    return scalar(value)


def flow(value):
    """Return the text of a value in flow style, on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    return json.dumps(value).replace("\x7f", "\\u007f") if value is not None else ""


def text(seed, number):
    config = Config(seed, number)
    made = config.file()
    return config.vary(config.pick, block, block, flow)(made).lstrip() + "\n"


def main():
    seed, first, n, directory = sys.argv[1:]
    for number in range(int(first), int(first) + int(n)):
        pathlib.Path(directory, f"{number}.yaml").write_text(text(seed, number))


if __name__ == "__main__":
    main()
