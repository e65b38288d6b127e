// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "dsrd/history.h"

#define MINUTE (60 * 1000000000ULL)

enum service_state service_state(const struct rates_object *service)
{
	if (!service->backends)
		return SERVICE_EMPTY;
	if (!service->up)
		return SERVICE_DOWN;
	if (service->fail_open)
		return SERVICE_FAIL_OPEN;
	return service->failing ? SERVICE_DEGRADED : SERVICE_OK;
}

static int compare(const void *key, const void *element)
{
	const struct history *history = element;

	return rates_compare_keys(key, &history->service);
}

const struct history *histories_find(const struct histories *histories,
				     const struct dsr_key *service)
{
	if (!histories->list.n)
		return NULL;
	return bsearch(service, histories->list.records, histories->list.n,
		       sizeof(struct history), compare);
}

const struct history_minute *history_minute(const struct histories *histories,
					    const struct history *history, unsigned int ago)
{
	return &history->minutes[(histories->minute + HISTORY_MINUTES - ago) % HISTORY_MINUTES];
}

/* Begin a minute. Those that were not seen are empty. */
static void begin_minute(struct history *history, const struct rates_object *service,
			 __u64 last, const struct histories *histories, __u64 now)
{
	__u64 minute;

	for (minute = last + 1; minute <= histories->minute; minute++)
		history->minutes[minute % HISTORY_MINUTES] = (struct history_minute){ 0 };
	history->counted = service->counters.flows;
	history->since = now;
}

/* Add what a service is now to the present minute. */
static void note(struct history *history, const struct rates_object *service,
		 const struct histories *histories, __u64 now)
{
	struct history_minute *minute = &history->minutes[histories->minute % HISTORY_MINUTES];
	__u8 state = service_state(service);

	if (state > minute->state)
		minute->state = state;
	/* It was deleted and made again. */
	if (service->counters.flows < history->counted)
		history->counted = 0;
	if (now > history->since)
		minute->flows = (service->counters.flows - history->counted) /
				((now - history->since) / 1e9);
}

void histories_take(struct histories *histories, const struct rates_reading *services)
{
	__u64 last = histories->minute, minute = services->time / MINUTE;
	struct list next = LIST_OF(struct history);
	const struct rates_object *service;
	const struct history *known;
	struct history *history;
	size_t i;

	histories->minute = minute;
	for (i = 0; i < services->objects.n && i < HISTORY_SERVICES; i++) {
		service = services->sorted[i];
		known = histories_find(histories, &service->service);
		history = list_new(&next);
		if (known)
			*history = *known;
		else
			*history = (struct history){
				.service = service->service, .since = services->time,
				.counted = service->counters.flows
			};
		if (known && minute > last)
			begin_minute(history, service, last, histories, services->time);
		note(history, service, histories, services->time);
	}
	list_free(&histories->list);
	histories->list = next;
}

void histories_free(struct histories *histories)
{
	list_free(&histories->list);
}
