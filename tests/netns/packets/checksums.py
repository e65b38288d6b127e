# SPDX-License-Identifier: GPL-2.0-or-later
"""checksums.py TEXT URL FILE: upload a file, and check each packet that leaves the director in
the meantime."""
import subprocess
import sys

import tap
import wire
from patience import PATIENCE
from wire import TCP

TTL = 64 - 2		# behind the router and the director
text, url, file = sys.argv[1:]
out = wire.Port("switch", "director")
wire.enter("client")
curl = subprocess.Popen(["curl", "-sS", "--max-time", str(PATIENCE), "-T", file, url],
                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
data, bad, count = 0, [], 0
while True:
    running = curl.poll() is None
    for packet in out.packets(.2):
        inner = packet.innermost()
        if inner.proto != TCP or inner.ports()[1] != 80:
            continue
        count += 1
        data += len(inner.tcp()["payload"]) // 2
        if not (packet.csum_ok and packet.l4_csum_ok() and inner.csum_ok and
                inner.l4_csum_ok() and packet.length <= 1500 and inner.ttl == TTL):
            bad.append(packet)
    if not running:
        break
complaint = curl.stderr.read()
tap.check(f"{text}: an upload is done", curl.returncode == 0, complaint)
with open(file, "rb") as sent:
    size = len(sent.read())
tap.check(f"{text}: all of it was seen leaving the director", data >= size, data)
tap.check(f"{text}: all {count} packets have right checksums and have passed one hop, and none is "
          "too long", not bad, *bad[:5])
tap.done()
