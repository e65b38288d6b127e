#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Devices whose packets are looked at early: what the stack refuses is not forwarded.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

topology l3
dsr device del eth0 2>/dev/null
must dsr device add eth0
serve_any ipip 4 4
serve_any ipip 6 4
packets early_disabled.py
