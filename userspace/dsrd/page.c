// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "dsrd/html.h"
#include "dsrd/journal.h"
#include "dsrd/page.h"

/* Entries of the log on the overview. */
#define RECENT 10

static const struct {
	const char *kind;	/* class of the style sheet */
	const char *sign;
	const char *words;
} states[SERVICE_STATES] = {
	[SERVICE_UNSEEN] = { "none", "-", "unknown" },
	[SERVICE_OK] = { "good", "\u2713", "ok" },
	[SERVICE_EMPTY] = { "none", "-", "no backends" },
	[SERVICE_DEGRADED] = { "warn", "!", "some fail" },
	[SERVICE_FAIL_OPEN] = { "bad", "\u2716", "fails open" },
	[SERVICE_DOWN] = { "bad", "\u2716", "none serves" },
};

struct page_range page_range(size_t n, size_t size, unsigned int number)
{
	struct page_range range = { .pages = n ? (n + size - 1) / size : 1 };

	range.number = number < 1 ? 1 : number > range.pages ? range.pages : number;
	range.first = (range.number - 1) * size;
	range.end = range.first + size < n ? range.first + size : n;
	return range;
}

static void page_link(struct text *text, const char *path, const char *match, unsigned int number,
		      const char *words)
{
	text_add(text, "<a href=\"");
	html_put(text, "%s?", path);
	if (match)
		html_put(text, "match=%U&amp;", match);
	html_put(text, "page=%u\">%s</a> ", number, words);
}

void page_links(struct text *text, const struct page_range *range, const char *path,
		const char *match)
{
	if (range->pages == 1)
		return;
	html_put(text, "<p class=\"pages\">Page %u of %u: ", range->number, range->pages);
	if (range->number > 1) {
		page_link(text, path, match, 1, "first");
		page_link(text, path, match, range->number - 1, "previous");
	}
	if (range->number < range->pages) {
		page_link(text, path, match, range->number + 1, "next");
		page_link(text, path, match, range->pages, "last");
	}
	text_add(text, "</p>\n");
}

void page_begin_table(struct text *text, const char *kind, const char *const *titles)
{
	html_put(text, "<table class=\"%s\"><thead><tr>", kind);
	for (; *titles; titles++)
		html_put(text, "<th scope=\"col\">%s</th>", *titles);
	text_add(text, "</tr></thead><tbody>\n");
}

void page_end_table(struct text *text)
{
	text_add(text, "</tbody></table>\n");
}

void page_state(struct text *text, const char *kind, const char *sign, const char *words)
{
	html_put(text, "<span class=\"state %s\"><b aria-hidden=\"true\">%s</b> %s</span>", kind,
		 sign, words);
}

void page_service_state(struct text *text, enum service_state state)
{
	page_state(text, states[state].kind, states[state].sign, states[state].words);
}

void page_rate(struct text *text, const char *title, double rate)
{
	char number[16];

	html_put(text, "<td class=\"n\" data-t=\"%s\">%s</td>", title,
		 rates_format(rate, number, sizeof(number)));
}

/* Count the minutes of an hour in each state. */
static void count_minutes(const struct view *view, const struct view_service *service,
			  unsigned int *counts)
{
	unsigned int i;

	for (i = 0; i < HISTORY_MINUTES; i++)
		counts[history_minute(view->histories, service->history, i)->state]++;
}

/* Write the minutes of one state as a path: the worse, the higher. */
static void put_minutes(struct text *text, const struct view *view,
			const struct view_service *service, enum service_state state)
{
	static const unsigned int heights[SERVICE_STATES] = { 0, 4, 2, 7, 10, 10 };
	unsigned int x, width, height = heights[state];

	html_put(text, "<path class=\"%s\" d=\"", states[state].kind);
	for (x = 0; x < HISTORY_MINUTES; x += width ? width : 1) {
		for (width = 0; x + width < HISTORY_MINUTES; width++)
			if (history_minute(view->histories, service->history,
					   HISTORY_MINUTES - 1 - x - width)->state != state)
				break;
		if (width)
			html_put(text, "M%u %uh%uV10H%u", x, 10 - height, width, x);
	}
	text_add(text, "\"/>");
}

void page_strip(struct text *text, const struct view *view, const struct view_service *service)
{
	unsigned int counts[SERVICE_STATES] = { 0 };
	const char *comma = "";
	int state;

	if (!service->history) {
		text_add(text, "not recorded");
		return;
	}
	count_minutes(view, service, counts);
	text_add(text,
		 "<svg class=\"hour\" viewBox=\"0 0 60 10\" preserveAspectRatio=\"none\" role=\"img\"><title>");
	for (state = SERVICE_STATES - 1; state >= 0; state--) {
		if (!counts[state])
			continue;
		html_put(text, "%s%u min %s", comma, counts[state], states[state].words);
		comma = ", ";
	}
	text_add(text, "</title>");
	for (state = SERVICE_OK; state < SERVICE_STATES; state++)
		if (counts[state])
			put_minutes(text, view, service, state);
	text_add(text, "</svg>");
}

static void put_title(struct text *text, const struct view *view, const char *title)
{
	unsigned int faults = view->n_findings[FINDING_FAULT];
	unsigned int warnings = view->n_findings[FINDING_WARNING];

	if (faults)
		html_put(text, "%u %s", faults, faults == 1 ? "fault" : "faults");
	else if (warnings)
		html_put(text, "%u %s", warnings, warnings == 1 ? "warning" : "warnings");
	else
		text_add(text, "all is well");
	html_put(text, " - %s - %s", title, view->daemon.machine);
}

static void begin(struct text *text, const struct view *view, const char *title)
{
	text_add(text, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
	text_add(text,
		 "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
	text_add(text, "<meta name=\"color-scheme\" content=\"light dark\"><title>");
	put_title(text, view, title);
	text_add(text, "</title><link rel=\"icon\" href=\"icon.svg\" type=\"image/svg+xml\">");
	text_add(text, "<link rel=\"stylesheet\" href=\"style.css\">");
	text_add(text, "<script src=\"script.js\" defer></script></head><body>\n<header>");
	html_put(text, "<h1><a href=\"./\">nf_dsr</a> <span>on %s", view->daemon.machine);
	if (view->daemon.netns)
		html_put(text, ", network namespace %s", view->daemon.netns);
	text_add(text, "</span></h1><nav><a href=\"./\">Services</a> <a href=\"log\">Log</a> ");
	text_add(text, "<a href=\"status.json\">JSON</a> <a href=\"metrics\">Metrics</a></nav>");
	text_add(text, "</header>\n<main id=\"main\">");
	html_put(text, "<p id=\"time\">As of <time>%s</time>. ", view->daemon.time);
	text_add(text, "<span id=\"refresh\"><a href=\"\">Refresh</a></span></p>\n");
}

/* Say what the words mean. */
static void put_words(struct text *text)
{
	static const char *const words[][2] = {
		{
			"Path",
			"A check asked the VIP, by the way that the packets of clients take to this backend. This decides."
		}, {
			"Host",
			"A check asked the backend's own address. This explains: if the host answers and the path does not, see VIP, tunnel, rp_filter or MTU at the backend."
		}, {
			"Health", "What the kernel goes by."
		}, {
			"Admin", "What the operator has set: active, drain (no new flows) or down."
		}, {
			"State", "What becomes of new flows now, from all of this."
		}, {
			"Share",
			"Of the new flows of the service: what the weights give to the backend, and what it got."
		}, {
			"Flows/s, packets/s, bit/s",
			"Of what clients send. Replies do not pass the director."
		}, {
			"Fails open",
			"Too few backends are healthy, so the kernel ignores health rather than to send all clients to those few."
		}, {
			"Last hour",
			"Each minute by the worst that was seen: the higher the bar, the worse."
		}
	};
	size_t i;

	text_add(text, "<details><summary>What the words mean</summary><dl>");
	for (i = 0; i < sizeof(words) / sizeof(*words); i++)
		html_put(text, "<dt>%s</dt><dd>%s</dd>", words[i][0], words[i][1]);
	text_add(text, "</dl></details>\n");
}

static void end(struct text *text, const struct view *view)
{
	char window[32];

	if (view->seconds > 0)
		html_put(text,
			 "<p class=\"small\">Rates and measured shares are about the last %s.</p>",
			 view_duration(view->seconds + 0.5, window, sizeof(window)));
	else
		text_add(text,
			 "<p class=\"small\">There are no rates yet: dsrd has just started.</p>");
	put_words(text);
	text_add(text, "</main></body></html>\n");
}

/* Write a finding, with a link to its service unless that is what the page is about. */
static void put_finding(struct text *text, const struct finding *finding, bool link)
{
	static const char *const kinds[] = { "bad", "warn", "none" };
	static const char *const signs[] = { "\u2716", "!", "-" };
	static const char *const words[] = { "Fault", "Warning", "Note" };

	html_put(text, "<li class=\"%s\">", kinds[finding->level]);
	page_state(text, kinds[finding->level], signs[finding->level], words[finding->level]);
	html_put(text, " <span class=\"say\">%s</span>", finding->text);
	if (finding->service && link)
		html_put(text, " <a href=\"service?match=%U\">details</a>",
			 finding->service->match);
	if (*finding->command)
		html_put(text, "<br>%s <code>%s</code>",
			 finding->at_backend ? "Run at the backend:" : "Run:", finding->command);
	text_add(text, "</li>\n");
}

/* Say what is wrong with a service, or with all if it is NULL. */
static void put_findings(struct text *text, const struct view *view,
			 const struct view_service *service)
{
	const struct finding *finding;
	size_t i, n = 0, left = 0;

	text_add(text,
		 "<section id=\"wrong\"><h2>What is wrong now</h2>\n<ul class=\"findings\">");
	for (i = 0; i < view->findings.n; i++) {
		finding = list_at(&view->findings, i);
		if (service && finding->service != service)
			continue;
		if (n < PAGE_FINDINGS)
			put_finding(text, finding, !service);
		else
			left++;
		n++;
	}
	if (!n) {
		text_add(text, "<li class=\"good\">");
		page_state(text, "good", "\u2713", "Nothing");
		text_add(text, "</li>\n");
	}
	if (left)
		html_put(text,
			 "<li class=\"none\">And %u more: see <a href=\"status.json?scope=service\">JSON</a>.</li>\n",
			 (unsigned int)left);
	text_add(text, "</ul></section>\n");
}

static void put_service(struct text *text, const struct view *view,
			const struct view_service *service)
{
	const struct rates_object *object = service->object;

	html_put(text, "<tr><th scope=\"row\"><a href=\"service?match=%U\">%s</a>", service->match,
		 service->name);
	if (strcmp(service->name, service->match))
		html_put(text, "<br><span class=\"small\">%s</span>", service->match);
	text_add(text, "</th><td data-t=\"State\">");
	page_service_state(text, service->state);
	html_put(text, "</td><td class=\"n\" data-t=\"Backends\">%u of %u serve</td>", object->up,
		 object->backends);
	page_rate(text, "Flows/s", service->rates.flows);
	page_rate(text, "Packets/s", service->rates.packets);
	page_rate(text, "Bit/s", service->rates.bits);
	text_add(text, "<td class=\"n\" data-t=\"Flows\">");
	text_add_number(text, object->counters.active);
	text_add(text, "</td><td data-t=\"Last hour\">");
	page_strip(text, view, service);
	text_add(text, "</td></tr>\n");
}

static const char *const service_titles[] = {
	"Service", "State", "Backends", "Flows/s", "Packets/s", "Bit/s", "Flows", "Last hour", NULL
};

/* The worse, the further up. What is alike stays in its order. */
static int compare_services(const void *a, const void *b)
{
	const struct view_service *left = *(const struct view_service *const *)a;
	const struct view_service *right = *(const struct view_service *const *)b;

	return (left->state < right->state) - (left->state > right->state) ?:
	       (left > right) - (left < right);
}

/* Return the services as they are listed. The caller frees the array. */
static const struct view_service **sort_services(const struct view *view)
{
	const struct view_service **sorted;
	size_t i;

	sorted = error_check_alloc(calloc(view->n_services + 1, sizeof(*sorted)));
	for (i = 0; i < view->n_services; i++)
		sorted[i] = &view->services[i];
	qsort(sorted, view->n_services, sizeof(*sorted), compare_services);
	return sorted;
}

static void put_services(struct text *text, const struct view *view, unsigned int number)
{
	struct page_range range = page_range(view->n_services, PAGE_SERVICES, number);
	const struct view_service **sorted = sort_services(view);
	size_t i;

	html_put(text, "<section><h2>Services (%u)</h2>\n", (unsigned int)view->n_services);
	page_links(text, &range, "./", NULL);
	page_begin_table(text, "services", service_titles);
	for (i = range.first; i < range.end; i++)
		put_service(text, view, sorted[i]);
	page_end_table(text);
	text_add(text, "</section>\n");
	for (i = range.first; view->n_backends <= PAGE_INLINE && i < range.end; i++) {
		if (!sorted[i]->n)
			continue;
		html_put(text, "<section><h2>Backends of %s</h2>\n", sorted[i]->name);
		page_backends(text, view, sorted[i], 0, sorted[i]->n);
		text_add(text, "</section>\n");
	}
	free(sorted);
}

static void put_log(struct text *text, size_t first, size_t end)
{
	static const char *const titles[] = { "Time", "About", "Event", "Reason", NULL };
	const struct journal_entry *entry;
	char time[20];
	size_t i;

	page_begin_table(text, "log", titles);
	for (i = first; i < end; i++) {
		entry = journal_at(i);
		/* Without fractions of seconds and the zone. */
		snprintf(time, sizeof(time), "%.19s", entry->time);
		time[strcspn(time, "T")] = ' ';
		html_put(text,
			 "<tr><td data-t=\"Time\">%s</td><td data-t=\"About\">%s%s%s</td><td data-t=\"Event\">%s</td><td data-t=\"Reason\">%s</td></tr>\n",
			 time, *entry->service ? entry->service : "dsrd",
			 *entry->backend ? ": " : "", entry->backend, entry->event,
			 entry->reason);
	}
	page_end_table(text);
}

static void put_recent(struct text *text)
{
	size_t n = journal_n();

	text_add(text, "<section><h2>What happened last</h2>\n");
	put_log(text, 0, n < RECENT ? n : RECENT);
	text_add(text, "<p><a href=\"log\">The whole log</a></p></section>\n");
}

void page_overview(struct text *text, const struct view *view, unsigned int number)
{
	begin(text, view, "nf_dsr");
	if (number <= 1)
		put_findings(text, view, NULL);
	put_services(text, view, number);
	if (number <= 1)
		put_recent(text);
	end(text, view);
}

void page_log(struct text *text, const struct view *view, unsigned int number)
{
	struct page_range range = page_range(journal_n(), PAGE_LOG, number);

	begin(text, view, "log");
	html_put(text, "<section><h2>Log (the last %u entries)</h2>\n", (unsigned int)journal_n());
	page_links(text, &range, "log", NULL);
	put_log(text, range.first, range.end);
	text_add(text, "</section>\n");
	end(text, view);
}

void page_service(struct text *text, const struct view *view, const struct view_service *service,
		  unsigned int number)
{
	struct page_range range = page_range(service->n, PAGE_BACKENDS, number);

	begin(text, view, service->name);
	html_put(text, "<h2>%s", service->name);
	if (strcmp(service->name, service->match))
		html_put(text, " <span class=\"small\">%s</span>", service->match);
	text_add(text, "</h2>\n");
	put_findings(text, view, service);
	text_add(text, "<section>");
	page_begin_table(text, "services", service_titles);
	put_service(text, view, service);
	page_end_table(text);
	text_add(text, "</section>\n");
	html_put(text, "<section><h2>Backends (%u)</h2>\n", (unsigned int)service->n);
	page_links(text, &range, "service", service->match);
	page_backends(text, view, service, range.first, range.end);
	text_add(text, "</section>\n");
	page_hour(text, view, service);
	end(text, view);
}

void page_not_found(struct text *text, const struct view *view)
{
	begin(text, view, "not found");
	text_add(text, "<section><h2>There is no such page</h2>");
	text_add(text, "<p>The service may have been deleted. ");
	text_add(text, "<a href=\"./\">All services</a></p></section>\n");
	end(text, view);
}
