#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# T17: the director refuses packets with sources that routing would refuse.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

topology l2
serve_any l2 4
serve_any l2 6
packets martians.py
