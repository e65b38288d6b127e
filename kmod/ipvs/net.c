// SPDX-License-Identifier: GPL-2.0
/* Access to the state of a network namespace, see ipvs.h. */
#include <net/netns/generic.h>

#include "ipvs.h"

unsigned int dsr_ipvs_net_id __read_mostly;

struct dsr_ipvs_net *dsr_ipvs_net(const struct net *net)
{
	return net_generic(net, dsr_ipvs_net_id);
}
