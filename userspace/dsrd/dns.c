// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "dsrd/dns.h"

#define HEADER 12
#define LABEL_MAX 63
#define NAME_MAX_BYTES 255
#define CLASS_IN 1

/* Bytes and bits of a header. */
#define FLAGS 2
#define RESPONSE 0x80
#define RECURSION_DESIRED 0x01
#define OPCODE 0x78
#define RCODE 0x0f
#define QUESTIONS 4

/* Write a name as labels. Return their length, or 0 if it is no name. */
static size_t put_name(__u8 *bytes, const char *name)
{
	size_t used = 0, length;

	if (!strcmp(name, "."))
		name = "";
	while (*name) {
		length = strcspn(name, ".");
		if (!length || length > LABEL_MAX || used + length + 2 > NAME_MAX_BYTES)
			return 0;
		bytes[used++] = length;
		memcpy(bytes + used, name, length);
		used += length;
		name += length;
		name += *name == '.';
	}
	bytes[used++] = 0;
	return used;
}

static __u8 *put_u16(__u8 *bytes, __u16 value)
{
	bytes[0] = value >> 8;
	bytes[1] = value & 0xff;
	return bytes + 2;
}

size_t dns_question(__u8 *bytes, size_t size, __u16 id, const char *name, __u16 type)
{
	__u8 *end = bytes;
	size_t length;

	if (size < DNS_QUESTION_MAX)
		return 0;
	memset(bytes, 0, HEADER);
	put_u16(bytes, id);
	bytes[FLAGS] = RECURSION_DESIRED;
	put_u16(bytes + QUESTIONS, 1);
	length = put_name(bytes + HEADER, name);
	if (!length)
		return 0;
	end = put_u16(bytes + HEADER + length, type);
	return put_u16(end, CLASS_IN) - bytes;
}

/* Names are the same in upper and lower case, and the bytes before labels are lengths. */
static bool is_same(const __u8 *left, const __u8 *right, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		if (tolower(left[i]) != tolower(right[i]))
			return false;
	return true;
}

int dns_answer(const __u8 *question, size_t question_size, const __u8 *bytes, size_t size)
{
	if (question_size < HEADER || size < HEADER || memcmp(bytes, question, 2) ||
	    !(bytes[FLAGS] & RESPONSE) || bytes[FLAGS] & OPCODE)
		return -1;
	/* A server that cannot read a question need not repeat it. */
	if (!bytes[QUESTIONS] && !bytes[QUESTIONS + 1])
		return bytes[FLAGS + 1] & RCODE ? bytes[FLAGS + 1] & RCODE : -1;
	if (memcmp(bytes + QUESTIONS, question + QUESTIONS, 2) || size < question_size ||
	    !is_same(bytes + HEADER, question + HEADER, question_size - HEADER))
		return -1;
	return bytes[FLAGS + 1] & RCODE;
}
