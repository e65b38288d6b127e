// SPDX-License-Identifier: GPL-2.0-or-later
/* Gives dsrd any ICMP error, of IPv4 and of IPv6. */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "dsrd/signals.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const __u8 *data, size_t size)
{
	struct signal signal;
	__u8 *bytes = malloc(size + 1);

	memcpy(bytes, data, size);
	if (signal_from_icmp(&signal, AF_INET, bytes, size) && signal.addr.family != AF_INET)
		abort();
	if (signal_from_icmp(&signal, AF_INET6, bytes, size) && signal.addr.family != AF_INET6)
		abort();
	free(bytes);
	return 0;
}
