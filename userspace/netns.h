/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Network namespaces with names, as iproute2 has them. */
#ifndef DSRCTL_NETNS_H
#define DSRCTL_NETNS_H

#include "error.h"

/* Enter the namespace of this name. Return 0, or -1 with err filled. */
int netns_enter(const char *name, struct dsr_error *err);

/* Return the name of the process's own namespace, or NULL if that is the one of init, or it
 * has no name: "ip netns exec NAME" has entered it before.
 */
const char *netns_own(void);

#endif
