// SPDX-License-Identifier: GPL-2.0-or-later
/* Gives dsrd any message as a reply of TACACS+, hidden by the secret as a server hides it. */
#include <stdlib.h>
#include <string.h>

#include "dsrd/tacacs.h"
#include "fuzz.h"

/* Hiding is its own reverse: the first reading hides the body, and the second one reads it. */
int LLVMFuzzerTestOneInput(const __u8 *data, size_t size)
{
	struct tacacs_session session = { .sequence = 1, .secret = "secret", .secret_size = 6 };
	enum tacacs_status status;
	__u8 *bytes;

	if (size < TACACS_HEADER || tacacs_reply_size(&session, data) != size)
		return 0;
	bytes = malloc(size);
	memcpy(bytes, data, size);
	tacacs_reply(&session, bytes, size);
	status = tacacs_reply(&session, bytes, size);
	if (memcmp(bytes, data, size) || (status != TACACS_MALFORMED && !tacacs_name(status)))
		abort();
	free(bytes);
	return 0;
}
