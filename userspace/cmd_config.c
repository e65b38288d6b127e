// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The commands about configuration files: what a file says, how the kernel differs from it,
 * and how the one becomes the other.
 */
#include <errno.h>
#include <limits.h>
#include <linux/nf_dsr.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "commit.h"
#include "config_diff.h"
#include "deadline.h"
#include "dsrctl.h"
#include "print.h"
#include "running.h"
#include "state.h"
#include "yaml_file.h"

/* How often a change is tried while others change the configuration, too. */
#define TRIES 5

/* A configuration file: what it says, and its text. */
struct source {
	struct config config;
	struct yaml_file yaml;
	struct report report;
};

static void source_free(struct source *source)
{
	config_free(&source->config);
	yaml_file_free(&source->yaml);
	report_free(&source->report);
}

/* Read a file. The caller prints its warnings and errors. */
static int source_load(struct source *source, const char *path, struct dsr_error *err)
{
	int ret;

	report_init(&source->report, strcmp(path, "-") ? path : "standard input");
	config_init(&source->config);
	ret = config_load(&source->config, &source->yaml, path, &source->report);
	if (ret)
		error_usage(err, "%s: %zu error%s", source->report.file, report_n(&source->report),
			    report_n(&source->report) == 1 ? "" : "s");
	return ret;
}

/* Read a file, and print its warnings and errors. */
static int source_read(const struct dsrctl *ctl, struct source *source, const char *path,
		       struct dsr_error *err)
{
	int ret = source_load(source, path, err);

	if (source->report.errors.n)
		report_print(&source->report, ctl->json, ctl->warnings);
	return ret;
}

/* Read a file of the history. Return false if there is none, or none that can be read. */
static bool source_read_entry(const struct state *state, struct source *source,
			      unsigned int number)
{
	char path[PATH_MAX];

	if (!number)
		return false;
	report_init(&source->report, state_path(state, number, path, sizeof(path)));
	config_init(&source->config);
	if (!config_load(&source->config, &source->yaml, path, &source->report))
		return true;
	source_free(source);
	return false;
}

int cmd_check(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	struct source source;
	int ret = source_load(&source, args->file, err);

	/* Here the errors are the data. */
	report_print(&source.report, ctl->json, ctl->file);
	if (!ret && !ctl->json)
		fprintf(ctl->file, "%s: %zu services, %zu backends\n", source.report.file,
			source.config.services.n, source.config.backends.n);
	source_free(&source);
	return ret;
}

static int read_running(struct dsrctl *ctl, struct config *config, struct dsr_error *err)
{
	struct running running;
	int ret;

	running_init(&running);
	config_init(config);
	ret = running_read(ctl->nl, &running, err);
	if (!ret)
		config_from_running(config, &running);
	running_free(&running);
	return ret;
}

static int export(struct dsrctl *ctl, const struct state *state, FILE *file,
		  struct dsr_error *err)
{
	struct config running;
	struct source applied;
	int ret = read_running(ctl, &running, err);

	if (!ret && source_read_entry(state, &applied, state->applied)) {
		config_complete(&running, &applied.config);
		source_free(&applied);
	}
	if (!ret)
		ret = config_check_text(&running, err);
	if (!ret)
		config_write(&running, file);
	config_free(&running);
	return ret;
}

int cmd_export(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	struct state state;
	int ret;

	(void)args;
	ret = state_open(&state, ctl->netns, STATE_READ, err);
	if (!ret)
		ret = export(ctl, &state, ctl->file, err);
	state_close(&state);
	return ret;
}

/* What a change is made from. */
struct plan {
	struct source *wanted;
	struct source base;
	bool has_base;
	bool keep;		/* values set by hand */
	struct config running;
	struct list changes;	/* of struct config_change, which point into the above */
};

/* Prepare a plan. @base is the number of the file that was applied last. */
static void plan_init(struct plan *plan, struct source *wanted, const struct state *state,
		      unsigned int base, bool keep)
{
	*plan = (struct plan){
		.wanted = wanted, .keep = keep, .changes = LIST_OF(struct config_change)
	};
	config_init(&plan->running);
	plan->has_base = source_read_entry(state, &plan->base, base);
}

static void plan_free(struct plan *plan)
{
	if (plan->has_base)
		source_free(&plan->base);
	config_free(&plan->running);
	list_free(&plan->changes);
}

/* Compare the file with what the kernel has now. */
static int plan_make(struct dsrctl *ctl, struct plan *plan, struct dsr_error *err)
{
	config_free(&plan->running);
	list_clear(&plan->changes);
	if (read_running(ctl, &plan->running, err))
		return -1;
	config_diff(plan->has_base ? &plan->base.config : NULL, &plan->wanted->config,
		    &plan->running, plan->keep, &plan->changes);
	return 0;
}

static const char *file_of(const struct dsr_args *args)
{
	return args->file ? args->file : CONFIG_FILE;
}

int cmd_diff(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	struct source wanted;
	struct state state;
	struct plan plan;
	int ret;

	ret = source_read(ctl, &wanted, file_of(args), err);
	if (!ret && !state_open(&state, ctl->netns, STATE_READ, err)) {
		plan_init(&plan, &wanted, &state, state.applied, !args->reset_overrides);
		ret = plan_make(ctl, &plan, err);
		if (!ret) {
			print_diff(ctl, &plan.changes);
			ctl->status = config_differs(&plan.changes) ? DSR_FOUND : 0;
		}
		plan_free(&plan);
		state_close(&state);
	}
	source_free(&wanted);
	return err->status ? -1 : ret;
}

static void add_operation(struct commit *commit, const struct config_change *change)
{
	static const int kinds[CONF_OBJECTS][3] = {
		[CONF_SERVICE] = {
			NF_DSR_OP_KIND_SERVICE_ADD, NF_DSR_OP_KIND_SERVICE_CHANGE,
			NF_DSR_OP_KIND_SERVICE_DEL
		},
		[CONF_BACKEND] = {
			NF_DSR_OP_KIND_BACKEND_ADD, NF_DSR_OP_KIND_BACKEND_CHANGE,
			NF_DSR_OP_KIND_BACKEND_DEL
		},
	};
	const struct config_service *service = change->wanted_service ?: change->running_service;
	const struct config_backend *backend = change->wanted_backend ?: change->running_backend;
	struct dsr_args args = { .key = service->key };

	if (backend)
		args.addr = backend->addr;
	if (change->kind != CONFIG_DELETE)
		config_change_conf(change, &args.conf);
	commit_add_op(commit, kinds[change->object][change->kind], &args,
		      backend ? backend->place.line : service->place.line);
}

/* Add the changes of services and backends. Return false if there are none. */
static bool add_operations(struct commit *commit, const struct plan *plan)
{
	const struct config_change *change;
	bool any = false;
	size_t i;

	for (i = 0; i < plan->changes.n; i++) {
		change = list_at(&plan->changes, i);
		if (change->kind == CONFIG_KEEP || change->device)
			continue;
		add_operation(commit, change);
		any = true;
	}
	return any;
}

/* Send the changes of services and backends as one transaction, for the generation that the
 * plan was made for.
 */
static int send_changes(struct dsrctl *ctl, const struct plan *plan, struct dsr_error *err)
{
	struct commit *commit = commit_new();
	bool any = add_operations(commit, plan);
	struct dsr_commit outcome;
	int ret = 0;

	err->file = plan->wanted->report.file;
	ctl->generation = plan->running.generation;
	if (any)
		ret = commit_send(commit, ctl, &outcome, err);
	if (!ret)
		err->file = NULL;
	commit_free(commit);
	return ret;
}

static int preview_plan(struct dsrctl *ctl, const struct plan *plan, struct dsr_error *err)
{
	struct commit *commit = commit_new();
	int ret;

	add_operations(commit, plan);
	err->file = plan->wanted->report.file;
	ctl->generation = plan->running.generation;
	ret = preview_commit(ctl, commit, err);
	if (!ret)
		err->file = NULL;
	commit_free(commit);
	return ret;
}

int cmd_preview(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	struct source wanted;
	struct state state;
	struct plan plan;
	int ret, tries = 0;

	ret = source_read(ctl, &wanted, file_of(args), err);
	if (!ret && !state_open(&state, ctl->netns, STATE_READ, err)) {
		plan_init(&plan, &wanted, &state, state.applied, !args->reset_overrides);
		do {
			error_clear(err);
			ret = plan_make(ctl, &plan, err);
			if (!ret)
				ret = preview_plan(ctl, &plan, err);
		} while (ret && err->number == ESTALE && ++tries < TRIES);
		plan_free(&plan);
		state_close(&state);
	}
	source_free(&wanted);
	return err->status ? -1 : ret;
}

/* Add and remove devices. The kernel's transactions do not have them, and they only decide
 * how early packets are handled.
 */
static int change_devices(struct dsrctl *ctl, const struct plan *plan, struct dsr_error *err)
{
	const struct config_change *change;
	struct dsr_args args = { .operands = 1 };
	size_t i;
	int ret;

	for (i = 0; i < plan->changes.n; i++) {
		change = list_at(&plan->changes, i);
		if (!change->device)
			continue;
		snprintf(args.device, sizeof(args.device), "%s", change->device->name);
		args.nlm_flags = change->kind == CONFIG_ADD ? NLM_F_CREATE | NLM_F_EXCL : 0;
		ret = change->kind == CONFIG_ADD ? cmd_device_replace(ctl, &args, err) :
			cmd_device_destroy(ctl, &args, err);
		if (ret)
			return -1;
	}
	return 0;
}

/* Make the changes of services and backends, and print the plan. If others change the
 * configuration meanwhile, make a new plan.
 */
static int plan_carry_out(struct dsrctl *ctl, struct plan *plan, struct dsr_error *err)
{
	int tries = 0, ret;

	do {
		error_clear(err);
		ret = send_changes(ctl, plan, err);
	} while (ret && err->number == ESTALE && ++tries < TRIES && !plan_make(ctl, plan, err));
	if (!ret)
		print_diff(ctl, &plan->changes);
	return ret;
}

/* Give the kernel what a file has. @base is the number of the file that was applied last. */
static int carry_out(struct dsrctl *ctl, const struct state *state, struct source *wanted,
		     unsigned int base, bool keep, struct dsr_error *err)
{
	struct plan plan;
	int ret;

	plan_init(&plan, wanted, state, base, keep);
	ret = plan_make(ctl, &plan, err);
	if (!ret)
		ret = plan_carry_out(ctl, &plan, err);
	if (!ret)
		ret = change_devices(ctl, &plan, err);
	plan_free(&plan);
	return ret;
}

static int refuse_pending(const struct state *state, struct dsr_error *err)
{
	char text[32];

	error_hint(err, "dsrctl confirm, or dsrctl rollback");
	return error_usage(err, "file %u waits for its confirmation until %s", state->pending,
			   deadline_text(state->deadline, text, sizeof(text)));
}

/* Have the change undone later, unless it is confirmed: remember what the kernel has now, and
 * start the timer, before anything changes.
 */
static int arm(struct dsrctl *ctl, struct state *state, unsigned int number, __u32 seconds,
	       struct dsr_error *err)
{
	char *text = NULL;
	size_t size = 0;
	FILE *memory = error_check_alloc(open_memstream(&text, &size));
	time_t now = time(NULL);
	int ret;

	ret = export(ctl, state, memory, err);
	if (fclose(memory))
		error_check_alloc(NULL);
	if (!ret)
		ret = state_store_before(state, text, size, err);
	free(text);
	if (!ret)
		ret = state_write_pending(state, number, now + seconds, err);
	if (!ret && deadline_start(ctl->netns, number, seconds, err)) {
		state_clear_pending(state, &(struct dsr_error){ 0 });
		ret = -1;
	}
	return ret;
}

static void disarm(const struct dsrctl *ctl, struct state *state, unsigned int number)
{
	struct dsr_error ignored = { 0 };

	state_clear_pending(state, &ignored);
	deadline_stop(ctl->netns, number);
}

/* Record that a file is in effect. */
static int record(struct state *state, unsigned int number, bool confirmed, struct dsr_error *err)
{
	if (state_write_applied(state, number, err) ||
	    (confirmed && state_write_confirmed(state, number, err)))
		return -1;
	state_prune(state);
	return 0;
}

/* Return true if the kernel has exactly what a file of the history says. */
static bool is_running(struct dsrctl *ctl, const struct state *state, unsigned int number)
{
	struct dsr_error ignored = { 0 };
	struct source source;
	struct plan plan;
	bool same;

	if (!source_read_entry(state, &source, number))
		return false;
	plan_init(&plan, &source, state, 0, false);
	same = !plan_make(ctl, &plan, &ignored) && !plan.changes.n;
	plan_free(&plan);
	source_free(&source);
	return same;
}

/* Find out what is in effect after a dsrctl was killed: files that are newer than the one that
 * was applied last were perhaps applied, too. Otherwise their values would seem to be set by
 * hand.
 */
static int settle(struct dsrctl *ctl, struct state *state, struct dsr_error *err)
{
	struct state_entry *entries;
	int ret = 0;
	size_t i, n;

	entries = state_history(state, &n);
	for (i = 0; i < n && entries[i].number > state->applied; i++) {
		if (!is_running(ctl, state, entries[i].number))
			continue;
		ret = state_write_applied(state, entries[i].number, err);
		break;
	}
	free(entries);
	return ret;
}

/* Return the number of the file that was applied last if this is the same, or 0. */
static unsigned int same_as_applied(const struct plan *plan, const struct state *state)
{
	const struct yaml_file *wanted = &plan->wanted->yaml, *base = &plan->base.yaml;

	return plan->has_base && wanted->size == base->size &&
	       !memcmp(wanted->text, base->text, base->size) ? state->applied : 0;
}

/* Apply a file, under the lock. */
static int apply(struct dsrctl *ctl, const struct dsr_args *args, struct state *state,
		 struct source *wanted, struct dsr_error *err)
{
	unsigned int number;
	struct plan plan;
	int ret;

	ret = args->dry_run ? 0 : settle(ctl, state, err);
	plan_init(&plan, wanted, state, state->applied, !args->reset_overrides);
	if (!ret)
		ret = plan_make(ctl, &plan, err);
	if (!ret && args->dry_run) {
		print_diff(ctl, &plan.changes);
	} else if (!ret) {
		number = same_as_applied(&plan, state);
		if (!number)
			ret = state_store(state, wanted->yaml.text, wanted->yaml.size, &number,
					  err);
		if (!ret && args->confirm)
			ret = arm(ctl, state, number, args->confirm, err);
		if (!ret && plan_carry_out(ctl, &plan, err)) {
			if (args->confirm)
				disarm(ctl, state, number);
			if (number != state->applied)
				state_drop(state, number);
			ret = -1;
		}
		if (!ret)
			ret = record(state, number, !args->confirm, err);
		/* The file is in effect by now, whether or not the devices can be changed. */
		if (!ret)
			ret = change_devices(ctl, &plan, err);
	}
	plan_free(&plan);
	return ret;
}

static int apply_file(struct dsrctl *ctl, const struct dsr_args *args, struct state *state,
		      const char *path, struct dsr_error *err)
{
	struct source wanted;
	int ret = source_read(ctl, &wanted, path, err);

	if (!ret)
		ret = apply(ctl, args, state, &wanted, err);
	source_free(&wanted);
	return ret;
}

/* Give the kernel exactly what a file has, without a record of it. */
static int apply_unrecorded(struct dsrctl *ctl, const struct dsr_args *args, struct state *state,
			    struct dsr_error *err)
{
	struct source wanted;
	int ret = source_read(ctl, &wanted, file_of(args), err);

	if (!ret && args->drained)
		config_drain(&wanted.config);
	if (!ret)
		ret = carry_out(ctl, state, &wanted, 0, false, err);
	source_free(&wanted);
	return ret;
}

int cmd_apply(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	struct state state;
	int ret;

	if ((args->drained || args->unrecorded) && (args->dry_run || args->confirm))
		return error_usage(err,
				   "--unrecorded and --drained: expected neither --dry-run nor --confirm");
	ret = state_open(&state, ctl->netns, args->dry_run ? STATE_READ : STATE_LOCK,
			 err);
	if (!ret && state.pending && !args->dry_run)
		ret = refuse_pending(&state, err);
	if (!ret && (args->drained || args->unrecorded))
		ret = apply_unrecorded(ctl, args, &state, err);
	else if (!ret)
		ret = apply_file(ctl, args, &state, file_of(args), err);
	state_close(&state);
	return ret;
}

static int nothing_waits(struct dsr_error *err)
{
	error_hint(err, "dsrctl history lists the files, and dsrctl rollback NUMBER applies one");
	return error_usage(err, "no change waits for its confirmation");
}

int cmd_confirm(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	unsigned int number;
	struct state state;
	int ret;

	(void)args;
	ret = state_open(&state, ctl->netns, STATE_LOCK, err);
	number = state.pending;
	if (!ret && !number)
		ret = nothing_waits(err);
	if (!ret)
		ret = state_write_confirmed(&state, number, err);
	if (!ret)
		disarm(ctl, &state, number);
	state_close(&state);
	return ret;
}

/* Undo the change that waits for its confirmation: the kernel gets exactly what it had before,
 * values set by hand included.
 */
static int undo_pending(struct dsrctl *ctl, struct state *state, struct dsr_error *err)
{
	unsigned int number = state->pending, previous = state->previous;
	struct source before;
	char path[PATH_MAX];
	int ret;

	ret = source_read(ctl, &before, state_path(state, 0, path, sizeof(path)), err);
	if (!ret)
		ret = carry_out(ctl, state, &before, state->applied, false, err);
	if (!ret)
		ret = state_write_applied(state, previous, err);
	if (!ret)
		disarm(ctl, state, number);
	source_free(&before);
	return ret;
}

/* Undo a change whose time is up. Nobody may be there to read an error, so it is logged. */
static int undo_unconfirmed(struct dsrctl *ctl, const struct dsr_args *args,
			    struct dsr_error *err)
{
	struct state state;
	int ret;

	ret = state_open(&state, ctl->netns, STATE_WAIT, err);
	if (!ret && state.pending != args->unconfirmed) {
		state_close(&state);
		return 0;
	}
	if (!ret)
		ret = undo_pending(ctl, &state, err);
	if (ret)
		syslog(LOG_DAEMON | LOG_ERR, "dsrctl: file %u was not confirmed, but stays: %s",
		       args->unconfirmed, err->text);
	else
		syslog(LOG_DAEMON | LOG_NOTICE, "dsrctl: file %u was not confirmed and is undone",
		       args->unconfirmed);
	state_close(&state);
	return ret;
}

int cmd_rollback(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	char path[PATH_MAX];
	struct state state;
	int ret;

	if (args->unconfirmed)
		return undo_unconfirmed(ctl, args, err);
	ret = state_open(&state, ctl->netns, STATE_LOCK, err);
	if (!ret && state.pending && !args->number)
		ret = undo_pending(ctl, &state, err);
	else if (!ret && state.pending)
		ret = refuse_pending(&state, err);
	else if (!ret && !args->number)
		ret = nothing_waits(err);
	else if (!ret)
		ret = apply_file(ctl, args, &state,
				 state_path(&state, args->number, path, sizeof(path)), err);
	state_close(&state);
	return ret;
}

int cmd_restore(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	struct source wanted;
	struct state state;
	char path[PATH_MAX];
	int ret;

	(void)args;
	ret = state_open(&state, ctl->netns, STATE_LOCK, err);
	if (!ret && state.pending)
		disarm(ctl, &state, state.pending);
	if (!ret && !state.confirmed) {
		snprintf(err->warning, sizeof(err->warning),
			 "no file was ever applied and confirmed: there is nothing to restore");
	} else if (!ret) {
		state_path(&state, state.confirmed, path, sizeof(path));
		ret = source_read(ctl, &wanted, path, err);
		if (!ret)
			ret = carry_out(ctl, &state, &wanted, 0, true, err);
		if (!ret)
			ret = state_write_applied(&state, state.confirmed, err);
		source_free(&wanted);
	}
	state_close(&state);
	return ret;
}

static void print_entry(struct out *out, const struct state *state,
			const struct state_entry *entry)
{
	const char *role = entry->number == state->pending ? "unconfirmed" :
		entry->number == state->applied ? "applied" :
		entry->number == state->confirmed ? "confirmed" : "";
	char text[PATH_MAX];

	out_begin(out);
	out_number(out, "number", entry->number);
	out_string(out, "time", deadline_text(entry->time, text, sizeof(text)));
	if (*role)
		out_string(out, "state", role);
	out_string(out, "file", state_path(state, entry->number, text, sizeof(text)));
	out_end(out);
}

int cmd_history(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	static const struct out_column number = { "number", "NUMBER", OUT_RIGHT };
	static const struct out_column applied = { "time", "APPLIED" };
	static const struct out_column role = { "state", "STATE" };
	static const struct out_column file = { "file", "FILE" };
	static const struct out_column *const columns[] = { &number, &applied, &role, &file, NULL };
	struct state_entry *entries;
	struct state state;
	struct out *out;
	size_t i, n;
	int ret;

	(void)args;
	ret = state_open(&state, ctl->netns, STATE_READ, err);
	if (!ret) {
		entries = state_history(&state, &n);
		out = dsrctl_out(ctl, columns, 0);
		for (i = 0; i < n; i++)
			print_entry(out, &state, &entries[i]);
		out_close(out);
		free(entries);
	}
	state_close(&state);
	return ret;
}
