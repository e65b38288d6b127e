#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Large sends by the methods whose outer headers have or may have a checksum (gue and gre),
# and by the one that adjusts the packet's own checksum (dscp).

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/netns/http.sh
. "$here/http.sh"
# shellcheck source=tests/netns/gso.sh
. "$here/gso.sh"

gre=(gre-key 42 outer-checksum on)

# upload_all on|off: check uploads by these methods, with or without the device's offloads.
upload_all()
{
	offloads "$1"
	upload "$1" gue 4 4
	upload "$1" gue 6 6
	upload "$1" gue 6 4 gue-variant 1
	upload "$1" gue 4 4 gue-variant 1 outer-checksum off
	upload "$1" gre 4 4 "${gre[@]}"
	upload "$1" dscp 4 4 dscp 42
	upload "$1" dscp 6 6 dscp 42
}

topology l2
copy_tunnelled
start_http
first_upload
backends_setup gue "$vip4" 4
backends_setup gue "$vip6" 6
backends_setup gue "$vip6" 4
backends_setup dscp "$vip4" 4 dscp 42
backends_setup dscp "$vip6" 6 dscp 42
backends_setup gre "$vip4" 4 "${gre[@]}"
upload_all on
upload_all off
