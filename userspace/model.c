// SPDX-License-Identifier: GPL-2.0-or-later
/* The words of the grammar for the values of the model, see model.h. */
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"

const char *const model_protocols[] = { "tcp", "udp", "sctp", "any", "mark", NULL };
const __u8 model_protocol_numbers[] = { IPPROTO_TCP, IPPROTO_UDP, IPPROTO_SCTP, 0, 0 };

const char *const model_off_on[] = { "off", "on", NULL };

const char *const model_packet_protocols[] = { "tcp", "udp", "sctp", "icmp", NULL };
const __u8 model_packet_protocol_numbers[] = {
	IPPROTO_TCP, IPPROTO_UDP, IPPROTO_SCTP, IPPROTO_ICMP
};

/* Bits of octet 13 of the TCP header. */
const char *const model_tcp_flags[] = { "syn", "ack", "fin", "rst", NULL };
const __u8 model_tcp_flag_bits[] = { 0x02, 0x10, 0x01, 0x04 };

int model_find(const char *const *names, const char *word)
{
	int i;

	for (i = 0; names[i]; i++)
		if (!strcmp(names[i], word))
			return i;
	return -1;
}

const char *model_name(const char *const *names, unsigned int value, char *text, size_t size)
{
	unsigned int i;

	for (i = 0; names[i]; i++)
		if (i == value)
			return names[i];
	snprintf(text, size, "%u", value);
	return text;
}

const char *model_protocol(__u8 number, char *text, size_t size)
{
	unsigned int i;

	for (i = 0; model_protocols[i]; i++)
		if (model_protocol_numbers[i] == number)
			return model_protocols[i];
	if (number == IPPROTO_ICMP)
		return "icmp";
	if (number == IPPROTO_ICMPV6)
		return "icmpv6";
	snprintf(text, size, "%u", number);
	return text;
}

const char *model_key_kind(const struct dsr_key *key, char *text, size_t size)
{
	return key->by_mark ? "mark" : model_protocol(key->protocol, text, size);
}

void model_free_stats(struct dsr_stats *stats)
{
	size_t i;

	for (i = 0; i < stats->n_drops; i++) {
		free(stats->drops[i].name);
		free(stats->drops[i].doc);
	}
	free(stats->drops);
}
