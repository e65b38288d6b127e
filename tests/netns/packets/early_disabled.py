# SPDX-License-Identifier: GPL-2.0-or-later
"""IPv6 packets on a device that has the ingress hook but IPv6 disabled, for a service with IPv4
backends: the hook leaves them to the stack, which drops them. An IPv4 packet marks the end."""
import lab
import tap


def is_ipv6(packet):
    inner = packet.inner()
    return inner and inner.dst == six.vip


four, six = lab.Lab("ipip", 4), lab.Lab("ipip", 6)
tap.check("IPv6 is forwarded", six.passes(six.udp(7000, 100)))
for value, text in ((1, "not forwarded while the device has IPv6 disabled"),
                    (0, "forwarded again when it has not")):
    lab.sysctl("director", f"net.ipv6.conf.eth0.disable_ipv6={value}")
    before_drops = lab.drops()
    four.out.drain()
    six.send_direct(six.udp(7000, 100))
    marker = four.marker()
    four.send(marker)
    last, before = four.out.expect(lab.carries(marker))
    tap.check_eq(f"IPv6 is {text}", (True, 1 - value), (last is not None, len(list(filter(is_ipv6, before)))))
    tap.check_eq("and the director drops nothing", before_drops, lab.drops())
tap.done()
