#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The KUnit suite of the flow table, on debug kernels with two processors: some cases are about
# these. tests/vm/kunit runs all suites in user-mode Linux, which has one processor. Stock kernels have
# no KUnit.

# shellcheck source=tests/netns/lib.sh
. "$(dirname "$0")/lib.sh"

suite=nf_dsr_flow

if [ ! -e /sys/module/kunit ] || grep -q "User Mode Linux" /proc/cpuinfo; then
	exit 0
fi
check_that "there are two processors" "$(nproc) >= 2"
printf %s $suite >/sys/module/kunit/parameters/filter_glob
must modprobe nf_dsr_kunit
{ echo "suite $suite"; cat "/sys/kernel/debug/kunit/$suite/results"; } >"$work/results"
/usr/bin/python3 "$here/../vm/ktap.py" "$work/results" <<<$suite >"$work/tap" || failed=1
sed -n -E 's/^((not )?ok) [0-9]+ /\1 /p; /^#/p' "$work/tap"
must rmmod nf_dsr_kunit
