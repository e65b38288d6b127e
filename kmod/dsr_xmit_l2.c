// SPDX-License-Identifier: GPL-2.0
/*
 * Method l2: the frame goes to the backend's MAC address, the packet in it as
 * it came. The link-layer header, cached with the neighbour, is all there is.
 */
#include "dsr_path.h"

const struct dsr_method dsr_method_l2 = {
	.on_link = true,
	.same_family = true,
};
