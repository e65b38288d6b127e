// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "rates.h"

struct rates_object *rates_add(struct rates_reading *reading,
			       const struct dsr_key *service,
			       const struct dsr_addr *addr, const struct dsr_conf *conf,
			       const struct dsr_counters *counters)
{
	struct rates_object *object = list_new(&reading->objects);

	*object = (struct rates_object){
		.service = *service, .counters = *counters, .weight = conf->weight,
		.effective = conf->effective, .state = conf->state, .health = conf->health,
		.healthy = conf->healthy, .fail_open = conf->fail_open,
		.fail_opens = conf->fail_opens
	};
	if (addr)
		object->addr = *addr;
	return object;
}

static int compare_numbers(__u64 a, __u64 b)
{
	return a < b ? -1 : a > b;
}

static int compare_addrs(const struct dsr_addr *a, const struct dsr_addr *b)
{
	return compare_numbers(a->family, b->family) ?:
	       memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

int rates_compare_keys(const struct dsr_key *a, const struct dsr_key *b)
{
	return compare_numbers(a->by_mark, b->by_mark) ?:
	       compare_numbers(a->mark, b->mark) ?:
	       compare_addrs(&a->addr, &b->addr) ?:
	       compare_numbers(a->prefix_len, b->prefix_len) ?:
	       compare_numbers(a->protocol, b->protocol) ?:
	       compare_numbers(a->port, b->port) ?:
	       compare_numbers(a->port_end, b->port_end) ?:
	       strcmp(a->vrf, b->vrf);
}

static int compare(const void *a, const void *b)
{
	const struct rates_object *x = *(const struct rates_object *const *)a;
	const struct rates_object *y = *(const struct rates_object *const *)b;

	return rates_compare_keys(&x->service, &y->service) ?: compare_addrs(&x->addr, &y->addr);
}

static const struct rates_object *object_at(const struct rates_reading *reading, size_t i)
{
	return list_at(&reading->objects, i);
}

void rates_sort(struct rates_reading *reading)
{
	size_t i, n = reading->objects.n;

	free(reading->sorted);
	reading->sorted = error_check_alloc(calloc(n + 1, sizeof(*reading->sorted)));
	for (i = 0; i < n; i++)
		reading->sorted[i] = object_at(reading, i);
	qsort(reading->sorted, n, sizeof(*reading->sorted), compare);
}

void rates_move(struct rates_reading *to, struct rates_reading *from)
{
	rates_free(to);
	*to = *from;
	*from = (struct rates_reading)RATES_READING;
}

void rates_free(struct rates_reading *reading)
{
	list_free(&reading->objects);
	free(reading->sorted);
}

static const struct rates_object *find(const struct rates_reading *reading,
				       const struct rates_object *object)
{
	const struct rates_object *const *found;

	if (!reading->sorted)
		return NULL;
	found = bsearch(&object, reading->sorted, reading->objects.n, sizeof(*reading->sorted),
			compare);
	return found ? *found : NULL;
}

const struct rates_object *rates_find(const struct rates_reading *reading,
				      const struct dsr_key *service, const struct dsr_addr *addr)
{
	struct rates_object object = { .service = *service };

	if (addr)
		object.addr = *addr;
	return find(reading, &object);
}

/* Return true if the counters cannot be those of the same object at a later time. */
static bool went_back(const struct dsr_counters *before, const struct dsr_counters *now)
{
	return now->flows < before->flows || now->packets < before->packets ||
	       now->bytes < before->bytes;
}

void rates_of(const struct rates_reading *before, const struct rates_object *now, __u64 time,
	      struct dsr_rates *rates)
{
	const struct rates_object *found = find(before, now);
	struct dsr_counters from = { 0 };

	*rates = (struct dsr_rates){ 0 };
	if (!before->time || time <= before->time)
		return;
	rates->seconds = (time - before->time) / 1e9;
	if (found && !went_back(&found->counters, &now->counters))
		from = found->counters;
	rates->flows = (now->counters.flows - from.flows) / rates->seconds;
	rates->packets = (now->counters.packets - from.packets) / rates->seconds;
	rates->bits = 8.0 * (now->counters.bytes - from.bytes) / rates->seconds;
}

bool rates_takes_flows(__u8 effective)
{
	return effective == NF_DSR_EFFECTIVE_STATE_SERVING ||
	       effective == NF_DSR_EFFECTIVE_STATE_SLOW_STARTING;
}

bool rates_fails(const struct rates_object *backend)
{
	if (backend->state != NF_DSR_BACKEND_STATE_ACTIVE)
		return false;
	return backend->health == NF_DSR_HEALTH_DOWN ||
	       backend->effective == NF_DSR_EFFECTIVE_STATE_NO_NEIGHBOUR ||
	       backend->effective == NF_DSR_EFFECTIVE_STATE_NO_ROUTE;
}

/* Compute the shares of the backends of one service. */
static void compute_shares(struct rates_result *results, size_t n)
{
	double flows = 0, weights = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		flows += results[i].rates.flows;
		if (rates_takes_flows(results[i].object->effective))
			weights += results[i].object->weight;
	}
	for (i = 0; i < n; i++) {
		const struct rates_object *object = results[i].object;

		if (flows > 0)
			results[i].share = results[i].rates.flows / flows;
		if (!rates_takes_flows(object->effective))
			results[i].weight_share = 0;
		else if (weights > 0)
			results[i].weight_share = object->weight / weights;
	}
}

void rates_compute(const struct rates_reading *before, const struct rates_reading *now,
		   struct list *results)
{
	const struct rates_object *object;
	struct rates_result *result;
	size_t i, first = 0;

	for (i = 0; i < now->objects.n; i++) {
		object = object_at(now, i);
		if (i && rates_compare_keys(&object->service, &object_at(now, first)->service)) {
			compute_shares((void *)list_at(results, first), i - first);
			first = i;
		}
		result = list_new(results);
		*result = (struct rates_result){
			.object = object, .share = RATES_UNKNOWN, .weight_share = RATES_UNKNOWN
		};
		rates_of(before, object, now->time, &result->rates);
	}
	if (i)
		compute_shares((void *)list_at(results, first), i - first);
}

static const struct dsr_drop *find_drop(const struct dsr_stats *stats, size_t i, const char *name)
{
	/* As long as the module remains the same, so do the reasons and their order. */
	if (i < stats->n_drops && !strcmp(stats->drops[i].name, name))
		return &stats->drops[i];
	for (i = 0; i < stats->n_drops; i++)
		if (!strcmp(stats->drops[i].name, name))
			return &stats->drops[i];
	return NULL;
}

void rates_drops(const struct dsr_stats *before, const struct dsr_stats *now, __u64 elapsed,
		 struct list *drops)
{
	const struct dsr_drop *drop, *found;
	struct rates_drop *result;
	__u64 from;
	size_t i;

	for (i = 0; i < now->n_drops; i++) {
		drop = &now->drops[i];
		found = find_drop(before, i, drop->name);
		from = found && found->packets <= drop->packets ? found->packets : 0;
		result = list_new(drops);
		*result = (struct rates_drop){ drop->name, drop->doc, drop->packets, 0 };
		if (elapsed)
			result->rate = (drop->packets - from) / (elapsed / 1e9);
	}
}

#define DIGITS "0123456789"

/* Parse a number of seconds with up to three decimals. Return 0, or -1. */
static int parse_milliseconds(const char *text, __u64 *milliseconds)
{
	size_t whole = strspn(text, DIGITS), decimals = 0;
	char digits[16] = "";

	if (text[whole] == '.')
		decimals = strspn(text + whole + 1, DIGITS);
	if (!whole || whole > 5 || decimals > 3 || text[whole + !!decimals + decimals])
		return -1;
	memcpy(digits, text, whole);
	memset(digits + whole, '0', 3);
	memcpy(digits + whole, text + whole + 1, decimals);
	return addr_parse_number(digits, UINT32_MAX, milliseconds);
}

int rates_parse_interval(const char *text, __u64 *interval, struct dsr_error *err)
{
	__u64 milliseconds;

	if (parse_milliseconds(text, &milliseconds) || milliseconds < 100 ||
	    milliseconds > 24 * 3600 * 1000)
		return error_usage(err, "interval \"%s\": expected 0.1 to 86400 seconds", text);
	*interval = milliseconds * 1000000;
	return 0;
}

const char *rates_format(double value, char *text, size_t size)
{
	static const char units[] = " kMGTPE";
	const char *unit = units;

	/* From 999.5 on, three digits would be rounded to 1000. */
	for (; value >= 999.5 && unit[1]; unit++)
		value /= 1000;
	if (unit == units)
		snprintf(text, size, value < 9.95 && value > 0 ? "%.1f" : "%.0f", value);
	else
		snprintf(text, size, value < 9.995 ? "%.2f%c" : value < 99.95 ? "%.1f%c" : "%.0f%c",
			 value, *unit);
	return text;
}

const char *rates_format_share(double share, char *text, size_t size)
{
	if (share < 0)
		snprintf(text, size, "-");
	else
		snprintf(text, size, "%.0f%%", 100 * share);
	return text;
}
