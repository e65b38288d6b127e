// SPDX-License-Identifier: GPL-2.0-or-later
/* What a transaction would change, for people and as JSON. */
#include <string.h>

#include "dsrctl.h"
#include "list.h"
#include "print.h"

/* Numbers of a service that its backends' ones add up to. */
struct sums {
	__u64 weight_before;
	__u64 weight_after;
	__u64 flows;
	__u64 leaving;
};

static const struct dsr_preview_backend *backend_at(const struct dsr_preview *preview,
						    const struct list *backends, size_t i)
{
	return list_at(backends, preview->first_backend + i);
}

static struct sums sum(const struct dsr_preview *preview, const struct list *backends)
{
	const struct dsr_preview_backend *backend;
	struct sums sums = { 0 };
	size_t i;

	for (i = 0; i < preview->n_backends; i++) {
		backend = backend_at(preview, backends, i);
		sums.weight_before += backend->weight_before;
		sums.weight_after += backend->weight_after;
		sums.flows += backend->flows;
		sums.leaving += backend->leaving;
	}
	return sums;
}

/* Return the share of new flows in thousandths: by the slots of the consistent hash, or by
 * the weights if the scheduler is another one.
 */
static unsigned int share(const char *scheduler, __u64 slots, __u64 all_slots, __u64 weight,
			  __u64 all_weights)
{
	__u64 part = strcmp(scheduler, "maglev") ? weight : slots;
	__u64 all = strcmp(scheduler, "maglev") ? all_weights : all_slots;

	return all ? (1000 * part + all / 2) / all : 0;
}

static unsigned int share_before(const struct dsr_preview *preview, const struct sums *sums,
				 const struct dsr_preview_backend *backend)
{
	return share(preview->scheduler_before, backend->slots_before, preview->slots_before,
		     backend->weight_before, sums->weight_before);
}

static unsigned int share_after(const struct dsr_preview *preview, const struct sums *sums,
				const struct dsr_preview_backend *backend)
{
	return share(preview->scheduler_after, backend->slots_after, preview->slots_after,
		     backend->weight_after, sums->weight_after);
}

static const char *fate(const struct dsr_preview *preview)
{
	if (!*preview->scheduler_before)
		return "add";
	return *preview->scheduler_after ? "change" : "delete";
}

/* Return true if new or remembered flows notice the change at all. */
static bool is_noticed(const struct dsr_preview *preview, const struct list *backends)
{
	const struct dsr_preview_backend *backend;
	size_t i;

	if (strcmp(preview->scheduler_before, preview->scheduler_after) || preview->moved ||
	    preview->slots_before != preview->slots_after)
		return true;
	for (i = 0; i < preview->n_backends; i++) {
		backend = backend_at(preview, backends, i);
		if (backend->slots_before != backend->slots_after || backend->leaving ||
		    backend->weight_before != backend->weight_after)
			return true;
	}
	return false;
}

static void print_share(const struct dsr_preview *preview, const struct sums *sums,
			const struct dsr_preview_backend *backend, FILE *file)
{
	unsigned int before = share_before(preview, sums, backend);
	unsigned int after = share_after(preview, sums, backend);
	char text[ADDR_TEXT];

	fprintf(file, "    %s: %u.%u %% -> %u.%u %% of new flows, %u -> %u slots, %llu flow%s",
		addr_format(&backend->addr, text, sizeof(text)), before / 10, before % 10,
		after / 10, after % 10, backend->slots_before, backend->slots_after,
		(unsigned long long)backend->flows, backend->flows == 1 ? "" : "s");
	if (backend->leaving)
		fprintf(file, ", all leave");
	if (backend->set)
		fprintf(file, ", deleted");
	fputc('\n', file);
}

static void print_preview(const struct dsr_preview *preview, const struct list *backends,
			  FILE *file)
{
	__u32 slots = preview->slots_after ? preview->slots_after : preview->slots_before;
	struct sums sums = sum(preview, backends);
	char kind[16], text[ADDR_TEXT];
	size_t i;

	fprintf(file, "%s service %s %s: %u of %u slots move, %llu of %llu flows leave\n",
		fate(preview), model_key_kind(&preview->key, kind, sizeof(kind)),
		addr_format_key(&preview->key, text, sizeof(text)), preview->moved, slots,
		(unsigned long long)sums.leaving, (unsigned long long)sums.flows);
	for (i = 0; i < preview->n_backends; i++)
		print_share(preview, &sums, backend_at(preview, backends, i), file);
}

static void out_pair(struct out *out, const char *key, __u64 before, __u64 after)
{
	out_begin_object(out, key);
	out_number(out, "before", before);
	out_number(out, "after", after);
	out_end_object(out);
}

static void out_backend(struct out *out, const char *match, const struct dsr_preview *preview,
			const struct sums *sums, const struct dsr_preview_backend *backend)
{
	char text[ADDR_TEXT];

	out_begin(out);
	out_string(out, "action", backend->set ? "delete" : "keep");
	out_string(out, "object", "backend");
	out_string(out, "match", match);
	out_string(out, "address", addr_format(&backend->addr, text, sizeof(text)));
	out_pair(out, "permille", share_before(preview, sums, backend),
		 share_after(preview, sums, backend));
	out_pair(out, "slots", backend->slots_before, backend->slots_after);
	out_pair(out, "weight", backend->weight_before, backend->weight_after);
	out_number(out, "flows", backend->flows);
	out_number(out, "leaving", backend->leaving);
	out_end(out);
}

static void out_service(struct out *out, const struct dsr_preview *preview,
			const struct list *backends)
{
	struct sums sums = sum(preview, backends);
	char kind[16], text[ADDR_TEXT], match[ADDR_TEXT + 16];
	size_t i;

	snprintf(match, sizeof(match), "%s %s", model_key_kind(&preview->key, kind, sizeof(kind)),
		 addr_format_key(&preview->key, text, sizeof(text)));
	out_begin(out);
	out_string(out, "action", fate(preview));
	out_string(out, "object", "service");
	out_string(out, "match", match);
	out_pair(out, "slots", preview->slots_before, preview->slots_after);
	out_number(out, "moved", preview->moved);
	out_number(out, "flows", sums.flows);
	out_number(out, "leaving", sums.leaving);
	out_end(out);
	for (i = 0; i < preview->n_backends; i++)
		out_backend(out, match, preview, &sums, backend_at(preview, backends, i));
}

void print_previews(const struct dsrctl *ctl, const struct list *previews,
		    const struct list *backends)
{
	static const struct out_column *const columns[] = { NULL };
	struct out *out = ctl->json ? dsrctl_out(ctl, columns, 0) : NULL;
	bool any = false;
	size_t i;

	for (i = 0; i < previews->n; i++) {
		if (!is_noticed(list_at(previews, i), backends))
			continue;
		any = true;
		if (out)
			out_service(out, list_at(previews, i), backends);
		else
			print_preview(list_at(previews, i), backends, ctl->file);
	}
	if (out)
		out_close(out);
	else if (!any)
		fputs("no share of new flows changes, and no flow leaves its backend\n",
		      ctl->file);
}
