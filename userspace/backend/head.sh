#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Make this machine a backend of direct server return, check that, and undo it: see
# dsr-backend(8). The script needs iproute2, nft for method dscp, and nothing of nf_dsr, so a
# copy of this one file works.
#
# An "entry" is a VIP with a method and its options, as a line of words FIELD=VALUE. need()
# computes which "items" an entry needs; entries may share items. Each change to the machine is
# recorded with its item and with what undoes it, before it is made. Undo therefore reverts the
# changes whose items no remaining entry needs, and nothing that was there before. An error or a
# signal during setup reverts the changes that it has made.
#
# A machine may have many entries, so functions that are called for each print nothing: set_X()
# sets the variable X, without a process of its own.
# shellcheck disable=SC2034 # the other parts use these variables
set -u
export LC_ALL=C

conf_dir=${DSR_BACKEND_CONF:-/etc/nf_dsr/backend.d}
state_dir=${DSR_BACKEND_STATE:-/run/nf_dsr/backend}
proc=/proc/sys/net/ipv4/conf

# Fields of an entry, in their order. The first six tell entries apart.
fields=(vip method backend gre-key outer-port dscp outer-checksum gue-variant mtu advmss director)
declare -A o=() flag=() entries=() mtus=() kept=()
changes=() holders=()
where='' lock='' state=''
