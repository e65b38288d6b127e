# SPDX-License-Identifier: GPL-2.0-or-later
"""Random configurations for "ipvsadm -R", of what both IPVS and nf_dsr_ipvs accept. The same SEED
and NUMBER yield the same one."""
import random

TUNNELS = ("", "--tun-type ipip", "--tun-type gre", "--tun-type gre --tun-csum",
           "--tun-type gre --tun-nocsum", "--tun-type gue --tun-port 6080",
           "--tun-type gue --tun-port 7000 --tun-csum", "--tun-type gue --tun-port 1 --tun-nocsum")
SCHEDULERS = ("rr", "wrr", "lc", "wlc", "dh", "sed", "nq", "fo", "ovf", "sh", "mh",
              "sh -b sh-port", "sh -b sh-fallback", "sh -b sh-fallback,sh-port",
              "mh -b mh-port", "mh -b mh-fallback", "mh -b mh-fallback,mh-port")


class Config:
    def __init__(self, seed, number):
        self.random = random.Random(f"{seed} {number}")
        self.pick = self.random.choice

    def chance(self, probability):
        return self.random.random() < probability

    def persistence(self, family, needed=False):
        if not needed and self.chance(0.6):
            return ""
        words = f" -p {self.pick((1, 60, 300, self.random.randint(1, 86400)))}"
        if self.chance(0.5):
            length = self.random.randint(1, 32)
            mask = (0xffffffff << (32 - length)) & 0xffffffff
            dotted = ".".join(str(mask >> at & 255) for at in (24, 16, 8, 0))
            words += f" -M {dotted if family == 4 else self.random.randint(1, 128)}"
        return words

    def key(self, number, family):
        """Return the words for a service, its protocol and port."""
        if self.chance(0.15):
            return f"-f {1000 + number}{' -6' if family == 6 else ''}", "", 0
        protocol = self.pick(("-t", "-t", "-u", "--sctp-service"))
        port = self.pick((0, 80, 443, self.random.randint(1, 65535)))
        host = f"192.0.2.{number + 1}" if family == 4 else f"[2001:db8:80::{number + 1:x}]"
        return f"{protocol} {host}:{port}", protocol, port

    def backend(self, number, family, port):
        """Return the words for a backend. A tunnel may lead to the other family."""
        tunnel = self.chance(0.5)
        if tunnel and self.chance(0.3):
            family = 10 - family
        host = f"10.1.1.{50 + number}" if family == 4 else f"[2001:db8:1::{50 + number}]"
        words = f"-r {host}:{port} {'-i' if tunnel else '-g'}"
        if tunnel:
            words += f" {self.pick(TUNNELS)}"
        if self.chance(0.8):
            words += f" -w {self.pick((0, 1, 1, self.random.randint(0, 65535)))}"
        if self.chance(0.2):
            upper = self.random.randint(1, 65535)
            words += f" -x {upper} -y {self.random.randint(0, upper)}"
        return words

    def lines(self):
        for number in range(self.pick((0, 1, 2, 3, 5, 8))):
            family = self.pick((4, 4, 6))
            key, protocol, port = self.key(number, family)
            words = f"-A {key} -s {self.pick(SCHEDULERS)}"
            words += self.persistence(family, needed=protocol and not port)
            if protocol == "-u" and self.chance(0.2):
                words += " -o"
            yield words
            for backend in self.random.sample(range(20), self.pick((0, 1, 2, 3, 6))):
                yield f"-a {key} {self.backend(backend, family, port)}"


def lines(seed, number):
    return list(Config(seed, number).lines())
