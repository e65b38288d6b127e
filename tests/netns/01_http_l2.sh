#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# HTTP by method l2: the backends are on the director's segment.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/netns/http.sh
. "$here/http.sh"

topology l2
start_http
check_director
http_through l2 4 4
http_through l2 6 6
