#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# T11: the first packets to a backend whose MAC address is not known yet wait for its
# resolution. The solicitation is for the backend's address, never for the VIP.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

# through METHOD 4|6: check a service of this method and family.
through()
{
	serve_any "$1" "$2"
	packets unresolved.py "$1" "$2"
	must dsr flush
}

topology l2
through l2 4
through l2 6
through ipip 4
through ipip 6
check_no_drops
