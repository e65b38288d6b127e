#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Hundreds of services with one backend: an ICMP error about the tunnel to it reaches the
# client of the quoted packet, and its handling examines only a few of the services.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

topology l3
unlimit_icmp
packets shared_backend.py 4
packets shared_backend.py 6
