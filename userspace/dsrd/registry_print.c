// SPDX-License-Identifier: GPL-2.0-or-later
/* Prints what the registry knows, as records for dsrctl. */
#include <linux/nf_dsr.h>

#include "clock.h"
#include "dsrd/registry.h"
#include "names_gen.h"
#include "print.h"

static const char *const verdicts[] = {
	[VERDICT_NONE] = "none",
	[VERDICT_UNKNOWN] = "unknown",
	[VERDICT_UP] = "up",
	[VERDICT_DOWN] = "down",
};

const char *verdict_name(enum verdict verdict)
{
	return verdicts[verdict];
}

static const char *const states[] = {
	[HEALTH_UNKNOWN] = "unknown",
	[HEALTH_UP] = "up",
	[HEALTH_DOWN] = "down",
};

static __u64 seconds_since(__u64 time)
{
	return (clock_now() - time) / HEALTH_SECOND;
}

const char *member_hold(const struct member *member)
{
	if (member->paused)
		return "paused";
	return registry_is_braked() ? "brake" : NULL;
}

const char *member_hint(const struct member *member)
{
	if (member_verdict_of(member, true) == VERDICT_DOWN &&
	    member_verdict_of(member, false) == VERDICT_UP)
		return "the host answers: see VIP, tunnel, rp_filter or MTU at the backend";
	return NULL;
}

/* Return the probe that has the ways which a backend that is up loses, or NULL. */
static const struct probe *degraded(const struct member *member)
{
	const struct probe *probe = member_reason(member);

	return probe && probe->whole.state == HEALTH_DOWN &&
	       member_verdict(member) == VERDICT_UP ? probe : NULL;
}

static void print_degraded(struct out *out, const struct member *member)
{
	const struct probe *probe = degraded(member);
	char text[32];

	if (!probe)
		return;
	snprintf(text, sizeof(text), "%u of %u ways", probe->lost, probe->ways);
	out_string(out, "degraded", text);
}

static void print_reason(struct out *out, const struct member *member)
{
	const struct probe *probe = member_reason(member);
	char text[256];

	if (!probe)
		return;
	snprintf(text, sizeof(text), "%s: %s", probe->check.name, probe->reason);
	out_string(out, "reason", text);
}

static void print_member(struct out *out, const struct member *member)
{
	const struct probe *probe = member_reason(member);

	out_begin(out);
	out_begin_object(out, "service");
	print_key_fields(out, &member->service);
	out_end_object(out);
	print_addr(out, "address", &member->addr);
	out_string(out, "service_name", member->service_name);
	out_string(out, "name", member->name);
	print_name(out, "health", names_health, member->health);
	out_string(out, "verdict", verdict_name(member_verdict(member)));
	out_string(out, "path", verdict_name(member_verdict_of(member, true)));
	out_string(out, "host", verdict_name(member_verdict_of(member, false)));
	print_degraded(out, member);
	if (member_hold(member))
		out_string(out, "hold", member_hold(member));
	if (probe)
		out_number(out, "since", seconds_since(probe->health.since));
	print_reason(out, member);
	if (member_hint(member))
		out_string(out, "hint", member_hint(member));
	out_end(out);
}

void registry_print(struct out *out, const struct member_filter *filter)
{
	size_t i;

	for (i = 0; i < registry_n_members(); i++)
		if (member_matches(registry_member(i), filter))
			print_member(out, registry_member(i));
}

static void print_times(struct out *out, const struct probe *probe)
{
	char text[24];

	out_number(out, "since", seconds_since(probe->health.since));
	if (!probe->finished)
		return;
	out_number(out, "ago", seconds_since(probe->finished));
	snprintf(text, sizeof(text), "%.3f", (double)probe->duration / HEALTH_SECOND);
	out_real(out, "duration", (double)probe->duration / HEALTH_SECOND, 6, text);
	out_string(out, "reason", probe->reason);
	if (probe->ways) {
		out_number(out, "ways", probe->ways);
		out_number(out, "lost", probe->lost);
	}
	if (probe->expires)
		out_number(out, "certificate_expires", probe->expires);
	if (probe->health.held_until > clock_now())
		out_number(out, "held_for",
			   (probe->health.held_until - clock_now()) / HEALTH_SECOND + 1);
}

static void print_probe(struct out *out, const struct probe *probe)
{
	out_begin(out);
	out_string(out, "check", probe->check.name);
	out_string(out, "type", check_kinds[probe->check.kind]);
	out_string(out, "target", check_targets[probe->target.mark ? CHECK_PATH : CHECK_HOST]);
	print_addr(out, "asks", &probe->target.addr);
	if (probe->target.port)
		out_number(out, "port", probe->target.port);
	print_addr(out, "backend", &probe->target.backend);
	if (probe->target.mark)
		out_number(out, "mark", probe->target.mark);
	out_string(out, "state", states[probe->health.state]);
	out_number(out, "successes", probe->health.good);
	out_number(out, "failures", probe->health.bad);
	out_number(out, "users", probe->n_members);
	print_times(out, probe);
	out_end(out);
}

/* Return true if an earlier member has the probe, too, and matches. */
static bool was_printed(const struct probe *probe, const struct member *member,
			const struct member_filter *filter)
{
	size_t i;

	for (i = 0; i < probe->n_members && probe->members[i] != member; i++)
		if (member_matches(probe->members[i], filter))
			return true;
	return false;
}

void registry_print_probes(struct out *out, const struct member_filter *filter)
{
	const struct member *member;
	unsigned int j;
	size_t i;

	for (i = 0; i < registry_n_members(); i++) {
		member = registry_member(i);
		if (!member_matches(member, filter))
			continue;
		for (j = 0; j < member->n_links; j++)
			if (!was_printed(member->links[j].probe, member, filter))
				print_probe(out, member->links[j].probe);
	}
}
