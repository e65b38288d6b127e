#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# HTTP by method gre, for all pairs of families. The backends are one routed hop away from
# the director.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/netns/http.sh
. "$here/http.sh"

topology l3
start_http
check_director
for families in "4 4" "6 6" "6 4" "4 6"; do
	# shellcheck disable=SC2086 # two words
	http_through gre $families
done
