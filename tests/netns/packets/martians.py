# SPDX-License-Identifier: GPL-2.0-or-later
"""Send packets from invalid addresses. None may reach a backend."""
import lab
import tap
import wire
from wire import SYN, TCP, UDP

# source, the drop counter that must count it, or None if the stack drops it before the hook
MARTIANS = {
    4: [("127.0.0.1", "martian"), ("127.255.255.254", "martian"), ("0.0.0.0", "martian"),
        ("224.0.0.1", "martian"), ("239.255.255.255", "martian"),
        ("255.255.255.255", "martian"), ("192.0.2.80", "martian"),
        ("10.1.1.2", "martian"), ("10.1.1.255", "martian")],
    6: [("::1", None), ("ff02::1", None), ("::", "martian"), ("2001:db8:80::80", "martian")],
}

for family, sources in MARTIANS.items():
    world = lab.Lab("l2", family)
    world.check_dropped(
        [(f"{name} from {src}", wire.ip(src, world.vip, proto, payload(src)), reason)
         for src, reason in sources
         for name, proto, payload in (
             ("TCP", TCP, lambda src: wire.tcp(src, world.vip, 1234, 80, SYN)),
             ("UDP", UDP, lambda src: wire.udp(src, world.vip, 1234, 80, b"x")))])
    if family == 4:
        for what, src in (("class E", "240.0.0.1"), ("169.254.0.0/16", "169.254.1.1"),
                          ("0.0.0.0/8 but the first", "0.1.2.3")):
            left = world.forwarded(wire.ip4(src, world.vip, UDP,
                                            wire.udp(src, world.vip, 1, 9)), world.send_direct)
            tap.check(f"IPv4: addresses of {what} are as good as others", len(left) == 1, *left)

world = lab.Lab("l2", 4)
own = wire.ip4("10.1.1.2", world.vip, UDP, wire.udp("10.1.1.2", world.vip, 2, 9))
lab.sysctl("director", "net.ipv4.conf.eth0.accept_local=1")
left = world.forwarded(own, world.send_direct)
tap.check("IPv4: with accept_local an address of the director is as good as others",
          len(left) == 1, *left)
lab.sysctl("director", "net.ipv4.conf.eth0.accept_local=0")
tap.done()
