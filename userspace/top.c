// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The model of dsrctl top, see top.h: top_update() computes results from snapshots, arrange()
 * makes rows from them, top_key() changes what the user has chosen, and top_text.c formats.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "names.h"
#include "top.h"

void top_init(struct top *top, __u64 interval)
{
	*top = (struct top){
		.interval = interval,
		.toggled = LIST_OF(struct dsr_key),
		.services = LIST_OF(struct rates_result),
		.backends = LIST_OF(struct rates_result),
		.drops = LIST_OF(struct rates_drop),
		.rows = LIST_OF(struct top_row),
	};
}

void top_free(struct top *top)
{
	list_free(&top->toggled);
	list_free(&top->services);
	list_free(&top->backends);
	list_free(&top->drops);
	list_free(&top->rows);
	free(top->names);
}

static const struct top_row *row_at(const struct top *top, size_t i)
{
	return list_at(&top->rows, i);
}

/* Return true if the text contains the filter, in letters of either case. */
static bool contains(const char *text, const char *filter)
{
	return strcasestr(text, filter);
}

static bool is_folded(const struct top *top, const struct dsr_key *key)
{
	size_t i;

	for (i = 0; i < top->toggled.n; i++)
		if (!rates_compare_keys(list_at(&top->toggled, i), key))
			return !top->folded;
	return top->folded;
}

static void toggle(struct top *top, const struct dsr_key *key)
{
	size_t i;

	for (i = 0; i < top->toggled.n; i++) {
		struct dsr_key *toggled = (void *)list_at(&top->toggled, i);

		if (rates_compare_keys(toggled, key))
			continue;
		*toggled = *(const struct dsr_key *)list_at(&top->toggled, top->toggled.n - 1);
		top->toggled.n--;
		return;
	}
	*(struct dsr_key *)list_new(&top->toggled) = *key;
}

/* A service with its backends, for sorting. */
struct group {
	const struct top *top;
	struct top_row service;
	const struct rates_result *backends;
	const char *names;		/* of the backends */
	size_t n;
	size_t at;			/* in the kernel's order */
};

static double sort_value(enum top_sort sort, const struct rates_result *result)
{
	switch (sort) {
	case TOP_BY_FLOWS:
		return result->rates.flows;
	case TOP_BY_PACKETS:
		return result->rates.packets;
	case TOP_BY_BITS:
		return result->rates.bits;
	case TOP_BY_ACTIVE:
		return result->object->counters.active;
	default:
		return 0;
	}
}

/* Compare two results: large values first; equal ones by name. */
static int compare_results(const struct top *top, const struct top_row *a,
			   const struct top_row *b)
{
	double x = sort_value(top->sort, a->result), y = sort_value(top->sort, b->result);
	int order = x > y ? -1 : x < y ? 1 : strverscmp(a->name, b->name);

	return top->reverse ? -order : order;
}

static int compare_groups(const void *a, const void *b)
{
	const struct group *x = a, *y = b;

	return compare_results(x->top, &x->service, &y->service);
}

static int compare_rows(const void *a, const void *b, void *top)
{
	return compare_results(top, a, b);
}

static const char *name_at(const struct top *top, size_t i)
{
	return top->names + i * NAMES_TEXT;
}

/* Make a group of the next service. Its backends are those behind *backend, which the kernel
 * lists in the order of the services. After a change between both lists there may be others
 * before them, or none.
 */
static void make_group(const struct top *top, size_t at, size_t *backend, struct group *group)
{
	const struct rates_result *service = list_at(&top->services, at);
	const struct rates_result *first = list_at(&top->backends, 0);
	const struct dsr_key *key = &service->object->service;
	size_t begin = *backend, end;

	while (service->object->backends && begin < top->backends.n &&
	       rates_compare_keys(&first[begin].object->service, key))
		begin++;
	for (end = begin; service->object->backends && end < top->backends.n; end++)
		if (rates_compare_keys(&first[end].object->service, key))
			break;
	*group = (struct group){
		.top = top, .at = at,
		.service = { service, name_at(top, at), end - begin, .is_service = true },
		.backends = first + begin, .n = end - begin,
		.names = name_at(top, top->services.n + begin),
	};
	if (end > begin)
		*backend = end;
	while (begin < end)
		group->service.serving += rates_takes_flows(first[begin++].object->effective);
}

static struct group *make_groups(const struct top *top)
{
	struct group *groups = error_check_alloc(calloc(top->services.n + 1, sizeof(*groups)));
	size_t i, backend = 0;

	for (i = 0; i < top->services.n; i++)
		make_group(top, i, &backend, &groups[i]);
	qsort(groups, top->services.n, sizeof(*groups), compare_groups);
	return groups;
}

/* Add the rows of a group that the filter admits. A filter unfolds what it finds. */
static void add_group(struct top *top, const struct group *group)
{
	const char *filter = top->filter;
	bool whole = contains(group->service.name, filter);
	struct top_row *row = list_new(&top->rows);
	size_t first, service = top->rows.n - 1, i;

	*row = group->service;
	row->folded = is_folded(top, &row->result->object->service);
	first = top->rows.n;
	for (i = 0; i < group->n; i++) {
		const char *name = group->names + i * NAMES_TEXT;

		if (whole ? row_at(top, service)->folded : !contains(name, filter))
			continue;
		row = list_new(&top->rows);
		*row = (struct top_row){ .result = &group->backends[i], .name = name };
	}
	if (!whole && first == top->rows.n)
		top->rows.n--;
	else if (first < top->rows.n)
		qsort_r((void *)row_at(top, first), top->rows.n - first, sizeof(*row),
			compare_rows, top);
}

static void arrange(struct top *top)
{
	struct group *groups = make_groups(top);
	size_t i;

	list_clear(&top->rows);
	for (i = 0; i < top->services.n; i++)
		add_group(top, &groups[i]);
	free(groups);
}

/* What identifies a row in another arrangement. */
struct mark {
	struct dsr_key service;
	struct dsr_addr addr;
	bool any;
};

static struct mark mark_selected(const struct top *top)
{
	const struct rates_object *object;

	if (top->selected >= top->rows.n)
		return (struct mark){ 0 };
	object = row_at(top, top->selected)->result->object;
	return (struct mark){ object->service, object->addr, true };
}

/* Select the row of the mark again or, if it is hidden now, that of its service. */
static void select_marked(struct top *top, const struct mark *mark)
{
	const struct rates_object *object;
	size_t i;

	for (i = 0; mark->any && i < top->rows.n; i++) {
		object = row_at(top, i)->result->object;
		if (rates_compare_keys(&object->service, &mark->service))
			continue;
		if (!object->addr.family)
			top->selected = i;
		if (object->addr.family == mark->addr.family &&
		    !memcmp(object->addr.bytes, mark->addr.bytes, sizeof(mark->addr.bytes)))
			top->selected = i;
	}
	if (top->selected >= top->rows.n)
		top->selected = top->rows.n ? top->rows.n - 1 : 0;
}

static void arrange_again(struct top *top)
{
	const struct mark mark = mark_selected(top);

	arrange(top);
	if (top->view == TOP_SERVICES)
		select_marked(top, &mark);
}

/* Replace what a terminal might take for a command. */
static void make_printable(char *text)
{
	for (; *text; text++)
		if (!isprint((unsigned char)*text))
			*text = '?';
}

static void make_names(struct top *top, const struct snapshot *now)
{
	size_t n = top->services.n + top->backends.n, i;
	const struct rates_object *object;
	const struct rates_result *result;
	char *name;

	free(top->names);
	top->names = error_check_alloc(calloc(n + 1, NAMES_TEXT));
	for (i = 0; i < n; i++) {
		result = i < top->services.n ? list_at(&top->services, i) :
			 list_at(&top->backends, i - top->services.n);
		object = result->object;
		name = top->names + i * NAMES_TEXT;
		if (object->addr.family)
			names_backend(now->names, &object->service, &object->addr, name,
				      NAMES_TEXT);
		else
			names_service(now->names, &object->service, name, NAMES_TEXT);
		make_printable(name);
	}
}

static void sum_up(struct top *top)
{
	const struct rates_result *result;
	size_t i;

	top->total = (struct dsr_rates){ 0 };
	top->serving = 0;
	top->drop_rate = 0;
	for (i = 0; i < top->services.n; i++) {
		result = list_at(&top->services, i);
		top->total.seconds = result->rates.seconds;
		top->total.flows += result->rates.flows;
		top->total.packets += result->rates.packets;
		top->total.bits += result->rates.bits;
	}
	for (i = 0; i < top->backends.n; i++) {
		result = list_at(&top->backends, i);
		top->serving += rates_takes_flows(result->object->effective);
	}
	for (i = 0; i < top->drops.n; i++)
		top->drop_rate += ((const struct rates_drop *)list_at(&top->drops, i))->rate;
}

static int compare_drops(const void *a, const void *b)
{
	const struct rates_drop *x = a, *y = b;

	if (x->rate != y->rate)
		return x->rate > y->rate ? -1 : 1;
	if (x->packets != y->packets)
		return x->packets > y->packets ? -1 : 1;
	return strcmp(x->name, y->name);
}

void top_update(struct top *top, const struct snapshot *before, const struct snapshot *now,
		const char *time)
{
	const struct mark mark = mark_selected(top);

	snprintf(top->time, sizeof(top->time), "%s", time);
	list_clear(&top->services);
	list_clear(&top->backends);
	list_clear(&top->drops);
	rates_compute(&before->services, &now->services, &top->services);
	rates_compute(&before->backends, &now->backends, &top->backends);
	rates_drops(&before->stats, &now->stats, before->time ? now->time - before->time : 0,
		    &top->drops);
	qsort(top->drops.records, top->drops.n, sizeof(struct rates_drop), compare_drops);
	top->stats = &now->stats;
	sum_up(top);
	make_names(top, now);
	arrange(top);
	if (top->view == TOP_SERVICES)
		select_marked(top, &mark);
}

static void end_prompt(struct top *top)
{
	struct dsr_error err = { 0 };

	if (top->prompt == TOP_FILTER)
		snprintf(top->filter, sizeof(top->filter), "%s", top->typed);
	else if (rates_parse_interval(top->typed, &top->interval, &err))
		snprintf(top->message, sizeof(top->message), "%.95s", err.text);
	top->prompt = TOP_NO_PROMPT;
	arrange_again(top);
}

static void prompt_key(struct top *top, int key)
{
	size_t used = strlen(top->typed);

	if (key == TOP_KEY_ENTER) {
		end_prompt(top);
	} else if (key == TOP_KEY_ESCAPE) {
		top->prompt = TOP_NO_PROMPT;
	} else if (key == TOP_KEY_BACKSPACE) {
		if (used)
			top->typed[used - 1] = '\0';
	} else if (key < 128 && isprint(key) && used + 1 < sizeof(top->typed)) {
		top->typed[used] = key;
		top->typed[used + 1] = '\0';
	}
}

static void begin_prompt(struct top *top, enum top_prompt prompt)
{
	top->prompt = prompt;
	top->typed[0] = '\0';
}

static void set_view(struct top *top, enum top_view view)
{
	top->view = top->view == view ? TOP_SERVICES : view;
	top->selected = 0;
	top->first = 0;
}

/* Fold or unfold the service of the selected row. */
static void fold_selected(struct top *top)
{
	if (top->view != TOP_SERVICES || top->selected >= top->rows.n)
		return;
	toggle(top, &row_at(top, top->selected)->result->object->service);
	arrange_again(top);
}

static void fold_all(struct top *top)
{
	top->folded = !top->folded;
	list_clear(&top->toggled);
	arrange_again(top);
}

static void set_sort(struct top *top, enum top_sort sort, bool reverse)
{
	top->sort = sort;
	top->reverse = reverse;
	arrange_again(top);
}

static void move(struct top *top, int key, size_t height)
{
	size_t n = top_n_rows(top), last = n ? n - 1 : 0, step = 1;

	if (key == TOP_KEY_PAGE_UP || key == TOP_KEY_PAGE_DOWN)
		step = height ? height : 1;
	if (key == TOP_KEY_HOME)
		top->selected = 0;
	else if (key == TOP_KEY_END)
		top->selected = last;
	else if (key == TOP_KEY_UP || key == TOP_KEY_PAGE_UP)
		top->selected -= top->selected < step ? top->selected : step;
	else
		top->selected = top->selected + step < last ? top->selected + step : last;
}

static void letter_key(struct top *top, int key)
{
	static const char sorts[] = "fpban";
	const char *sort = key ? strchr(sorts, key) : NULL;

	if (sort)
		set_sort(top, sort - sorts, top->reverse);
	else if (key == 's')
		set_sort(top, (top->sort + 1) % TOP_SORTS, top->reverse);
	else if (key == 'r')
		set_sort(top, top->sort, !top->reverse);
	else if (key == ' ')
		fold_selected(top);
	else if (key == 'e')
		fold_all(top);
	else if (key == '/')
		begin_prompt(top, TOP_FILTER);
	else if (key == 'i')
		begin_prompt(top, TOP_INTERVAL);
	else if (key == 'd')
		set_view(top, TOP_DROPS);
	else if (key == 'h' || key == '?')
		set_view(top, TOP_HELP);
	else if (key == 'q')
		top->quit = true;
	else
		snprintf(top->message, sizeof(top->message), "h shows the keys");
}

void top_key(struct top *top, int key, size_t height)
{
	top->message[0] = '\0';
	if (top->prompt)
		prompt_key(top, key);
	else if (key >= TOP_KEY_UP && key <= TOP_KEY_END)
		move(top, key, height);
	else if (key == TOP_KEY_ENTER)
		fold_selected(top);
	else if (key == TOP_KEY_ESCAPE)
		set_view(top, TOP_SERVICES);
	else if (key < 256)
		letter_key(top, key);
}

void top_scroll(struct top *top, size_t height)
{
	size_t n = top_n_rows(top);

	if (top->selected < top->first)
		top->first = top->selected;
	if (height && top->selected >= top->first + height)
		top->first = top->selected - height + 1;
	/* Leave no room below the last row while there are rows above the first one. */
	if (top->first + height > n)
		top->first = n > height ? n - height : 0;
}
