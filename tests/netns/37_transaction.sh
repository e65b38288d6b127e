#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Transactions: operators and packets see all changes of one, or none.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

topology l2
packets transaction.py 4 "$(often 1000 100)"
packets transaction.py 6 "$(often 1000 100)"
