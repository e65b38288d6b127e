#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Dumps list the objects that match their filters, and no others.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

topology l2
packets dump_filters.py 4
must dsr flush
packets dump_filters.py 6
