#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The output of dsrctl save restores the same configuration.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

topology l2
packets save.py "$(often 8 4)"
