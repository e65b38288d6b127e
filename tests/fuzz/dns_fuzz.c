// SPDX-License-Identifier: GPL-2.0-or-later
/* Gives dsrd any message as the answer to a question, and any name to ask for. */
#include <stdlib.h>
#include <string.h>

#include "dsrd/dns.h"
#include "fuzz.h"

/* Half of the input is a name, the other half a message that begins as an answer. */
int LLVMFuzzerTestOneInput(const __u8 *data, size_t size)
{
	__u8 question[DNS_QUESTION_MAX];
	size_t half = size / 2, asked;
	char *name = strndup((const char *)data, half);
	__u8 *message = malloc(size - half + 1);
	int rcode;

	asked = dns_question(question, sizeof(question), 0, name, 1);
	memcpy(message, data + half, size - half);
	if (asked) {
		rcode = dns_answer(question, asked, message, size - half);
		if (rcode < -1 || rcode > 15)
			abort();
	}
	free(message);
	free(name);
	return 0;
}
