// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Judgements of doctor about services and VIPs, and the order of all findings. Facts are
 * not changed, and the kernel is not asked.
 */
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "doctor.h"

/* The effective states of the backends of a service. */
struct states {
	size_t n;
	size_t taking;			/* that take new flows */
	size_t drained;			/* by the operator */
	size_t counts[NF_DSR_EFFECTIVE_STATE_DOWN + 1];
	const struct dsr_backend *first;
	const struct dsr_backend *first_drained;
};

static void count_state(struct states *states, const struct dsr_backend *backend)
{
	__u8 state = backend->conf.effective;

	if (!states->n++)
		states->first = backend;
	if (state == NF_DSR_EFFECTIVE_STATE_SERVING ||
	    state == NF_DSR_EFFECTIVE_STATE_SLOW_STARTING)
		states->taking++;
	if (state == NF_DSR_EFFECTIVE_STATE_DRAINING ||
	    state == NF_DSR_EFFECTIVE_STATE_DRAINED) {
		if (!states->drained++)
			states->first_drained = backend;
	}
	if (state <= NF_DSR_EFFECTIVE_STATE_DOWN)
		states->counts[state]++;
}

/* List the states with their numbers: "2 draining, 1 down". */
static void list_states(const struct states *states, char *text, size_t size)
{
	size_t used = 0, i;

	text[0] = '\0';
	for (i = 0; i <= NF_DSR_EFFECTIVE_STATE_DOWN && used < size; i++)
		if (states->counts[i])
			used += snprintf(text + used, size - used, "%s%zu %s", used ? ", " : "",
					 states->counts[i], names_effective_state[i]);
}

static const char *no_backend_effect(const struct dsr_service *service)
{
	switch (service->conf.no_backend) {
	case NF_DSR_NO_BACKEND_REJECT:
		return "new clients are refused";
	case NF_DSR_NO_BACKEND_ACCEPT:
		return "new clients meet this machine's own servers";
	default:
		return "new clients' packets are dropped";
	}
}

/* Return the option that makes a backend take new flows. */
static const char *reviving_option(const struct dsr_backend *backend)
{
	switch (backend->conf.effective) {
	case NF_DSR_EFFECTIVE_STATE_LIMITED:
		return "unset max-flows";
	case NF_DSR_EFFECTIVE_STATE_NO_WEIGHT:
		return "weight 1";
	case NF_DSR_EFFECTIVE_STATE_HEALTH_DOWN:
		return "health up";
	default:
		return "state active";
	}
}

static void add_no_active(const struct dsr_service *service, const struct states *states,
			  const char *name, const char *words, struct list *findings)
{
	bool accept = service->conf.no_backend == NF_DSR_NO_BACKEND_ACCEPT;
	const struct dsr_backend *backend = states->first;
	const char *id = "no-active-backend";
	char list[128], addr[ADDR_TEXT];
	struct doctor_finding *finding;

	if (states->drained == states->n)
		id = "all-drained";
	if (states->first_drained)
		backend = states->first_drained;
	list_states(states, list, sizeof(list));
	finding = doctor_add(findings, accept ? DOCTOR_WARNING : DOCTOR_FAULT, id, name,
			     "no backend of %s takes new flows (%s): %s", name, list,
			     no_backend_effect(service));
	doctor_cure(finding, "dsrctl backend change %s %s %s", words,
		    addr_format(&backend->addr, addr, sizeof(addr)), reviving_option(backend));
}

/* Return true if packets do not reach one of the backends. That is a finding of its own, and
 * what to do about.
 */
static bool is_cut(const struct states *states)
{
	return states->counts[NF_DSR_EFFECTIVE_STATE_NO_ROUTE] ||
	       states->counts[NF_DSR_EFFECTIVE_STATE_NO_NEIGHBOUR];
}

static void judge_backends(const struct dsr_service *service, const struct states *states,
			   struct list *findings)
{
	char name[2 * ADDR_TEXT], key[ADDR_TEXT], kind[16], words[5 * ADDR_TEXT];
	struct doctor_finding *finding;

	snprintf(name, sizeof(name), "%s %s", model_key_kind(&service->key, kind, sizeof(kind)),
		 addr_format_key(&service->key, key, sizeof(key)));
	doctor_service(&service->key, words, sizeof(words));
	if (!states->n) {
		finding = doctor_add(findings,
				     service->conf.no_backend == NF_DSR_NO_BACKEND_ACCEPT ?
				     DOCTOR_WARNING : DOCTOR_FAULT, "no-backends", name,
				     "%s has no backends: %s", name, no_backend_effect(service));
		doctor_cure(finding, "dsrctl backend add %s ADDRESS", words);
	} else if (!states->taking && !is_cut(states)) {
		add_no_active(service, states, name, words, findings);
	}
	if (service->conf.fail_open) {
		finding = doctor_add(findings, DOCTOR_WARNING, "fail-open", name,
				     "%s ignores the health of its backends, as only %u of %u are healthy",
				     name, service->conf.healthy, service->conf.candidates);
		doctor_cure(finding, "dsrctl backend show %s", words);
	}
}

/* A service matches what comes in by a device, or through a VRF. */
static void judge_devices(const struct doctor_facts *facts, const struct dsr_service *service,
			  struct list *findings)
{
	const struct dsr_key *key = &service->key;
	char words[5 * ADDR_TEXT], word[DOCTOR_WORD];
	struct doctor_finding *finding;

	doctor_service(key, words, sizeof(words));
	if (*key->vrf && !doctor_link_by_name(facts, key->vrf)) {
		finding = doctor_add(findings, DOCTOR_FAULT, "no-vrf", key->vrf,
				     "there is no VRF %s: its services match no packet", key->vrf);
		doctor_cure(finding, "ip link add %s up type vrf table TABLE",
			    doctor_word(key->vrf, word, sizeof(word)));
	}
	if (*service->conf.dev && !doctor_link_by_name(facts, service->conf.dev)) {
		finding = doctor_add(findings, DOCTOR_FAULT, "no-device", service->conf.dev,
				     "there is no device %s: %s matches no packet",
				     service->conf.dev, words);
		doctor_cure(finding, "dsrctl service change %s unset dev", words);
	}
}

static int compare_by_service(const void *a, const void *b)
{
	const struct doctor_backend *const *one = a, *const *two = b;

	if ((*one)->service == (*two)->service)
		return 0;
	return (*one)->service < (*two)->service ? -1 : 1;
}

/* Return the backends in the order of their services. */
static const struct doctor_backend **by_service(const struct doctor_facts *facts)
{
	const struct doctor_backend **sorted;
	size_t i;

	sorted = error_check_alloc(calloc(facts->backends.n + 1, sizeof(*sorted)));
	for (i = 0; i < facts->backends.n; i++)
		sorted[i] = list_at(&facts->backends, i);
	if (facts->backends.n)
		qsort(sorted, facts->backends.n, sizeof(*sorted), compare_by_service);
	return sorted;
}

void doctor_judge_services(const struct doctor_facts *facts, struct list *findings)
{
	const struct doctor_backend **sorted = by_service(facts);
	const struct doctor_backend **next = sorted;
	const struct dsr_service *service;
	size_t i;

	/* What was deleted meanwhile has no service. */
	while (*next && !(*next)->service)
		next++;
	for (i = 0; i < facts->services.n; i++) {
		struct states states = { 0 };

		service = list_at(&facts->services, i);
		for (; *next && (*next)->service == service; next++)
			count_state(&states, &(*next)->backend);
		judge_backends(service, &states, findings);
		judge_devices(facts, service, findings);
	}
	if (facts->module == DOCTOR_MODULE_ANSWERS && !facts->services.n)
		doctor_cure(doctor_add(findings, DOCTOR_NOTE, "no-services", "",
				       "this network namespace has no services"),
			    "dsrctl -b /etc/nf_dsr/services");
	free(sorted);
}

static int compare_findings(const void *a, const void *b)
{
	const struct doctor_finding *one = a, *two = b;
	int difference = one->severity - two->severity;

	if (!difference)
		difference = strcmp(one->id, two->id);
	if (!difference)
		difference = strcmp(one->about, two->about);
	return difference ? difference : strcmp(one->text, two->text);
}

static void tell_of_more(struct doctor_finding *finding)
{
	size_t used = strlen(finding->text);

	if (finding->more)
		snprintf(finding->text + used, sizeof(finding->text) - used,
			 "; %zu more like this", finding->more);
}

/* Keep one of the findings about the same object, such as a router for many backends. */
static void unite(struct list *findings)
{
	struct doctor_finding *finding, *last = NULL;
	size_t i, n = 0;

	for (i = 0; i < findings->n; i++) {
		finding = (struct doctor_finding *)list_at(findings, i);
		if (last && last->severity == finding->severity &&
		    !strcmp(last->id, finding->id) && !strcmp(last->about, finding->about)) {
			last->more++;
			continue;
		}
		last = (struct doctor_finding *)list_at(findings, n++);
		if (last != finding)
			*last = *finding;
	}
	findings->n = n;
	for (i = 0; i < n; i++)
		tell_of_more((struct doctor_finding *)list_at(findings, i));
}

void doctor_judge(const struct doctor_facts *facts, struct list *findings)
{
	doctor_judge_services(facts, findings);
	doctor_judge_ways(facts, findings);
	doctor_judge_host(facts, findings);
	if (findings->n)
		qsort(findings->records, findings->n, findings->size, compare_findings);
	unite(findings);
}

int doctor_status(const struct doctor_facts *facts, const struct list *findings)
{
	const struct doctor_finding *worst;

	if (facts->module != DOCTOR_MODULE_ANSWERS)
		return DSR_REFUSED;
	if (!findings->n)
		return 0;
	worst = list_at(findings, 0);
	return worst->severity == DOCTOR_FAULT ? DSR_FOUND : 0;
}
