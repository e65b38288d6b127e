# SPDX-License-Identifier: GPL-2.0-or-later
"""IPv6 packets on a device that has the ingress hook but IPv6 disabled, for a service with IPv4
backends: the hook leaves them to the stack, which drops them. An IPv4 packet marks the end."""
import lab
import tap
from control import drops


def is_ipv6(packet):
    inner = packet.inner()
    return inner and inner.dst == ipv6.vip


ipv4, ipv6 = lab.Lab("ipip", 4), lab.Lab("ipip", 6)
tap.check("IPv6 is forwarded", ipv6.passes(ipv6.udp(7000, 100)))
for value, text in ((1, "not forwarded while the device has IPv6 disabled"),
                    (0, "forwarded again when it has not")):
    lab.sysctl("director", f"net.ipv6.conf.eth0.disable_ipv6={value}")
    before = drops()
    ipv4.out.drain()
    ipv6.send_direct(ipv6.udp(7000, 100))
    tap.check_eq(f"IPv6 is {text}", 1 - value, len(list(filter(is_ipv6, ipv4.until_marker()))))
    tap.check_eq("and the director drops nothing", before, drops())
tap.done()
