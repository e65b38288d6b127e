// SPDX-License-Identifier: GPL-2.0
/* The suites register themselves; loading the module runs them. */
#include <linux/module.h>

MODULE_DESCRIPTION("Tests of nf_dsr's pure code");
MODULE_LICENSE("GPL");
