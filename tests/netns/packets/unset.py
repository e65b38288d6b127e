# SPDX-License-Identifier: GPL-2.0-or-later
"""Set and unset each option of services and backends, and check what cannot be unset."""
import errno
import json
import struct

import control
import tap
from control import dsr, dsrctl, generation, show
from genl import (F_ACK, F_REPLACE, F_REQUEST, NF_DSR, NLMSGERR_ATTR_OFFS, Genl, attr, nest, op,
                  service_key)

SERVICE, BACKEND = "udp 192.0.2.80:53", "udp 192.0.2.80:53 10.1.1.51"
# Values of options for which the last word or a number above the least one is not accepted, or
# changes the others.
SPECIAL = {
    "method": "gre", "outer-source": "198.51.100.0/24", "seed": "5", "table-size": "251",
    "timeout": "udp 9 timeout tcp-syn 8", "source": "198.51.100.0/24", "dev": "eth0",
    "state": "drain", "drain-timeout": "100000", "max-flows": "1000", "min-flows": "10",
    "check-mark": "7", "fail-open-below": "50%",
}
# Attributes that are not options: those of a drain or a limit, the effective state, and what a
# service says about the health of its backends.
SHOWN = {"drain_left", "limited", "effective_state", "fail_open", "fail_opens", "healthy",
         "candidates"}
# What has to be set before an option, for that to be accepted or to mean anything.
NEEDS = {"min-flows": "max-flows", "source-other": "source"}
HEADER_SIZE = 20
genl = Genl("director")


def said(kind):
    """Return all attributes of the only object of this kind, and its lines in dsrctl save."""
    key = SERVICE if kind == "service" else BACKEND
    thing, = show(kind, "show", *key.split())
    lines = dsrctl("save").stdout.splitlines()
    return ({name: value for name, value in thing.items() if name not in SHOWN},
            [line for line in lines if line.startswith(kind)])


def not_default(word, alternatives):
    """Return a value of an option that is not its default."""
    value = (0, 2147483) if alternatives == ["SECONDS"] else alternatives[-1]
    if word in SPECIAL:
        return SPECIAL[word]
    return str(value[0] + 2) if isinstance(value, tuple) else value


def check_each(kind, key, options):
    """Set and unset each option alone. The kernel takes a request that changes nothing for none,
    so an option that it does not compare would stay as it was."""
    unchanged, before = [], said(kind)
    for word, value in options.items():
        needs = NEEDS.get(word)
        if needs:
            dsr(f"{kind} change {key} {needs} {options[needs]}")
        made = generation()
        dsr(f"{kind} change {key} {word} {value}", f"{kind} change {key} unset {word}")
        if generation() != made + 2:
            unchanged.append(word)
        if needs:
            dsr(f"{kind} change {key} unset {needs}")
    tap.check_eq(f"each of a {kind}'s options alone is a change, as is its end", [], unchanged)
    tap.check_eq(f"after each of a {kind}'s options alone, it is as it was", before, said(kind))


def check_all(kind, key):
    """Set all options, unset every other one first, then the rest."""
    options = {word: not_default(word, alternatives)
               for word, alternatives in control.options_of(kind).items() if alternatives}
    check_each(kind, key, options)
    tap.check(f"the help has the options of a {kind}", len(options) >= 14, *options)
    first = list(options)[::2]
    before = said(kind)
    dsr(f"{kind} change {key} " + " ".join(f"{word} {options[word]}" for word in options
                                           if word in first))
    half = said(kind)
    dsr(f"{kind} change {key} " + " ".join(f"{word} {options[word]}" for word in options))
    changed = said(kind)
    dsr(f"{kind} change {key} " + " ".join(f"unset {word}" for word in options
                                           if word not in first))
    tap.check_eq(f"half of a {kind}'s options leave the others alone", half, said(kind))
    dsr(f"{kind} change {key} " + " ".join(f"unset {word}" for word in first))
    tap.check_eq(f"all of a {kind}'s options, and it is as it was", before, said(kind))
    tap.check_eq(f"all of a {kind}'s options had been set", [],
                 [word for word in options if f" {word} {options[word].split(' timeout')[0]}"
                  not in changed[1][0] or changed[1] == before[1]])


def check_replace():
    dsr(f"backend change {BACKEND} state drain health down weight 7")
    dsr(f"backend replace {BACKEND} unset state")
    backend, = show("backend", "show", *BACKEND.split())
    tap.check_eq("replace keeps the health and takes back the state that it unsets",
                 ("active", "down", 1), tuple(backend[key] for key in ("state", "health", "weight")))
    dsr(f"backend change {BACKEND} unset health")
    dsr(f"service change {SERVICE} seed 5")
    dsr(f"service replace {SERVICE} unset seed")
    seed = said("service")[0]["seed"]
    dsr("service add tcp 192.0.2.80:99")
    other, = show("service", "show", *"tcp 192.0.2.80:99".split())
    tap.check_eq("the seed is that of services that have been given none", other["seed"],
                 seed)
    dsr("service del tcp 192.0.2.80:99")


def check_batch():
    before = generation()
    dsr(f"backend change {BACKEND} unset weight unset method")
    tap.check_eq("what has not been set changes nothing", before, generation())
    done = dsrctl("-a", "-b", "-", text=f"backend change {BACKEND} weight 9 priority 3\n"
                                        f"backend change {BACKEND} unset weight\n")
    backend, = show("backend", "show", *BACKEND.split())
    tap.check_eq("in a transaction", (0, "", 1, 3),
                 (done.returncode, done.stderr, backend["weight"], backend["priority"]))
    done = dsrctl("-j", "service", "change", *SERVICE.split(), "seed", "1", "unset", "seed")
    error = json.loads(done.stderr or "{}")
    tap.check_eq("programs are told of what is both set and unset",
                 (2, "option is both set and unset", "EINVAL", "unset seed", "unset"),
                 (done.returncode, *(error.get(key) for key in ("error", "errno_name", "at",
                                                                "attribute"))))
    for line, text in (
            (f"backend change {BACKEND} max-flows 9 min-flows 3", ""),
            (f"backend change {BACKEND} unset max-flows", "min-flows must be less than max-flows"),
            (f"backend change {BACKEND} unset min-flows unset max-flows", ""),
            (f"service change {SERVICE} dscp 9", ""),
            (f"backend change {BACKEND} method dscp", ""),
            (f"service change {SERVICE} unset dscp", "method dscp needs the service's option dscp"),
            (f"backend change {BACKEND} unset method", ""),
            (f"service change {SERVICE} unset dscp", "")):
        done = dsrctl(*line.split())
        tap.check(f"{line.split('80:53 ')[1]}: {text or 'done'}",
                  text in done.stderr and bool(done.stderr) == bool(text), done.stderr)


def u16(value):
    return struct.pack("=H", value)


KEY = service_key("192.0.2.80", 17, 53)
BACKEND_KEY = nest("BACKEND_SERVICE", KEY) + attr("BACKEND_ADDR4", bytes((10, 1, 1, 51)))
NONE = "unset must be the number of an option"


def unset(kind, number):
    return attr(f"{kind}_UNSET", u16(NF_DSR[f"A_{kind}_{number}"] if isinstance(number, str)
                                     else number))


def check_refused():
    """Check the refusals, with the offset of the wrong attribute."""
    for what, command, before, bad, text in (
            ("an address", "SERVICE_NEW", KEY, unset("SERVICE", "ADDR4"), NONE),
            ("a port", "SERVICE_NEW", KEY, unset("SERVICE", "PORT"), NONE),
            ("a counter", "SERVICE_NEW", KEY, unset("SERVICE", "STATS"), NONE),
            ("unset", "SERVICE_NEW", KEY, unset("SERVICE", "UNSET"), NONE),
            ("0", "SERVICE_NEW", KEY, unset("SERVICE", 0), NONE),
            ("65535", "SERVICE_NEW", KEY, unset("SERVICE", 65535), NONE),
            ("a service", "BACKEND_NEW", BACKEND_KEY, unset("BACKEND", "SERVICE"), NONE),
            ("what only the kernel says", "BACKEND_NEW", BACKEND_KEY,
             unset("BACKEND", "EFFECTIVE_STATE"), NONE),
            ("0 of a backend", "BACKEND_NEW", BACKEND_KEY, unset("BACKEND", 0), NONE),
            ("the second of two", "BACKEND_NEW", BACKEND_KEY + unset("BACKEND", "WEIGHT"),
             unset("BACKEND", "LIMITED"), NONE),
            ("what is set", "SERVICE_NEW", KEY + attr("SERVICE_HASH", b"\1"),
             unset("SERVICE", "HASH"), "both set and unset"),
            ("a source that is given", "SERVICE_NEW", KEY + nest("SERVICE_SOURCE", b""),
             unset("SERVICE", "SOURCE"), "both set and unset"),
            ("a weight that is given", "BACKEND_NEW",
             BACKEND_KEY + attr("BACKEND_WEIGHT", b"\2\0\0\0"), unset("BACKEND", "WEIGHT"),
             "both set and unset"),
            ("a number of one byte", "SERVICE_NEW", KEY, attr("SERVICE_UNSET", b"\1"), "")):
        check_offset(what, command, before + bad, HEADER_SIZE + len(before), text)
    inner = KEY + unset("SERVICE", "HASH") + unset("SERVICE", "SEED")
    bad = unset("SERVICE", "MARK")
    change = op("SERVICE_CHANGE", inner + bad)
    check_offset("a mark, in a commit", "COMMIT", change,
                 HEADER_SIZE + len(change) - len(bad), NONE)
    tap.check_eq("several of them, one twice, in a commit", (0, ""),
                 genl.request("COMMIT", op("SERVICE_CHANGE", inner + unset("SERVICE", "SEED")), 0))


def check_offset(what, command, payload, offset, text):
    genl.sock.send(genl.message(NF_DSR["CMD_" + command], payload,
                                F_REQUEST | F_ACK | F_REPLACE))
    answer = genl.sock.recv(65536)
    seen, words = Genl.verdict(answer)
    at = Genl.extack(answer).get(NLMSGERR_ATTR_OFFS, b"\0" * 4)
    tap.check(f"refused: {what}",
              seen in (errno.EINVAL, errno.ERANGE) and text in words and
              struct.unpack("=I", at)[0] == offset, (seen, words, at), offset)


dsr(f"service add {SERVICE}")
dsr(f"backend add {BACKEND}")
check_all("service", SERVICE)
check_all("backend", BACKEND)
check_replace()
check_refused()
check_batch()
dsr("flush")
tap.done()
