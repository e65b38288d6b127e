#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Large sends by methods l2, ipip and gre.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/netns/http.sh
. "$here/http.sh"
# shellcheck source=tests/netns/gso.sh
. "$here/gso.sh"

# upload_all on|off
upload_all()
{
	offloads "$1"
	upload "$1" l2 4 4
	upload "$1" ipip 4 4
	upload "$1" ipip 6 6
	upload "$1" gre 4 4
	upload "$1" gre 6 6
}

topology l2
start_http
first_upload
for method in l2 ipip gre; do
	backends_setup $method "$vip4" 4
	backends_setup $method "$vip6" 6
done
upload_all on
upload_all off
