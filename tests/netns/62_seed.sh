#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The key of the consistent hash: without a seed it is random and the same for all services
# of a director, and loading the same configuration again does not change it. The second
# director is b2.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

# shellcheck disable=SC2034 # used in topology.sh
backends="b1 b2"
topology l2
packets seed.py
