// SPDX-License-Identifier: GPL-2.0-or-later
/* Checks of type dns: a question by UDP, see dns.h. */
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/socket.h>

#include "dsrd/attempt.h"
#include "dsrd/dns.h"
#include "error.h"

struct question {
	size_t size;
	__u8 bytes[DNS_QUESTION_MAX];
};

static const char *rcode_name(int rcode, char *text, size_t size)
{
	static const char *const names[] = {
		"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"
	};

	if ((size_t)rcode < sizeof(names) / sizeof(*names))
		return names[rcode];
	snprintf(text, size, "RCODE %d", rcode);
	return text;
}

static bool is_wanted(const struct config_check *check, int rcode)
{
	switch (check->rcode) {
	case CHECK_NOERROR:
		return rcode == 0;
	case CHECK_NXDOMAIN:
		return rcode == 3;
	default:
		return true;
	}
}

static void on_readable(struct ev_loop *loop, ev_io *io, int events)
{
	struct attempt *attempt = io->data;
	struct question *question = attempt->data;
	__u8 bytes[4096];
	char text[24];
	ssize_t size = attempt_receive(attempt, "question", bytes, sizeof(bytes));
	int rcode;

	(void)loop;
	(void)events;
	if (size < 0)
		return;
	rcode = dns_answer(question->bytes, question->size, bytes, size);
	/* What is no answer is as good as nothing. */
	if (rcode < 0)
		return;
	attempt_done(attempt,
		     is_wanted(attempt->check, rcode) ? ATTEMPT_SUCCESS : ATTEMPT_FAILURE,
		     "answer: %s", rcode_name(rcode, text, sizeof(text)));
}

static void start(struct attempt *attempt)
{
	const struct config_check *check = attempt->check;
	struct question *question = error_check_alloc(calloc(1, sizeof(*question)));
	__u16 id;

	attempt->data = question;
	if (getrandom(&id, sizeof(id), 0) != sizeof(id)) {
		attempt_failed(attempt, "random numbers", errno);
		return;
	}
	question->size = dns_question(question->bytes, sizeof(question->bytes), id, check->query,
				      check_query_type_numbers[check->query_type]);
	if (!question->size) {
		attempt_done(attempt, ATTEMPT_FAILURE, "\"%.80s\" is no name", check->query);
		return;
	}
	attempt_ask_datagram(attempt, "question", question->bytes, question->size, on_readable);
}

static void stop(struct attempt *attempt)
{
	free(attempt->data);
	attempt->data = NULL;
}

const struct attempt_kind ask_dns = { "dns", start, stop };
