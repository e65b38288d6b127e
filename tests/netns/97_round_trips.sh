#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Random configuration files take effect, and their exports do so in the same way. The number of
# files is ROUND_TRIPS, and their seed ROUND_TRIPS_SEED, if these variables are set.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

must ip netns add director
packets round_trips.py "${ROUND_TRIPS_SEED-$RANDOM}" "${ROUND_TRIPS-$(often 200 100)}"
