# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# How long a test waits for an event, in seconds, before it fails: enough for a busy machine
# without hardware support. Debug kernels, which have kmemleak, take several times as long.
# tools/patience.py reads the exported variable for tests in Python. There is no other time
# limit for an event.
patience=60
[ ! -e /sys/kernel/debug/kmemleak ] || patience=200
export patience
