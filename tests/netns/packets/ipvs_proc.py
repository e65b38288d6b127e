# SPDX-License-Identifier: GPL-2.0-or-later
"""ipvs_proc.py: what /proc/net shows of IPVS while services come and go: each service that stays
once, and totals that never decrease."""
import os

import ipvs
import lab
import tap
from wire import ACK, SYN, TCP, UDP

N = 150		# services, more than the kernel takes at a time
BACKENDS = [f"{lab.LAN[4]}{host}" for host in (51, 52)]
VIP = lab.VIPS[4]


def read_file(name):
    with open(f"/proc/thread-self/net/{name}", encoding="ascii") as file:
        return file.read().splitlines()


def listed(lines):
    """Return the services and servers of ip_vs, as (service, number of its servers)."""
    found = []
    for line in lines[3:]:
        word = line.split()[1]
        if line.startswith("TCP"):
            found.append([int(word[6:8], 16), 0])
        else:
            found[-1][1] += 1
    return [tuple(entry) for entry in found]


def check_listing():
    """Delete every other service while a reader is in the midst of the file."""
    ipvs.restore(line for number in range(1, N + 1) for line in (
        f"-A -t 192.0.2.{number}:80 -s rr",
        *(f"-a -t 192.0.2.{number}:80 -r {backend} -g" for backend in BACKENDS)))
    everything = [(number, 2) for number in range(1, N + 1)]
    tap.check_eq("all services and servers are listed, in order", everything,
                 listed(read_file("ip_vs")))
    fd = os.open("/proc/thread-self/net/ip_vs", os.O_RDONLY)
    text = os.read(fd, 1000)
    ipvs.restore(f"-D -t 192.0.2.{number}:80" for number in range(2, N + 1, 2))
    while part := os.read(fd, 65536):
        text += part
    found = listed(text.decode().splitlines())
    tap.check("what is deleted meanwhile is not listed any more",
              found[-1] == everything[-2] and len(found) < N, found)
    tap.check_eq("each of the others is listed once, with its servers", everything[::2],
                 [entry for entry in found if entry[0] % 2])
    tap.check_eq("nothing is behind the end of the file", b"", os.pread(fd, 100, 1 << 30))
    os.close(fd)
    ipvs.restore(["-C"])
    tap.check_eq("without services only the title is listed", 3, len(read_file("ip_vs")))


def processors():
    """Return the lines of ip_vs_stats_percpu: what each processor counted."""
    lines = [line.split() for line in read_file("ip_vs_stats_percpu")[2:]]
    end = next(at for at, fields in enumerate(lines) if fields[0] == "~")
    return [[int(field, 16) for field in fields[1:]] for fields in lines[:end]]


def conns():
    return sum(fields[0] for fields in processors())


def check_totals(world):
    """Delete services whose connections are counted: flows, and packets that make none."""
    lab.add_neighbours("director", {address: bytes((2, 0, 0, 0, 9, at))
                                    for at, address in enumerate(BACKENDS)})
    # A reset counts at once. The totals are up to 2 seconds old otherwise.
    ipvs.restore(["-Z"])
    before = conns()
    ipvs.restore((f"-A -t {VIP}:80 -s rr", f"-a -t {VIP}:80 -r {BACKENDS[0]} -g",
                  f"-A -u {VIP}:53 -s rr -o", f"-a -u {VIP}:53 -r {BACKENDS[1]} -g"))
    for flag in (SYN, ACK):
        world.send(world.packet(TCP, world.segment(20000, flag, b"", 80, seq=1, ack=1)))
    for _ in range(5):
        world.send(world.packet(UDP, world.datagram(20000, b"x", 53)))
    tap.check("the totals have a connection, and each packet of another service as one",
              tap.wait_for(lambda: conns() == before + 6), before, processors())
    counted = processors()
    # A server that is deleted, a service, and all of them: each in a way of its own.
    ipvs.restore((f"-d -u {VIP}:53 -r {BACKENDS[1]}", f"-D -t {VIP}:80", "-C",
                  f"-A -t {VIP}:81 -s rr", f"-a -t {VIP}:81 -r {BACKENDS[0]} -g"))
    world.send(world.packet(TCP, world.segment(20001, SYN, b"", 81, seq=1)))
    tap.check("they still have those of deleted services",
              tap.wait_for(lambda: conns() == before + 7), before, processors())
    less = [(old, new) for old, new in zip(counted, processors())
            if any(a > b for a, b in zip(old, new))]
    tap.check("and no processor counts less than before", not less, *less)
    ipvs.restore(["-Z"])
    zeroed = read_file("ip_vs_stats")
    tap.check_eq("a reset sets them to 0", [0] * 5, [int(f, 16) for f in zeroed[2].split()])
    ipvs.restore(["-C"])


def main():
    world = lab.Lab("l2", 4)
    ipvs.begin()
    check_listing()
    check_totals(world)
    tap.done()


main()
