// SPDX-License-Identifier: GPL-2.0
/*
 * Method local: this machine is the backend. Its stack takes the packet as it
 * came, if it has the VIP.
 */
#include "dsr_path.h"

const struct dsr_method dsr_method_local = {
	.local = true,
};
