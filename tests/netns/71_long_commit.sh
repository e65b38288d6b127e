#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Who waits for a large change: nobody but those who ask for more of its namespace.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

must modprobe nf_dsr
packets long_commit.py
