// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Gives dsrd any bytes as a name to show and as headers of a request. What was escaped has no byte
 * that means something in HTML, and is a string of JSON.
 */
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "dsrd/html.h"
#include "dsrd/web_rules.h"
#include "fuzz.h"

static void check_html(const char *string)
{
	struct text text = { 0 };
	const char *at;

	html_put(&text, "%s", string);
	if (text.n) {
		if (text.bytes[strcspn(text.bytes, "<>\"'\n\r\x01\x7f")])
			abort();
		for (at = strchr(text.bytes, '&'); at; at = strchr(at + 1, '&'))
			if (strncmp(at, "&amp;", 5) && strncmp(at, "&lt;", 4) &&
			    strncmp(at, "&gt;", 4) && strncmp(at, "&quot;", 6) &&
			    strncmp(at, "&#39;", 5))
				abort();
	}
	text_free(&text);
	html_put(&text, "%U", string);
	if (text.n && text.bytes[strcspn(text.bytes, "<>\"'&+#\n ")])
		abort();
	text_free(&text);
}

static void check_json(const char *string)
{
	struct text text = { 0 };
	struct json_object *object;

	json_text(&text, string);
	object = json_tokener_parse(text.bytes);
	if (!object || json_object_get_type(object) != json_type_string)
		abort();
	json_object_put(object);
	text_free(&text);
}

/* A name that is served is no other than these. */
static void check_host(const char *host)
{
	struct config_status status;

	status_init(&status);
	snprintf(status.host, sizeof(status.host), "lb.example");
	if (web_host_is_ours(&status, host) && strncasecmp(host, "localhost", 9) &&
	    strncasecmp(host, "lb.example", 10) && strncmp(host, "127.", 4) && *host != '[')
		abort();
}

int LLVMFuzzerTestOneInput(const __u8 *data, size_t size)
{
	char *string = strndup((const char *)data, size);

	check_html(string);
	check_json(string);
	check_host(string);
	web_prefers_openmetrics(string);
	web_accepts_gzip(string);
	web_has_tag(string, "\"0123456789abcdef\"");
	web_number(string);
	free(string);
	return 0;
}
