#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A large change keeps neither its sender nor the host waiting in the kernel.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

must modprobe nf_dsr
packets long_commit.py
