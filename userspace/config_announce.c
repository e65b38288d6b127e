// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of the keys of the mapping announce, and what services say about it. */
#include <stdint.h>
#include <string.h>

#include "config.h"
#include "grammar.h"

#define AT(member) offsetof(struct config_announce, member)

#define SECOND 1000
#define DRAIN_MAX 600

static const char *const on_stops[] = { "withdraw", "keep", NULL };

const char *const announce_words[] = { "no", "yes", NULL };

const struct check_option announce_options[] = {
	{
		"table", CHECK_NUMBER, AT(table), .min = 1, .max = 252, .initial = 173,
		.help = "Routing table of the routes, which no rule may refer to"
	}, {
		"protocol", CHECK_NUMBER, AT(protocol), .min = 13, .max = 255, .initial = 173,
		.help = "Protocol number by which dsrd knows its routes"
	}, {
		"device", CHECK_TEXT, AT(device), .initial_text = "lo",
		.help = "Device that the routes name"
	}, {
		"metric", CHECK_NUMBER, AT(metric), .min = 1, .max = INT32_MAX, .initial = 100,
		.help = "Metric while all backends of a VIP are healthy"
	}, {
		"metric-degraded", CHECK_NUMBER, AT(metric_degraded), .min = 1, .max = INT32_MAX,
		.initial = 200,
		.help = "Metric while some of them are not"
	}, {
		"metric-draining", CHECK_NUMBER, AT(metric_draining), .min = 1, .max = INT32_MAX,
		.initial = 300,
		.help = "Metric before a VIP is withdrawn in order"
	}, {
		"settle", CHECK_SECONDS, AT(settle), .min = 100, .max = 3600 * SECOND,
		.initial = 10 * SECOND,
		.help = "Seconds that a VIP must be well before it gets a route, or a better metric"
	}, {
		"drain", CHECK_SECONDS, AT(drain), .max = DRAIN_MAX * SECOND,
		.initial = 10 * SECOND,
		.help = "Seconds between the worse metric and the withdrawal"
	}, {
		"on-stop", CHECK_WORD, AT(on_stop), .words = on_stops,
		.help = "Whether VIPs are drained and withdrawn when dsrd ends"
	},
	{ 0 }
};

__u64 announce_bit(const struct check_option *option)
{
	return 1ULL << (option - announce_options);
}

void announce_init(struct config_announce *announce)
{
	memset(announce, 0, sizeof(*announce));
	option_init(announce_options, announce);
}

int announce_complete(const struct config_announce *announce, struct dsr_error *err)
{
	if (announce->metric_degraded <= announce->metric)
		return error_usage(err, "metric-degraded: expected more than the metric, %u",
				   announce->metric);
	if (announce->metric_draining <= announce->metric_degraded)
		return error_usage(err,
				   "metric-draining: expected more than metric-degraded, %u",
				   announce->metric_degraded);
	if (!addr_is_device(announce->device))
		return error_usage(err, "device \"%.80s\": expected the name of a device",
				   announce->device);
	return 0;
}

static const struct conf_option *fail_open_below(void)
{
	return conf_by_attr(CONF_SERVICE, NF_DSR_A_SERVICE_FAIL_OPEN_BELOW);
}

static const struct dsr_keyword *below_keyword(void)
{
	const struct dsr_keyword *keyword;
	int i = 0;

	do
		keyword = grammar_option_keyword(CONF_SERVICE, i++);
	while (keyword->option != fail_open_below());
	return keyword;
}

int announce_parse_below(const char *text, __u32 *below, struct dsr_error *err)
{
	const char *values[GRAMMAR_VALUES] = { text };
	struct dsr_args args = { 0 };
	struct dsr_error ignored = { 0 };

	if (grammar_parse_values(below_keyword(), &args, values, &ignored))
		return error_usage(err,
				   "withdraw-below \"%s\": expected %llu to %llu, 1%% to 100%% or off",
				   text, (unsigned long long)fail_open_below()->min,
				   (unsigned long long)fail_open_below()->max);
	*below = args.conf.fail_open_below;
	return 0;
}

const char *announce_format_below(__u32 below, char *text, size_t size)
{
	struct dsr_conf conf = { .fail_open_below = below };

	return conf_format(&conf, fail_open_below(), text, size);
}

static bool has_checks(const struct config *config, const struct config_service *service)
{
	size_t i;

	if (service->checks.n)
		return true;
	for (i = 0; i < service->n_backends; i++)
		if (config_backend(config, service->first_backend + i)->checks.n)
			return true;
	return false;
}

bool config_announces(const struct config *config, const struct config_service *service)
{
	if (!config->announce.given || service->key.by_mark)
		return false;
	if (service->announced.announces == ANNOUNCES_BY_CHECKS)
		return has_checks(config, service);
	return service->announced.announces == ANNOUNCES_YES;
}

static __u32 service_fails_open_below(const struct config_service *service)
{
	if (service->conf.set & CONF_BIT(fail_open_below))
		return service->conf.fail_open_below;
	return fail_open_below()->initial;
}

__u32 config_withdraw_below(const struct config_service *service)
{
	if (service->announced.has_below)
		return service->announced.below;
	return service_fails_open_below(service) ?: 1;
}

/* Return how many of so many backends a value asks for. */
static __u64 backends_of(__u32 below, size_t backends)
{
	__u64 n = below;

	if (below > NF_DSR_FAIL_OPEN_PERCENT)
		n = (backends * (below - NF_DSR_FAIL_OPEN_PERCENT) + 99) / 100;
	return n ? n : 1;
}

/* Return true if the second value takes effect before the first one while health gets worse. A
 * number and a percentage are compared for the backends of the file.
 */
static bool comes_first(__u32 below, __u32 other, size_t backends)
{
	bool percent = below > NF_DSR_FAIL_OPEN_PERCENT;
	bool other_percent = other > NF_DSR_FAIL_OPEN_PERCENT;

	if (percent == other_percent)
		return other > below;
	return backends_of(other, backends) > backends_of(below, backends);
}

int config_check_announced(const struct config *config, const struct config_service *service,
			   struct dsr_error *err)
{
	const struct config_announced *announced = &service->announced;
	__u32 opens = service_fails_open_below(service);
	char text[DSR_TEXT];

	if (announced->announces == ANNOUNCES_YES && service->key.by_mark)
		return error_usage(err,
				   "announce \"yes\": expected a service with a VIP, not with a mark");
	if (announced->announces == ANNOUNCES_YES && !config->announce.given)
		return error_usage(err,
				   "announce \"yes\": expected the file to have the mapping announce");
	if (!announced->has_below || !announced->below || !opens ||
	    !comes_first(announced->below, opens, service->n_backends))
		return 0;
	return error_usage(err,
			   "withdraw-below: expected at least fail-open-below, %s, which would otherwise take effect first",
			   conf_format(&(struct dsr_conf){ .fail_open_below = opens },
				       fail_open_below(), text, sizeof(text)));
}
