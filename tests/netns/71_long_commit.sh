#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A large transaction blocks neither its sender nor the host in the kernel.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

must modprobe nf_dsr
packets long_commit.py
