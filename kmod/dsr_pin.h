/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A module that forwards traffic is not unloaded by mistake: each network namespace
 * with services holds it, unless the parameter pin says otherwise. Process context; may
 * sleep. Who lets go is in code that the module's exit waits for: under genetlink's lock,
 * or in the exit of a namespace.
 */
#ifndef _DSR_PIN_H
#define _DSR_PIN_H

#include <linux/types.h>

/* A namespace has its first service, and has none any more. Return false if the module is
 * being unloaded: there must be no service then.
 */
bool dsr_pin_get(void);
void dsr_pin_put(void);

#endif /* _DSR_PIN_H */
