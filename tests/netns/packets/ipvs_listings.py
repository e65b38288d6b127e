# SPDX-License-Identifier: GPL-2.0-or-later
"""ipvs_listings.py run FILE: configure services by ipvsadm, send the same packets as any other
run, and write all that ipvsadm and /proc/net show to the file, as JSON.
ipvs_listings.py compare IPVS OURS: compare two such files, field by field.

The director takes the backends to have MAC addresses that no host has, so none answers, and the
packets are the same each time."""
import collections
import json
import re
import sys

import ipvs
import lab
import tap
import wire
from wire import ACK, FIN, SYN, TCP, UDP

B4, B6 = ([f"{lab.LAN[family]}{host}" for host in (51, 52, 53)] for family in (4, 6))
VIP4, VIP6 = lab.VIPS[4], lab.VIPS[6]
MARK = 5
GUE = "-i --tun-type gue --tun-port 6080"


def service(key, words, *backends):
    yield f"-A {key} {words}"
    for backend in backends:
        yield f"-a {key} {backend}"


def configuration():
    """Yield the lines of the configuration: all methods, and each kind of service."""
    yield from service(f"-t {VIP4}:80", "-s rr", *(f"-r {b} -g" for b in B4))
    yield from service(f"-t {VIP4}:81", "-s wrr",
                       *(f"-r {b} -i -w {w}" for w, b in enumerate(B4, 1)))
    yield from service(f"-t {VIP4}:82", "-s rr -p 300 -M 255.255.255.0",
                       f"-r {B4[0]} -g", f"-r {B4[1]} -g -w 0")
    yield from service(f"-t {VIP4}:83", "-s wlc", f"-r {B4[0]} -g -x 20 -y 10",
                       f"-r {B4[1]} -g -x 8", f"-r {B4[2]} -w 0")
    yield from service(f"-t {VIP4}:84", "-s rr", f"-r {lab.DIRECTORS['lan'][4]} -g",
                       f"-r [{B6[0]}]:84 -i -w 0")
    yield from service(f"-u {VIP4}:53", "-s rr", f"-r {B4[0]} -i --tun-type gre --tun-csum",
                       f"-r {B4[1]} {GUE} --tun-csum", f"-r {B4[2]} {GUE} --tun-nocsum")
    yield from service(f"-u {VIP4}:54", "-s rr -o", f"-r {B4[0]} -g")
    yield from service(f"--sctp-service {VIP4}:70", "-s sh -b sh-port", f"-r {B4[0]} -g")
    yield from service(f"-f {MARK}", "-s rr", f"-r {B4[0]} -g")
    yield from service(f"-t [{VIP6}]:80", "-s rr", *(f"-r [{b}]:80 -g" for b in B6))
    yield from service(f"-t [{VIP6}]:81", "-s mh -b mh-port,mh-fallback -p 60 -M 64",
                       f"-r [{B6[0]}]:81 -i")
    yield "--set 800 100 200"


class Client:
    """What the client sends: connections of TCP that end in each state that IPVS has for DR."""

    def __init__(self):
        self.worlds = {family: lab.Lab("l2", family) for family in (4, 6)}
        self.sent = self.flows = 0
        self.port = 30000

    def send(self, family, proto, payload):
        world = self.worlds[family]
        world.send(world.packet(proto, payload))
        self.sent += 1

    def tcp(self, family, dport, port, *flags):
        """Begin a connection, and send more segments of it, with 100 bytes if they are ACKs."""
        self.flows += 1
        for number, flag in enumerate((SYN, *flags)):
            data = b"x" * 100 if flag == ACK else b""
            self.send(family, TCP, self.worlds[family].segment(
                port, flag, data, dport, seq=1000 + number, ack=1))

    def connections(self, family, dport, count, first=20000):
        """Send COUNT connections of each state, so that each backend gets the same of each."""
        for kind, flags in enumerate(((ACK, ACK), (), (ACK, ACK | FIN))):
            for number in range(count):
                self.tcp(family, dport, first + 100 * kind + number, *flags)

    def udp(self, dport, count):
        """Send datagrams from ports that sent none before."""
        for _ in range(count):
            self.flows += 1
            self.port += 1
            self.send(4, UDP, self.worlds[4].datagram(self.port, b"y" * 60, dport))

    def run(self):
        self.connections(4, 80, 6)
        self.connections(6, 80, 3)
        self.connections(4, 81, 6)
        self.connections(4, 82, 2)
        self.connections(4, 90, 2)
        self.udp(53, 120)
        self.udp(54, 3)


def rows(lines, head):
    """Return the lines of a listing by service and backend, without its HEAD lines of title."""
    found, above = {}, ""
    for line in lines[head:]:
        words = line.split()
        if words[0] == "->":
            found[f"{above} {words[1]}"] = words[2:]
        else:
            at = 3 if words[0] == "FWM" and words[2:3] == ["IPv6"] else 2
            above = " ".join(words[:at])
            found[above] = words[at:]
    return found


def sums(listed, columns):
    """Return the sums of columns over all services."""
    own = [fields for key, fields in listed.items() if len(key.split()) == 2]
    return [sum(int(fields[column]) for fields in own) for column in columns]


def stats():
    return rows(ipvs.listing("-Ln", "--stats", "--exact"), 3)


def counted(client):
    """Wait until all that the client sent is counted; IPVS adds up each two seconds. Return it."""
    sent = [client.flows, client.sent]
    tap.wait_for(lambda: sums(stats(), (0, 1)) == sent)
    return sent


def proc(name):
    with open(f"/proc/thread-self/net/{name}", encoding="ascii") as file:
        return file.read().splitlines()


def totals():
    """Return the five totals of /proc/net/ip_vs_stats, and of its sibling by processor."""
    whole = [int(field, 16) for field in proc("ip_vs_stats")[2].split()]
    mine, sum_line = [], None
    for line in proc("ip_vs_stats_percpu")[2:]:
        fields = line.split()
        if fields[:1] == ["~"]:
            sum_line = [int(field, 16) for field in fields[1:]]
            break
        mine.append([int(field, 16) for field in fields[1:]])
    return {"whole": whole, "by processor": [sum(column) for column in zip(*mine)],
            "their sum": sum_line}


def moving(client):
    """Return which columns of --rate moved while packets came, and whether those of the backends
    did as those of the services."""
    moved = [False] * 5

    def all_moved():
        client.udp(53, 120)
        listed = rows(ipvs.listing("-Ln", "--rate"), 3)
        key = f"UDP {VIP4}:53"
        for column, value in enumerate(listed[key]):
            ofs = sum(int(fields[column]) for name, fields in listed.items()
                      if name.startswith(f"{key} "))
            moved[column] |= int(value) > 0 and ofs > 0
        return moved[0] and moved[1] and moved[3]

    tap.wait_for(all_moved)
    return moved


def connections():
    """Return how many connections there are of each kind, how long the first and the last one have
    until they expire, and the backends. Which of equal connections has which backend depends on
    where the scheduler begins."""
    found = {"what": collections.Counter(), "expire": {}, "backends": collections.Counter()}
    for line in ipvs.listing("-Lnc")[2:]:
        proto, expire, state, source, virtual, destination = line.split()
        minutes, seconds = map(int, expire.split(":"))
        # A template of persistence. IPVS calls it ASSURED when one of its connections is
        # established, and nf_dsr always.
        state = "template" if source.endswith(":0") else state
        found["what"][f"{proto} {state} {source} {virtual}"] += 1
        found["expire"].setdefault(f"{proto} {state}", []).append(60 * minutes + seconds)
        found["backends"][f"{proto} {state} {virtual} {destination}"] += 1
    found["expire"] = {key: [min(all_), max(all_)] for key, all_ in found["expire"].items()}
    return found


def run():
    client = Client()
    lab.add_neighbours("director", {addr: bytes((2, 0, 0, 0, 9, at))
                                    for at, addr in enumerate(B4 + B6)})
    ipvs.begin()
    ipvs.restore(configuration())
    client.run()
    arrived = counted(client)
    listed = stats()
    tap.check_eq("ipvsadm counts each connection and each packet of the client", arrived,
                 sums(listed, (0, 1)))
    made = {
        "-S -n": ipvs.listing("-S", "-n"),
        "the title of -Ln": ipvs.listing("-Ln")[:3],
        "-Ln": rows(ipvs.listing("-Ln"), 3),
        "-Ln --sort": rows(ipvs.listing("-Ln", "--sort"), 3),
        "-Ln --nosort": rows(ipvs.listing("-Ln", "--nosort"), 3),
        "-Ln --stats": rows(ipvs.listing("-Ln", "--stats"), 3),
        "-Ln --stats --exact": listed,
        "-Ln --thresholds": rows(ipvs.listing("-Ln", "--thresholds"), 3),
        "-Ln --persistent-conn": rows(ipvs.listing("-Ln", "--persistent-conn"), 3),
        "-Ln --tun-info": rows(ipvs.listing("-Ln", "--tun-info"), 3),
        "-Ln of one service": rows(ipvs.listing("-Ln", "-t", f"{VIP4}:81"), 2),
        "-L --timeout": ipvs.listing("-L", "--timeout"),
        "-L --daemon": ipvs.listing("-L", "--daemon"),
        "-Lnc": connections(),
        "/proc/net/ip_vs": sorted(re.sub(" +", " ", line) for line in proc("ip_vs")[1:]),
        "the titles of /proc/net": [proc(name)[at] for name, at in (
            ("ip_vs_conn", 0), ("ip_vs_stats", 0), ("ip_vs_stats", 1), ("ip_vs_stats", 4),
            ("ip_vs_stats_percpu", 0), ("ip_vs_stats_percpu", 1))],
        "/proc/net/ip_vs_stats": totals(),
        "-Ln --rate moves": moving(client),
    }
    counted(client)
    ipvs.restore(["-Z"])
    made["-Z"] = list(stats().values())
    ipvs.restore(["-C"])
    return made


# --- comparison -----------------------------------------------------------------

# What nf_dsr_ipvs shows otherwise by intention: the listing, a pattern for its field, and why.
# docs/migration.md has them, too.
INTENDED = (
    ("the title of -Ln", r"0: .*\(size=\d+\)", "size is that of nf_dsr's table"),
)
# A connection expires up to so many seconds earlier or later: machines are slow.
SLACK = 30


def flat(value, path=""):
    """Yield each field of a listing with its path."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from flat(item, f"{path}{key}: ")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from flat(item, f"{path}{number}: ")
    else:
        yield path, value


def intended(name, field):
    return any(name == listing and re.fullmatch(pattern, field)
               for listing, pattern, _ in INTENDED)


def differences(name, one, other):
    """Yield the fields that differ without intention."""
    one, other = dict(flat(one)), dict(flat(other))
    for path in one | other:
        first, second = one.get(path), other.get(path)
        if first == second or "expire" in path and None not in (first, second) and \
                abs(first - second) <= SLACK:
            continue
        if not intended(name, f"{path}{second}"):
            yield f"{path}{first} of IPVS, {second} of nf_dsr"


def compare(theirs, ours):
    for name, listed in theirs.items():
        fields = len(list(flat(listed)))
        faults = list(differences(name, listed, ours[name]))
        tap.check(f"{name}: {fields} fields are those of IPVS", not faults, *faults[:40])


def main(mode, *files):
    if mode == "run":
        made = run()
        with open(files[0], "w", encoding="utf-8") as file:
            json.dump(made, file)
    else:
        both = []
        for name in files:
            with open(name, encoding="utf-8") as file:
                both.append(json.load(file))
        compare(*both)
    tap.done()


main(*sys.argv[1:])
