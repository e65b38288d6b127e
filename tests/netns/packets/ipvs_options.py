# SPDX-License-Identifier: GPL-2.0-or-later
"""ipvs_options.py run FILE: give ipvsadm each option of its manual page, and write to the file, as
JSON, what it says and what is configured then.
ipvs_options.py compare IPVS OURS: compare two such files: nf_dsr_ipvs does what IPVS does, or
refuses it with a sentence."""
import gzip
import json
import os
import pathlib
import re
import shutil
import sys

import ipvs
import lab
import tap

VIP = f"{lab.VIPS[4]}:80"
VIP6 = f"[{lab.VIPS[6]}]:80"
B = [f"{lab.LAN[4]}{host}" for host in (51, 52, 53, 54, 55, 56, 57, 58)]
TUN = f"-a -t {VIP} -i -r"
SCHEDULERS = ("rr", "wrr", "lc", "wlc", "dh", "sh", "sed", "nq", "fo", "ovf", "mh")

# Lines that ipvsadm accepts, in order. The words that begin with "-" are the options that they
# test.
ACCEPTED = (
    f"-A -t {VIP} -s rr",
    f"-A -u {lab.VIPS[4]}:53 -o",
    f"-A --sctp-service {lab.VIPS[4]}:70 -s sh -b sh-port",
    "-A -f 7 -s wrr",
    "-A -f 7 -6 -s wrr",
    f"-A -t {VIP6} -p 400 -M 64",
    f"-A -t {lab.VIPS[4]}:0 -p",
    f"-E -t {VIP} -s wrr -p 50 -M 255.255.255.0",
    f"-E -t {VIP} -s wrr",
    f"-a -t {VIP} -r {B[0]} -g -w 5 -x 100 -y 50",
    f"{TUN} {B[1]}",
    f"{TUN} {B[2]} --tun-type gre --tun-csum",
    f"{TUN} {B[3]} --tun-type gue --tun-port 6080 --tun-nocsum",
    f"-a -f 7 -r {B[0]}",
    f"-a -t {VIP6} -r {B[0]}:80 -i",
    f"-e -t {VIP} -r {B[0]} -w 0",
    f"-e -t {VIP} -r {B[1]} -g -w 3",
    f"-a -t {VIP} -r {lab.DIRECTORS['lan'][4]} -w 2",
    "-L -n --thresholds --exact",
    "-l -n --sort",
    "-L -n --stats",
    "-L -n --rate",
    "-L -n --persistent-conn",
    "-L -n --tun-info",
    "-L -n -c",
    "-L --daemon",
    "--set 100 20 30",
    "--set 0 0 40",
    "-L --timeout",
    f"-Z -t {VIP}",
    "-Z",
    f"-d -t {VIP} -r {B[0]}",
    f"-D -t {lab.VIPS[4]}:0",
    *(f"-A -t {lab.VIPS[4]}:{port} -s {name}" for port, name in enumerate(SCHEDULERS, 1000)),
)

# Lines that are refused, by IPVS and by nf_dsr_ipvs, or by ipvsadm itself.
MISTAKES = (
    f"-A -t {VIP} -s rr",
    f"-A -t {lab.VIPS[4]}:82 -s none_such",
    f"-D -t {lab.VIPS[4]}:82",
    f"-E -t {lab.VIPS[4]}:82 -s rr",
    f"-a -t {lab.VIPS[4]}:82 -r {B[0]}",
    f"-a -t {VIP} -r {B[1]}",
    f"-e -t {VIP} -r {B[7]}",
    f"-d -t {VIP} -r {B[7]}",
    f"-a -t {VIP} -r {B[4]} -x 5 -y 6",
    f"-a -t {VIP} -r [2001:db8:1::51]:80 -g",
    f"-a -t {VIP} -r 224.0.0.1",
    f"-A -t {lab.VIPS[4]}:0",
    f"-A -t {VIP} -o",
)

# What IPVS accepts and nf_dsr_ipvs refuses, and a pattern for the kernel's sentence.
REFUSED = (
    (f"-a -t {VIP} -r {B[5]} -m", r".*masquerad.*"),
    (f"{TUN} {B[5]} --tun-type gue --tun-port 6080 --tun-remcsum", r".*remote checksum.*"),
    (f"-A -u {lab.VIPS[4]}:5060 -s rr -p 60 --pe sip", r".*persistence engine.*"),
    ("--start-daemon master --mcast-interface lo --syncid 3 --sync-maxlen 1400 "
     "--mcast-group 224.0.0.82 --mcast-port 8849 --mcast-ttl 2", r".*sync.*"),
    ("--stop-daemon master", r".*sync.*"),
    (f"-a -t {VIP} -r {B[6]} -w 70000", r".*weight.*"),
    (f"-A -u {lab.VIPS[4]}:82 -s rr -p 20 -M 255.255.0.255", r".*mask.*"),
    *((f"-A -t {lab.VIPS[4]}:1000 -s {name}", rf"scheduler {name} has no equal: .*")
      for name in ("lblc", "lblcr")),
)
# What is configured before each of these.
BASE = (f"-A -t {VIP} -s rr", f"-a -t {VIP} -r {B[0]}")

# Options that have no line, and why: all lines are those of -R, and each is followed by -S.
ELSEWHERE = {"-R": "reads the lines", "-S": "shows what is configured", "-C": "in between",
             "-h": "runs alone",
             "--nosort": "in ipvs_listings.py"}


def manual():
    """Return the options of the manual page, each with all its names."""
    page = pathlib.Path(os.path.realpath(shutil.which("ipvsadm"))).parents[1] / \
        "usr/share/man/man8/ipvsadm.8.gz"
    with gzip.open(page, "rt", encoding="utf-8") as file:
        text = file.read().replace("\\-", "-")
    body = text[text.index("\n.SS COMMANDS"):text.index("\n.SH EXAMPLE")]
    return [re.findall(r"(?<![\w-])--?[\w-]+", heading)
            for heading in re.findall(r"^(?:\.B |\\fB)(-.*?)(?:\\fR.*)?$", body, re.M)]


def check_manual():
    """Assert that each option of the manual page is in a line."""
    lines = [*ACCEPTED, *MISTAKES, *(line for line, _ in REFUSED)]
    given = {word for line in lines for word in line.split() if word.startswith("-")}
    missing = [names for names in manual()
               if not given & set(names) and not set(ELSEWHERE) & set(names)]
    tap.check_eq("the table has every option of ipvsadm's manual page", [], missing)
    tap.check("which has as many as ever", len(manual()) >= 50, manual())


def plain(output):
    """Return what ipvsadm printed, without the size of the table, which IPVS and nf_dsr have each
    their own."""
    return re.sub(r"\(size=\d+\)", "(size)", output)


def accepted():
    """Run the lines that are accepted by one process. Return for each what it shows, and what is
    configured then. The line about the timeouts separates them."""
    lines = [part for line in ACCEPTED for part in (line, "-S -n", "-L --timeout")]
    status, output, messages = ipvs.ipvsadm("-R", lines=lines)
    shown = plain(output).split("Timeout (tcp tcpfin udp): ")
    return {"status": status, "messages": messages, "shown": shown}


def run():
    refusals = ipvs.Refusals()
    ipvs.begin()

    def said(*lines):
        _, output, messages = ipvs.ipvsadm("-R", lines=lines)
        return {"output": plain(output), "messages": messages, "sentences": refusals.take()}

    def refused(line):
        """Repeat a line until the log has its sentence: it leaves some out if there are many."""
        return tap.wait_for(lambda: (answer := said(*BASE, line, "-S -n", "-C")) and
                            (answer["sentences"] or not answer["messages"]) and answer)

    made = {"accepted": accepted(), "mistakes": [said(line, "-S -n") for line in MISTAKES]}
    ipvs.restore(["-C"])
    return made | {"refused": [refused(line) for line, _ in REFUSED], "help": ipvs.listing("-h")}


def check_refused(line, sentence, theirs, ours):
    """Check a line that only nf_dsr_ipvs refuses. Nothing of it is configured."""
    tap.check(f"IPVS accepts, nf_dsr refuses with a sentence: {line}",
              ours and not theirs["messages"] and ours["sentences"] and
              re.fullmatch(sentence, ours["sentences"][-1]),
              f"IPVS: {theirs}", f"nf_dsr: {ours}")
    tap.check_eq("and configures nothing of it", "\n".join(
        ["-A -t 192.0.2.80:80 -s rr", "-a -t 192.0.2.80:80 -r 10.1.1.51:80 -g -w 1", ""]),
                 ours and ours["output"])


def check_accepted(theirs, ours):
    for made in (theirs, ours):
        tap.check_eq("ipvsadm has nothing to say", (0, ""), (made["status"], made["messages"]))
    for number, line in enumerate(ACCEPTED):
        one, other = (made["shown"][number:number + 1] for made in (theirs, ours))
        tap.check(f"as with IPVS: {line}", one and one == other, f"IPVS: {one}", f"nf_dsr: {other}")


def compare(theirs, ours):
    check_accepted(theirs["accepted"], ours["accepted"])
    for line, one, other in zip(MISTAKES, theirs["mistakes"], ours["mistakes"]):
        same = all(one[key] == other[key] for key in ("output", "messages"))
        tap.check(f"refused as by IPVS: {line}", same and one["messages"], f"IPVS: {one}",
                  f"nf_dsr: {other}")
    tap.check_eq("as with IPVS: -h", theirs["help"], ours["help"])
    if os.environ.get("IPVS_OURS") == "ip_vs":
        return
    for (line, sentence), one, other in zip(REFUSED, theirs["refused"], ours["refused"]):
        check_refused(line, sentence, one, other)


def main(mode, *files):
    if mode == "run":
        check_manual()
        with open(files[0], "w", encoding="utf-8") as file:
            json.dump(run(), file)
    else:
        compare(*(json.loads(pathlib.Path(name).read_text(encoding="utf-8")) for name in files))
    tap.done()


main(*sys.argv[1:])
