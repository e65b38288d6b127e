// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Imports dsr.conf of the package dsrtools, which servers of L3DSR have: a line for each VIP that
 * a server has,
 *
 *   VIP=DSCP      for packets with the server's address and this DSCP
 *   VIP           for packets with the VIP
 *
 * It names no servers, so the command line does.
 */
#include <stdlib.h>
#include <string.h>

#include "import_block.h"

#define BLANKS " \t\v\f"

/* Cut the blanks off both ends of a text. */
static char *trim(char *text)
{
	char *end;

	text += strspn(text, BLANKS);
	for (end = text + strlen(text); end > text && strchr(BLANKS, end[-1]); end--)
		end[-1] = '\0';
	return text;
}

/* Read a code: decimal, octal with a leading 0, or hexadecimal. Return 0, with a report, if it is
 * none.
 */
static unsigned long read_code(struct import *in, const char *code, size_t line)
{
	unsigned long number;
	char *end;

	number = strtoul(code, &end, 0);
	if (strspn(code, "0123456789abcdefxABCDEFX") == strlen(code) && *code && !*end &&
	    number >= 1 && number <= 63)
		return number;
	import_refused(in, line, "DSCP \"%s\": expected 1 to 63", code);
	return 0;
}

static void add_backends(struct import *in, struct import_service *service, size_t line)
{
	char text[ADDR_TEXT];
	int i, family = service->key.addr.family;

	for (i = 0; i < in->n_backends; i++)
		if (in->backends[i].family == family)
			import_backend(in, service,
				       addr_format(&in->backends[i], text, sizeof(text)), line);
	if (!service->backends.n)
		import_approximated(in, line,
				    "the file names no servers: give their %s addresses by --backend, or add them to the result",
				    addr_family_name(family));
}

/* Return the service of another VIP of this family with the same code, or NULL. */
static const struct import_service *find_code(const struct import *in, int family,
					      unsigned long code)
{
	const struct import_service *service;
	size_t i;

	for (i = 0; i < in->services.n; i++) {
		service = import_service_at(in, i);
		if (service->key.addr.family == family && service->conf.dscp == code)
			return service;
	}
	return NULL;
}

/* Add the service of a VIP. @code is NULL for one that is not rewritten. */
static void add_vip(struct import *in, const char *vip, const char *code, size_t line)
{
	unsigned long number = code ? read_code(in, code, line) : 0;
	const struct import_service *other;
	struct import_service *service;
	struct dsr_error ignored;
	struct dsr_addr addr;
	char text[24];

	if (code && !number)
		return;
	if (addr_parse(vip, &addr, &ignored)) {
		import_refused(in, line,
			       "VIP \"%s\": expected an address; names are not looked up", vip);
		return;
	}
	other = code ? find_code(in, addr.family, number) : NULL;
	if (other) {
		import_refused(in, line,
			       "DSCP %lu: line %u has it for another VIP, and servers could not tell them apart",
			       number, import_line(in, other->line)->number);
		return;
	}
	service = import_service(in, "any", vip, line);
	if (!service)
		return;
	if (code) {
		snprintf(text, sizeof(text), "%lu", number);
		import_set(in, service, "method", "dscp", line);
		import_set(in, service, "dscp", text, line);
	}
	add_backends(in, service, line);
}

static void read_line(struct import *in, size_t line)
{
	char *copy = error_check_alloc(strdup(import_line(in, line)->text)), *vip, *code;

	copy[block_length(copy, "#", "", '\0')] = '\0';
	vip = trim(copy);
	import_mark(in, line, *vip ? IMPORT_TRANSLATED : IMPORT_BLANK);
	code = strchr(vip, '=');
	if (code)
		*code++ = '\0';
	if (import_line(in, line)->class == IMPORT_TRANSLATED)
		add_vip(in, trim(vip), code ? trim(code) : NULL, line);
	free(copy);
}

int import_dsr_conf(struct import *in, const char *path, struct dsr_error *err)
{
	size_t line;

	if (import_read(in, path, err))
		return -1;
	for (line = 0; line < in->lines.n; line++)
		if (import_line(in, line)->class == IMPORT_UNREAD)
			read_line(in, line);
	return 0;
}
