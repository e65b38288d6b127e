// SPDX-License-Identifier: GPL-2.0-or-later
/* The lines of dsrctl top, see top.h. */
#include <stdarg.h>
#include <string.h>

#include "top.h"

/* Columns beside that of the names: their widths and the blanks before them. */
#define OTHER_COLUMNS (13 + 6 + 6 + 5 + 5 + 5 + 6 + 7)
#define ROW "%-*.*s %-13.13s %6.6s %6.6s %5.5s %5.5s %5.5s %6.6s"

static const char *const sort_names[] = {
	[TOP_BY_FLOWS] = "flow/s",
	[TOP_BY_PACKETS] = "pkt/s",
	[TOP_BY_BITS] = "bit/s",
	[TOP_BY_ACTIVE] = "active",
	[TOP_BY_NAME] = "name",
};

static const char *const help[] = {
	"q             quit",
	"Up Down       select a row; also Page Up, Page Down, Home, End",
	"Enter, Space  fold or unfold the backends of the selected service",
	"e             fold or unfold all services",
	"f p b a n     sort by flow/s, pkt/s, bit/s, active flows, name",
	"s             sort by the next of them",
	"r             reverse the order",
	"/             show only names that contain a text; an empty one shows all",
	"i             change the interval",
	"d             packets that were dropped, by reason",
	"h ?           this text; again or Esc: back",
	"",
	"FLOW/S        new flows per second",
	"PKT/S BIT/S   packets and bits that came in; servers' answers do not pass here",
	"SHARE         of the new flows of the service, in this interval",
	"WEIGHT        share that the weights of the backends that take new flows give",
};

#define N_HELP (sizeof(help) / sizeof(*help))

static const char *scaled(double value, bool known, char *text, size_t size)
{
	if (!known)
		snprintf(text, size, "-");
	else
		rates_format(value, text, size);
	return text;
}

static void append(char *line, const char *format, ...) __printf(2, 3);

static void append(char *line, const char *format, ...)
{
	size_t used = strlen(line);
	va_list args;

	va_start(args, format);
	vsnprintf(line + used, TOP_LINE - used, format, args);
	va_end(args);
}

static void head_state(const struct top *top, char *line)
{
	append(line, "dsrctl top  %s  every %g s  sort %s%s", top->time, top->interval / 1e9,
	       sort_names[top->sort], top->reverse ? " reversed" : "");
	if (top->filter[0])
		append(line, "  filter \"%s\"", top->filter);
}

static void head_counts(const struct top *top, char *line)
{
	const struct dsr_stats *stats = top->stats;

	if (!stats)
		return;
	append(line, "services %zu  backends %zu (%zu take no new flows)  flows %u of %u (%.0f%%)",
	       top->services.n, top->backends.n, top->backends.n - top->serving, stats->flows,
	       stats->flows_max, stats->flows_max ? 100.0 * stats->flows / stats->flows_max : 0);
}

static const struct rates_drop *drop_at(const struct top *top, size_t i)
{
	return list_at(&top->drops, i);
}

/* Add the reasons of most drops, as many as there is room for. The rest is in the view of drops. */
static void head_drops(const struct top *top, char *line)
{
	char text[80], rate[16];
	size_t i, room;

	for (i = 0; i < top->drops.n && drop_at(top, i)->rate > 0; i++) {
		snprintf(text, sizeof(text), "%s %.40s %s", i ? "," : ":", drop_at(top, i)->name,
			 rates_format(drop_at(top, i)->rate, rate, sizeof(rate)));
		room = TOP_WIDTH - strlen(line);
		if (i + 1 < top->drops.n && drop_at(top, i + 1)->rate > 0)
			room -= strlen(" ...");
		if (strlen(text) > room) {
			append(line, " ...");
			return;
		}
		append(line, "%s", text);
	}
}

static void head_rates(const struct top *top, char *line)
{
	bool known = top->total.seconds;
	char flows[16], packets[16], bits[16], drops[16];

	append(line, "flow/s %s  pkt/s %s  bit/s %s  drop/s %s",
	       scaled(top->total.flows, known, flows, sizeof(flows)),
	       scaled(top->total.packets, known, packets, sizeof(packets)),
	       scaled(top->total.bits, known, bits, sizeof(bits)),
	       rates_format(top->drop_rate, drops, sizeof(drops)));
	head_drops(top, line);
}

static void head_prompt(const struct top *top, char *line)
{
	if (top->prompt == TOP_FILTER)
		append(line, "Show names with: %s", top->typed);
	else if (top->prompt == TOP_INTERVAL)
		append(line, "Seconds (%g): %s", top->interval / 1e9, top->typed);
	else
		append(line, "%s", top->message);
}

/* Return the width of the column of names. */
static int name_width(size_t width)
{
	if (!width || width < TOP_WIDTH)
		width = TOP_WIDTH;
	return width - OTHER_COLUMNS;
}

static void head_titles(const struct top *top, char *line, size_t width)
{
	int names = name_width(width);

	if (top->view == TOP_SERVICES)
		append(line, ROW, names, names, "SERVICE / BACKEND", "STATE", "ACTIVE", "FLOW/S",
		       "PKT/S", "BIT/S", "SHARE", "WEIGHT");
	else if (top->view == TOP_DROPS)
		append(line, "%-20s %6s %12s  %s", "DROPPED FOR", "PKT/S", "PACKETS", "MEANING");
	else
		append(line, "KEYS AND COLUMNS");
}

/* Cut a line at the width, and the blanks at its end. */
static void cut(char *line, size_t width)
{
	size_t length = strlen(line);

	if (width && length > width)
		length = width;
	while (length && line[length - 1] == ' ')
		length--;
	line[length] = '\0';
}

void top_head(const struct top *top, unsigned int i, char *line, size_t width)
{
	line[0] = '\0';
	if (!i)
		head_state(top, line);
	else if (i == 1)
		head_counts(top, line);
	else if (i == 2)
		head_rates(top, line);
	else if (i == TOP_PROMPT_LINE)
		head_prompt(top, line);
	else
		head_titles(top, line, width);
	cut(line, width);
}

/* Write a name into its column. A name that is too long ends with '~'; without a width, it takes
 * the room that it needs.
 */
static void put_name(const struct top_row *row, char *text, size_t size, size_t width, int names)
{
	int used;

	if (row->is_service)
		used = snprintf(text, size, "%c %s", row->folded ? '+' : '-', row->name);
	else
		used = snprintf(text, size, "    %s", row->name);
	if (width && used > names)
		snprintf(text + names - 1, size - names + 1, "~");
}

static void put_state(const struct top_row *row, char *text, size_t size)
{
	char number[16];
	int used;

	if (!row->is_service) {
		snprintf(text, size, "%s",
			 model_name(names_effective_state, row->result->object->effective, number,
				    sizeof(number)));
		return;
	}
	used = snprintf(text, size, "%zu/%zu serving", row->serving, row->backends);
	if (used > 13)
		snprintf(text, size, "%zu/%zu", row->serving, row->backends);
}

static void put_active(const struct top_row *row, char *text, size_t size)
{
	__u64 active = row->result->object->counters.active;

	if (active < 1000000)
		snprintf(text, size, "%llu", (unsigned long long)active);
	else
		rates_format(active, text, size);
}

static void put_row(const struct top_row *row, char *line, size_t width)
{
	const struct rates_result *result = row->result;
	char name[TOP_LINE / 2], state[32], active[24], flows[16], packets[16], bits[16];
	char share[16] = "", weight[16] = "";
	bool known = result->rates.seconds;
	int names = name_width(width);

	put_name(row, name, sizeof(name), width, names);
	put_state(row, state, sizeof(state));
	put_active(row, active, sizeof(active));
	if (!row->is_service) {
		rates_format_share(known ? result->share : RATES_UNKNOWN, share, sizeof(share));
		rates_format_share(result->weight_share, weight, sizeof(weight));
	}
	append(line, ROW, names, (int)sizeof(name), name, state, active,
	       scaled(result->rates.flows, known, flows, sizeof(flows)),
	       scaled(result->rates.packets, known, packets, sizeof(packets)),
	       scaled(result->rates.bits, known, bits, sizeof(bits)), share, weight);
}

static void put_drop(const struct rates_drop *drop, char *line)
{
	char rate[16];

	append(line, "%-20s %6s %12llu  %s", drop->name,
	       rates_format(drop->rate, rate, sizeof(rate)), (unsigned long long)drop->packets,
	       drop->doc ? drop->doc : "");
}

size_t top_n_rows(const struct top *top)
{
	if (top->view == TOP_DROPS)
		return top->drops.n;
	return top->view == TOP_HELP ? N_HELP : top->rows.n;
}

void top_row(const struct top *top, size_t i, char *line, size_t width)
{
	line[0] = '\0';
	if (i >= top_n_rows(top))
		return;
	if (top->view == TOP_DROPS)
		put_drop(list_at(&top->drops, i), line);
	else if (top->view == TOP_HELP)
		append(line, "%s", help[i]);
	else
		put_row(list_at(&top->rows, i), line, width);
	cut(line, width);
}

bool top_is_service(const struct top *top, size_t i)
{
	const struct top_row *row;

	if (top->view != TOP_SERVICES || i >= top->rows.n)
		return false;
	row = list_at(&top->rows, i);
	return row->is_service;
}

void top_foot(const struct top *top, char *line, size_t width)
{
	size_t n = top_n_rows(top);

	line[0] = '\0';
	append(line, "q quit  h help  s sort  Enter fold  / filter  d drops  row %zu of %zu",
	       n ? top->selected + 1 : 0, n);
	cut(line, width);
}
