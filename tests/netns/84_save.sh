#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What dsrctl save prints makes the same configuration again.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

topology l2
packets save.py "$(often 20 4)"
