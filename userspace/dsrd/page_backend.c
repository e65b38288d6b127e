// SPDX-License-Identifier: GPL-2.0-or-later
/* The parts of the status page about the backends of a service, and its last hour. */
#include <stdlib.h>
#include <string.h>

#include "dsrd/html.h"
#include "dsrd/page.h"

#define GOOD "\u2713"
#define BAD "\u2716"

/* A word of the kernel or of a check, with its sign. */
struct word {
	const char *kind;
	const char *sign;
	const char *words;
};

static void put_word(struct text *text, const struct word *word)
{
	page_state(text, word->kind, word->sign, word->words);
}

static const struct word *effective_word(__u8 effective)
{
	static const struct word words[] = {
		[NF_DSR_EFFECTIVE_STATE_SERVING] = { "good", GOOD, "serving" },
		[NF_DSR_EFFECTIVE_STATE_SLOW_STARTING] = { "good", GOOD, "slow starting" },
		[NF_DSR_EFFECTIVE_STATE_LIMITED] = { "warn", "!", "limited" },
		[NF_DSR_EFFECTIVE_STATE_STANDBY] = { "none", "-", "standby" },
		[NF_DSR_EFFECTIVE_STATE_NO_WEIGHT] = { "none", "-", "no weight" },
		[NF_DSR_EFFECTIVE_STATE_DRAINING] = { "none", "\u2193", "draining" },
		[NF_DSR_EFFECTIVE_STATE_NO_NEIGHBOUR] = { "bad", BAD, "no neighbour" },
		[NF_DSR_EFFECTIVE_STATE_NO_ROUTE] = { "bad", BAD, "no route" },
		[NF_DSR_EFFECTIVE_STATE_DRAINED] = { "none", "\u2193", "drained" },
		[NF_DSR_EFFECTIVE_STATE_HEALTH_DOWN] = { "bad", BAD, "health down" },
		[NF_DSR_EFFECTIVE_STATE_DOWN] = { "none", "-", "taken out" },
	};
	static const struct word unknown = { "none", "?", "unknown" };

	return effective < sizeof(words) / sizeof(*words) ? &words[effective] : &unknown;
}

static const struct word *admin_word(__u8 state)
{
	static const struct word words[] = {
		[NF_DSR_BACKEND_STATE_ACTIVE] = { "plain", "", "active" },
		[NF_DSR_BACKEND_STATE_DRAIN] = { "none", "\u2193", "drain" },
		[NF_DSR_BACKEND_STATE_DOWN] = { "none", "-", "down" },
	};
	static const struct word unknown = { "none", "?", "unknown" };

	return state < sizeof(words) / sizeof(*words) ? &words[state] : &unknown;
}

static const struct word health_words[] = {
	[NF_DSR_HEALTH_UP] = { "good", GOOD, "up" },
	[NF_DSR_HEALTH_DOWN] = { "bad", BAD, "down" },
};

static void put_verdict(struct text *text, const char *verdict)
{
	static const struct word unknown = { "none", "?", "unknown" };

	if (!verdict || !strcmp(verdict, "none"))
		text_add(text, "<span class=\"state none\">-</span>");
	else if (!strcmp(verdict, "up"))
		put_word(text, &health_words[NF_DSR_HEALTH_UP]);
	else if (!strcmp(verdict, "down"))
		put_word(text, &health_words[NF_DSR_HEALTH_DOWN]);
	else
		put_word(text, &unknown);
}

static unsigned int percent(double share)
{
	return share > 0 ? share * 100 + 0.5 : 0;
}

/* Write both shares, as numbers and as bars. */
static void put_shares(struct text *text, const struct rates_result *result)
{
	char wanted[16], got[16];

	text_add(text, "<td class=\"n\" data-t=\"Share: weight, seen\">");
	html_put(text,
		 "%s, %s<svg class=\"share\" viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" aria-hidden=\"true\">",
		 rates_format_share(result->weight_share, wanted, sizeof(wanted)),
		 rates_format_share(result->share, got, sizeof(got)));
	html_put(text,
		 "<rect class=\"w\" width=\"%u\" height=\"3\"/><rect class=\"m\" y=\"5\" width=\"%u\" height=\"3\"/></svg></td>",
		 percent(result->weight_share), percent(result->share));
}

static void put_reason(struct text *text, const struct view_check *check)
{
	char since[32];

	text_add(text, "<td class=\"reason\" data-t=\"Last result\">");
	if (!check->known)
		text_add(text, "<span class=\"small\">no checks</span>");
	else if (check->reason)
		html_put(text, "%s: %s <span class=\"small\">for %s</span>",
			 check->check ? check->check : "", check->reason,
			 view_duration(check->since, since, sizeof(since)));
	else
		text_add(text, "<span class=\"small\">no result yet</span>");
	if (check->paused)
		text_add(text, " <span class=\"state none\">\u2016 paused</span>");
	text_add(text, "</td>");
}

static void put_backend(struct text *text, const struct view_backend *backend)
{
	const struct rates_object *object = backend->result->object;

	html_put(text, "<tr><th scope=\"row\">%s", backend->name);
	if (strcmp(backend->name, backend->address))
		html_put(text, "<br><span class=\"small\">%s</span>", backend->address);
	text_add(text, "</th><td data-t=\"State\">");
	put_word(text, effective_word(object->effective));
	text_add(text, "</td><td data-t=\"Path\">");
	put_verdict(text, backend->check.path);
	text_add(text, "</td><td data-t=\"Host\">");
	put_verdict(text, backend->check.host);
	text_add(text, "</td><td data-t=\"Health\">");
	put_word(text, &health_words[object->health == NF_DSR_HEALTH_DOWN]);
	text_add(text, "</td><td data-t=\"Admin\">");
	put_word(text, admin_word(object->state));
	text_add(text, "</td>");
	put_shares(text, backend->result);
	page_rate(text, "Flows/s", backend->result->rates.flows);
	page_rate(text, "Packets/s", backend->result->rates.packets);
	page_rate(text, "Bit/s", backend->result->rates.bits);
	text_add(text, "<td class=\"n\" data-t=\"Flows\">");
	text_add_number(text, object->counters.active);
	text_add(text, "</td>");
	put_reason(text, &backend->check);
	text_add(text, "</tr>\n");
}

/* Those that fail come first. What is alike stays in its order. */
static int compare_backends(const void *a, const void *b)
{
	const struct view_backend *left = *(const struct view_backend *const *)a;
	const struct view_backend *right = *(const struct view_backend *const *)b;

	return right->fails - left->fails ?: (left > right) - (left < right);
}

void page_backends(struct text *text, const struct view *view, const struct view_service *service,
		   size_t first, size_t end)
{
	static const char *const titles[] = {
		"Backend", "State", "Path", "Host", "Health", "Admin", "Share: weight, seen",
		"Flows/s", "Packets/s", "Bit/s", "Flows", "Last result", NULL
	};
	const struct view_backend **sorted;
	size_t i;

	page_begin_table(text, "backends", titles);
	sorted = error_check_alloc(calloc(service->n + 1, sizeof(*sorted)));
	for (i = 0; i < service->n; i++)
		sorted[i] = &view->backends[service->first + i];
	qsort(sorted, service->n, sizeof(*sorted), compare_backends);
	for (i = first; i < end; i++)
		put_backend(text, sorted[i]);
	free(sorted);
	page_end_table(text);
}

static double most_flows(const struct view *view, const struct history *history)
{
	double flows, most = 0;
	unsigned int i;

	for (i = 0; i < HISTORY_MINUTES; i++) {
		flows = history_minute(view->histories, history, i)->flows;
		most = flows > most ? flows : most;
	}
	return most;
}

/* Write the new flows of each minute as bars of at most 40. */
static void put_bars(struct text *text, const struct view *view, const struct history *history,
		     double most)
{
	const struct history_minute *minute;
	unsigned int i;

	text_add(text,
		 "<svg class=\"chart\" viewBox=\"0 0 60 40\" preserveAspectRatio=\"none\" role=\"img\">");
	text_add(text,
		 "<title>New flows per second in each of the last 60 minutes</title><path d=\"");
	for (i = 0; i < HISTORY_MINUTES; i++) {
		minute = history_minute(view->histories, history, HISTORY_MINUTES - 1 - i);
		if (minute->state != SERVICE_UNSEEN)
			text_printf(text, "M%u 40h.9V%.1fh-.9z", i,
				    40 - (most > 0 ? 39 * minute->flows / most : 0) - 0.5);
	}
	text_add(text, "\"/></svg>\n");
}

void page_hour(struct text *text, const struct view *view, const struct view_service *service)
{
	char most[16];

	if (!service->history)
		return;
	html_put(text,
		 "<section><h2>New flows per second in the last hour</h2><p class=\"small\">The highest bar is %s.</p>\n",
		 rates_format(most_flows(view, service->history), most, sizeof(most)));
	put_bars(text, view, service->history, most_flows(view, service->history));
	text_add(text,
		 "<p class=\"small axis\"><span>60 minutes ago</span><span>now</span></p></section>\n");
}
