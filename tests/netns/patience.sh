# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# How long one thing may take to happen, in seconds, before a test gives up: enough for a
# busy machine without hardware support. Debug kernels, which have kmemleak, take several
# times as long. Exported for Python, where tools/patience.py reads it; there is no other
# time limit.
patience=60
[ ! -e /sys/kernel/debug/kmemleak ] || patience=200
export patience
